"""The record of a run: what each client lived through, as data. No socket and no plot is known here.

Times come from `time.perf_counter()`, which reads one clock for all processes of a machine on Linux, macOS
and Windows, so the two ends of a connection can be laid side by side. A `Timeline` counts its seconds from
the moment its first client began to connect.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.drawing.figure import Picture

REPLIED = "replied"
CLOSED = "closed"
LEFT = "left"
REFUSED = "refused"
RESET = "reset"
TIMED_OUT = "timed out"
RAISED = "handler raised"
FAILED = "client failed"
ANSWERED = "answered"
LOST = "lost"
CUT = "cut"
ENDINGS = {
    REPLIED: "the server sent something, then ended the connection",
    CLOSED: "the server ended the connection without a byte",
    LEFT: "the client went away without waiting for a reply",
    REFUSED: "nobody listened at the address",
    RESET: "the connection was reset",
    TIMED_OUT: "the client's deadline passed",
    RAISED: "the server's handler raised an exception",
    FAILED: "the client's own function or system failed",
    ANSWERED: "every datagram was answered",
    LOST: "a datagram was sent, and no answer came before the client's deadline",
    CUT: "the server received less of a datagram than was sent",
}

GOOD = (REPLIED, ANSWERED)

TEXT_LANES = 32
TEXT_WIDTH = 32
SIGNS = {
    "connecting": "-",
    "queued": ".",
    "waiting": ".",
    "connected": ":",
    "accepted": "o",
    "in service": "#",
    "over": "=",
}


@dataclass(slots=True)
class Visit:
    """The server's side of one connection. Times are `perf_counter` seconds, None for what never came.

    `worker` says who served it: "loop" is the thread that accepts, "worker 3" the third other thread that
    served anyone, "process 2" the second child process. `error` is the exception that ended the service
    ("ValueError: no"), `traceback` its text. `size` is that of the datagram that the server read, in bytes.
    """

    address: object
    accepted: float
    began: float | None = None
    ended: float | None = None
    worker: str = ""
    error: str = ""
    traceback: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One client's run. Times are seconds since the first client began to connect, None for what never came.

    connecting -> connected: the handshake. connected -> accepted: queued, the kernel has accepted the
    connection and the program has not. began -> finished: in service, by `worker`. ended: the client's last
    moment. `ending` is one of `ENDINGS`; `error` says more where there is more to say. `watched` says whether
    the server's side was seen too.

    With datagrams nothing is connected: `connected` is when the first was sent, `accepted` when the server
    had read it, and between the two it waits; `sent` is the size of the largest, in bytes, 0 for a stream.
    """

    number: int
    address: object
    connecting: float
    connected: float | None
    ended: float
    ending: str
    reply: bytes = b""
    error: str = ""
    accepted: float | None = None
    began: float | None = None
    finished: float | None = None
    worker: str = ""
    traceback: str = ""
    watched: bool = False
    sent: int = 0

    @property
    def queued(self) -> float | None:
        """Seconds between connected (or sent) and accepted; None if it never connected."""
        if self.connected is None:
            return None
        return max(0.0, (self.ended if self.accepted is None else self.accepted) - self.connected)

    @property
    def service(self) -> float | None:
        """Seconds in service; None if it never was. A service that goes on counts to the client's end."""
        if self.began is None:
            return None
        return (self.ended if self.finished is None else self.finished) - self.began

    def spans(self) -> list[tuple[str, float, float]]:
        """The lane cut into (phase, start, end), none of them empty.

        The phases: connecting, queued (or connected, if nobody watched the server; or waiting, for a datagram),
        accepted (the program has it, no thread serves it yet), in service, over (the service has ended, the
        client does not know yet).
        """
        marks = [("connecting", self.connecting)]
        if self.connected is not None:
            known = [self.connected, *(t for t in (self.accepted,) if t is not None)]
            marks.append(("waiting" if self.sent else "queued" if self.watched else "connected", min(known)))
        if self.accepted is not None:
            marks.append(("accepted", self.accepted))
        if self.began is not None:
            marks.append(("in service", self.began))
            if self.finished is not None:
                marks.append(("over", self.finished))
        ends = [start for _, start in marks[1:]] + [max(self.ended, marks[-1][1])]
        return [(phase, start, end) for (phase, start), end in zip(marks, ends, strict=True) if end > start]


class Timeline:
    """What a crowd of clients lived through, a `Lane` each, in the order in which they came.

    `name` is the server's, `watched` says whether the server's side was seen too: against a bare address
    there is only the clients' own side, `peak` is None, and nobody can tell queued from in service.
    """

    def __init__(self, name: str, lanes: Iterable[Lane], *, watched: bool = True) -> None:
        self.name = name
        self.lanes = tuple(lanes)
        self.watched = watched

    def __len__(self) -> int:
        return len(self.lanes)

    def __iter__(self) -> Iterator[Lane]:
        return iter(self.lanes)

    def __getitem__(self, index: int) -> Lane:
        return self.lanes[index]

    @property
    def datagrams(self) -> bool:
        """Whether the clients sent datagrams."""
        return any(lane.sent for lane in self.lanes)

    @property
    def makespan(self) -> float:
        """Seconds from the first client's first step to the last client's end."""
        return max((lane.ended for lane in self.lanes), default=0.0)

    @property
    def in_service(self) -> list[tuple[float, int]]:
        """The step line: (moment, how many are in service from then on), beginning with (0.0, 0)."""
        changes: Counter[float] = Counter()
        for lane in self.lanes:
            if lane.began is not None:
                changes[lane.began] += 1
                changes[lane.ended if lane.finished is None else lane.finished] -= 1
        steps, count = [(0.0, 0)], 0
        for moment in sorted(changes):
            count += changes[moment]
            steps.append((moment, count))
        return steps

    @property
    def peak(self) -> int | None:
        """The most clients that were in service at once; None if the server was not watched."""
        return max(count for _, count in self.in_service) if self.watched else None

    @property
    def endings(self) -> dict[str, int]:
        """How many clients ended in which way."""
        return dict(Counter(lane.ending for lane in self.lanes))

    @property
    def workers(self) -> list[str]:
        """Who served, each named once: the loop, then workers and processes by their numbers."""
        names = {lane.worker for lane in self.lanes if lane.worker}
        return sorted(names, key=lambda name: (len(name), name))

    @property
    def manner(self) -> str:
        """How they were served, in words: 'one at a time', 'all at once', 'at most 5 at once'."""
        if not self.watched:
            return "seen from their side only"
        if not self.peak:
            return "none of them served"
        if len(self) == 1:
            return "served"
        if self.peak == 1:
            return "one at a time"
        return "all at once" if self.peak == len(self) else f"at most {self.peak:,} at once"

    @property
    def title(self) -> str:
        """What the run shows, as one sentence with the number in it."""
        clients = f"{len(self):,} client{'' if len(self) == 1 else 's'}"
        others = [f"{n:,} {ending}" for ending, n in self.endings.items() if ending not in GOOD]
        ending = f" ({', '.join(others)})" if others else ""
        return f"{self.name}: {clients}, {self.manner}, {self.makespan:.2f} s{ending}"

    def percentiles(self, what: str, *wanted: int) -> list[float]:
        """The given percentiles of `queued` or `service` in seconds (nearest rank); empty if nobody had any."""
        values = sorted(value for lane in self.lanes if (value := getattr(lane, what)) is not None)
        return [values[max(0, -(-len(values) * p // 100) - 1)] for p in wanted] if values else []

    def draw(self, *others: Timeline, dark: bool = False) -> Picture:
        """The picture of this run, with the `others` below it on the same time axis.

        Returns a matplotlib Figure that a notebook shows as a PNG. `dark=True` draws for a dark page.
        """
        from course.drawing.timeline import draw_timelines

        return draw_timelines([self, *others], dark=dark)

    def __repr__(self) -> str:
        head, *rows = self._rows()
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)]
        return "\n".join([self.title, *(line.rstrip() for line in lines), *self._rest()])

    def _repr_html_(self) -> str:
        head, *rows = ([html.escape(cell) for cell in row] for row in self._rows())
        fixed = '<td style="text-align:left;font-family:monospace;white-space:pre">'
        cells = ("".join(f"<td>{cell}</td>" for cell in row) + f"{fixed}{lane}</td>" for *row, lane in rows)
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        header = "".join(f'<th scope="col">{cell}</th>' for cell in head)
        rest = "".join(f"<p>{html.escape(line)}</p>" for line in self._rest())
        return (
            f"<table><caption>{html.escape(self.title)}</caption><thead><tr>{header}</tr></thead>"
            f"<tbody>{body}</tbody></table>{rest}"
        )

    def _rows(self) -> list[list[str]]:
        """The table, headings first: a row for each of the first clients, and their lane drawn in letters."""
        waiting = "waiting" if self.datagrams else "queued"
        rows = [["client", "connecting", waiting, "in service", "by", "ended", "reply", "lane"]]
        for lane in self.lanes[:TEXT_LANES]:
            connecting = (lane.ended if lane.connected is None else lane.connected) - lane.connecting
            queued = lane.queued if self.watched else None
            times = [connecting, queued, lane.service]
            reply = repr(lane.reply) if len(lane.reply) <= 16 else f"{lane.reply[:13]!r}..."
            ending = lane.ending if not lane.error else f"{lane.ending}: {lane.error}"
            rows.append([str(lane.number), *map(_milliseconds, times), lane.worker, ending, reply, self._letters(lane)])
        return rows

    def _letters(self, lane: Lane) -> str:
        scale = TEXT_WIDTH / self.makespan if self.makespan else 0.0
        letters = [" "] * TEXT_WIDTH
        for phase, start, end in lane.spans():
            for place in range(int(start * scale), min(TEXT_WIDTH, max(int(end * scale), int(start * scale) + 1))):
                letters[place] = SIGNS[phase]
        return "".join(letters)

    def _rest(self) -> list[str]:
        lines = []
        if len(self) > TEXT_LANES:
            lines.append(f"... and {len(self) - TEXT_LANES:,} more clients")
            for what, words in (("queued", "queued"), ("service", "in service")):
                if self.watched and (found := self.percentiles(what, 50, 95, 99)):
                    half, most, nearly = map(_milliseconds, found)
                    lines.append(f"{words}: half under {half}, 95 in 100 under {most}, 99 in 100 under {nearly}")
        if self.datagrams:
            return [*lines, "lane: . waiting, # in service, = over"]
        signs = "- connecting, . queued, # in service, = over" if self.watched else "- connecting, : connected"
        return [*lines, f"lane: {signs}"]


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.1f} ms"
