"""A measurement as a row of the table, and the two ways in which times are taken."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Row:
    """What was measured, how it came out, what stood beside it, and whether a bound was missed."""

    what: str
    course: str
    beside: str = ""
    ratio: str = ""
    missed: str = ""


def seconds(work: Callable[..., object], *arguments: object) -> float:
    """How long a call of `work` with these arguments takes."""
    begin = perf_counter()
    work(*arguments)
    return perf_counter() - begin


def in_turns(rounds: int, *works: Callable[[], float]) -> list[float]:
    """The median of what each of `works` returns; they take turns, so that a busy moment meets them all."""
    values = [[work() for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*values, strict=True)]


def ratio_in_turns(rounds: int, one: Callable[[], float], other: Callable[[], float]) -> float:
    """The median of the ratios of one to the other, each pair measured side by side."""
    return statistics.median(one() / other() for _ in range(rounds))


def at_most(value: float, bound: float, unit: str = "") -> str:
    """'' if a value keeps its bound, else words for the table."""
    return "" if value <= bound else f"missed: at most {bound:g} {unit}".strip()


def milliseconds(value: float) -> str:
    return f"{value * 1000:.3g} ms"
