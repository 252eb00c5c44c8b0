"""What all pictures share: colours, size, and how a notebook shows them.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which colour-blind readers can tell apart.
"""

from __future__ import annotations

import io
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
ON_COLOURS = ("#ffffff", "#000000", "#ffffff", "#000000", "#000000", "#ffffff")  # text that is legible on them
WIDTH = 8.0  # inches
DPI = 100  # of the picture as shown; it holds `SHARPER` times as many dots each way
SHARPER = 1.6

LIGHT = {"paper": "#ffffff", "ink": "#222222", "faint": "#767676", "fill": "#cfcfcf", "pale": "#9a9a9a"}
DARK = {"paper": "#111111", "ink": "#eeeeee", "faint": "#9a9a9a", "fill": "#4a4a4a", "pale": "#777777"}
STYLE: Any = {"hatch.linewidth": 0.7, "font.size": 9.5, "axes.linewidth": 0.9}


class Picture(Figure):
    """A matplotlib Figure that a notebook shows as a PNG, with its sentences as the text for who cannot see it."""

    sentence: str = ""
    what: str = ""

    def png(self) -> bytes:
        """The picture as PNG, with nothing in it that changes from machine to machine or day to day."""
        buffer = io.BytesIO()
        with rc_context(STYLE):
            self.savefig(buffer, format="png", dpi=DPI * SHARPER, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        width, height = (round(inches * DPI) for inches in self.get_size_inches())
        return (
            {"image/png": self.png(), "text/plain": f"<{self.what}>"},
            {"image/png": {"width": width, "height": height, "alt": self.sentence}},
        )
