"""The explorer of a stream: what was sent, in which pieces it came, and which messages the receiver makes of it."""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets as widgets

from course.explore.stream_exchange import FRAMINGS, NOTHING, READINGS, Exchange, exchange
from course.explore.widgets import Panel, choice, named, row, words

MESSAGES = "hello, café, 10 €"
PALE = ("#cfe8f7", "#fbe3b3")  # of two neighbours
BOX = "display:inline-block;border:1px solid #767676;color:#000;padding:1px 5px;margin:1px 2px;font-family:monospace"


def readable(data: bytes) -> str:
    """Bytes as text where they are whole characters of UTF-8 that can be seen; the others as Python writes them."""
    text = data.decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text) or "(nothing)"


def tell(it: Exchange) -> str:
    """What happened, in numbers."""
    sent = f"{len(it.messages)} messages were sent in {len(it.pieces)} pieces and came in {len(it.received)}."
    if it.taken == it.messages:
        return f"{sent} The receiver has the same {len(it.messages)} messages."
    cut = sum(piece.decode("utf-8", "ignore").encode() != piece for piece in it.taken)
    more = f" In {cut} of them a character is cut, so that decode() would raise UnicodeDecodeError." if cut else ""
    return f"{sent} The receiver takes {len(it.taken)} for messages, and not the same ones.{more}"


def boxes(name: str, pieces: Sequence[bytes]) -> str:
    """A row of boxes, a piece in each, with how many bytes it has."""
    cells = ""
    for number, piece in enumerate(pieces):
        look = f"{BOX};background:{PALE[number % 2]}"
        cells += f'<span style="{look}" title="{len(piece)} bytes">{html.escape(readable(piece))}</span>'
    return f"<tr><th scope='row' style='white-space:nowrap'>{name} ({len(pieces)})</th><td>{cells}</td></tr>"


class StreamExplorer(Panel):
    """Messages to type, how they are sent, framed and read; all rows come from one real connection."""

    function = "stream"

    def __init__(self) -> None:
        late = {"continuous_update": False}
        self.messages = named(
            widgets.Text, "messages", "What to send: messages, with commas between them.", value=MESSAGES, **late,
            layout=widgets.Layout(width="620px", max_width="calc(100% - 4px)"),
        )  # fmt: skip
        self.piece = named(
            widgets.IntSlider, "bytes per send", "How many bytes each send has; 0 sends each message by itself.", max=32
        )
        self.recv_size = named(
            widgets.IntSlider, "recv size", "The number in recv(...): how many bytes it returns at most.",
            value=32, min=1, max=64,
        )  # fmt: skip
        self.framing = choice("framing", "How the receiver can tell where a message ends.", FRAMINGS, NOTHING)
        self.reading = choice("receiver reads", "When the receiver calls recv.", READINGS, READINGS[0])
        self.result = widgets.HTML()
        super().__init__([self.messages, row(self.piece, self.recv_size), self.framing, self.reading, self.result])
        for control in (self.messages, self.piece, self.recv_size, self.framing, self.reading):
            control.observe(lambda _: self._show(), "value")
        self._show()

    def _show(self) -> None:
        with self.complaining():
            messages = [text.strip().encode() for text in self.messages.value.split(",") if text.strip()]
            if not messages:
                raise ValueError("type at least one message to send")
            it = exchange(
                messages,
                piece=self.piece.value,
                recv_size=self.recv_size.value,
                framing=self.framing.value,
                reading=self.reading.value,
            )
            rows = (
                boxes("sent", it.pieces) + boxes("recv returned", it.received) + boxes("taken for messages", it.taken)
            )
            rest = boxes("left over", [it.rest]) if it.rest else ""
            self.result.value = f"{words(tell(it))}<table>{rows}{rest}</table>"
