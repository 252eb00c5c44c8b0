"""The pictures of lookup(): classes as boxes, each below its bases, numbered in the order in which Python looks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from course.drawing.figure import COLOURS, ON_COLOURS, WIDTH, Picture, styled
from course.drawing.layered_layout import Layout, arrange
from course.lookups.class_members import labels
from course.text import plural

if TYPE_CHECKING:
    from course.lookups.lookup import Ladder, NoOrder, Table

TITLE, NAME, FONT = 11.0, 9.5, 8.5  # points, of the title, of a class's name, of what stands below it
HEAD, LINE = 0.32, 0.175  # inches, of a box with nothing but its name, and of each line below that
PAD = 0.13  # between text and edge
BADGE = 0.115  # radius of a number's circle
RISE = 0.46  # between two rows
MARGIN = 0.2
BOTTOM = 0.45
SIDE = 0.1  # left of the title
LONGEST = 40  # letters of a name
NAMES, HIDDEN = 6, 4  # lines for what a class supplies, and for what is shadowed; the last one may say how many more
WALK = COLOURS[1]
# How lines and boxes look; in the legend, what that means.
PLAIN, FAINT, BOLD, STRUCK, SUPPLIES, SHADOWED = "plain", "faint", "bold", "struck", "supplies", "shadowed"
BASE, WALKED, REST = "base", "walked", "rest"
LOOKS: dict[str, Any] = {
    WALKED: {"linewidth": 2.4, "linestyle": "-"},
    REST: {"linewidth": 1.5, "linestyle": (0, (0.8, 1.6))},
}

Point = tuple[float, float]


@dataclass(slots=True)
class Box:
    """What is shown of one class; each line is a text and its look."""

    name: str
    bases: tuple[Hashable, ...]
    number: int | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)
    look: str = PLAIN
    reached: bool = True

    @property
    def width(self) -> float:
        """Inches that it needs."""
        lines = [_inches(text, FONT, bold=look == BOLD) for text, look in self.lines]
        return 2 * PAD + max([self.indent + _inches(_cut(self.name), NAME, bold=True), *lines])

    @property
    def indent(self) -> float:
        """Inches between the left edge of its text and the name, for the number."""
        return 0.0 if self.number is None else 2 * BADGE + 0.07

    @property
    def height(self) -> float:
        """Inches that it needs."""
        return HEAD + (LINE * len(self.lines) + 0.05 if self.lines else 0)


def draw_ladder(ladder: Ladder, *, dark: bool = False) -> Picture:
    """The way of one name: which class supplies it, which ones it shadows."""
    boxes: dict[Hashable, Box] = {}
    name = _cut(ladder.name)
    for rung in ladder.rungs:
        if rung.has:
            line, look = (f"{name}: {rung.outcome}", PLAIN), SUPPLIES if rung.first else SHADOWED
        else:
            line, look = (f"no {name}", FAINT), PLAIN
        boxes[rung.cls] = Box(rung.called, rung.cls.__bases__, rung.number, [line], look, rung.reached)
    words = {WALKED: "Python looks here, in this order", REST: "the rest of the MRO"}
    if all(rung.reached for rung in ladder.rungs):
        del words[REST]
    return _draw(boxes, ladder.title, words, dark=dark)


def draw_table(table: Table, *, dark: bool = False) -> Picture:
    """What each class supplies, and what it has that is shadowed."""
    boxes: dict[Hashable, Box] = {}
    for number, (cls, called) in enumerate(table.called.items(), 1):
        own = [ladder for ladder in table.names.values() if ladder.found_in is cls]
        own.sort(key=lambda ladder: (ladder.name not in table.hooks, ladder.name.startswith("_")))
        supplied = [(ladder.name, BOLD if ladder.name in table.hooks else PLAIN) for ladder in own]
        shadowed = [(name, STRUCK) for name, ladder in table.names.items() if cls in [r.cls for r in ladder.shadowed]]
        boxes[cls] = Box(called, cls.__bases__, number, _some(supplied, NAMES) + _some(shadowed, HIDDEN), reached=False)
    words = {REST: "the MRO, by number"}
    looks = {look for box in boxes.values() for _, look in box.lines}
    words |= {look: text for look, text in {BOLD: "may be overridden", STRUCK: "shadowed"}.items() if look in looks}
    return _draw(boxes, table.title, words, dark=dark)


def draw_no_order(none: NoOrder, *, dark: bool = False) -> Picture:
    """The bases that allow no MRO, without numbers, and the reason as the title."""
    merge = none.merge()
    boxes: dict[Hashable, Box] = {merge.name: Box(merge.name, merge.bases, look=SHADOWED)}
    for cls, called in labels(each for base in merge.bases for each in base.__mro__).items():
        boxes[cls] = Box(called, cls.__bases__)
    return _draw(boxes, merge.reason, {}, dark=dark)


def _some(lines: list[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """The lines, or the first of them and how many more there are."""
    shown = lines if len(lines) <= most else lines[: most - 1]
    left = len(lines) - len(shown)
    return [(_cut(text), look) for text, look in shown] + ([(f"… and {left} more", FAINT)] if left else [])


def _draw(boxes: Mapping[Hashable, Box], sentence: str, words: Mapping[str, str], *, dark: bool) -> Picture:
    """The boxes, their arrows, and the walk from number to number; `words` are those of the legend."""
    bases = {key: box.bases for key, box in boxes.items()}
    layout = arrange(bases, {key: box.width for key, box in boxes.items()}, WIDTH - 2 * MARGIN)
    title = _wrapped(sentence, WIDTH - 2 * SIDE)
    heights = [max(boxes[key].height for key in row) for row in layout.rows]
    above = 0.32 + 0.2 * len(title)
    height = above + sum(heights) + RISE * (len(heights) - 1) + BOTTOM
    tops = [height - above - sum(heights[:row]) - RISE * row for row in range(len(heights))]
    figure = Picture(height, sentence, f"picture of {plural(len(boxes), 'class', 'classes')}", dark=dark)
    colours = figure.colours
    with styled():
        axes = figure.page()
        for number, line in enumerate(title, 1):
            _write(axes, (SIDE, height - 0.2 * number), line, colours["ink"], size=TITLE, bold=True)
        corners = {key: (layout.x[key] + MARGIN - box.width / 2, 0.0) for key, box in boxes.items()}
        for row, top in zip(layout.rows, tops, strict=True):
            corners |= {key: (corners[key][0], top) for key in row}
        _draw_walk(axes, [(corners[key], box) for key, box in boxes.items()])
        _draw_arrows(axes, boxes, layout, tops, heights, colours)
        for key, box in boxes.items():
            _draw_box(axes, corners[key], box, colours)
        _draw_legend(axes, {BASE: "to a base class", **words}, colours)
    return figure


def _draw_walk(axes: Axes, boxes: Sequence[tuple[Point, Box]]) -> None:
    """The way from number to number, dotted where Python no longer goes."""
    numbered = [(_badge(corner), box) for corner, box in boxes if box.number is not None]
    for (start, _), (end, box) in pairwise(numbered):
        way = _way([start, end])
        style = LOOKS[WALKED if box.reached else REST]
        axes.add_patch(PathPatch(way, fill=False, edgecolor=WALK, zorder=1, **style))


def _draw_arrows(
    axes: Axes,
    boxes: Mapping[Hashable, Box],
    layout: Layout,
    tops: Sequence[float],
    heights: Sequence[float],
    colours: dict[str, str],
) -> None:
    """An arrow from each class to each of its bases, through the lanes of the rows between them."""
    level = {key: number for number, row in enumerate(layout.rows) for key in row}
    for key, box in boxes.items():
        for base in box.bases:
            way = [(layout.x[key] + MARGIN, tops[level[key]])]
            for row, x in layout.lanes.get((key, base), []):
                way += [(x + MARGIN, tops[row] - heights[row]), (x + MARGIN, tops[row])]
            x, row = layout.x[base] + MARGIN, level[base]
            way += [(x, tops[row] - heights[row]), (x, tops[row] - boxes[base].height)]
            if abs(way[-1][1] - way[-2][1]) < 0.01:
                way.pop()
            axes.add_patch(_arrow(_way(way), colours))


def _way(points: Sequence[Point]) -> Path:
    """A line through the points: bent from the first to the second, straight to the third, and so on in turn."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        middle = (y0 + y1) / 2
        vertices += [(x1, y1)] if number % 2 else [(x0, middle), (x1, middle), (x1, y1)]
        codes += [Path.LINETO] if number % 2 else [Path.CURVE4] * 3
    return Path(vertices, codes)


def _arrow(way: Path, colours: dict[str, str]) -> FancyArrowPatch:
    return FancyArrowPatch(path=way, arrowstyle="-|>", mutation_scale=9, color=colours["faint"], linewidth=1, zorder=2)


def _draw_box(axes: Axes, corner: Point, box: Box, colours: dict[str, str]) -> None:
    """A class: filled if it supplies what was looked for, dashed if what it has is shadowed."""
    x, top = corner
    looks: dict[str, dict[str, Any]] = {
        PLAIN: {"facecolor": colours["paper"], "edgecolor": colours["faint"], "linewidth": 1},
        SUPPLIES: {"facecolor": COLOURS[0], "edgecolor": colours["ink"], "linewidth": 2},
        SHADOWED: {"facecolor": colours["paper"], "edgecolor": colours["ink"], "linewidth": 1.4, "linestyle": "--"},
    }
    style = "round,pad=0,rounding_size=0.06"
    axes.add_patch(
        FancyBboxPatch((x, top - box.height), box.width, box.height, style, zorder=3, label=box.name, **looks[box.look])
    )
    ink = ON_COLOURS[0] if box.look == SUPPLIES else colours["ink"]
    if box.number is not None:
        face, text = (WALK, ON_COLOURS[1]) if box.reached else (colours["paper"], colours["ink"])
        middle = _badge(corner)
        axes.add_patch(Circle(middle, BADGE, facecolor=face, edgecolor=WALK, linewidth=1.2, zorder=4))
        _write(axes, middle, str(box.number), text, bold=True, ha="center")
    _write(axes, (x + PAD + box.indent, top - HEAD / 2), _cut(box.name), ink, size=NAME, bold=True)
    for number, (line, look) in enumerate(box.lines):
        y = top - HEAD - LINE * (number + 0.4)
        colour = colours["faint"] if look in (FAINT, STRUCK) else ink
        _write(axes, (x + PAD, y), line, colour, bold=look == BOLD, struck=look == STRUCK)


def _draw_legend(axes: Axes, words: Mapping[str, str], colours: dict[str, str]) -> None:
    """What the signs of this picture mean."""
    x, y = SIDE, 0.17
    for look, text in words.items():
        if look == BASE:
            axes.add_patch(_arrow(Path([(x, y), (x + 0.35, y)]), colours))
        elif look in LOOKS:
            axes.plot([x, x + 0.35], [y, y], color=WALK, **LOOKS[look])
        x += 0.43 if look in (BASE, WALKED, REST) else 0
        _write(axes, (x, y), text, colours["ink"], bold=look == BOLD, struck=look == STRUCK)
        x += _inches(text, FONT, bold=look == BOLD) + 0.3


def _write(
    axes: Axes,
    at: Point,
    text: str,
    colour: str,
    *,
    size: float = FONT,
    bold: bool = False,
    struck: bool = False,
    ha: str = "left",
) -> None:
    weight = "bold" if bold else "normal"
    axes.text(*at, text, fontsize=size, fontweight=weight, color=colour, ha=ha, va="center_baseline", zorder=5)
    if struck:
        axes.plot([at[0], at[0] + _inches(text, size)], [at[1]] * 2, color=colour, linewidth=0.8, zorder=5)


def _badge(corner: Point) -> Point:
    """The middle of a box's number."""
    return corner[0] + PAD + BADGE, corner[1] - HEAD / 2


@cache
def _inches(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is."""
    font = FontProperties(weight="bold" if bold else "normal")
    return float(TextPath((0, 0), text, size=size, prop=font).get_extents().x1) / 72 if text.strip() else 0.0


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _wrapped(sentence: str, room: float) -> list[str]:
    """The sentence in lines that fit the width of the picture."""
    lines = [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _inches(longer, TITLE, bold=True) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
