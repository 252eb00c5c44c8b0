"""Where the boxes of an inheritance diagram stand, in inches. No plot is known here.

The root is in the highest row, and each class in the row that is as many below as its longest way to the root.
Bases stand from left to right in the order of the class statement. A row that is too wide becomes several, and a
line that passes a row has a lane of its own in it, so that no line crosses a box.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

APART = 0.34  # inches between two boxes of a row
LANE = 0.14  # between a lane and what is beside it
ROUNDS = 60  # of moving each box to the middle of what it is connected to

Edge = tuple[Hashable, Hashable]


@dataclass(slots=True, eq=False)
class Item:
    """A box, or a lane for lines; x is its middle."""

    key: Hashable  #: of the box; None for a lane
    width: float = 0.0
    edges: list[Edge] = field(default_factory=list)  #: that pass through the lane
    beside: list[Item] = field(default_factory=list)  #: in the rows above and below, connected to it
    x: float = 0.0


@dataclass(slots=True)
class Layout:
    """The rows of boxes, the highest first, where each box has its middle, and each line's lanes from below."""

    rows: list[list[Hashable]]
    x: dict[Hashable, float]
    lanes: dict[Edge, list[tuple[int, float]]]  #: (row, x) of each


def arrange(bases: Mapping[Hashable, Sequence[Hashable]], widths: Mapping[Hashable, float], room: float) -> Layout:
    """Lay out classes, of which the first in `bases` derives from all others, in a room so wide."""
    turn = {key: place for place, key in enumerate(_depth_first(bases, next(iter(bases)), {}))}
    rows = _rows(bases, turn)
    while True:
        items = _with_lanes(rows, bases, widths, turn)
        for number, row in enumerate(items):
            if len(rows[number]) > 1 and _width(row) > room:
                parts = min(len(rows[number]), max(2, -int(-_width(row) // room)))
                size = -(-len(rows[number]) // parts)
                cut = [rows[number][start : start + size] for start in range(0, len(rows[number]), size)]
                rows[number : number + 1] = reversed(cut)  # the first boxes in the lowest row
                break
        else:
            break
    _settle(items, room)
    lanes: dict[Edge, list[tuple[int, float]]] = {}
    for number, row in reversed(list(enumerate(items))):
        for item in row:
            for edge in item.edges:
                lanes.setdefault(edge, []).append((number, item.x))
    return Layout(rows, {item.key: item.x for row in items for item in row if item.key is not None}, lanes)


def _depth_first(
    bases: Mapping[Hashable, Sequence[Hashable]], key: Hashable, seen: dict[Hashable, None]
) -> dict[Hashable, None]:
    """All keys from this one upwards, those of its first base before its second base."""
    seen[key] = None
    for base in bases[key]:
        if base not in seen:
            _depth_first(bases, base, seen)
    return seen


def _rows(bases: Mapping[Hashable, Sequence[Hashable]], turn: Mapping[Hashable, int]) -> list[list[Hashable]]:
    depths: dict[Hashable, int] = {}

    def depth(key: Hashable) -> int:
        if key not in depths:
            depths[key] = 1 + max((depth(base) for base in bases[key]), default=-1)
        return depths[key]

    rows: list[list[Hashable]] = [[] for _ in range(1 + max(map(depth, turn)))]
    for key in turn:
        rows[depth(key)].append(key)
    return rows


def _with_lanes(
    rows: Sequence[Sequence[Hashable]],
    bases: Mapping[Hashable, Sequence[Hashable]],
    widths: Mapping[Hashable, float],
    turn: Mapping[Hashable, int],
) -> list[list[Item]]:
    """The rows with a lane wherever a line has to pass; neighbouring lanes from or to the same box are one."""
    level = {key: number for number, row in enumerate(rows) for key in row}
    boxes = {key: Item(key, widths[key]) for row in rows for key in row}
    edges = sorted(
        ((key, base) for key in turn for base in bases[key]), key=lambda edge: (turn[edge[1]], turn[edge[0]])
    )
    ways: dict[Edge, list[Item]] = {edge: [boxes[edge[0]]] for edge in edges}
    items = []
    for number, row in reversed(list(enumerate(rows))):
        passing = [edge for edge in edges if level[edge[1]] < number < level[edge[0]]]
        places = [(turn[key], 0, boxes[key]) for key in row]
        places += [(turn[edge[1]], 1, Item(None, edges=[edge])) for edge in passing]
        places.sort(key=lambda place: place[:2])
        joined: list[Item] = []
        for _, _, item in places:
            if item.edges and joined and joined[-1].edges and _alike(joined[-1].edges + item.edges):
                joined[-1].edges += item.edges
            else:
                joined.append(item)
        for item in joined:
            for edge in item.edges:
                ways[edge].append(item)
        items.append(joined)
    for (_, base), way in ways.items():
        for below, above in pairwise([*way, boxes[base]]):
            below.beside.append(above)
            above.beside.append(below)
    return items[::-1]


def _alike(edges: Sequence[Edge]) -> bool:
    sources, targets = zip(*edges, strict=True)
    return len(set(sources)) == 1 or len(set(targets)) == 1


def _apart(left: Item, right: Item) -> float:
    """Inches between the middles of two neighbours."""
    return (left.width + right.width) / 2 + (LANE if left.edges or right.edges else APART)


def _width(row: Sequence[Item]) -> float:
    return (row[0].width + row[-1].width) / 2 + sum(_apart(*pair) for pair in pairwise(row))


def _settle(rows: Sequence[Sequence[Item]], room: float) -> None:
    """Move each box and lane to the middle of what it is connected to, as far as its neighbours let it."""
    for row in rows:
        _put(row, [0.0] * len(row))
    for _ in range(ROUNDS):
        for row in (*rows, *reversed(rows)):
            _put(row, [sum(item.x for item in one.beside) / len(one.beside) if one.beside else one.x for one in row])
    left = min(row[0].x - row[0].width / 2 for row in rows)
    right = max(row[-1].x + row[-1].width / 2 for row in rows)
    shift = room / 2 - (left + right) / 2
    for row in rows:
        _put(row, [item.x + shift for item in row], room)


def _put(row: Sequence[Item], wanted: Sequence[float], room: float | None = None) -> None:
    """Give each item of a row the place nearest to the wanted one that keeps the order and the distances.

    Without the distances that is an isotonic regression, found by pooling neighbours that are in the wrong order.
    """
    offsets = [0.0]
    for pair in pairwise(row):
        offsets.append(offsets[-1] + _apart(*pair))
    pools: list[tuple[float, int]] = []
    for place, offset in zip(wanted, offsets, strict=True):
        total, count = place - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            total, count = total + pools[-1][0], count + pools[-1][1]
            pools.pop()
        pools.append((total, count))
    places = [total / count for total, count in pools for _ in range(count)]
    if room is not None:
        lowest, highest = row[0].width / 2, room - offsets[-1] - row[-1].width / 2
        places = [min(max(place, lowest), highest) for place in places]
    for item, place, offset in zip(row, places, offsets, strict=True):
        item.x = place + offset
