"""What kinds of answers exercises take, and what is said to an answer of another kind."""

from __future__ import annotations

import inspect
import socketserver
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """One kind of answer.

    wrong: says what is wrong with something that is not of this kind, '' if nothing is. plain: makes a plain copy of an
    answer that is a value, so that none of its own code runs in a check; None for classes and functions.
    """

    name: str
    wrong: Callable[[Any], str]
    plain: Callable[[Any], Any] | None = None

    @property
    def is_value(self) -> bool:
        """Whether the answer is a value, and not code."""
        return self.plain is not None


def _not_given(answer: object, wanted: str) -> str:
    if answer is None:
        return f"you gave None; give {wanted}. (A cell whose last line is a call that returns nothing gives None.)"
    if answer is ...:
        return f"you gave ..., which stands where your answer is missing; give {wanted}"
    return ""


def _class_of(base: type, wanted: str) -> Callable[[Any], str]:
    def wrong(answer: Any) -> str:
        if reason := _not_given(answer, wanted):
            return reason
        if isinstance(answer, base):
            name = type(answer).__name__
            return f"you gave an instance of {name}; give the class itself: {name}, without brackets after it"
        if not isinstance(answer, type):
            return f"you gave {_what(answer)}; give {wanted}"
        if not issubclass(answer, base):
            return f"{answer.__name__} is not derived from {base.__name__}; give {wanted}"
        return ""

    return wrong


def _mix_in(answer: Any) -> str:
    wanted = "a mix-in: a class that is derived from no server"
    if reason := _not_given(answer, wanted):
        return reason
    if not isinstance(answer, type):
        return f"you gave {_what(answer)}; give the class itself"
    if issubclass(answer, socketserver.BaseServer):
        return f"{answer.__name__} is a server itself; give {wanted}, so that it goes with any server"
    return ""


def function_of(*names: str) -> AnswerKind:
    """A function that is called with so many arguments; their names are for the sentences."""
    call = f"({', '.join(names)})"

    def wrong(answer: Any) -> str:
        wanted = f"a function that can be called with {call}"
        if reason := _not_given(answer, wanted):
            return reason
        if not callable(answer) or isinstance(answer, type):
            return f"you gave {_what(answer)}; give {wanted}: its name, without brackets after it"
        try:
            signature = inspect.signature(answer)
        except ValueError:  # as for some built-in functions: calling them shows it
            return ""
        try:
            signature.bind(*names)
        except TypeError:
            return f"{getattr(answer, '__name__', 'it')}{signature} cannot be called with {call}"
        return ""

    return AnswerKind(f"a function {call}", wrong)


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
    """What is in a list or a tuple, whatever its class says."""
    return list.__iter__(answer) if isinstance(answer, list) else tuple.__iter__(answer)


def _plain_texts(answer: Any) -> list[str]:
    return [str.__str__(each) for each in _items(answer)]


def _what(answer: object) -> str:
    """What something is, in words that need no more than its type."""
    if isinstance(answer, type):
        return f"the class {answer.__name__}"
    if inspect.isfunction(answer):
        return f"the function {answer.__name__}"
    name = type(answer).__name__
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}"


HANDLER = AnswerKind(
    "a handler class",
    _class_of(socketserver.BaseRequestHandler, "a handler class, derived from socketserver.BaseRequestHandler"),
)
SERVER = AnswerKind(
    "a server class",
    _class_of(socketserver.BaseServer, "a server class, derived from socketserver.TCPServer or another one"),
)
MIX_IN = AnswerKind("a mix-in class", _mix_in)
TEXTS = AnswerKind("a list of texts", _list_of_texts, _plain_texts)
