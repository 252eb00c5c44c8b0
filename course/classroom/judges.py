"""Processes that judge the answers of a class. Each has a network of its own, where it meets one answer at a time."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

from course.checking.exercise_files import find
from course.checking.judge import judge, why_not_judged
from course.classroom.isolation import HOME, Guard, Isolation
from course.classroom.kernel import Files, unpack

LONGEST = 60.0  # seconds that a judge may need; it ends an answer long before that
TRIES = 2  # for an answer whose judge ended


class NotJudgedError(Exception):
    """Why there is no verdict, as a sentence; it is not the answer's fault."""


class Judges:
    """As many judges as are asked at the same time; each starts with its first answer."""

    def __init__(self, isolation: Isolation, number: int, guard: Guard) -> None:
        self._isolation = isolation
        self._guard = guard
        self._idle: queue.LifoQueue[subprocess.Popen[bytes] | None] = queue.LifoQueue()
        for _ in range(number):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                _end(self._idle.get_nowait())

    def judge(self, name: str, pickled: str, files: Files) -> str:
        """Which step an answer failed, and why; '' if it passed. Raises NotJudgedError if there is no verdict."""
        order = json.dumps({"exercise": name, "answer": pickled, "files": files}).encode() + b"\n"
        for _ in range(TRIES):
            process = self._idle.get()
            try:
                process = process or self._start()
                if reply := _ask(process, order):
                    if why := reply["why"]:
                        raise NotJudgedError(why)
                    return str(reply["failed"])
                _end(process)
                process = None
            finally:
                self._idle.put(process)
        raise NotJudgedError("its judge ended without a verdict")

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", __name__, self._isolation.written]
        process = subprocess.Popen(
            self._isolation.of_judge(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._isolation.environment(self._isolation.scratch),
            cwd=self._isolation.scratch,
        )
        self._guard.spared.add(process.pid)
        return process


def _ask(process: subprocess.Popen[bytes], order: bytes) -> dict[str, str]:
    """What a judge replies to an order; nothing if it ends or takes too long."""
    assert process.stdin
    assert process.stdout
    too_long = threading.Timer(LONGEST, process.kill)
    too_long.start()
    try:
        process.stdin.write(order)
        process.stdin.flush()
        return dict(json.loads(process.stdout.readline()))
    except (OSError, ValueError):
        return {}
    finally:
        too_long.cancel()


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


def main(written: str) -> None:
    """Judge the answers that come in, a line of JSON each, and print the steps of each."""
    isolation = Isolation.read(written)
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what else prints must not be taken for a reply
    os.umask(0)  # an answer may be another user
    with Guard():
        for line in sys.stdin.buffer:
            order = json.loads(line)
            with tempfile.TemporaryDirectory(dir=isolation.scratch, ignore_cleanup_errors=True) as folder:
                os.chmod(folder, 0o777)
                unpack(order["files"], Path(folder))
                os.chdir(folder)
                results = judge(
                    find(order["exercise"]),
                    base64.b64decode(order["answer"]),
                    command=lambda command, folder=folder: isolation.of_answer(command, folder),  # type: ignore[misc]
                    folder=HOME if isolation.bwrap else folder,
                )
                os.chdir(isolation.scratch)
            failed = next((f"{each.name}: {each.did}" for each in results if each.passed is False), "")
            replies.write(json.dumps({"failed": failed, "why": why_not_judged(results)}) + "\n")
            replies.flush()


if __name__ == "__main__":
    main(sys.argv[1])
