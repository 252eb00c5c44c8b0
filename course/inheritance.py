"""lookup(): which class of the method resolution order supplies a name, and how that order comes about.

The rules are those of https://docs.python.org/3/howto/mro.html; what a class defines itself is what stands in
its `__dict__` (https://docs.python.org/3/reference/datamodel.html#custom-classes).
"""

from __future__ import annotations

import ast
import difflib
import enum
import html
import inspect
import socketserver
import textwrap
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.merging import Merge, merge

if TYPE_CHECKING:
    from course.drawing.picture import Picture

# https://docs.python.org/3/library/socketserver.html says of these that subclasses may override them.
# fmt: off
HOOKS = {
    socketserver.BaseServer: [
        "address_family", "allow_reuse_address", "allow_reuse_port", "block_on_close", "daemon_threads",
        "finish_request", "get_request", "handle_error", "handle_timeout", "max_children", "max_packet_size",
        "process_request", "request_queue_size", "server_activate", "server_bind", "service_actions", "socket_type",
        "timeout", "verify_request",
    ],
    socketserver.BaseRequestHandler: ["finish", "handle", "setup"],
}
# fmt: on
SPECIAL = ("__init__", "__enter__", "__exit__")  # of the special methods, those that a table of a class lists
KINDS = {
    types.FunctionType: "function",
    types.BuiltinFunctionType: "function in C",
    types.WrapperDescriptorType: "function in C",
    types.MethodDescriptorType: "function in C",
    types.ClassMethodDescriptorType: "class method in C",
    types.GetSetDescriptorType: "attribute in C",
    types.MemberDescriptorType: "slot",
    staticmethod: "static method",
    classmethod: "class method",
    property: "property",
}


@dataclass(frozen=True)
class Rung:
    """One class of the MRO, and what it has of the name that is looked up."""

    number: int  #: in the MRO, from 1
    cls: type
    has: bool  #: in its own `__dict__`
    found: bool  #: it is the first that has it
    kind: str  #: 'function', 'property', 'slot', 'attribute = 5', ...; '' if it has not
    name: str  #: that is looked up

    @property
    def shadowed(self) -> bool:
        """It has the name, and a class before it has it too."""
        return self.has and not self.found

    @property
    def place(self) -> tuple[str, int] | None:
        """File and line of the definition, or of the class if only that has lines; None for what is made in C."""
        value = vars(self.cls).get(self.name)
        for thing in (getattr(value, "fget", value), self.cls):
            try:
                return inspect.getsourcefile(thing) or "", inspect.getsourcelines(thing)[1]  # type: ignore[arg-type]
            except (TypeError, OSError):
                continue
        return None


class Lookup:
    """The search for one name in a class: the ladder of its MRO, a `Rung` each."""

    def __init__(self, cls: type, name: str) -> None:
        self.cls = cls
        self.name = name
        self.rungs: list[Rung] = []
        for number, each in enumerate(cls.__mro__, 1):
            has = name in vars(each)
            found = has and not any(rung.has for rung in self.rungs)
            self.rungs.append(Rung(number, each, has, found, _kind(vars(each)[name]) if has else "", name))

    @property
    def found_in(self) -> type | None:
        """The class that supplies the name; None if no class has it."""
        return next((rung.cls for rung in self.rungs if rung.found), None)

    @property
    def title(self) -> str:
        """What was found, in one sentence; or that nothing was, and what may have been meant."""
        for rung in self.rungs:
            if rung.found:
                source = f"comes from {rung.cls.__name__}, number {rung.number} of {len(self.rungs)}"
                return f"{self.name} of {self.cls.__name__} {source}"
        return f"no class of {self.cls.__name__} has {self.name}{self._hint()}"

    def _hint(self) -> str:
        if hasattr(type(self.cls), self.name):
            return f"; the class itself answers to it, by its metaclass {type(self.cls).__name__}, its instances do not"
        for cls in self.cls.__mro__:
            if method := _setter(cls, self.name):
                return f"; {cls.__name__}.{method} sets it on each instance"
        near = difflib.get_close_matches(self.name, dir(self.cls), cutoff=0.75)
        return f"; did you mean {' or '.join(near)}?" if near else ""

    def merge(self) -> Merge:
        """How the MRO comes about, step by step."""
        return merge(self.cls.__name__, self.cls.__bases__)

    def places(self) -> str:
        """File and line of each definition, as the running Python has them; they move between its versions."""
        lines = []
        for rung in self.rungs:
            if rung.has:
                where = f"{Path(rung.place[0]).name}, line {rung.place[1]}" if rung.place else "made in C"
                lines.append(f"{rung.cls.__name__}.{self.name}: {where}")
        return "\n".join(lines)

    def draw(self, *, dark: bool = False) -> Picture:
        """The inheritance diagram, numbered in the order of the MRO, with the class that supplies the name marked."""
        from course.drawing.inheritance import draw_inheritance

        notes = {
            rung.cls: [f"{'supplies' if rung.found else 'shadowed:'} {self.name}" if rung.has else ""]
            for rung in self.rungs
        }
        marked = {rung.cls: rung.found for rung in self.rungs if rung.has}
        return draw_inheritance(self.cls, self.title, notes, marked, dark=dark)

    def _rows(self) -> list[tuple[str, str, str, str]]:
        verdict = {(True, True): "found here", (True, False): "shadowed"}
        return [
            (str(rung.number), rung.cls.__name__, rung.kind or "-", verdict.get((rung.has, rung.found), ""))
            for rung in self.rungs
        ]

    def __repr__(self) -> str:
        return "\n".join([self.title, *_columns(self._rows())])

    def _repr_html_(self) -> str:
        return _table(
            self.title, ("", "class", "what it has", ""), self._rows(), bold=lambda row: row[3] == "found here"
        )


class Members:
    """All that a class has, and which class of its MRO supplies it."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
        names = {name for each in cls.__mro__ if each is not object for name in vars(each)}
        listed = sorted(name for name in names if name in SPECIAL or not name.startswith("__"))
        looked = [Lookup(cls, name) for name in listed]
        order = {each: number for number, each in enumerate(cls.__mro__)}
        self.lookups = sorted(looked, key=lambda one: (order[one.found_in], one.name))  # type: ignore[index]

    @property
    def title(self) -> str:
        """How much there is, in one sentence."""
        suppliers = {one.found_in for one in self.lookups}
        classes = f"{len(suppliers)} of the {len(self.cls.__mro__)} classes of its MRO"
        return f"{self.cls.__name__} has {len(self.lookups)} names from {classes}"

    def __getitem__(self, name: str) -> Lookup:
        """The lookup of one name."""
        return Lookup(self.cls, name)

    def supplied_by(self, cls: type) -> list[str]:
        """The names that a class supplies."""
        return [one.name for one in self.lookups if one.found_in is cls]

    def hooks(self) -> list[str]:
        """The names of which the docs of socketserver say that they may be overridden."""
        offered = {name for base, names in HOOKS.items() if issubclass(self.cls, base) for name in names}
        return [one.name for one in self.lookups if one.name in offered]

    def merge(self) -> Merge:
        """How the MRO comes about, step by step."""
        return merge(self.cls.__name__, self.cls.__bases__)

    def draw(self, *, dark: bool = False) -> Picture:
        """The inheritance diagram, numbered in the order of the MRO; each class with what it supplies."""
        from course.drawing.inheritance import draw_inheritance

        notes = {cls: self.supplied_by(cls) or ["supplies nothing"] for cls in self.cls.__mro__}
        notes[object] = []
        return draw_inheritance(self.cls, self.title, notes, {}, dark=dark)

    def _rows(self) -> list[tuple[str, str, str, str, str]]:
        hooks = self.hooks()
        rows = []
        for one in self.lookups:
            found, *shadowed = (rung for rung in one.rungs if rung.has)
            hidden = ", ".join(rung.cls.__name__ for rung in shadowed)
            rows.append((one.name, found.cls.__name__, found.kind, hidden, "yes" if one.name in hooks else ""))
        return rows

    HEAD = ("name", "comes from", "what it is", "shadows that of", "may be overridden")

    def __repr__(self) -> str:
        return "\n".join([self.title, *_columns([self.HEAD, *self._rows()])])

    def _repr_html_(self) -> str:
        return _table(self.title, self.HEAD, self._rows())


def lookup(cls: type | tuple[type, ...], name: str | None = None) -> Lookup | Members | Merge:
    """Find out which class supplies a name.

    With a class and a name: the ladder of the MRO, a Lookup. With a class alone: all its names and who
    supplies them, Members. With a tuple of bases: the MRO that a class of these bases would have, step by
    step, or why it cannot exist, a Merge.

    Raises TypeError for what is no class or no name.
    """
    if isinstance(cls, tuple) and cls and all(isinstance(base, type) for base in cls) and name is None:
        return merge("a class of these bases", cls)
    if not isinstance(cls, type):
        kind = type(cls).__name__
        raise TypeError(f"lookup() takes a class, and this is an instance of {kind}: write lookup({kind}, ...)")
    if name is None:
        return Members(cls)
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is no name: lookup() takes it as a string, such as 'process_request'")
    return Lookup(cls, name)


def _kind(value: object) -> str:
    if kind := KINDS.get(type(value)):
        return kind
    if isinstance(value, type):
        return "class"
    if type(value) in (bool, int, float, str, type(None)):
        return f"attribute = {value!r}"
    if isinstance(value, enum.Enum):
        return f"attribute = {value.name}"
    return "attribute"


def _setter(cls: type, name: str) -> str:
    """The method of a class in which `self.name = ...` stands; '' if there is none."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (TypeError, OSError, SyntaxError):
        return ""
    for method in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(method):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == name:
                return method.name
    return ""


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _table(caption: str, head: Iterable[str], rows: Iterable[Sequence[str]], bold: Any = lambda row: False) -> str:
    """An HTML table whose cells are text."""
    header = "".join(f'<th scope="col" style="text-align:left">{html.escape(cell)}</th>' for cell in head)
    body = []
    for row in rows:
        cells = [f"<b>{html.escape(cell)}</b>" if bold(row) else html.escape(cell) for cell in row]
        body.append("<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>")
    title = f'<caption style="text-align:left;white-space:nowrap">{html.escape(caption)}</caption>'
    return f"<table>{title}<thead><tr>{header}</tr></thead><tbody>{''.join(body)}</tbody></table>"
