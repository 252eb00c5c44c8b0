"""Worker threads of an answer in lockstep: a race that is possible is lost every time, not now and then."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable
from typing import Any

STUCK = 0.3  # seconds without any progress after which threads are no longer held
LIBRARIES = (os.path.dirname(threading.__file__), os.path.dirname(os.path.dirname(__file__)))


class Lockstep:
    """Holds worker threads when they begin, and whenever the answer's code in them reads or sets a server's attribute.

    They go on when so many are held as are to race. A thread is not held while a lock that the server can reach is
    taken: what is done under a lock is one step.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._together = 1
        self._workers: set[int] = set()
        self._held: set[int] = set()
        self._round = 0
        self._over = False

    def gather(self, together: int) -> None:
        """Let so many threads race from now on; those that are held go on if they are enough."""
        with self._changed:
            self._together, self._over = together, False
            self._go_on()

    def around(self, base: type) -> type:
        """A subclass of a threading server class whose worker threads run in lockstep."""
        lockstep = self

        class New(base):  # type: ignore[misc]
            def process_request_thread(self, request: object, client_address: object) -> None:
                lockstep._workers.add(threading.get_ident())
                lockstep._hold()
                super().process_request_thread(request, client_address)
                lockstep._workers.discard(threading.get_ident())

            def __getattribute__(self, name: str) -> Any:
                value = super().__getattribute__(name)
                if not callable(value):
                    lockstep._touched(self)
                return value

            def __setattr__(self, name: str, value: object) -> None:
                lockstep._touched(self)
                super().__setattr__(name, value)

        New.__name__ = New.__qualname__ = base.__name__
        return New

    def _touched(self, server: object) -> None:
        by_the_answer = not sys._getframe(2).f_code.co_filename.startswith(LIBRARIES)
        if by_the_answer and threading.get_ident() in self._workers and not any(map(is_locked, within_reach(server))):
            self._hold()

    def _hold(self) -> None:
        with self._changed:
            self._held.add(threading.get_ident())
            now = self._round
            self._go_on()
            while self._round == now and not self._over:
                self._over = not self._changed.wait(STUCK)

    def _go_on(self) -> None:
        if len(self._held) >= self._together:
            self._round += 1
            self._held.clear()
        self._changed.notify_all()


def within_reach(server: object) -> Iterable[object]:
    """What a server's attributes hold, those of its classes and its methods' globals, and what these objects hold."""
    classes = [cls for cls in type(server).__mro__ if cls.__module__ != "socketserver"]
    functions = [it for cls in classes for it in vars(cls).values() if hasattr(it, "__globals__")]
    for names in (
        object.__getattribute__(server, "__dict__"),
        *map(vars, classes),
        *(it.__globals__ for it in functions),
    ):
        for thing in list(names.values()):
            yield thing
            if hasattr(thing, "__dict__") and not isinstance(thing, type | type(sys) | threading.Thread):
                yield from list(vars(thing).values())


def is_locked(thing: object) -> bool:
    """Whether a thing is a lock, a condition or a semaphore that somebody holds, as its repr() says."""
    if type(thing).__module__ not in ("_thread", "threading"):
        return False
    return "<locked" in repr(thing) or "value=0" in repr(thing)
