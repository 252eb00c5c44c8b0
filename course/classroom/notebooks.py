"""Check the notebooks of a class: run each in a sandbox, and judge the answers that it hands in.

What a notebook prints or changes counts for nothing: it can only hand in answers, as bytes, and these are judged by
processes that it never meets.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from course.checking import exercise_files
from course.classroom import kernel
from course.classroom.isolation import HOME, Guard, Isolation, Prepared, kill
from course.classroom.judges import Judges, NotJudgedError

DEADLINE = 120.0  # seconds for running one notebook
NOTEBOOK = 50 << 20  # bytes of a notebook
BESIDE = 20 << 20  # bytes of all files beside a notebook that are taken along
MANY = 1000  # files and folders that are looked at beside a notebook
HANDED_IN = 64 << 20  # bytes that a notebook may hand in
LINE = 8 << 20  # bytes of these in one message
WORDS = 1000  # characters of a learner's words
OPENED = ("O_RDONLY", "O_NONBLOCK", "O_NOFOLLOW", "O_BINARY")  # as far as the system has them
PASSED, FAILED, MISSING, UNJUDGED = "passed", "failed", "not found", "could not be judged"


@dataclass(slots=True)
class HandIn:
    """One learner's notebook, as bytes, with the files beside it; `trouble` says why it could not be read."""

    learner: str
    notebook: bytes = b""
    files: kernel.Files = field(default_factory=dict)
    trouble: str = ""


@dataclass(slots=True)
class Row:
    """One learner's notebook: the status of each exercise in it, by name, and why it did not come to its end ('')."""

    learner: str
    results: dict[str, str] = field(default_factory=dict)
    note: str = ""

    def status(self, name: str) -> str:
        """'passed', 'failed: why', 'not found' or 'could not be judged: why'."""
        return self.results.get(name) or (f"{UNJUDGED}: {self.note}" if self.note else MISSING)


def read(path: Path, others: Iterable[Path] = ()) -> HandIn:
    """Read a learner's notebook and the files beside it. It raises nothing; what is wrong is the hand-in's `trouble`.

    others: the other notebooks of the class. What lies in their folders stays away.
    """
    hand_in = HandIn(str(path))
    try:
        hand_in.notebook = _read_file(path, NOTEBOOK)
        hand_in.files = _files_beside(path, {other.parent.absolute() for other in others})
    except OSError as error:
        hand_in.trouble = f"the file cannot be read: {error.strerror or error}"
    return hand_in


def _read_file(path: Path, most: int) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else, and for one of more bytes than `most`."""
    try:
        descriptor = os.open(path, sum(getattr(os, name, 0) for name in OPENED))
    except OSError as error:
        if error.errno == errno.ELOOP and path.is_symlink():
            raise OSError(0, "it is a symbolic link; name the file itself") from None
        raise
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "it is not a regular file")
        if found.st_size > most:
            raise OSError(0, f"it is too large: {found.st_size:,} bytes, and at most {most:,} are read")
        return file.read(most)


def _files_beside(path: Path, others: set[Path]) -> kernel.Files:
    """The files in a notebook's folder, in base64, as far as they fit. Where several learners share a folder, or the
    folder is somebody's home, only modules in the folder itself."""
    folder = path.parent.absolute()
    shared = folder in others or folder in (Path.home(), Path("/")) or folder in Path.home().parents
    files, left, seen = {}, BESIDE, 0
    for place, folders, names in os.walk(folder):
        inside = Path(place)
        folders[:] = [] if shared else sorted(name for name in folders if inside / name not in others)
        for name in sorted(names):
            relative = (inside / name).relative_to(folder)
            seen += 1
            if seen > MANY or kernel.hidden(relative) or (shared and relative.suffix != ".py"):
                continue
            with contextlib.suppress(OSError, UnicodeError):
                data = _read_file(inside / name, left)
                left -= len(data)
                files[relative.as_posix()] = base64.b64encode(data).decode()
        folders[:] = [name for name in folders if not kernel.hidden(Path(name))] if seen < MANY else []
    return files


class Classroom:
    """Where notebooks are run and judged on this machine. A context: it starts judges, and ends all at its end."""

    def __init__(self, *, deadline: float = DEADLINE, trust: bool = False, at_once: int = 0) -> None:
        """deadline: seconds for running one notebook. trust: go on where learners' code cannot be isolated.

        at_once: how many answers are judged at the same time, as many as there are processors if 0.
        Raises NotIsolatedError.
        """
        self._prepared = Prepared(trust=trust)
        self._deadline = deadline
        self._at_once = at_once or os.cpu_count() or 1
        self._names = [exercise.name for exercise in exercise_files.find_all()]

    @property
    def why_not_isolated(self) -> str:
        """Why learners' code is not isolated here; '' if it is."""
        return self._prepared.why_not

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._isolation = stack.enter_context(self._prepared).isolation
            self._guard = stack.enter_context(Guard())
            self._judges = stack.enter_context(Judges(self._isolation, self._at_once, self._guard))
            self._judging = stack.enter_context(ThreadPoolExecutor(self._at_once))
            self._kernels = threading.Semaphore(self._at_once)
            self._running: set[KernelProcess] = set()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def check_all(self, paths: Sequence[Path], told: Callable[[], object] = lambda: None) -> list[Row]:
        """A row for each notebook, in the order of the paths. told: called when one is done."""

        def one(path: Path) -> Row:
            row = self.check(read(path, [other for other in paths if other != path]))
            told()
            return row

        with ThreadPoolExecutor(2 * self._at_once) as pool:  # while some are judged, others run
            try:
                return list(pool.map(one, paths))
            except BaseException:  # as when the teacher interrupts it
                self._deadline = 0.0
                for process in tuple(self._running):
                    process.end()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def check(self, hand_in: HandIn) -> Row:
        """Run one notebook and judge what it hands in. It raises nothing that the notebook has caused."""
        row = Row(hand_in.learner, note=hand_in.trouble)
        if hand_in.trouble:
            return row
        try:
            with self._kernels:
                handed_in = KernelProcess(self._isolation, hand_in, self._names)
                self._running.add(handed_in)
                with handed_in:
                    row.note = handed_in.wait(self._deadline, self._guard)
                self._running.discard(handed_in)
            statuses = self._judging.map(lambda name: self._status(name, handed_in), self._names)
            row.results = {name: status for name, status in zip(self._names, statuses, strict=True) if status}
        except Exception as error:  # whatever it is, the others get their rows
            row.note = f"{type(error).__name__}: {error}"
        return row

    def _status(self, name: str, handed_in: KernelProcess) -> str:
        """The status of one exercise; '' if no answer was handed in."""
        if name not in handed_in.answers:
            return f"{FAILED}: {handed_in.reasons[name]}" if name in handed_in.reasons else ""
        pickled, files = handed_in.answers[name]
        try:
            failed = self._judges.judge(name, pickled, files)
        except NotJudgedError as why:
            return f"{UNJUDGED}: {why}"
        return f"{FAILED}: {failed}" if failed else PASSED


class KernelProcess:
    """The process that runs one notebook, and what has come from it: it is not trusted.

    answers: for each exercise the last answer, pickled and in base64, and the files that were beside the notebook.
    reasons: for each exercise why there is no answer.
    """

    def __init__(self, isolation: Isolation, hand_in: HandIn, names: list[str]) -> None:
        self.answers: dict[str, tuple[str, kernel.Files]] = {}
        self.reasons: dict[str, str] = {}
        self._names = {exercise_files.file_form(name): name for name in names}
        self._files = hand_in.files
        self._cell = 0
        self._note = "its kernel did not start"
        self._ended = False
        self._folder = tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
        folder = HOME if isolation.bwrap else self._folder.name
        command = [sys.executable, "-P", "-m", kernel.__name__]
        order = {"notebook": base64.b64encode(hand_in.notebook).decode(), "files": hand_in.files}
        with tempfile.TemporaryFile() as file:
            file.write(json.dumps(order).encode() + b"\n")
            file.seek(0)
            self._process = subprocess.Popen(
                isolation.of_notebook(command),
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=isolation.environment(folder),
                cwd=self._folder.name,
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def end(self) -> None:
        """Kill it with all that it has started; without isolation, what has left its session may live on."""
        if self._process.poll() is None:
            kill(self._process.pid)
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def __exit__(self, *_: object) -> None:
        self.end()
        self._process.wait()
        self._reader.join(1)  # without isolation something may have kept the pipe
        if not self._reader.is_alive():
            self._process.stdout.close()  # type: ignore[union-attr]
        self._folder.cleanup()

    def wait(self, deadline: float, guard: Guard) -> str:
        """Wait until it has ended, `deadline` seconds at most; returns why it did not come to its end ('')."""
        try:
            self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            where = f"hangs in cell {self._cell}" if self._cell else "does not begin"
            return f"it {where}: stopped after {deadline:g} seconds in all"
        self._reader.join(1)
        if self._ended:
            return ""
        if why := guard.reason(self._process.pid):
            return f"{why} in cell {self._cell}, and was stopped"
        return f"its kernel died in cell {self._cell}" if self._cell else self._note

    def _read(self) -> None:
        """Take what it sends; a line that makes no sense counts for nothing."""
        assert self._process.stdout
        left = HANDED_IN
        with contextlib.suppress(OSError, ValueError):
            while left > 0 and (line := self._process.stdout.readline(min(left, LINE))):
                left -= len(line)
                with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
                    self._take(line)
        if left <= 0:
            self._note, self._cell, self._ended = "it hands in too much", 0, False
            self._process.kill()

    def _take(self, line: bytes) -> None:
        if not line.startswith(b"{"):
            self._note = f"its kernel did not start: {line[:WORDS].decode(errors='replace').strip()}"
            return
        message: dict[str, Any] = json.loads(line)
        if "answer" in message:
            name = self._names.get(exercise_files.file_form(str(message["answer"])))
            if name and "pickle" in message:
                self.answers[name] = (str(message["pickle"]), self._files)
            elif name:
                self.reasons[name] = str(message["reason"])[:WORDS]
        elif "files" in message:
            self._files = {str(path): str(data) for path, data in message["files"].items()}
        elif "raised" in message:
            source = str(message["source"])
            for name in self._names.values():
                if "check" in source and (f'"{name}"' in source or f"'{name}'" in source):
                    self.reasons[name] = str(message["raised"])[:WORDS]
        elif "cell" in message:
            self._cell = int(message["cell"])
        elif "unreadable" in message:
            self._note = f"it is not a notebook: {str(message['unreadable'])[:WORDS]}"
        elif "end" in message:
            self._ended = True
