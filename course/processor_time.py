"""Time that threads have waited for a processor while others ran: timeouts are extended by it on a busy machine.

Linux counts it for each thread, in /proc/PID/task/TID/schedstat. Elsewhere nothing is found, and nothing is extended.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from time import monotonic

EXTENSION = 8.0  # seconds; the most that lost time extends a timeout
LEAST = 0.005  # seconds; less lost time than that extends nothing


def threads_of(processes: Iterable[int]) -> list[str]:
    """The folders in /proc of all threads of these processes."""
    threads = []
    for each in processes:
        with contextlib.suppress(OSError):
            threads += [f"/proc/{each}/task/{thread}" for thread in os.listdir(f"/proc/{each}/task")]
    return threads


def scheduled(thread: str) -> tuple[float, float]:
    """How long a thread has run and has waited for a processor, in seconds."""
    try:
        with open(f"{thread}/schedstat") as file:
            ran, waited, _ = file.read().split()
            return int(ran) / 1e9, int(waited) / 1e9
    except (OSError, ValueError):
        return 0.0, 0.0


def seconds_lost(threads: Iterable[str]) -> float:
    """How long these threads together have waited for a processor, in seconds."""
    return sum(waited for _, waited in map(scheduled, threads))


class LostTime:
    """The time that all threads of some processes have lost since this was made.

    When many timeouts run out at once, they share one reading.
    """

    def __init__(self, *processes: int) -> None:
        self._processes = processes
        self._before = self._read()

    def seconds(self) -> float:
        """The lost time in seconds, not older than LEAST."""
        if monotonic() - self._read_at > LEAST:
            self._read()
        return self._latest - self._before

    def _read(self) -> float:
        self._latest = seconds_lost(threads_of(self._processes))
        self._read_at = monotonic()
        return self._latest


class Extension:
    """How far one timeout has been extended: by `lost()` seconds, at most EXTENSION."""

    def __init__(self, lost: Callable[[], float]) -> None:
        self._lost = lost
        self._made_up = 0.0

    def more(self) -> float:
        """How much longer to wait, now that the timeout has run out, in seconds; 0.0 means that the time is up.

        Time that an earlier extension made up for is not counted again.
        """
        more = min(self._lost(), EXTENSION) - self._made_up
        if more < LEAST:
            return 0.0
        self._made_up += more
        return more
