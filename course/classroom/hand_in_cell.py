"""Runs in a learner's kernel after a cell with a check: puts the answer, pickled, into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from course.checking.pickling import pickled

ANSWER, REASON = ".pickle", ".txt"


def hand_in(folder: str, file: str, get: Callable[[], Any]) -> None:
    """Write the answer, or why there is none, to the folder."""
    where = Path(folder) / file
    try:
        where.with_suffix(ANSWER).write_bytes(pickled(get()))
    except BaseException as error:
        where.with_suffix(REASON).write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
