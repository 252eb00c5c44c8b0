"""A hundred clients at once, with the queue that socketserver asks for and with one that is long enough."""

from __future__ import annotations

import socketserver
import statistics
import time

from benchmarks.measuring import Row
from course import crowd, serve

CLIENTS = 100
DEFAULT = socketserver.TCPServer.request_queue_size
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
    return run.makespan, CLIENTS - run.endings.get("replied", 0)


def measure() -> list[Row]:
    short, enough = zip(*((makespan(DEFAULT), makespan(128)) for _ in range(ROUNDS)), strict=True)
    slow, fast = (statistics.median(time for time, _ in runs) for runs in (short, enough))
    lost = max(lost for _, lost in short)
    unanswered = f", up to {lost} of them without an answer" if lost else ""
    return [
        Row(f"{CLIENTS} clients at once, `request_queue_size = 128`", f"{fast:.2f} s",
            f"the default, {DEFAULT}: {slow:.2f} s{unanswered}", f"{fast / slow:.2f}")
    ]  # fmt: skip
