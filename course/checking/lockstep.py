"""Worker threads of an answer in lockstep: a race that is possible is lost every time, not now and then."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from time import monotonic
from types import CellType, FrameType, FunctionType, ModuleType
from typing import Any

STUCK = 0.3  # seconds without any progress after which threads are no longer held
GRACE = 0.002  # seconds that held threads wait for one that is in a call into C
FAR = 4  # attributes from a variable of the answer's code to a lock that it uses
LIBRARIES = (os.path.dirname(threading.__file__), os.path.dirname(os.path.dirname(__file__)))


class Lockstep:
    """Holds worker threads when they begin, at each line of the answer's code and at each server's attribute in it.

    They begin when so many are held as are to race; then they go on when all are held, but for those that stay in a
    call into C, where they may wait for something. A thread is not held while a lock that the code can reach is taken:
    what is done under a lock is one step.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._together = 1
        self._racing: set[int] = set()
        self._away: set[int] = set()  # those of them that are in a call into C
        self._held: set[int] = set()
        self._round = 0
        self._begun = self._over = False

    def gather(self, together: int) -> None:
        """Let so many threads race from now on; those that are held go on if they are enough."""
        with self._changed:
            self._together, self._begun, self._over = together, False, False
            self._go_on()

    def around(self, base: type) -> type:
        """A subclass of a threading server class whose worker threads run in lockstep."""
        lockstep = self

        class New(base):  # type: ignore[misc]
            def process_request_thread(self, request: object, client_address: object) -> None:
                me = threading.get_ident()
                lockstep._racing.add(me)
                lockstep._hold()
                sys.setprofile(lockstep._note_call)
                sys.settrace(lockstep._at_a_line)
                try:
                    super().process_request_thread(request, client_address)
                finally:
                    sys.settrace(None)
                    sys.setprofile(None)
                    lockstep._racing.discard(me)

            def __getattribute__(self, name: str) -> Any:
                value = super().__getattribute__(name)
                if not callable(value):
                    lockstep._at_a_step(sys._getframe(1))
                return value

            def __setattr__(self, name: str, value: object) -> None:
                lockstep._at_a_step(sys._getframe(1))
                super().__setattr__(name, value)

        New.__name__ = New.__qualname__ = base.__name__
        return New

    def _at_a_line(self, frame: FrameType, _: str, __: object) -> Any:
        return self._at_a_line if self._at_a_step(frame) else None

    def _at_a_step(self, frame: FrameType) -> bool:
        """Hold the thread if it races and no lock is taken; returns whether this is the answer's code."""
        is_the_answers = not frame.f_code.co_filename.startswith(LIBRARIES)
        if is_the_answers and threading.get_ident() in self._racing and not any(map(is_locked, within_reach(frame))):
            self._hold()
        return is_the_answers

    def _note_call(self, _: FrameType, event: str, __: object) -> None:
        if event.startswith("c_"):
            (self._away.add if event == "c_call" else self._away.discard)(threading.get_ident())

    def _hold(self) -> None:
        with self._changed:
            self._held.add(threading.get_ident())
            now = self._round
            self._go_on()
            end = monotonic() + STUCK
            while self._round == now and not self._over:
                if not self._changed.wait(GRACE) and self._begun:
                    self._go_on(but_for=len(self._away - self._held))
                self._over = monotonic() > end

    def _go_on(self, but_for: int = 0) -> None:
        if len(self._held) >= (len(self._racing) - but_for if self._begun else self._together):
            self._begun = True
            self._round += 1
            self._held.clear()
            self._changed.notify_all()


def within_reach(frame: FrameType) -> Iterator[object]:
    """What the code in a frame can reach by its variables and their attributes."""
    seen: set[int] = set()
    found: list[Any] = [*frame.f_locals.values(), *frame.f_globals.values()]
    for _ in range(FAR):
        new = [thing for thing in found if id(thing) not in seen]
        seen.update(map(id, new))
        yield from new
        found = [each for thing in new for each in attributes(thing)]


def attributes(thing: Any) -> Iterator[object]:
    """The attributes of an object and its classes, and what a function refers to, but nothing of Python's own."""
    match thing:
        case ModuleType() | threading.Thread() | threading.Event() | Lockstep():
            return
        case CellType():
            yield from [thing.cell_contents] if thing != CellType() else []
        case FunctionType():
            yield from (*(thing.__closure__ or ()), *(thing.__defaults__ or ()))
        case type():
            if thing.__module__.partition(".")[0] not in sys.stdlib_module_names:
                yield from list(vars(thing).values())
        case _:
            with contextlib.suppress(AttributeError):
                yield from list(object.__getattribute__(thing, "__dict__").values())
                yield from type(thing).__mro__


def is_locked(thing: object) -> bool:
    """Whether a thing is a lock, a condition or a semaphore that somebody holds, as its repr() says."""
    if type(thing).__module__ not in ("_thread", "threading"):
        return False
    return "<locked" in repr(thing) or "value=0" in repr(thing)
