"""What a class holds under a name in its own `__dict__`: what kind of member it is, and its value.

Kinds of members: https://docs.python.org/3/reference/datamodel.html and https://docs.python.org/3/library/types.html
"""

from __future__ import annotations

import ast
import difflib
import enum
import functools
import inspect
import platform
import textwrap
import types
from collections import Counter
from collections.abc import Iterable
from typing import Any

from course.inner_functions import functions_in, is_a

KINDS: tuple[tuple[type, str], ...] = (
    (types.FunctionType, "function"),
    (staticmethod, "static method"),
    (classmethod, "class method"),
    (property, "property"),
    (functools.cached_property, "cached property"),
    (types.WrapperDescriptorType, "slot wrapper"),
    (types.MethodDescriptorType, "built-in method"),
    (types.ClassMethodDescriptorType, "built-in class method"),
    (types.GetSetDescriptorType, "built-in attribute"),
    (types.BuiltinFunctionType, "built-in function"),
    (type, "class"),
)
ALIKE = 0.75  # from which on difflib calls a name a near miss
LONGEST = 24  # letters of a string that is shown


def kind(member: Any) -> str:
    """What it is, in words: 'function', 'property', 'slot', 'class attribute' and so on."""
    if is_a(member, types.MemberDescriptorType):
        return "slot" if "__slots__" in vars(member.__objclass__) else "built-in attribute"
    for of_type, words in KINDS:
        if is_a(member, of_type):
            return words
    return "descriptor" if hasattr(type(member), "__get__") else "class attribute"


def value(member: Any) -> str:
    """The value of a class attribute, where it is the same on every machine; else an empty text.

    So it is for True and False, whole numbers, None, members of an Enum, and short strings without Python's version.
    """
    if is_a(member, enum.Enum):
        return str(member.name)
    if type(member) is str:
        return repr(member) if len(member) <= LONGEST and platform.python_version() not in member else ""
    return repr(member) if type(member) in (bool, int, types.NoneType) else ""


def is_written(name: str, member: object) -> bool:
    """Whether somebody wrote it, rather than Python itself: all names but __doc__, __module__ and their like.

    Of the names with two underscores at both ends only functions count: the others come from the compiler, and
    each version of Python has its own.
    """
    if name.startswith("__") and name.endswith("__"):
        return bool(functions_in(member))
    return name != "_abc_impl"  # abc.ABCMeta puts it into its classes


def setters(mro: Iterable[type], name: str) -> list[str]:
    """The methods, as in 'BaseServer.__init__', whose source has an assignment to that attribute of self."""
    found = []
    for cls in mro:
        for method, member in vars(cls).items():
            functions = functions_in(member)[:1]
            if any(name in function.__code__.co_names and _sets(function, name) for function in functions):
                found.append(f"{cls.__name__}.{method}")
    return found


def near(mro: Iterable[type], name: str) -> list[str]:
    """At most three names in those classes that are much like this one, the most similar first."""
    every = {other for cls in mro for other, member in vars(cls).items() if is_written(other, member)}
    return difflib.get_close_matches(name, sorted(every), cutoff=ALIKE)


def labels(classes: Iterable[type]) -> dict[type, str]:
    """A text for each class: its name, with its module where two of them have the same name."""
    every = list(dict.fromkeys(classes))
    count = Counter(cls.__name__ for cls in every)
    return {cls: cls.__name__ if count[cls.__name__] == 1 else f"{cls.__module__}.{cls.__qualname__}" for cls in every}


def _sets(function: types.FunctionType, name: str) -> bool:
    myself = function.__code__.co_varnames[:1]
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return False
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == name
        and isinstance(node.value, ast.Name)
        and (node.value.id,) == myself
        for node in ast.walk(tree)
    )
