"""Pickle an answer for a process of its own: a class or a function of the notebook, with what it refers to."""

from __future__ import annotations

import io
import threading
from collections import ChainMap
from typing import Any, ClassVar

from course.extras import need

need("cloudpickle", to="check an answer", extra="lab")

import cloudpickle  # noqa: E402 - or its absence would be a ModuleNotFoundError, without the command

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
