"""The functions inside methods, properties and decorated functions, found without running any code of theirs.

Objects with a `__getattr__` or `__class__` of their own (mocks, proxies) are looked at only from outside:
https://docs.python.org/3/library/inspect.html#inspect.getattr_static
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any


def is_a(value: object, *classes: type) -> bool:
    """isinstance() that asks the type alone, and not the `__class__` that a proxy may claim or refuse to give."""
    return issubclass(type(value), classes)


def functions_in(member: Any) -> list[types.FunctionType]:
    """The functions written in Python that a member of a class holds, a property's getter first; often one or none."""
    if is_a(member, property):
        return [found for part in (member.fget, member.fset, member.fdel) for found in functions_in(part)]
    if is_a(member, functools.cached_property):
        return functions_in(member.func)
    seen: set[int] = set()
    while id(member) not in seen and not is_a(member, type):
        seen.add(id(member))
        if is_a(member, staticmethod, classmethod, types.MethodType):
            member = member.__func__
        else:
            member = inspect.getattr_static(member, "__wrapped__", member)
    return [member] if is_a(member, types.FunctionType) else []
