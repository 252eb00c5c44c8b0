"""Truth of the record: what the Timeline says of a moment, beside what the server's own code saw of it."""

from __future__ import annotations

import socketserver
import statistics
import threading
from time import perf_counter, sleep

from benchmarks.measuring import Row, at_most, milliseconds
from course import crowd, serve

ROUNDS = {50: 10, 1000: 3}  # by the number of clients


def errors(clients: int) -> tuple[list[float], list[float]]:
    """How far off the begin of service and the end of queueing are, in seconds, for every client."""
    first_lines: dict[object, float] = {}
    accepts: dict[object, float] = {}

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            first_lines[self.client_address] = perf_counter()
            self.request.recv(1024)
            sleep(0.01)
            self.request.sendall(b"HELLO\n")

    class Roomy(socketserver.ThreadingTCPServer):
        request_queue_size = 1024

        def get_request(self):  # type: ignore[no-untyped-def]
            request, address = super().get_request()
            accepts[address] = perf_counter()
            return request, address

    with serve(Roomy, Handler) as server:
        crowd(server, clients=clients, timeout=60)
        visits = server.visits
    begins = [abs(visit.began - first_lines[visit.address]) for visit in visits if visit.began is not None]
    return begins, [abs(visit.accepted - accepts[visit.address]) for visit in visits]


def measure() -> list[Row]:
    return [row for clients, rounds in ROUNDS.items() for row in measure_crowd(clients, rounds)]


def measure_crowd(clients: int, rounds: int) -> list[Row]:
    """The rows for a crowd of one size; only the small one has bounds."""
    begins, accepts = map(list, zip(*(errors(clients) for _ in range(rounds)), strict=True))
    rows = []
    for what, parts in (("begin of service", begins), ("end of queueing", accepts)):
        values = [value for part in parts for value in part]
        median, worst = statistics.median(values), statistics.quantiles(values, n=100)[98]
        missed = ""
        if clients <= 50:
            missed = at_most(median * 1000, 0.2, "ms in the median") or at_most(worst * 1000, 2, "ms in 99 of 100")
        beside = "the handler's own first line" if what.startswith("begin") else "the return of `accept`"
        text = f"off by {milliseconds(median)} in the median, {milliseconds(worst)} in 99 of 100"
        rows.append(Row(f"{what} as recorded, {clients:,} clients", text, beside, missed=missed))
    assert threading.active_count() < clients
    return rows
