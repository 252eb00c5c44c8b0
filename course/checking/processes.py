"""Look at the processes of an answer, and kill them. Most of it needs Linux's /proc; elsewhere it finds nothing."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from time import monotonic

from course.checking.answer_process import descendants

KILLING = 0.5  # seconds; how long it may take until the last marked process is dead


def threads_of_descendants(process: int) -> list[str]:
    """The folders in /proc of all threads of a process's descendants."""
    threads = []
    for each in descendants(process):
        with contextlib.suppress(OSError):
            threads += [f"/proc/{each}/task/{thread}" for thread in os.listdir(f"/proc/{each}/task")]
    return threads


def scheduled(thread: str) -> tuple[float, float]:
    """How long a thread has run and has waited for a processor, in seconds. Only Linux counts that; elsewhere 0."""
    try:
        with open(f"{thread}/schedstat") as file:
            ran, waited, _ = file.read().split()
            return int(ran) / 1e9, int(waited) / 1e9
    except (OSError, ValueError):
        return 0.0, 0.0


def kill_marked(mark: str) -> None:
    """Kill all processes that have this mark in their environment. Only Linux shows it; elsewhere none are."""
    end = monotonic() + KILLING
    found = True
    while found and monotonic() < end:  # until they are dead: they may start others until then
        found = False
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark.encode() in path.read_bytes():
                    found = True
                    os.kill(int(path.parent.name), signal.SIGKILL)
