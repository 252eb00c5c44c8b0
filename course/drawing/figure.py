"""What all pictures share: colours, size, and how a notebook shows them.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which colour-blind readers can tell apart.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
ON_COLOURS = ("#ffffff", *["#000000"] * 5)  # text on them, with a contrast of 4.5 or more (WCAG 2.1, 1.4.3)
HATCHES = ("", "////", "....")  # for the seventh and later items, when the colours start again
WIDTH = 8.0  # inches
DPI = 100  # of the picture as shown; it holds `SHARPER` times as many dots each way
SHARPER = 1.6

SERVED = {"served": COLOURS[0]}
LIGHT = SERVED | {"paper": "#ffffff", "ink": "#222222", "faint": "#767676", "fill": "#cfcfcf", "pale": "#9a9a9a"}
DARK = SERVED | {"paper": "#111111", "ink": "#eeeeee", "faint": "#9a9a9a", "fill": "#4a4a4a", "pale": "#777777"}
STYLE: Any = {"hatch.linewidth": 0.7, "font.size": 9.5, "axes.linewidth": 0.9}


_one_at_a_time = threading.RLock()


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the course's style, one thread at a time: matplotlib's settings are the whole program's."""
    with _one_at_a_time, rc_context(STYLE):
        yield


class Picture(Figure):
    """A matplotlib Figure that a notebook shows as a PNG, with a sentence as its alternative text."""

    def __init__(self, height: float, sentence: str, what: str, *, dark: bool) -> None:
        self.colours = DARK if dark else LIGHT
        super().__init__(figsize=(WIDTH, height), facecolor=self.colours["paper"])
        FigureCanvasAgg(self)
        self.sentence = sentence  #: what it shows, for those who cannot see it
        self.what = what  #: what it is, without any number that changes from run to run
        self.rows = 0.0, 0.0  #: where the first row begins and how high a row is, as parts of the picture's height

    def page(self, *, down: bool = False) -> Axes:
        """Axes over the whole picture, in inches from its left and from its bottom, or `down` from its top."""
        width, height = self.get_size_inches()
        axes = self.add_axes((0, 0, 1, 1), facecolor="none")
        axes.set(xlim=(0, width), ylim=(height, 0) if down else (0, height))
        axes.axis("off")
        return axes

    def png(self) -> bytes:
        """The picture as PNG of 256 colours, with nothing in it that changes from machine to machine or day to day."""
        pixels, png = io.BytesIO(), io.BytesIO()
        with styled():
            self.savefig(pixels, format="rgba", dpi=DPI * SHARPER)
        width = round(WIDTH * DPI * SHARPER)
        drawn = Image.frombytes("RGBA", (width, len(pixels.getbuffer()) // width // 4), pixels.getvalue())
        drawn.convert("RGB").quantize(method=Image.Quantize.MAXCOVERAGE).save(png, format="png")
        return png.getvalue()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        width, height = (round(inches * DPI) for inches in self.get_size_inches())
        return (
            {"image/png": self.png(), "text/plain": f"<{self.what}>"},
            {"image/png": {"width": width, "height": height, "alt": self.sentence}},
        )
