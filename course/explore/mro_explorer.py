"""The explorer of method resolution orders: bases, a name, and what changes when the bases are swapped."""

from __future__ import annotations

import builtins
import difflib
import html
import pydoc
import socketserver
import sys
from collections.abc import Iterable, Mapping

import ipywidgets as widgets

from course.explore.widgets import Panel, Pictured, button, named, row, shown, words
from course.lookups.lookup import Lookup, Table, lookup

CLASSES = [cls for name in socketserver.__all__ if isinstance(cls := getattr(socketserver, name), type)]


def find_classes(text: str, known: Mapping[str, type]) -> tuple[type, ...]:
    """The classes named in a text, separated by commas.

    They are looked up among the known ones, in the notebook, in socketserver and the builtins; dotted names, in any
    module. Raises ValueError if there is no class of that name.
    """
    names = [name for part in text.split(",") if (name := part.strip())]
    if not names:
        raise ValueError("type the names of one or more classes, with commas between them")
    return tuple(_find_class(name, known) for name in names)


def _find_class(name: str, known: Mapping[str, type]) -> type:
    places = [known, vars(sys.modules["__main__"]), vars(socketserver), vars(builtins)]
    found = next((place[name] for place in places if name in place), None)
    if found is None and "." in name:
        try:
            found = pydoc.locate(name)
        except pydoc.ErrorDuringImport as error:
            raise ValueError(f"{name} cannot be imported: {error.value}") from None
    if found is None:
        near = difflib.get_close_matches(name, [key for place in places for key in place], 1)
        hint = (
            f": did you mean {near[0]}?"
            if near
            else ": write the name of its module before it, as in http.server.HTTPServer"
        )
        raise ValueError(f"there is no class {name!r}{hint}")
    if not isinstance(found, type):
        raise ValueError(f"{name} is an instance of {type(found).__name__}, not a class")
    return found


def changes(before: tuple[type, ...], after: tuple[type, ...]) -> str:
    """What another order of the same bases changes, as sentences."""
    first, second = lookup(before), lookup(after)
    if not isinstance(second, Table):
        return "In this order Python refuses to make the class."
    if not isinstance(first, Table):
        return "In this order Python makes the class."
    moved = []
    for name, ladder in second.names.items():
        if (
            name in first.names
            and ladder.source
            and (was := first.names[name].source)
            and was.cls is not ladder.found_in
        ):
            moved.append(f"{name} from {ladder.source.called}, no longer from {was.called}")
    if not moved:
        return "The order of the classes has changed, and no name comes from another class."
    come = "1 name comes" if len(moved) == 1 else f"{len(moved)} names come"
    return f"Now {come} from another class: {'; '.join(moved)}."


class OrderExplorer(Panel):
    """Bases and a name to choose or type; the ladder, the diagram, and a button that swaps the bases."""

    function = "mro"

    def __init__(self, classes: Iterable[type], name: str) -> None:
        classes = tuple(classes)
        self._known = {cls.__name__: cls for cls in (*CLASSES, *classes)}
        self._bases: tuple[type, ...] = ()
        wide = widgets.Layout(width="620px", max_width="calc(100% - 4px)")
        self.bases = named(
            widgets.Combobox, "bases", "The bases of a class, with commas between them: type others, then press Enter.",
            value=", ".join(cls.__name__ for cls in classes), options=list(self._known), continuous_update=False,
            ensure_option=False, layout=wide,
        )  # fmt: skip
        self.name = named(
            widgets.Combobox, "name", "The method or attribute that is looked for: choose it, or type it.",
            value=name, continuous_update=False, ensure_option=False,
        )  # fmt: skip
        self.swap = button("Swap the bases", "Put the last base first, and see what changes.", self._swap)
        self.changed = shown()
        self.ladder = widgets.HTML()
        self.picture = Pictured()
        super().__init__([row(self.bases, self.swap), self.name, self.changed, self.ladder, self.picture.box])
        self.bases.observe(lambda _: self._show(), "value")
        self.name.observe(lambda _: self._show(), "value")
        self._show()

    def _swap(self) -> None:
        names = [name.strip() for name in self.bases.value.split(",")]
        if len(names) < 2:
            self.changed.value = words("There is only one base, and nothing to swap.")
            return
        self.bases.value = ", ".join([names[-1], *names[:-1]])

    def _show(self) -> None:
        with self.complaining():
            bases, before = find_classes(self.bases.value, self._known), self._bases
            every = lookup(bases)
            self.name.options = list(every.names) if isinstance(every, Table) else []
            name = self.name.value.strip()
            found = lookup(bases[0] if len(bases) == 1 else bases, name or None)
            self._bases = bases
            swapped = bases != before and set(bases) == set(before) and len(bases) == len(before)
            self.changed.value = words(changes(before, bases) if swapped else "")
            self.ladder.value = as_html(found)
            self.picture.show(found.draw())


def as_html(found: Lookup) -> str:
    """The text of a lookup, as HTML that keeps its columns."""
    return f'<pre class="course-said">{html.escape(repr(found))}</pre>'
