"""merge(): the method resolution order of a class, made step by step by the C3 method.

See https://docs.python.org/3/howto/mro.html: take the first head of the lists that stands in no tail; repeat.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

Order = tuple[type, ...]


@dataclass(frozen=True)
class Step:
    """One step: the lists as they stand, the heads that have to wait, and the class that is taken."""

    lists: tuple[Order, ...]
    waiting: tuple[tuple[type, Order], ...]  #: each with the list in whose tail it stands
    taken: type | None  #: None where no head can be taken

    def __str__(self) -> str:
        waits = [f"{head.__name__} has to wait, it comes later in {_names(order)}" for head, order in self.waiting]
        return "; ".join([*waits, f"take {self.taken.__name__}" if self.taken else "and none is left to take"])


class Merge:
    """How the MROs of the bases, and the bases as they were written, become one order."""

    def __init__(self, name: str, bases: Order, steps: tuple[Step, ...], reason: str) -> None:
        self.name = name
        self.bases = bases
        self.steps = steps
        self.reason = reason  #: why there is no order, in plain words; '' if there is one

    @property
    def result(self) -> Order | None:
        """The order, without the class itself; None if there is none."""
        return None if self.reason else tuple(step.taken for step in self.steps if step.taken)

    @property
    def title(self) -> str:
        """The order, or that there is none, as one sentence."""
        if self.result is None:
            return f"{self.name} cannot exist: {self.reason}"
        return f"the MRO of {self.name}: {', '.join(['itself', *(cls.__name__ for cls in self.result)])}"

    def _lines(self) -> list[str]:
        lists = [f"the MRO of {base.__name__}: {_names(base.__mro__)}" for base in self.bases]
        return ["to be merged:", *lists, f"the bases as written: {_names(self.bases)}"] if self.bases else []

    def __repr__(self) -> str:
        steps = [f"{number}. {step}" for number, step in enumerate(self.steps, 1)]
        first, *rest = self._lines() or ["there are no bases to merge"]
        return "\n".join([first, *(f"   {line}" for line in rest), *steps, self.title])

    def _repr_html_(self) -> str:
        first, *rest = map(html.escape, self._lines() or ["there are no bases to merge"])
        steps = "".join(f"<li>{html.escape(str(step))}</li>" for step in self.steps)
        lists = "".join(f"<li>{line}</li>" for line in rest)
        return f"<p>{first}</p><ul>{lists}</ul><ol>{steps}</ol><p><b>{html.escape(self.title)}</b></p>"


def merge(name: str, bases: Sequence[type]) -> Merge:
    """Merge the orders of the bases of a class called `name`; where that fails, the result says why."""
    bases = tuple(bases)
    doubled = [base for base in bases if bases.count(base) > 1]
    if doubled:
        return Merge(name, bases, (), f"{doubled[0].__name__} stands among its bases twice")
    lists = tuple(order for order in (*(base.__mro__ for base in bases), bases) if order)
    steps: list[Step] = []
    while lists:
        steps.append(_step(lists))
        taken = steps[-1].taken
        if taken is None:
            return Merge(name, bases, tuple(steps), _why(steps[-1], bases))
        lists = tuple(rest for order in lists if (rest := order[order[0] is taken :]))
    return Merge(name, bases, tuple(steps), "")


def _step(lists: tuple[Order, ...]) -> Step:
    waiting: list[tuple[type, Order]] = []
    for head in dict.fromkeys(order[0] for order in lists):
        blocking = next((order for order in lists if head in order[1:]), None)
        if blocking is None:
            return Step(lists, tuple(waiting), head)
        waiting.append((head, blocking))
    return Step(lists, tuple(waiting), None)


def _why(step: Step, bases: Order) -> str:
    """Who would have to come before whom, and why that cannot be."""
    parts = []
    for head, order in step.waiting:
        written = order == bases[-len(order) :]
        where = "the bases as they were written" if written else f"the MRO of {order[0].__name__}"
        parts.append(f"{order[0].__name__} comes before {head.__name__} in {where}")
    return ", but ".join(parts)


def _names(order: Sequence[type]) -> str:
    return ", ".join(cls.__name__ for cls in order)
