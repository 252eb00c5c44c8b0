"""Drawing a Timeline, beside plain matplotlib with the same bars; and the size of the lessons' pictures."""

from __future__ import annotations

import base64
import io
import json
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.measuring import Row, at_most, in_turns, seconds
from course.timeline import Ending, Lane, Timeline

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def made_up(lanes: int) -> Timeline:
    """So many clients that come one after another, wait and are served."""
    step = 1 / lanes
    return Timeline(
        "Server",
        (
            Lane(n, ("127.0.0.1", n), n * step, n * step + 0.01, n * step + 0.4, Ending.REPLIED, b"HELLO", "",
                 n * step + 0.1, n * step + 0.1, n * step + 0.4, f"worker {n}", watched=True)
            for n in range(1, lanes + 1)
        ),
    )  # fmt: skip


def plainly(run: Timeline) -> bytes:
    """The same bars by broken_barh, a call for each client, as one would write it by hand."""
    figure = Figure(figsize=(8, 6))
    axes = figure.subplots()
    for lane in run:
        spans = [(start, end - start) for _, start, end in lane.spans()]
        axes.broken_barh(spans, (lane.number - 0.4, 0.8))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=160)
    return buffer.getvalue()


def largest_picture() -> int:
    """Bytes of the largest PNG stored in the lessons."""
    sizes = [0]
    for path in NOTEBOOKS.glob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            for output in cell.get("outputs", []):
                sizes.append(len(base64.b64decode(output.get("data", {}).get("image/png", ""))))
    return max(sizes)


def draw(run: Timeline) -> float:
    """Seconds for the picture and its PNG."""
    return seconds(lambda: run.draw().png())


def measure() -> list[Row]:
    made_up(10).draw().png()
    rows = []
    for lanes, bound in ((1000, 1.0), (10_000, 2.0)):
        run = made_up(lanes)
        ours, plain = in_turns(3, partial(draw, run), partial(seconds, plainly, run))
        beside = f"`broken_barh` for each: {plain:.2f} s"
        rows.append(
            Row(f"drawing {lanes:,} clients", f"{ours:.2f} s", beside, f"{ours / plain:.2f}", at_most(ours, bound, "s"))
        )
    size = largest_picture() / 1000
    return [*rows, Row("the largest picture in the lessons", f"{size:.0f} kB", missed=at_most(size, 150, "kB"))]
