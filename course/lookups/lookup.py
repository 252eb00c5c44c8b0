"""lookup(): which class supplies a name, found as Python finds it, class by class along the MRO.

An attribute of an instance that the instance itself lacks is looked for in the `__dict__` of each class of the
method resolution order, and the first that has it supplies it: see
https://docs.python.org/3/howto/mro.html and https://docs.python.org/3/reference/datamodel.html (Custom classes).
"""

from __future__ import annotations

import types
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from course.lookups import class_members
from course.lookups.c3_merge import Merge
from course.text import as_html, as_text, listed

if TYPE_CHECKING:
    from course.drawing.figure import Picture

DOCS = "https://docs.python.org/3/library/socketserver.html"
# What DOCS and the docstrings of these classes say may be overridden, or set in a class of one's own.
# fmt: off
HOOKS = {
    "BaseServer": [
        "address_family", "allow_reuse_address", "allow_reuse_port", "close_request", "finish_request", "get_request",
        "handle_error", "handle_timeout", "process_request", "request_queue_size", "server_activate", "server_bind",
        "server_close", "service_actions", "shutdown_request", "socket_type", "timeout", "verify_request",
    ],
    "ForkingMixIn": ["block_on_close", "max_children"],
    "ThreadingMixIn": ["block_on_close", "daemon_threads"],
    "BaseRequestHandler": ["finish", "handle", "setup"],
}
# fmt: on
NEW = "New"  # the name of a class made to look at its bases


@overload
def lookup(cls: type, name: str) -> Ladder: ...
@overload
def lookup(cls: type, name: None = None) -> Table: ...
@overload
def lookup(cls: tuple[type, ...], name: str | None = None) -> Lookup: ...
def lookup(cls: type | tuple[type, ...], name: str | None = None) -> Lookup:
    """Find which class of a method resolution order supplies a name, or all of its names.

    cls: any class; or a tuple of bases, for a class `New` that has them and nothing of its own.
    name: of a method or any other attribute; without it, the table of all names.

    Returns a `Ladder` for one name, a `Table` for all of them, or `NoOrder` for bases that allow no MRO. Each shows
    itself as text and as a table in a notebook, the same on every machine. A name that no class has is not an error:
    the ladder says so.

    Raises TypeError for what is no class or no name, and for bases that Python refuses for other reasons than the MRO.
    """
    if name is not None and not isinstance(name, str):
        raise TypeError(f"lookup() takes the name as a text; this is an instance of {type(name).__name__}")
    if isinstance(cls, tuple):
        for base in cls:
            _demand_class(base, "a class or a tuple of classes")
        merge = Merge(NEW, cls)
        if merge.result is None:
            return NoOrder(merge)
        cls = types.new_class(NEW, cls)
    _demand_class(cls, "a class")
    return Table(cls) if name is None else Ladder(cls, name)


def _demand_class(value: object, wanted: str) -> None:
    if not isinstance(value, type):
        it = type(value).__name__
        raise TypeError(f"lookup() takes {wanted}; this is an instance of {it}: lookup({it}, ...)")


@dataclass(frozen=True, slots=True)
class Rung:
    """One class of the MRO, and whether it has the name."""

    number: int  #: its place in the MRO, counted from 1
    cls: type
    called: str  #: the name of the class, with its module where another one in the MRO has the same
    name: str  #: what is looked for
    first: bool  #: whether it is the first that has the name, and so supplies it
    reached: bool  #: whether Python looks here at all, because none before has the name

    @property
    def has(self) -> bool:
        """Whether the name is in this class's own `__dict__`."""
        return self.name in vars(self.cls)

    @property
    def shadowed(self) -> bool:
        """Whether it has the name, but a class before it has it too."""
        return self.has and not self.first

    @property
    def member(self) -> object:
        """What the `__dict__` holds under the name; None if there is no such name."""
        return vars(self.cls).get(self.name)

    @property
    def kind(self) -> str:
        """What that is: 'function', 'property', 'class attribute' and so on; '' if there is none."""
        return class_members.kind(self.member) if self.has else ""

    @property
    def value(self) -> str:
        """The value of a class attribute as text, if it is simple and the same on every machine; else ''."""
        return class_members.value(self.member) if self.kind == "class attribute" else ""

    @property
    def what(self) -> str:
        """Kind and value in words: 'function', 'class attribute, False'."""
        return f"{self.kind}, {self.value}" if self.value else self.kind

    @property
    def outcome(self) -> str:
        """What happens here when Python looks for the name."""
        if self.has:
            return "found here" if self.first else "shadowed"
        return "goes on" if self.reached else "not reached"


class Lookup(ABC):
    """What all results of lookup() share."""

    found_in: type | None = None
    rungs: tuple[Rung, ...] = ()

    def __init__(self, merge: Merge) -> None:
        self._merge = merge

    @property
    @abstractmethod
    def title(self) -> str:
        """What was found, as a sentence."""

    @abstractmethod
    def draw(self, *, dark: bool = False) -> Picture:
        """The picture of the classes, their bases and what was found, as a matplotlib Figure.

        A notebook shows it as a PNG. `dark=True` draws for a dark page.
        """

    def merge(self) -> Merge:
        """How Python comes to this MRO, step by step, or why it cannot."""
        return self._merge

    def _rows(self) -> list[tuple[str, ...]]:
        """The table, headings first; empty if there is none."""
        return []

    def _notes(self) -> list[str]:
        return []

    def __repr__(self) -> str:
        return as_text(self.title, self._rows(), self._notes())

    def _repr_html_(self) -> str:
        return as_html(self.title, self._rows(), self._notes())


class Ladder(Lookup):
    """The way of one name along an MRO.

    `rungs`: a `Rung` for each class, in the order of the MRO. `found_in`: the class that supplies the name, None if
    none does. A name in no class may still be one of the metaclass, or be set on each instance; the text says so.
    """

    def __init__(self, cls: type, name: str) -> None:
        super().__init__(Merge(cls.__name__, cls.__bases__, cls))
        self.cls = cls
        self.name = name
        mro, called = cls.__mro__, class_members.labels(cls.__mro__)
        self.found_in = next((each for each in mro if name in vars(each)), None)
        end = len(mro) if self.found_in is None else mro.index(self.found_in) + 1
        self.rungs = tuple(
            Rung(number, each, called[each], name, each is self.found_in, number <= end)
            for number, each in enumerate(mro, 1)
        )

    @property
    def source(self) -> Rung | None:
        """The rung that supplies the name."""
        return next((rung for rung in self.rungs if rung.first), None)

    @property
    def shadowed(self) -> tuple[Rung, ...]:
        """The rungs that have the name too, but later."""
        return tuple(rung for rung in self.rungs if rung.shadowed)

    @property
    def title(self) -> str:
        """Which class supplies the name, as a sentence."""
        if not self.source:
            return f"{self.name} is in no class of the MRO of {self.cls.__name__}"
        whose = f"{self.name} of {self.cls.__name__}"
        return f"{whose} comes from {self.source.called}, number {self.source.number} of {len(self.rungs)}"

    def draw(self, *, dark: bool = False) -> Picture:
        """The picture of the classes, with the one that supplies the name and those that it shadows marked."""
        from course.drawing.class_diagram import draw_ladder

        return draw_ladder(self, dark=dark)

    def _rows(self) -> list[tuple[str, ...]]:
        wide = len(str(len(self.rungs)))
        rows: list[tuple[str, ...]] = [("class", "in its own __dict__", "the lookup")]
        for rung in self.rungs:
            label = f"{rung.number:>{wide}} {rung.called}"
            rows.append((label, f"yes: {rung.what}" if rung.has else "no", rung.outcome))
        return rows

    def _notes(self) -> list[str]:
        if self.source:
            hidden = [rung.called for rung in self.shadowed]
            return [f"It shadows the {self.name} of {listed(hidden)}."] if hidden else []
        metaclass: type = type(self.cls)
        owner = next((each for each in metaclass.__mro__ if self.name in vars(each)), None)
        if owner:
            works = f"{self.cls.__name__}.{self.name} works, but not on an instance"
            return [f"The class of the class, {owner.__name__}, has it: {works}."]
        if methods := class_members.setters(self.cls.__mro__, self.name):
            return [f"{listed(methods)} {'sets' if len(methods) == 1 else 'set'} self.{self.name} on each instance."]
        near = class_members.near(self.cls.__mro__, self.name)
        return [f"Did you mean {' or '.join(near)}?" if near else "An instance has it only if something sets it there."]


class Table(Lookup):
    """All names of a class: which class supplies each, what is shadowed, what may be overridden.

    `names`: a `Ladder` for each name, in the order of the MRO, then of the alphabet. Left out are names such as
    __doc__, which Python puts into classes itself. `rungs`: of each, the one that supplies it. `hooks`: the names
    that may be overridden, as the documentation of socketserver or the docstrings of its classes say.
    """

    def __init__(self, cls: type) -> None:
        super().__init__(Merge(cls.__name__, cls.__bases__, cls))
        self.cls = cls
        self.called = class_members.labels(cls.__mro__)
        names = {
            name
            for each in cls.__mro__
            for name, member in vars(each).items()
            if class_members.is_written(name, member)
        }
        ladders = [Ladder(cls, name) for name in sorted(names)]
        pairs = sorted(
            ((rung, ladder) for ladder in ladders if (rung := ladder.source)), key=lambda pair: pair[0].number
        )
        self.names = {rung.name: ladder for rung, ladder in pairs}
        self.rungs = tuple(rung for rung, _ in pairs)
        known = {
            hook for each in cls.__mro__ if each.__module__ == "socketserver" for hook in HOOKS.get(each.__name__, ())
        }
        self.hooks = tuple(name for name in self.names if name in known)

    @property
    def title(self) -> str:
        """How many names come from how many classes, as a sentence."""
        names, classes = len(self.names), len({rung.cls for rung in self.rungs})
        if not names:
            return f"{self.cls.__name__} has no names but those that Python gives to every class"
        come = f"{names} names of {self.cls.__name__} come" if names > 1 else f"1 name of {self.cls.__name__} comes"
        return f"{come} from {classes} of the {len(self.called)} classes in its MRO"

    def draw(self, *, dark: bool = False) -> Picture:
        """The picture of the classes, with the names that each supplies and those of it that are shadowed."""
        from course.drawing.class_diagram import draw_table

        return draw_table(self, dark=dark)

    def _rows(self) -> list[tuple[str, ...]]:
        rows = [("name", "comes from", "what it is", "shadows", "may be overridden")]
        for ladder, rung in zip(self.names.values(), self.rungs, strict=True):
            shadows = ", ".join(f"{other.number} {other.called}" for other in ladder.shadowed)
            hook = "yes" if rung.name in self.hooks else ""
            rows.append((rung.name, f"{rung.number} {rung.called}", rung.what, shadows, hook))
        return [row if self.hooks else row[:-1] for row in rows] if self.names else []

    def _notes(self) -> list[str]:
        shadowing = sum(bool(ladder.shadowed) for ladder in self.names.values())
        notes = [f"{shadowing} of them {'shadows' if shadowing == 1 else 'shadow'} another."] if shadowing else []
        return [*notes, f"May be overridden: so say {DOCS} and the docstrings."] if self.hooks else notes


class NoOrder(Lookup):
    """Bases that allow no MRO, so that no class can have them. The text says why; `merge()` shows how."""

    @property
    def title(self) -> str:
        """That there is none."""
        return self._merge.title

    def draw(self, *, dark: bool = False) -> Picture:
        """The picture of the bases, with the reason as its title."""
        from course.drawing.class_diagram import draw_no_order

        return draw_no_order(self, dark=dark)

    def _notes(self) -> list[str]:
        return [self._merge.reason]
