"""The picture of a Timeline: a step line above the clients' lanes.

Phases differ by hatching and thickness and endings by shape, so that black and white loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from course.drawing.figure import COLOURS, DPI, HATCHES, ON_COLOURS, WIDTH, Picture, styled
from course.text import plural
from course.timeline import Ending, Timeline

MARKERS = {
    Ending.REPLIED: "o",
    Ending.ANSWERED: "o",
    Ending.CLOSED: "$\\circ$",
    Ending.LEFT: "<",
    Ending.REFUSED: "X",
    Ending.RESET: "v",
    Ending.TIMED_OUT: "|",
    Ending.RAISED: "*",
    Ending.FAILED: "D",
    Ending.NO_ANSWER: "$?$",
    Ending.CUT: "s",
    Ending.UNKNOWN: "P",
}
LARGER = {Ending.RAISED: 1.7, Ending.REFUSED: 1.25, Ending.TIMED_OUT: 1.8, Ending.CLOSED: 1.2, Ending.NO_ANSWER: 1.4}
LABELLED = 16  # lanes; up to here each has its name beside it and its worker's inside it
HATCHED = 100  # lanes; up to here they are thick enough for hatching
BARS = 200  # lanes; up to here each has bars of its own, beyond they run together into one field
ROWS = 700  # of the field, at most
DOTS = 800  # across the picture; what is narrower than one is not seen
GAP = 0.16  # inches between two parts
LEFT_EDGE, BREADTH = 0.115, 0.865  # of the picture's width
BOTTOM = 0.55  # inches for the time axis
LEGEND_ROW, LETTER = 0.2, 0.066  # inches: of a row of the legend, and of a letter in it on average


class Phase(NamedTuple):
    """How a phase of a lane is drawn."""

    half: float  #: half the thickness of its bar; a lane is 1 thick
    colour: str
    words: str  #: in the legend
    hatch: str = ""  #: in place of the colour, where lanes are thick enough for it
    edged: bool = False


PHASES = {
    "connecting": Phase(0.06, "pale", "connecting"),
    "queued": Phase(0.24, "fill", "queued: connected, not accepted", "/////"),
    "waiting": Phase(0.24, "fill", "waiting: sent, not yet read", "/////"),
    "connected": Phase(0.24, "fill", "connected"),
    "accepted": Phase(0.24, "faint", "accepted, not served yet", "....."),
    "in service": Phase(0.34, "served", "in service", edged=True),
    "over": Phase(0.06, "ink", "served, the client does not know yet", edged=True),
}


def draw_timelines(runs: Sequence[Timeline], *, dark: bool = False) -> Picture:
    """Each run's step line above its lanes, all runs one below the other on one time axis."""
    heights = [height for run in runs for height in (0.42, _lanes_height(len(run)))]
    titles = [0.58 if _many(run) else 0.38 for run in runs]
    end = max(run.makespan for run in runs) * 1.02 or 1.0
    words = legend_words(runs, end)
    columns = _columns([*words.values()])
    legend = LEGEND_ROW * -(-len(words) // columns)
    total = sum(heights) + sum(titles) + GAP * (2 * len(runs) - 1) + BOTTOM + legend
    what = " and ".join(plural(len(run), "client") for run in runs)
    figure = Picture(total, ". ".join(run.title for run in runs), f"picture of {what}", dark=dark)
    colours = figure.colours
    top = total
    with styled():
        for run, title in zip(runs, titles, strict=True):
            top -= title
            for draw in (_draw_steps, _draw_lanes):
                height = heights.pop(0)
                axes = figure.add_axes((LEFT_EDGE, (top - height) / total, BREADTH, height / total), facecolor="none")
                draw(axes, run, colours, end)
                _tidy(axes, colours, end, bare=draw is _draw_steps or run is not runs[-1])
                top -= height + GAP
        _draw_legend(figure, words, columns, field=all(len(run) > HATCHED for run in runs))
    return figure


def _lanes_height(lanes: int) -> float:
    """Inches for the lanes: enough for names as long as there are few, and never more than a page."""
    return max(0.3, 0.27 * lanes) if lanes <= LABELLED else min(4.3, 0.27 * LABELLED + 0.012 * (lanes - LABELLED))


def _draw_steps(axes: Axes, run: Timeline, colours: dict[str, str], _end: float) -> None:
    moments, counts = zip(*run.in_service, (run.makespan, run.in_service[-1][1]), strict=True)
    axes.fill_between(moments, counts, step="post", color=colours["fill"], linewidth=0)
    axes.step(moments, counts, where="post", color=colours["ink"], linewidth=1)
    most = max(1, run.peak or 0)
    axes.set_ylim(0, most * 1.12)
    axes.set_yticks([0, most], ["0", f"{most:,}"])
    axes.set_ylabel("in\nservice" if run.watched else "not\nknown", rotation=0, ha="right", va="center", fontsize=8)
    axes.set_title(
        run.title, loc="left", fontsize=11, fontweight="bold", color=colours["ink"], pad=19 if _many(run) else 6
    )
    if _many(run):
        axes.text(0, 1.08, _percentiles(run), transform=axes.transAxes, fontsize=8.5, color=colours["ink"], va="bottom")


def _many(run: Timeline) -> bool:
    return len(run) > LABELLED


def _percentiles(run: Timeline) -> str:
    parts = []
    for what, words in (("queued", "waiting" if run.datagrams else "queued"), ("service", "in service")):
        if run.watched and (found := run.percentiles(what, 50, 95, 99)):
            parts.append(f"{words} {' / '.join(map(_seconds, found))}")
    return "     ".join([*parts, "(50th / 95th / 99th percentile)"]) if parts else ""


def _seconds(value: float) -> str:
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"


def _draw_lanes(axes: Axes, run: Timeline, colours: dict[str, str], end: float) -> None:
    axes.set_ylim(len(run) + 0.5, 0.5)
    if _many(run):
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=2))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if 1 <= value <= len(run) else "")
        axes.set_ylabel("client", fontsize=9.5)
    else:
        axes.set_yticks([lane.number for lane in run], [f"client {lane.number}" for lane in run])
    (_draw_field if len(run) > BARS else _draw_bars)(axes, run, colours, end)
    for ending in run.endings:
        if len(run) <= BARS or not ending.good:
            places = [(lane.ended, place) for place, lane in enumerate(run, 1) if lane.ending == ending]
            axes.plot(*zip(*places, strict=True), **_marker(ending, colours, len(run)))


def look(phase: str, colours: dict[str, str], *, field: bool = False) -> dict[str, Any]:
    """How a phase is filled and edged: with hatching, or with plain colours where lanes are too thin for it."""
    it = PHASES[phase]
    if field:
        return {"facecolor": colours["paper" if phase == "over" else it.colour], "edgecolor": "none"}
    if it.hatch:
        return {"facecolor": colours["paper"], "edgecolor": colours["faint"], "hatch": it.hatch}
    return {"facecolor": colours[it.colour], "edgecolor": colours["ink"] if it.edged else "none"}


def _draw_bars(axes: Axes, run: Timeline, colours: dict[str, str], end: float) -> None:
    """A bar for each span of each lane; in service, the worker chooses the colour and, after six of them, the hatch."""
    turn = {worker: number for number, worker in enumerate(run.workers)}
    boxes: dict[tuple[str, str], list[Any]] = {}
    fills: dict[str, list[str]] = {}
    width = 0.25 if _many(run) else 0.6
    for place, lane in enumerate(run, 1):
        for phase, start, stop in lane.spans():
            half, hatch = PHASES[phase].half, ""
            if phase == "in service":
                turns, number = divmod(turn[lane.worker], len(COLOURS))
                hatch = HATCHES[turns] if len(turn) <= len(COLOURS) * len(HATCHES) else ""
                fills.setdefault(hatch, []).append(COLOURS[number])
                if not _many(run) and (stop - start) > 0.085 * end:
                    box = {"facecolor": COLOURS[number], "edgecolor": "none", "pad": 0.8} if hatch else None
                    axes.text((start + stop) / 2, place, lane.worker, color=ON_COLOURS[number], ha="center",
                              va="center_baseline", fontsize=7.5, clip_on=True, bbox=box)  # fmt: skip
            bar = [(start, place - half), (stop, place - half), (stop, place + half), (start, place + half)]
            boxes.setdefault((phase, hatch), []).append(bar)
    for (phase, hatch), bars in boxes.items():
        style = look(phase, colours, field=bool(PHASES[phase].hatch) and len(run) > HATCHED)
        if phase == "in service":
            style["facecolor"] = fills[hatch]
            axes.add_collection(PolyCollection(bars, linewidth=width, hatch=hatch or None, **style), autolim=False)
        else:  # as one shape: hatching takes its time for each
            shape = Path.make_compound_path_from_polys(np.array(bars))
            axes.add_patch(PathPatch(shape, linewidth=0.0 if phase == "over" else 0.6, **style))


def _draw_field(axes: Axes, run: Timeline, colours: dict[str, str], end: float) -> None:
    """All lanes as one field of dots: a row of it is the mean of the lanes that share it."""
    phases = list(PHASES)
    columns = round(WIDTH * DPI)
    field = np.zeros((len(run), columns), dtype=np.uint8)
    for row, lane in zip(field, run, strict=True):
        for phase, start, stop in lane.spans():
            first = int(start / end * columns)
            row[first : max(first + 1, int(stop / end * columns))] = 1 + phases.index(phase)
    fills = [look(phase, colours, field=True)["facecolor"] for phase in phases]
    inks = np.array([to_rgb(colour) for colour in (colours["paper"], *fills)])
    parts = np.array_split(field, min(len(run), ROWS))
    dots = np.stack([inks[part].mean(axis=0) for part in parts])
    axes.imshow(dots, extent=(0, end, len(run) + 0.5, 0.5), aspect="auto", interpolation="nearest", zorder=1)


def _marker(ending: Ending, colours: dict[str, str], lanes: int) -> dict[str, Any]:
    size = 6.5 if lanes <= LABELLED else 3.5
    hollow = ending == Ending.CLOSED and lanes > LABELLED  # a ring of paper would leave nothing of a small one
    ring = colours["ink"] if ending == Ending.TIMED_OUT or hollow else colours["paper"]
    width = 2 if ending == Ending.TIMED_OUT else 0.7
    return {"linestyle": "none", "marker": MARKERS[ending], "markersize": size * LARGER.get(ending, 1), "zorder": 5,
            "color": colours["ink"], "markeredgecolor": ring, "clip_on": False,
            "markeredgewidth": width if lanes <= LABELLED else min(width, 1)}  # fmt: skip


def _tidy(axes: Axes, colours: dict[str, str], end: float, *, bare: bool) -> None:
    axes.set_xlim(0, end)
    axes.spines[["top", "right"]].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(colours["ink"])
    axes.tick_params(colors=colours["ink"], labelsize=8.5, labelbottom=not bare, length=3)
    axes.yaxis.label.set_color(colours["ink"])
    if not bare:
        axes.set_xlabel("seconds since the first client began to connect", color=colours["ink"])


def _in_service(runs: Sequence[Timeline]) -> str:
    """The legend of the bars in service: what their colours stand for, if they are told apart by them."""
    most = max(len(run.workers) for run in runs)
    workers = {worker.split()[0] for run in runs for worker in run.workers}
    if most < 2 or most > len(COLOURS) * len(HATCHES) or any(len(run) > BARS for run in runs):
        return "in service"
    nouns = {worker if worker in ("process", "task") else "thread" for worker in workers}
    noun = " or ".join(sorted(nouns, reverse=True))
    return f"in service, one colour{' and hatch' * (most > len(COLOURS))} per {noun}"


def legend_words(runs: Sequence[Timeline], end: float) -> dict[str, str]:
    """The phases and endings that can be seen in this picture, and what their signs mean."""
    seen = {phase for run in runs for lane in run for phase, start, stop in lane.spans() if stop - start > end / DOTS}
    field = all(len(run) > BARS for run in runs)
    words = {phase: it.words for phase, it in PHASES.items() if phase in seen and not (field and phase == "over")}
    if "in service" in words:
        words["in service"] = _in_service(runs)
    endings = {ending for run in runs for ending in run.endings if not (field and ending.good)}
    return words | {ending: ending for ending in MARKERS if ending in endings}


def _columns(texts: Sequence[str]) -> int:
    """The number of columns in which the legend fits; matplotlib fills the first ones with one text more."""
    for columns in (4, 3):
        each, more = divmod(len(texts), columns)
        ends = [each * column + min(column, more) for column in range(columns + 1)]
        widths = [0.6 + LETTER * max(map(len, texts[start:end]), default=0) for start, end in pairwise(ends)]
        if sum(widths) <= WIDTH:
            return columns
    return 2


def _draw_legend(figure: Picture, words: dict[str, str], columns: int, *, field: bool) -> None:
    colours, handles = figure.colours, list[Any]()
    for sign, text in words.items():
        if isinstance(sign, Ending):
            handles.append(Line2D([], [], label=text, **_marker(sign, colours, 1)))
        elif PHASES[sign].half < 0.1:
            handles.append(Line2D([], [], label=text, color=look(sign, colours)["facecolor"], linewidth=2.5))
        else:
            handles.append(Patch(label=text, linewidth=0.6, **look(sign, colours, field=field)))
    figure.legend(handles=handles, loc="lower center", ncols=columns, frameon=False, fontsize=8.5,
                  labelcolor=colours["ink"], handlelength=1.8, columnspacing=1.4)  # fmt: skip
