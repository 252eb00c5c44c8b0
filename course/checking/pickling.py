"""Carries an answer into a process of its own: a class or a function of the notebook, with what it refers to."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections import ChainMap
from typing import Any, ClassVar

import cloudpickle

from course.checking import judge
from course.checking.exercise import Exercise

LONGEST = 30.0  # seconds; the judge itself ends after two, or later on a busy machine

_new_lock = (threading.Lock, ())
_new_rlock = (threading.RLock, ())
_new_local = (threading.local, ())


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Pickles by value what a notebook defines; of locks, which belong to a process, it makes new ones."""

    dispatch_table: ClassVar = ChainMap(
        {
            type(threading.Lock()): lambda _: _new_lock,
            type(threading.RLock()): lambda _: _new_rlock,
            threading.local: lambda _: _new_local,
        },
        cloudpickle.Pickler.dispatch_table,
    )


def pickled(answer: Any) -> bytes:
    """The answer as bytes. ValueError, with a sentence, for one that refers to what belongs to this process only."""
    buffer = io.BytesIO()
    try:
        Pickler(buffer).dump(answer)
    except Exception as error:
        raise ValueError(
            "it refers to something that belongs to this notebook's process only, such as an open socket or a running "
            f"server ({type(error).__name__}: {error}): make such things inside your class or function"
        ) from None
    return buffer.getvalue()


def steps_of(exercise: Exercise, answer: Any) -> list[dict[str, Any]]:
    """Have an answer judged; the steps as judge.judge() returns them."""
    wrong = exercise.takes.wrong(answer)
    if not wrong:
        try:
            return judged(exercise, pickled(answer))
        except ValueError as error:
            wrong = str(error)
    return stopped_at_first(exercise, wrong)


def judged(exercise: Exercise, answer: bytes, longest: float = LONGEST) -> list[dict[str, Any]]:
    """Have a pickled answer judged in processes of its own."""
    command = [sys.executable, "-m", judge.__name__, exercise.name]
    try:
        done = subprocess.run(command, input=answer, capture_output=True, timeout=longest, check=False)
    except subprocess.TimeoutExpired:
        return stopped_at_first(exercise, judge.BUSY)
    return judge.read(exercise, done.stdout, done.stderr)


def stopped_at_first(exercise: Exercise, did: str) -> list[dict[str, Any]]:
    """The steps of a check that ended with the first of them."""
    steps = judge.blank(exercise)
    steps[0].update(passed=False, did=did)
    return steps
