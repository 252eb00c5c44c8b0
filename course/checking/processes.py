"""Kill the processes of an answer. It needs Linux's /proc; elsewhere it finds nothing."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from time import monotonic

KILLING = 0.5  # seconds; how long it may take until the last marked process is dead


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
