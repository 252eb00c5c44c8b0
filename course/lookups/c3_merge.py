"""The method resolution order, merged step by step as Python does it, by the rule that is called C3.

The MRO of a class is the class itself, then a merge of the MROs of its bases and the list of its bases. Each step
of the merge takes the first class of a list that stands in the tail of no list, the tail being all but the first:
see https://docs.python.org/3/howto/mro.html.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.lookups.class_members import labels
from course.text import plural

Order = tuple[type, ...]


@dataclass(frozen=True, slots=True)
class MergeStep:
    """One step of a merge."""

    number: int  #: the place in the MRO that is to be filled; the class itself has place 1, so the first step has 2
    lists: tuple[Order, ...]  #: as they stand before it, used up ones empty; the last one is that of the bases
    rejected: tuple[tuple[type, int], ...]  #: passed over, each with the index of a list that has it in its tail
    taken: type | None  #: what fills the place; None if every candidate was passed over, which ends the merge


class Merge:
    """The steps in which the MRO of a class comes about, or those until no class can be taken any more.

    It takes the name of the class, its bases, and the class itself if it exists. `steps` is a tuple of `MergeStep`.
    """

    def __init__(self, name: str, bases: Sequence[type], cls: type | None = None) -> None:
        self.name = name
        self.bases = tuple(bases)
        self.cls = cls
        self.steps = tuple(_steps(self.bases))
        itself = [cls] if cls else []
        self._names = labels([*itself, *(each for base in self.bases for each in base.__mro__)])

    @property
    def result(self) -> Order | None:
        """The MRO, beginning with the class itself if it exists; None if these bases allow no MRO.

        It equals `cls.__mro__`, unless the class has a metaclass with an `mro` method of its own.
        """
        if self._stuck:
            return None
        return (*([self.cls] if self.cls else []), *(step.taken for step in self.steps if step.taken))

    @property
    def reason(self) -> str:
        """If there is no MRO, which class would have to come before which and why; else an empty text."""
        if not self._stuck:
            return ""
        blocked_by = dict(self.steps[-1].rejected)
        cls, chain = next(iter(blocked_by)), list[type]()
        while cls not in chain:  # from each class to the one that it would have to wait for
            chain.append(cls)
            cls = self.steps[-1].lists[blocked_by[cls]][0]
        first = self._names[cls]
        if chain[-1] is cls:
            return f"{self._statement} cannot exist: {first} stands twice among its bases."
        demands = [self._demand(after, blocked_by[after]) for after in chain[chain.index(cls) :]]
        return f"{self._statement} cannot exist: {', but '.join(demands)}."

    def _demand(self, after: type, where: int) -> str:
        """Who has to come before that class, because of which list."""
        before = self.steps[-1].lists[where][0]
        if where == len(self.bases):
            why = "the bases are written in that order"
        elif issubclass(before, after):
            why = "it derives from it"
        else:
            why = f"so it is in the MRO of {self._names[self.bases[where]]}"
        return f"{self._names[before]} must come before {self._names[after]}, since {why}"

    @property
    def title(self) -> str:
        """What comes out, as a sentence."""
        if self._stuck:
            return f"{self._statement} has no MRO"
        return f"{self._statement} has {plural(len(self.steps) + 1, 'class', 'classes')} in its MRO"

    @property
    def _stuck(self) -> bool:
        return bool(self.steps) and self.steps[-1].taken is None

    @property
    def _statement(self) -> str:
        return f"class {self.name}({', '.join(self._names[base] for base in self.bases)})"

    def _told(self) -> list[list[str]]:
        """For each place in the MRO, the lines that tell how it is filled."""
        told = [[f"take {self.name}: a class comes first in its own MRO"]]
        for step in self.steps:
            lines = [f"lists: {' '.join(self._show(order) for order in step.lists if order)}"]
            for cls, where in step.rejected:
                lines.append(f"pass over {self._names[cls]}: it is in the tail of {self._show(step.lists[where])}")
            if step.taken:
                lines.append(f"take {self._names[step.taken]}: it is first in a list and in no tail")
            told.append(lines)
        return told

    def _show(self, order: Order) -> str:
        return f"[{', '.join(self._names[cls] for cls in order)}]"

    def _end(self) -> str:
        taken = [self._names[step.taken] for step in self.steps if step.taken]
        return self.reason or f"MRO: {', '.join([self.name, *taken])}"

    def __repr__(self) -> str:
        told = [
            f"{'' if place else number:>2}  {line}"
            for number, lines in enumerate(self._told(), 1)
            for place, line in enumerate(lines)
        ]
        return "\n".join([self.title, *told, self._end()])

    def _repr_html_(self) -> str:
        steps = "".join(f"<li>{'<br>'.join(map(html.escape, lines))}</li>" for lines in self._told())
        return f"<p><strong>{html.escape(self.title)}</strong></p><ol>{steps}</ol><p>{html.escape(self._end())}</p>"


def _steps(bases: Order) -> Iterator[MergeStep]:
    lists = (*(base.__mro__ for base in bases), bases)
    number = 1
    while any(lists):
        number += 1
        rejected: dict[type, int] = {}
        taken = None
        for head in (order[0] for order in lists if order):
            tail = next((index for index, order in enumerate(lists) if head in order[1:]), None)
            if tail is None:
                taken = head
                break
            rejected[head] = tail
        yield MergeStep(number, lists, tuple(rejected.items()), taken)
        if taken is None:
            return
        lists = tuple(order[1:] if order[:1] == (taken,) else order for order in lists)
