"""The picture of a CallChain: a column for each thread, a row for each call, time running downwards.

A row is the begin of a call in any thread, so the rows are in the order of time, but not to its scale: most
calls take microseconds between waits of milliseconds. The moments stand at the left.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from course.drawing.figure import COLOURS, HATCHES, WIDTH, Picture, styled
from course.text import plural
from course.tracing.call import RAISED, RUNNING, Call

if TYPE_CHECKING:
    from course.tracing.call_chain import CallChain

THREADS = 5  # columns; more would leave no room for names
ROWS = 70  # calls; more would not fit a page
ROW = 0.2  # inches
TOP = 0.72
BOTTOM = 0.55
LEFT = 0.62
INDENT = 0.13
BAR = 0.1
FONT = 8.0  # points; less where the columns would be too wide
HEADING = 9.5  # points; the same
LETTER = 0.0084  # inches, of a letter on average, for each point
KNOWN = ("TCPServer", "BaseServer", "ThreadingMixIn", "BaseRequestHandler")  # the same colours in every picture


def draw_chain(chain: CallChain, *, dark: bool = False) -> Picture:
    """The calls of a chain; where they are too many, the first ones, and the title says so."""
    calls = chain.calls
    shown = [call for call in calls if call.role in chain.roles[:THREADS]][:ROWS]
    roles = [role for role in chain.roles if any(call.role == role for call in shown)]
    height = TOP + ROW * max(1, len(shown)) + BOTTOM
    what = f"picture of {plural(len(calls), 'call')} in {plural(len(chain.roles), 'thread')}"
    figure = Picture(height, _sentence(calls, shown, chain.roles), what, dark=dark)
    colours = figure.colours
    figure.rows = TOP / height, ROW / height
    looks = _looks(shown)
    with styled():
        axes = figure.page(down=True)
        axes.text(0.1, 0.24, figure.sentence, fontsize=11, fontweight="bold", color=colours["ink"], va="center")
        widths = {
            role: max(1.2 * LETTER * HEADING * len(role), *(_width(call, FONT) for call in shown if call.role == role))
            for role in roles
        }
        scale = min(1.0, (WIDTH - LEFT - 0.1) / (sum(widths.values()) or 1))
        columns = _draw_columns(axes, widths, scale, len(shown), colours)
        _draw_calls(axes, shown, columns, looks, colours, FONT * scale)
        handles = [Patch(label=name, **look) for name, look in looks.items()]
        legend = figure.legend(handles=handles, title="defined in", alignment="left", loc="lower left", ncols=6,
                               frameon=False, fontsize=8, title_fontsize=8, labelcolor=colours["ink"],
                               handlelength=1.2, columnspacing=1.2, borderaxespad=0.2)  # fmt: skip
        legend.get_title().set_color(colours["ink"])
    return figure


def _sentence(calls: Sequence[Call], shown: Sequence[Call], roles: Sequence[str]) -> str:
    threads = plural(len(roles), "thread")
    if len(shown) < len(calls):
        return f"{len(calls):,} calls in {threads}, the first {len(shown)} in {min(len(roles), THREADS)} of them"
    return f"{len(calls):,} calls in {threads}: {', '.join(roles)}" if calls else "no calls were traced"


def _looks(calls: Sequence[Call]) -> dict[str, dict[str, Any]]:
    """A colour, and after six a hatching, for each class that defines anything."""
    seen = dict.fromkeys(call.defined_in.__name__ for call in calls)
    places = {name: number for number, name in enumerate([*KNOWN, *(name for name in seen if name not in KNOWN)])}
    return {
        name: {
            "facecolor": COLOURS[places[name] % len(COLOURS)],
            "hatch": HATCHES[places[name] // len(COLOURS) % len(HATCHES)],
            "edgecolor": "#ffffff",
            "linewidth": 0.5,
        }
        for name in seen
    }


def _draw_columns(
    axes: Axes, widths: dict[str, float], scale: float, rows: int, colours: dict[str, str]
) -> dict[str, float]:
    """A heading and a faint line for each thread; returns the left edge of each."""
    scaled = (width * scale for width in widths.values())
    columns = dict(zip(widths, itertools.accumulate(scaled, initial=LEFT), strict=False))
    for role, x in columns.items():
        axes.text(x, TOP - 0.16, role, fontsize=HEADING * scale, fontweight="bold", color=colours["ink"], va="center")
        axes.plot([x - 0.05, x - 0.05], [TOP, TOP + rows * ROW], color=colours["fill"], linewidth=0.8)
    return columns


def _draw_calls(
    axes: Axes,
    calls: Sequence[Call],
    columns: dict[str, float],
    looks: dict[str, Any],
    colours: dict[str, str],
    font: float,
) -> None:
    starts = [call.start for call in calls]
    places: dict[Call, tuple[float, float]] = {}
    for row, call in enumerate(calls):
        end = len(calls) if call.end is None else max(row + 1, bisect_left(starts, call.end))
        x, y = columns[call.role] + INDENT * _depth(call), TOP + row * ROW
        places[call] = x, y + ROW / 2
        look = dict(looks[call.defined_in.__name__])
        if call.outcome == RUNNING:
            look |= {"linestyle": "--", "edgecolor": colours["ink"]}
        axes.add_patch(Rectangle((x, y + 0.02), BAR, (end - row) * ROW - 0.04, **look))
        weight = "bold" if call.outcome == RAISED else "normal"
        text: dict[str, Any] = {"va": "center_baseline", "fontsize": font, "color": colours["ink"]}
        axes.text(x + BAR + 0.05, y + ROW / 2, _words(call), fontweight=weight, **text)
        moment: dict[str, Any] = {"va": "center_baseline", "ha": "right", "fontsize": 6.5, "color": colours["faint"]}
        axes.text(LEFT - 0.14, y + ROW / 2, f"{call.start * 1000:.2f} ms", **moment)
    for call in calls:
        if call.gave_to in places:
            x, y = places[call]
            begin = x + _width(call, font) - INDENT * _depth(call) - 0.05, y
            axes.annotate("", places[call.gave_to], begin, arrowprops={"arrowstyle": "-|>", "color": colours["ink"]})


def _words(call: Call) -> str:
    return call.name + {RAISED: "  raised", RUNNING: "  still running"}.get(call.outcome, "")


def _width(call: Call, font: float) -> float:
    """Inches that a call's bar and words need from the left edge of its column, with some room beside them."""
    return INDENT * _depth(call) + BAR + 0.15 + LETTER * font * len(_words(call))


def _depth(call: Call) -> int:
    depth = 0
    while call := call.parent:  # type: ignore[assignment]
        depth += 1
    return depth
