"""The kinds of answers that exercises take, with an error message for an answer of another kind."""

from __future__ import annotations

import inspect
import socketserver
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """One kind of answer.

    wrong: returns an error message for an object that is not of this kind, '' for one that is. plain: copies an answer
    that is a value into built-in types, so that none of its own code runs in a check; None for classes and functions.
    is_apart: an answer that is a function is called in a thread of its own, where it has no frame of its caller.
    """

    name: str
    wrong: Callable[[Any], str]
    plain: Callable[[Any], Any] | None = None
    is_apart: bool = False

    @property
    def is_value(self) -> bool:
        """Whether the answer is a value, and not code."""
        return self.plain is not None


def _not_given(answer: object, wanted: str) -> str:
    if answer is None:
        return f"you gave None; give {wanted}. (A function that returns nothing returns None.)"
    if answer is ...:
        return f"you gave ..., the placeholder; replace it: give {wanted}"
    return ""


def _class_of(base: type, wanted: str) -> Callable[[Any], str]:
    def wrong(answer: Any) -> str:
        if reason := _not_given(answer, wanted):
            return reason
        if isinstance(answer, base):
            name = type(answer).__name__
            return f"you gave an instance of {name}; give the class itself: {name}, without parentheses"
        if not isinstance(answer, type):
            return f"you gave {_what(answer)}; give {wanted}"
        if not issubclass(answer, base):
            return f"{answer.__name__} is not a subclass of {base.__name__}; give {wanted}"
        return ""

    return wrong


def _mix_in(answer: Any) -> str:
    wanted = "a mix-in: a class without a server class among its bases"
    if reason := _not_given(answer, wanted):
        return reason
    if not isinstance(answer, type):
        return f"you gave {_what(answer)}; give the class itself"
    if issubclass(answer, socketserver.BaseServer):
        return f"{answer.__name__} is a server class itself; give {wanted}, so that it can be combined with any server"
    return ""


def function_of(*names: str, is_apart: bool = False) -> AnswerKind:
    """A function that can be called with these arguments; their names appear in messages."""
    call = f"({', '.join(names)})"

    def wrong(answer: Any) -> str:
        wanted = f"a function that can be called with {call}"
        if reason := _not_given(answer, wanted):
            return reason
        if not callable(answer) or isinstance(answer, type):
            return f"you gave {_what(answer)}; give {wanted}: its name, without parentheses"
        try:
            signature = inspect.signature(answer)
        except ValueError:  # some built-in functions have none: the steps will show
            return ""
        try:
            signature.bind(*names)
        except TypeError:
            return f"{getattr(answer, '__name__', 'it')}{signature} cannot be called with {call}"
        return ""

    return AnswerKind(f"a function {call}", wrong, is_apart=is_apart)


def _list_of_texts(answer: Any) -> str:
    if reason := _not_given(answer, "a list of texts"):
        return reason
    if not isinstance(answer, list | tuple):
        return f"you gave {_what(answer)}; give a list of texts, such as ['one', 'two']"
    for each in _items(answer):
        if not isinstance(each, str):
            return f"your list has {_what(each)} in it; give a list of texts only"
    return ""


def _items(answer: list[Any] | tuple[Any, ...]) -> Iterator[Any]:
    """The items of a list or a tuple, without running its own __iter__."""
    return list.__iter__(answer) if isinstance(answer, list) else tuple.__iter__(answer)


def _plain_texts(answer: Any) -> list[str]:
    return [str.__str__(each) for each in _items(answer)]


def _what(answer: object) -> str:
    """Name an object by its type, without running its code."""
    if isinstance(answer, type):
        return f"the class {answer.__name__}"
    if inspect.isfunction(answer):
        return f"the function {answer.__name__}"
    name = type(answer).__name__
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}"


HANDLER = AnswerKind(
    "a handler class",
    _class_of(socketserver.BaseRequestHandler, "a handler class, a subclass of socketserver.BaseRequestHandler"),
)
SERVER = AnswerKind(
    "a server class",
    _class_of(
        socketserver.BaseServer, "a server class, a subclass of socketserver.TCPServer or of another server class"
    ),
)
MIX_IN = AnswerKind("a mix-in class", _mix_in)
TEXTS = AnswerKind("a list of texts", _list_of_texts, _plain_texts)
