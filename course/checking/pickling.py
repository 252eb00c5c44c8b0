"""Pickle an answer for a process of its own: a class or a function of the notebook, with what it refers to."""

from __future__ import annotations

import ast
import ctypes
import functools
import io
import itertools
import queue
import struct
import sys
import threading
import weakref
from collections import ChainMap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, TypeVar

from course.extras import need

need("cloudpickle", to="check an answer", extra="lab")

import cloudpickle  # noqa: E402 - or its absence would be a ModuleNotFoundError, without the command

LARGEST = 20_000_000  # bytes of a pickled answer
SLOWEST = 0.5  # seconds that pickling may take
STUBBORN = 0.1  # seconds in which code that took too long has to end when it is told to

Result = TypeVar("Result")


class NotPicklable(ValueError):  # noqa: N818 - it is a sentence about an answer
    """An answer that cannot be pickled: why not, as a sentence, and what to do about it."""


class _TookTooLong(BaseException):
    """Raised in code that took too long."""


def _new(make: Callable[..., object], *arguments: object) -> Callable[[Any], tuple[Any, ...]]:
    """Pickle an object as a new one, made with these arguments."""
    return lambda _: (make, arguments)


def _new_pool(pool: ThreadPoolExecutor) -> tuple[Any, ...]:
    initializer = getattr(pool, "_initializer", None), getattr(pool, "_initargs", ())  # Python 3.13 and before
    return ThreadPoolExecutor, (pool._max_workers, pool._thread_name_prefix, *initializer)


def _cached(function: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    return functools.lru_cache(**parameters)(function)


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Pickles by value what a notebook defines.

    What belongs to a process is made anew in the other one: locks, pools of threads, queues, the contents of caches.
    """

    dispatch_table: ClassVar = ChainMap(
        {
            type(threading.Lock()): _new(threading.Lock),
            type(threading.RLock()): _new(threading.RLock),
            threading.local: _new(threading.local),
            queue.SimpleQueue: _new(queue.SimpleQueue),
            ThreadPoolExecutor: _new_pool,
            struct.Struct: lambda it: (struct.Struct, (it.format,)),
            itertools.count: lambda it: (itertools.count, ast.literal_eval(f"({repr(it)[6:-1]},)")),
            weakref.WeakKeyDictionary: lambda it: (weakref.WeakKeyDictionary, (dict(it),)),
            weakref.WeakValueDictionary: lambda it: (weakref.WeakValueDictionary, (dict(it),)),
            weakref.WeakSet: lambda it: (weakref.WeakSet, (list(it),)),
        },
        cloudpickle.Pickler.dispatch_table,
    )

    def reducer_override(self, obj: Any) -> Any:
        """Pickle what functools.cache and lru_cache make as the function with a new, empty cache."""
        if isinstance(obj, functools._lru_cache_wrapper) and not _is_importable(obj):
            return _cached, (obj.__wrapped__, obj.cache_parameters())
        return super().reducer_override(obj)


def _is_importable(it: Any) -> bool:
    """Whether another process finds it by the name of its module and its own."""
    found: Any = sys.modules.get(it.__module__) if it.__module__ != "__main__" else None
    for name in it.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is it


class _Buffer(io.BytesIO):
    """Takes LARGEST bytes."""

    def write(self, data: Any) -> int:
        if self.tell() + memoryview(data).nbytes > LARGEST:
            raise NotPicklable(
                f"it refers to more than {LARGEST // 1_000_000} MB of data; make the data inside your class or function"
            )
        return super().write(data)


def pickled(answer: Any) -> bytes:
    """The answer as bytes, at most 20 MB, after half a second at most.

    Raises NotPicklable if it refers to what cannot be copied to another process, or takes too long.
    Pickling runs code of the answer (such as __reduce__) in this process. It is stopped where it runs Python code; a
    call into C that does not return, such as time.sleep, is left behind in its thread, and one that keeps the
    interpreter's lock cannot be stopped.
    """

    def dump() -> bytes:
        buffer = _Buffer()
        Pickler(buffer).dump(answer)
        return buffer.getvalue()

    try:
        return in_time(dump)
    except NotPicklable:
        raise
    except TimeoutError:
        raise NotPicklable("copying it to a process of its own did not end") from None
    except Exception as error:
        raise NotPicklable(
            "it refers to something that cannot be copied to a process of its own, such as an open socket or a running "
            f"server ({type(error).__name__}: {str(error)[:200]}). Make such things inside your class or function"
        ) from None


def in_time(function: Callable[[], Result], seconds: float = SLOWEST) -> Result:
    """What a function returns or raises, in a thread of its own. Raises TimeoutError if it takes longer.

    Something like SystemExit becomes a RuntimeError.
    """
    done = threading.Event()
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append((function(), None))
        except BaseException as error:
            outcome.append((None, error))
        finally:
            done.set()

    thread = threading.Thread(target=run, daemon=True, name="course pickling")
    thread.start()
    try:
        done.wait(seconds)
    finally:
        for _ in range(10):
            if done.is_set():
                break
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TookTooLong)
            )
            done.wait(STUBBORN / 10)
    if not done.is_set():
        raise TimeoutError
    thread.join()
    value, error = outcome[0]
    if isinstance(error, _TookTooLong):
        raise TimeoutError
    if error is not None:
        raise error if isinstance(error, Exception) else RuntimeError(f"{type(error).__name__}: {error}")
    return value  # type: ignore[no-any-return]
