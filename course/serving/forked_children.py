"""What forked child processes report to the parent that watches their server, and which of them still run.

A child appends its visits to a file that it shares with its parent, so it never waits for the parent to read.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import pickle
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import fields

from course.timeline import UNKNOWN, Visit

REMEMBERED = 10_000  # visits; those that a child may still report on


class ForkedChildren:
    """The children of one server. Made before the first fork, in the parent; told of visits in the children."""

    def __init__(self, visits: deque[Visit]) -> None:
        self._visits = visits
        self._parent = os.getpid()
        self._known: dict[tuple[float, object], Visit] = {}
        self._processes: dict[int, str] = {}
        self._numbers = itertools.count(1)
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self.lock = threading.Lock()

    def expect(self, visits: Iterable[Visit]) -> None:
        """A fork comes: these visits may be served by the child."""
        self.collect()
        for visit in visits:
            self._known[visit.accepted, visit.address] = visit
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    def tell(self, visit: Visit | None = None) -> None:
        """In a child: report a visit as it is now, or just that there is this child. In the parent: nothing."""
        if os.getpid() != self._parent:
            report = pickle.dumps((os.getpid(), visit))
            with self._alone() as (file, size), contextlib.suppress(OSError):  # the disk may be full
                if os.pwrite(file, report, size) < len(report):
                    os.ftruncate(file, size)

    def collect(self) -> None:
        """Enter what the children have reported so far into the record."""
        with self._alone() as (file, size):
            if os.getpid() != self._parent or not size:
                return
            reports = io.BytesIO(os.pread(file, size, 0))
            os.ftruncate(file, 0)
            while reports.tell() < size:
                self._note(*pickle.load(reports))

    def _note(self, process: int, report: Visit | None) -> None:
        if report is None:  # the system uses process ids again
            self._processes[process] = f"process {next(self._numbers)}"
            return
        visit = self._known.get((report.accepted, report.address))
        if visit is None:  # the child itself has accepted it
            visit = self._known[report.accepted, report.address] = report
            self._visits.append(visit)
        if report.worker == UNKNOWN:  # as the child began
            if visit.worker in ("loop", UNKNOWN):
                visit.worker = f"{self._processes[process]}?"
            return
        for field in fields(Visit):
            setattr(visit, field.name, getattr(report, field.name))
        visit.worker = self._processes[process]

    def running(self) -> list[int]:
        """The ids of the children that have not ended; the others remain to be waited for by their parent."""
        self.collect()
        return [process for process in self._processes if _runs(process)]

    def close(self) -> None:
        self.collect()
        self._file.close()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[tuple[int, int]]:
        """The file's descriptor and size, while no other thread or process uses it."""
        import fcntl  # where there is no fork, there is none of it

        with self.lock:
            file = self._file.fileno()
            fcntl.lockf(file, fcntl.LOCK_EX)
            try:
                yield file, os.fstat(file).st_size
            finally:
                fcntl.lockf(file, fcntl.LOCK_UN)


def _runs(process: int) -> bool:
    try:
        if hasattr(os, "waitid"):
            return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        os.kill(process, 0)  # up to Python 3.12 on macOS; there it counts until its parent has waited for it
    except (ChildProcessError, ProcessLookupError):
        return False
    return True
