"""run.view() and run.save(): a Timeline to hover over, zoom and replay, in a notebook or in a page of its own.

Both are drawn by lanes.js. What it draws with (colours, hatches, marks, words) is that of `Timeline.draw()`, and is
passed along with the lanes, here and nowhere else.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.drawing.figure import COLOURS, DARK, HATCHES, LIGHT, ON_COLOURS
from course.drawing.timeline import BARS, MARKERS, PHASES, draw_timelines, legend_words, look
from course.text import plural
from course.timeline import Lane, Timeline

MODULE, STYLE = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("lanes.js", "lanes.css"))
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>:root {{ color-scheme: light dark }} body {{ max-width: 1600px; margin: 12px auto; padding: 0 12px }}
h1 {{ position: absolute; clip-path: inset(50%) }} /* for screen readers: it stands above the lanes again */
@media (prefers-color-scheme: dark) {{ body {{ background: {dark} }} }}
{style}</style></head>
<body><main><h1>{title}</h1></main><script type="module">
{module}
show(document.querySelector("main"), {data});
</script></body></html>
"""


def lane_data(lane: Lane, *, going_on: bool = False) -> dict[str, Any]:
    """A lane as lanes.js wants it. going_on: the client has not ended, so its last span has no end."""
    spans: list[list[Any]] = [[phase, round(start, 6), round(end, 6)] for phase, start, end in lane.spans()]
    spans = spans or [["connecting", round(lane.connecting, 6), round(lane.ended, 6)]]
    if going_on:
        spans[-1][2] = None
    return {
        "number": lane.number,
        "ending": lane.ending,
        "error": lane.error,
        "worker": lane.worker,
        "reply": repr(lane.reply[-200:]) if lane.reply else "",
        "open": going_on,
        "ended": round(lane.ended, 6) if not going_on else None,
        "spans": spans,
    }


def lanes_data(runs: Sequence[Timeline]) -> dict[str, Any]:
    """Runs and how they are drawn, as values that JSON can carry."""
    sides = {"light": LIGHT, "dark": DARK}
    return {
        "palette": {"colours": COLOURS, "on": ON_COLOURS, "hatches": HATCHES, **sides},
        "phases": {
            phase: {"half": it.half} | {side: _look(phase, colours) for side, colours in sides.items()}
            for phase, it in PHASES.items()
        },
        "endings": {
            ending: {"marker": marker, "good": ending.good, "meaning": ending.meaning}
            for ending, marker in MARKERS.items()
        },
        "bars": BARS,
        "legend": legend(runs),
        "runs": [
            {
                "name": run.name,
                "title": run.title,
                "workers": run.workers,
                "end": run.makespan,
                "lanes": [lane_data(lane) for lane in run],
            }
            for run in runs
        ],
    }


def legend(runs: Sequence[Timeline]) -> dict[str, str]:
    """What the signs mean that can be seen in runs when one zooms in."""
    return legend_words(runs, 0)


def _look(phase: str, colours: dict[str, str]) -> dict[str, str]:
    """How a phase is drawn: its fill, edge and hatch, and its colour where lanes are too thin for them."""
    found = look(phase, colours)
    edge = "" if found["edgecolor"] == "none" else found["edgecolor"]
    field = look(phase, colours, field=True)["facecolor"]
    return {"fill": found["facecolor"], "edge": edge, "hatch": found.get("hatch", ""), "field": field}


def save_page(runs: Sequence[Timeline], path: str | os.PathLike[str]) -> None:
    """Write runs into an HTML file that needs nothing else; see `Timeline.save`."""
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"{path.name!r} is no name for a page: let it end in .html")
    data = json.dumps(lanes_data(runs)).replace("<", "\\u003c")  # nothing in it ends the script
    title = html.escape(". ".join(run.title for run in runs))
    path.write_text(
        PAGE.format(title=title, module=MODULE, style=STYLE, data=data, dark=DARK["paper"]), encoding="utf-8"
    )


class TimelineView(anywidget.AnyWidget):
    """What `Timeline.view()` returns."""

    _esm = MODULE
    _css = STYLE
    data = traitlets.Dict().tag(sync=True)

    def __init__(self, runs: Sequence[Timeline]) -> None:
        self.runs = tuple(runs)
        super().__init__(data=lanes_data(runs))

    def show(self, runs: Sequence[Timeline]) -> None:
        """Show other runs in place of these; the cursor stays at the same part of the time axis."""
        self.runs, self.data = tuple(runs), lanes_data(runs)

    def __repr__(self) -> str:
        return f"<view of {' and '.join(plural(len(run), 'client') for run in self.runs)}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        view, more = super()._repr_mimebundle_(**kwargs) or ({}, {})
        picture, alternative = draw_timelines(self.runs)._repr_mimebundle_()
        return picture | view, more | alternative
