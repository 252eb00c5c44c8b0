"""The clients of a live server: one's own, run here, and strangers, as the server and the kernel see them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from time import perf_counter

from course.crowds.client_loop import KEPT, ClientReport, Orders, connect, ending_of, open_socket
from course.crowds.match_visits import match_visits
from course.explore.accept_queue import CLOSE_WAIT, ESTABLISHED, accept_queue
from course.serving.server import Server, watched
from course.timeline import Ending, Timeline, Visit

TICK = 0.02  # seconds between two looks at the server and the kernel
PAUSE = 5  # times as long as the kernel has taken to answer, it is left alone
DEEDS = {"line": "Send a line", "half": "Send half a line", "close": "Close", "reset": "Reset"}
MEANWHILE = 1.0  # seconds in which the kernel has surely noticed that a client has ended
MOST = 500  # clients of one's own


class LiveClients:
    """All clients that a server has from now on. `tick` is called many times a second, in the thread of the clients."""

    def __init__(self, server: Server, tick: Callable[[], object]) -> None:
        self.server = server
        self.reports: list[ClientReport] = []
        self.own: dict[int, ClientReport] = {}  # by their numbers
        self._sockets: dict[int, socket.socket] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._missing: Counter[int] = (
            Counter()
        )  # for how many looks a queued stranger has not been in the kernel's list
        self._queue: dict[tuple[str, int], int] = {}
        self._next_look = 0.0
        self._tick = tick
        self._began = perf_counter()
        self._ended = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="course live clients", daemon=True)

    def start(self) -> None:
        """Begin to look, in a thread that also runs one's own clients."""
        self._thread.start()

    def new(self, count: int = 1) -> None:
        """Let so many clients connect, all at once."""
        self._soon(self._new, count)

    def do(self, deed: str, number: int) -> None:
        """Let one client send a line or half of one, close, or reset its connection."""
        self._soon(self._do, deed, number)

    def stop(self) -> None:
        """Close all of one's own clients, and end the thread."""
        self._ended.set()
        self._thread.join(5)

    def open(self) -> set[int]:
        """The numbers of the clients that have not ended."""
        return {report.number for report in self.reports if report.ended is None}

    def run(self, now: float) -> Timeline:
        """All clients so far. Those that have not ended count up to `now` (`perf_counter` seconds)."""
        visits = self._visits()
        reports = [
            ClientReport(r.number, r.connecting, r.connected, now if r.ended is None else r.ended, r.address,
                         Ending.UNKNOWN if r.ended is None else r.ending, r.error, r.reply)
            for r in self.reports
        ]  # fmt: skip
        return match_visits(self.server.name, reports, visits)

    def state(self) -> object:
        """A value that is another one when anything has happened."""
        visits = [(visit.began, visit.ended, visit.worker) for visit in self._visits() or ()]
        return visits, [(report.connected, report.ended, len(report.reply)) for report in self.reports]

    def _visits(self) -> list[Visit] | None:
        known = watched(self.server)
        visits = known.visits() if known else ()
        if visits is None:
            return None
        return [v for v in visits if v.accepted >= self._began or v.ended is None or v.ended >= self._began]

    def _soon(self, function: Callable[..., object], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended meanwhile
            self._loop.call_soon_threadsafe(function, *arguments)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._look_again_and_again())

    async def _look_again_and_again(self) -> None:
        while not self._ended.is_set():
            self._tick()
            await asyncio.sleep(TICK)
        for number in self._tasks:
            self._do("close", number)
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _new(self, count: int) -> None:
        for _ in range(min(count, MOST - len(self.own))):
            report = ClientReport(len(self.reports) + 1, perf_counter(), ending=Ending.LEFT)
            self.reports.append(report)
            self.own[report.number] = report
            self._tasks[report.number] = self._loop.create_task(self._talk(report))
        self._loop.call_soon(self._tick)  # after they have begun to connect

    async def _talk(self, report: ClientReport) -> None:
        """Connect, and receive until the stream ends; `_do` sends, and cancels this."""
        orders = Orders(self.server.address, 1, [], 0.0, 0.0)
        try:
            with open_socket(orders, report.number) as sock:
                self._sockets[report.number] = sock
                await connect(sock, orders.address, report)
                report.connected = perf_counter()
                while chunk := await self._loop.sock_recv(sock, KEPT):
                    report.reply = (report.reply + chunk)[:KEPT]
                report.ending = Ending.REPLIED if report.reply else Ending.CLOSED
        except OSError as error:
            report.ending, report.error = ending_of(error)
        finally:
            self._sockets.pop(report.number, None)
            report.ended = perf_counter()

    def _do(self, deed: str, number: int) -> None:
        if not (sock := self._sockets.get(number)):
            return
        if deed == "reset":  # socket(7): closed with a linger time of 0, a connection is reset
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.own[number].ending = Ending.RESET
        if deed in ("close", "reset"):
            self._tasks[number].cancel()
        elif deed in ("line", "half"):
            with contextlib.suppress(OSError):  # not connected yet, or nobody reads; `_talk` learns of a reset
                sock.send(b"hello\n" if deed == "line" else b"hel")

    def find_strangers(self) -> None:
        """Note who is connected without being one's own client, and which strangers have ended."""
        now = perf_counter()
        if fresh := now >= self._next_look:
            self._queue = accept_queue(_key(self.server.address))
            self._next_look = perf_counter() + PAUSE * (perf_counter() - now)
        strangers = {_key(r.address): r for r in self.reports if r.ended is None and r.number not in self.own}
        known = {_key(r.address) for r in self.reports if r.ended is None or now - r.ended < MEANWHILE}
        for address, state in self._queue.items() if fresh else ():
            if state == ESTABLISHED and address not in known:
                strangers[address] = self._stranger(address, now)
            elif state == CLOSE_WAIT and address in strangers:
                self._end(strangers[address], now, Ending.LEFT)
        counts = Counter(_key(report.address) for report in self.reports)
        visited = set()
        for visit in self._visits() or ():
            address = _key(visit.address)
            visited.add(address)
            counts[address] -= 1
            if counts[address] < 0:
                strangers[address] = self._stranger(address, visit.accepted)
            if visit.ended is not None and (report := strangers.get(address)) and visit.accepted >= report.connecting:
                self._end(report, visit.ended, Ending.UNKNOWN)
        for address, report in strangers.items():
            self._missing[report.number] += fresh and address not in self._queue and address not in visited
            if self._missing[report.number] > 2:  # reset while it was queued
                self._end(report, now, Ending.RESET)

    def _stranger(self, address: tuple[str, int], connected: float) -> ClientReport:
        report = ClientReport(len(self.reports) + 1, connected, connected, address=address)
        self.reports.append(report)
        return report

    def _end(self, report: ClientReport, moment: float, ending: Ending) -> None:
        report.ended, report.ending = report.ended or moment, ending if report.ended is None else report.ending


def _key(address: object) -> tuple[str, int]:
    """Host and port of an address: IPv6 adds flow and scope."""
    return (str(address[0]), int(address[1])) if isinstance(address, tuple) else ("", 0)
