"""The picture of a class and all it derives from, numbered in the order in which they are searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Circle, FancyBboxPatch

from course.drawing.picture import COLOURS, DARK, LIGHT, ON_COLOURS, STYLE, WIDTH, Picture

LINE = 0.17  # inches, of a line of text
LETTER = 0.072  # inches, of a letter on average
GAP = 0.45  # between two boxes side by side
RISE = 0.5  # between two rows
LISTED = 6  # names in a box; of more the number is told
TOP = 0.5


def draw_inheritance(
    cls: type, title: str, notes: Mapping[type, Sequence[str]], marked: Mapping[type, bool], *, dark: bool = False
) -> Picture:
    """The class at the bottom, what it derives from above it, `object` at the top.

    notes: lines for each class's box. marked: the classes that have what was looked for, True for the one
    that supplies it; the others are shadowed.
    """
    colours = DARK if dark else LIGHT
    lines = {each: [each.__name__, *_short(notes.get(each, []))] for each in cls.__mro__}
    rows = _rows(cls)
    heights = [max(LINE * len(lines[each]) + 0.16 for each in row) for row in rows]
    sizes = {each: max(map(len, lines[each])) * LETTER + 0.5 for each in cls.__mro__}
    xs = _places(rows, sizes)
    left = min(xs[each] - sizes[each] / 2 for each in xs) - 0.25
    width = max(WIDTH, max(xs[each] + sizes[each] / 2 for each in xs) - left + 0.25)
    height = TOP + sum(heights) + RISE * (len(rows) - 1) + 0.25
    figure = Picture(figsize=(width, height), facecolor=colours["paper"])
    FigureCanvasAgg(figure)
    figure.sentence = title
    figure.what = f"picture of {cls.__name__} and the {len(cls.__mro__) - 1} classes that it derives from"
    shift = (width - (max(xs[each] + sizes[each] / 2 for each in xs) + left)) / 2
    with rc_context(STYLE):
        axes = figure.add_axes((0, 0, 1, 1), facecolor="none")
        axes.set(xlim=(0, width), ylim=(0, height))
        axes.axis("off")
        axes.text(0.1, height - 0.25, title, fontsize=11, fontweight="bold", color=colours["ink"], va="center")
        y = 0.12
        boxes: dict[type, tuple[float, float, float]] = {}
        for row, tall in zip(rows, heights, strict=True):
            for each in row:
                boxes[each] = xs[each] + shift, y, LINE * len(lines[each]) + 0.16
            y += tall + RISE
        for each, (x, bottom, tall) in boxes.items():
            for base in each.__bases__:
                arrow = {"arrowstyle": "-|>", "color": colours["faint"], "shrinkA": 0, "shrinkB": 2}
                axes.annotate("", (boxes[base][0], boxes[base][1]), (x, bottom + tall), arrowprops=arrow)
        for number, each in enumerate(cls.__mro__, 1):
            _draw_box(axes, number, boxes[each], sizes[each], lines[each], marked.get(each), colours)
    return figure


def _short(names: Sequence[str]) -> list[str]:
    shown = [name for name in names if name]
    return shown if len(shown) <= LISTED else [*shown[: LISTED - 1], f"and {len(shown) - LISTED + 1} more"]


def _rows(cls: type) -> list[list[type]]:
    """The classes by their distance from `cls`, a base always above all that derive from it."""
    level = dict.fromkeys(cls.__mro__, 0)
    for each in cls.__mro__:  # a class comes before its bases
        for base in each.__bases__:
            level[base] = max(level[base], level[each] + 1)
    return [[each for each in cls.__mro__ if level[each] == row] for row in range(max(level.values()) + 1)]


def _places(rows: Sequence[Sequence[type]], sizes: Mapping[type, float]) -> dict[type, float]:
    """The middle of each box: above what derives from it, and beside its neighbours, in the order of the MRO."""
    xs: dict[type, float] = {}
    for row in rows:
        wanted = []
        for each in row:
            below = [child for child in xs if each in child.__bases__]
            spread = [_offset(child, each, sizes) + xs[child] for child in below]
            wanted.append(sum(spread) / len(spread) if spread else 0.0)
        for each, x in zip(row, wanted, strict=True):
            xs[each] = x
        for before, after in pairwise(row):
            xs[after] = max(xs[after], xs[before] + (sizes[before] + sizes[after]) / 2 + GAP)
    return xs


def _offset(child: type, base: type, sizes: Mapping[type, float]) -> float:
    """How far beside a class one of its bases stands, so that all of them stand side by side above it."""
    widths = [sizes[each] + GAP for each in child.__bases__]
    place = child.__bases__.index(base)
    return sum(widths[:place]) + widths[place] / 2 - sum(widths) / 2


def _draw_box(
    axes: Axes,
    number: int,
    box: tuple[float, float, float],
    width: float,
    lines: Sequence[str],
    mark: bool | None,
    colours: dict[str, str],
) -> None:
    """A class; filled if it supplies what was looked for, hatched if it is shadowed."""
    x, bottom, height = box
    looks: dict[bool | None, dict[str, Any]] = {
        True: {"facecolor": COLOURS[0], "edgecolor": COLOURS[0], "linewidth": 1.5},
        False: {"facecolor": colours["paper"], "edgecolor": colours["faint"], "hatch": "////", "linewidth": 1},
        None: {"facecolor": colours["paper"], "edgecolor": colours["ink"], "linewidth": 1},
    }
    ink = ON_COLOURS[0] if mark else colours["ink"]
    axes.add_patch(
        FancyBboxPatch((x - width / 2, bottom), width, height, boxstyle="round,pad=0,rounding_size=0.06", **looks[mark])
    )
    for place, line in enumerate(lines):
        backing = {"facecolor": colours["paper"], "edgecolor": "none", "pad": 1} if mark is False else None
        axes.text(x, bottom + height - 0.17 - LINE * place, line, ha="center", va="center", fontsize=9 if place else 10,
                  fontweight="normal" if place else "bold", color=ink, bbox=backing)  # fmt: skip
    axes.add_patch(Circle((x - width / 2, bottom + height), 0.12, facecolor=colours["ink"], edgecolor="none", zorder=4))
    axes.text(x - width / 2, bottom + height, str(number), ha="center", va="center_baseline", fontsize=9,
              fontweight="bold", color=colours["paper"], zorder=5)  # fmt: skip
