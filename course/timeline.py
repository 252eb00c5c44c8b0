"""The record of a run: what each client lived through, as data. No socket and no plot is known here.

Times come from `time.perf_counter()`, which reads one clock for all processes of a machine on Linux, macOS
and Windows, so the two ends of a connection can be laid side by side. A `Timeline` counts its seconds from
the moment its first client began to connect.
"""

from __future__ import annotations

import enum
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.text import as_html, as_text, duration, plural

if TYPE_CHECKING:
    from course.drawing.figure import Picture
    from course.explore.view import TimelineView

Address = tuple[str, int] | tuple[str, int, int, int] | str
"""Where a server listens: (host, port), IPv6's four values, or the path of a Unix socket."""

UNKNOWN = "unknown"
"""The worker of a visit whose connection was handed over to somebody who is not watched."""


class Ending(enum.StrEnum):
    """How a client's run ended. Its `meaning` says it in a sentence."""

    REPLIED = "replied", "the server sent something, then ended the connection"
    CLOSED = "closed", "the server ended the connection without a byte"
    LEFT = "left", "the client ended the connection before the server did"
    REFUSED = "refused", "nothing listened at the address"
    RESET = "reset", "the connection was reset"
    TIMED_OUT = "timed out", "the client's deadline passed"
    RAISED = "handler raised", "the server's handler raised an exception"
    FAILED = "client failed", "the client's own function or system failed"
    ANSWERED = "answered", "every datagram was answered"
    NO_ANSWER = "no answer", "a datagram was sent, and no answer came before the client's deadline"
    CUT = "cut", "the server received less of a datagram than was sent"
    UNKNOWN = "end unknown", "the record does not say how it ended, or it had not ended yet"

    meaning: str

    def __new__(cls, word: str, meaning: str) -> Ending:
        """Make a member that is its word and knows its meaning."""
        ending = str.__new__(cls, word)
        ending._value_ = word
        ending.meaning = meaning
        return ending

    @classmethod
    def _missing_(cls, word: object) -> None:
        raise ValueError(f"{word!r} is not an ending; there are: {', '.join(cls)}")

    def __repr__(self) -> str:
        return repr(self.value)  # so that a dict of endings prints as one of texts

    @property
    def good(self) -> bool:
        """Whether the client got what it asked for."""
        return self in (Ending.REPLIED, Ending.ANSWERED)


NOUNS = {"worker": "thread", "process": "process", "task": "task"}  # what a worker's name begins with
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
    served anyone, "process 2" the second child process, "task 4" the fourth asyncio task; "process 2?" is one that
    has the connection, as its parent has. `error` is the exception that ended the service
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

    connecting -> connected: the handshake. connected -> accepted: queued; the kernel has made the connection and
    the program has not accepted it. began -> finished: in service, by `worker`. ended: the client's last moment.
    `ending` is an `Ending`, or its word; `error` adds details if there are any. `watched` says whether the
    server's side was recorded too. Raises ValueError for an ending that does not exist.

    With datagrams nothing is connected: `connected` is when the first was sent, `accepted` when the server
    had read it, and in between it waits; `sent` is the size of the largest, in bytes, 0 for a stream.
    """

    number: int
    address: Address | None
    connecting: float
    connected: float | None
    ended: float
    ending: Ending
    reply: bytes = b""
    error: str = ""
    accepted: float | None = None
    began: float | None = None
    finished: float | None = None
    worker: str = ""
    traceback: str = ""
    watched: bool = False
    sent: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "ending", Ending(self.ending))  # type: ignore[call-arg]  # by its value

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
        start = self.connected
        if start is not None and self.accepted is not None:
            start = min(start, self.accepted)
        moments = {
            "connecting": self.connecting,
            "waiting" if self.sent else "queued" if self.watched else "connected": start,
            "accepted": self.accepted,
            "in service": self.began,
            "over": None if self.began is None else self.finished,
        }
        marks = [(phase, moment) for phase, moment in moments.items() if moment is not None]
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
        moments = sorted(changes)
        counts = itertools.accumulate(changes[moment] for moment in moments)
        return [(0.0, 0), *zip(moments, counts, strict=True)]

    @property
    def peak(self) -> int | None:
        """The most clients that were in service at once; None if the server was not watched."""
        return max(count for _, count in self.in_service) if self.watched else None

    @property
    def endings(self) -> dict[Ending, int]:
        """The number of clients for each way to end."""
        return dict(Counter(lane.ending for lane in self.lanes))

    @property
    def workers(self) -> list[str]:
        """Who served, each named once: the loop, then workers and processes by their numbers."""
        names = {lane.worker for lane in self.lanes if lane.worker}
        return sorted(names, key=lambda name: (len(name), name))

    @property
    def served_by(self) -> str:
        """Who served, in words: 'the loop alone', '8 threads', '3 processes'; '' if nobody did."""
        if len(self.workers) < 2:
            return "".join(f"{'the loop' if worker == 'loop' else worker} alone" for worker in self.workers)
        nouns = {NOUNS.get(worker.split()[0], "worker") for worker in self.workers}
        noun = nouns.pop() if len(nouns) == 1 else "worker"
        return plural(len(self.workers), noun, "processes" if noun == "process" else "")

    @property
    def manner(self) -> str:
        """How they were served, in words: 'one at a time', 'all at once', 'at most 5 at once'.

        More threads (or processes, or tasks) than were ever busy at the same moment are named: a threading server
        with a quick handler is not one that serves one at a time.
        """
        if not self.watched:
            return "seen from their side only"
        peak, workers = self.peak, self.workers
        if not peak:
            return "none of them served"
        if len(self) == 1:
            return "served"
        if peak == len(self):
            return "all at once"
        if peak == len(workers) == 1 and workers != [UNKNOWN]:
            return "one at a time"
        by = f" by {self.served_by}" if len(workers) > peak else ""
        return f"{'never two' if peak == 1 else f'at most {peak:,}'} at once{by}"

    @property
    def title(self) -> str:
        """What the run shows, as one sentence with the number in it."""
        others = [f"{n:,} {ending}" for ending, n in self.endings.items() if not ending.good]
        ending = f" ({', '.join(others)})" if others else ""
        return f"{self.name}: {plural(len(self), 'client')}, {self.manner}, {duration(self.makespan)}{ending}"

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

    def view(self, *others: Timeline) -> TimelineView:
        """This run, with the `others` on the same time axis, as a widget: hover over it, zoom, replay it, sort it.

        Where no widget can be shown, the picture of `draw()` stands in its place.
        """
        from course.explore.view import TimelineView

        return TimelineView([self, *others])

    def save(self, path: str | os.PathLike[str], *others: Timeline) -> None:
        """Write what `view()` shows into one HTML file, which a browser opens from disk, without Python or a network.

        Raises ValueError unless the name ends in .html or .htm; OSError if the file cannot be written.
        """
        from course.explore.view import save_page

        save_page([self, *others], path)

    def __repr__(self) -> str:
        return as_text(self.title, self._rows(), self._rest())

    def _repr_html_(self) -> str:
        return as_html(self.title, self._rows(), self._rest())

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
        phases = {phase for lane in self.lanes[:TEXT_LANES] for phase, _, _ in lane.spans()}
        return [*lines, f"lane: {', '.join(f'{sign} {phase}' for phase, sign in SIGNS.items() if phase in phases)}"]


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.1f} ms"
