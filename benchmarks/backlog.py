"""A hundred clients at once, with a queue that is long enough and with one of 5, the default before Python 3.15."""

from __future__ import annotations

import socketserver
import statistics
import time

from benchmarks.measuring import Row
from course import crowd, serve
from course.timeline import Ending

CLIENTS = 100
SHORT = 5
ROUNDS = 3


class Waits(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(1024)
        time.sleep(0.05)
        self.request.sendall(b"HELLO\n")


def makespan(queue: int) -> tuple[float, int]:
    """Seconds until the last client has ended, and how many had no answer."""
    with serve(type("Server", (socketserver.ThreadingTCPServer,), {"request_queue_size": queue}), Waits) as server:
        run = crowd(server, clients=CLIENTS, timeout=20)
    return run.makespan, CLIENTS - run.endings.get(Ending.REPLIED, 0)


def measure() -> list[Row]:
    short, enough = zip(*((makespan(SHORT), makespan(128)) for _ in range(ROUNDS)), strict=True)
    slow, fast = (statistics.median(time for time, _ in runs) for runs in (short, enough))
    lost = max(lost for _, lost in short)
    unanswered = f", up to {lost} of them without an answer" if lost else ""
    return [
        Row(f"{CLIENTS} clients at once, `request_queue_size = 128`", f"{fast:.2f} s",
            f"{SHORT}, the default before Python 3.15: {slow:.2f} s{unanswered}", f"{fast / slow:.2f}")
    ]  # fmt: skip
