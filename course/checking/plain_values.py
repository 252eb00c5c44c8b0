"""Plain values as text, in which form they come back from the answer's process."""

from __future__ import annotations

from typing import Any

LONGEST = 1_000_000  # characters
OPAQUE = 1j  # stands before the type's name of what is not a plain value, which is never a complex number


class Opaque:
    """Stands for a returned object that is not a plain value."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"an object of type {self.name}"


def literal(value: object) -> str:
    """A value as text for `ast.literal_eval`.

    Anything that is not a plain value becomes (OPAQUE, the name of its type).

    An instance of a subclass becomes an instance of the plain type, a bytearray becomes bytes.
    """
    text = ascii(_plain(value))
    return text if len(text) <= LONGEST else ascii((OPAQUE, f"a very long {type(value).__name__}"))


def _plain(value: Any, depth: int = 0) -> Any:
    kind = type(value)
    if value is None or kind in (bool, int, str, bytes):
        return value
    if depth < 20:
        for base in (tuple, list, set):
            if issubclass(kind, base):
                return base(_plain(item, depth + 1) for item in base.__iter__(value))
        if issubclass(kind, dict):
            return {_plain(key, depth + 1): _plain(item, depth + 1) for key, item in dict.items(value)}
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, bytes | bytearray):
        return bytes(memoryview(value))
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float) and abs(float.__float__(value)) < float("inf"):
        return float.__float__(value)
    return OPAQUE, kind.__name__


def read_literal(text: str) -> Any:
    """The value that `literal` wrote, with an Opaque in place of everything that is not a plain value.

    Raises what ast.literal_eval raises if it is no literal.
    """
    import ast  # not at the top, since the answer's process does without it

    return _opened(ast.literal_eval(text))


def _opened(value: Any) -> Any:
    """A value with an Opaque in place of everything that is not a plain value."""
    match value:
        case tuple([complex(), str(name)]):
            return Opaque(name)
        case list() | tuple():
            return type(value)(map(_opened, value))
        case dict():
            return {_opened(key): _opened(item) for key, item in value.items()}
    return value
