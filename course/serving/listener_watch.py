"""Watch a function that takes a listening socket, whatever it does with it.

The function gets a plain socket. Python's hooks for profilers report when a connection is accepted from that socket
and when it is closed, whatever object holds it; and which asyncio task serves it.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
import weakref
from asyncio.selector_events import _SelectorSocketTransport  # type: ignore[attr-defined]
from collections.abc import Callable
from contextvars import ContextVar
from time import perf_counter
from types import FrameType
from typing import Any

from course.serving.watch import Watch, is_open
from course.timeline import UNKNOWN, Visit
from course.tracing.profiler_hooks import Probe

# Which connection the callbacks of an event loop and the tasks that they create belong to.
_belongs: ContextVar[tuple[ListenerWatch, Visit] | None] = ContextVar("course.serving", default=None)


class ListenerWatch(Watch):
    """The watch on a function that takes a listening socket; its other methods are called by the probe below.

    A connection is over when it is closed, by a socket object or because the last one is collected. Where
    somebody else has a copy of it (a child process, a duplicate), closing it is not its end, and no end is noted.
    A thread that closes a connection has served it; or else the first asyncio task that was created for it.
    """

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener)
        self._references: dict[int, weakref.ref[socket.socket]] = {}
        self._tasks: weakref.WeakKeyDictionary[asyncio.Task[Any], str] = weakref.WeakKeyDictionary()
        self.watching = _probe.subscribe(self)

    def worker(self) -> str:
        task = _current_task()
        return self._task_name(task) if task else super().worker()

    def _task_name(self, task: asyncio.Task[Any]) -> str:
        return self._tasks.get(task) or self._tasks.setdefault(task, f"task {next(self.numbers)}")

    def begin_coroutine(self, task: asyncio.Task[Any]) -> None:
        """A coroutine function begins as this task: it is ended by cancelling it, not by SystemExit."""
        self.mine.leaving = True
        self._tasks[task] = "loop"

    def accepting(self, frame: FrameType) -> None:
        listener = frame.f_locals["self"]
        if not self._is_mine(listener):
            return
        if self.stopping and listener.gettimeout() != 0:
            raise SystemExit("the server is being stopped")
        if (thread := threading.current_thread()) is not self.loop:
            with self.changed:
                self._threads.add(thread)

    def accepted(self, frame: FrameType, value: tuple[socket.socket, Any] | None) -> None:
        moment = perf_counter()
        listener = frame.f_locals["self"]
        if value is None or not self._is_mine(listener):
            return
        connection, address = value
        if self.stopping:
            connection.close()
            self.wake()
            if getattr(self.mine, "leaving", False) and listener.gettimeout() == 0:
                raise BlockingIOError  # an event loop that is cleaning up
            self.mine.leaving = True
            raise SystemExit("the server is being stopped")
        if task := _current_task():
            self._tasks.setdefault(task, "loop")
        visit = Visit(address, moment, moment, worker=self.worker())
        descriptor = self.mine.latest = connection.fileno()
        self.shared.discard(descriptor)
        self.visits.append(visit)
        self.open[descriptor] = visit
        self._references[descriptor] = weakref.ref(connection, lambda _: self._collected(descriptor, visit))
        _belongs.set((self, visit))
        self.tell(visit)

    def _is_mine(self, listener: socket.socket) -> bool:
        """Whether it is the function's listening socket, or a duplicate of it, or TLS around it."""
        try:
            return bool(listener.getsockname() == self.address)
        except OSError:
            return False

    def closing(self, frame: FrameType) -> None:
        descriptor = frame.f_locals["self"].fileno()
        if visit := self.open.get(descriptor):
            name = self.worker()
            if name != "loop":
                visit.worker = name
            elif descriptor in self.shared and visit.worker == name:
                visit.worker = UNKNOWN  # handed over; a child may report yet that it has it
            self._over(descriptor)

    def _collected(self, descriptor: int, visit: Visit) -> None:
        if self.open.get(descriptor) is visit and not is_open(descriptor, visit):
            self._over(descriptor)

    def _over(self, descriptor: int) -> None:
        visit = self.open.pop(descriptor)
        if descriptor not in self.shared:
            visit.ended = perf_counter()
        self.tell(visit)
        with self.changed:
            self.changed.notify_all()

    def duplicating(self, frame: FrameType) -> None:
        self.shared.add(frame.f_locals["self"].fileno())

    def starting_process(self, _frame: FrameType) -> None:
        self.shared.update(self.open)

    def writing(self, frame: FrameType) -> None:
        visit = self.open.get(frame.f_locals["self"]._sock_fd)
        if visit and visit.worker == "loop" and _current_task():
            visit.worker = self.worker()

    def created_task(self, frame: FrameType, task: asyncio.Task[Any] | None) -> None:
        owner, visit = _belongs.get() or (None, None)
        if owner is self and visit and visit.worker == "loop" and visit.ended is None and task:
            caller = frame.f_back
            if not caller or caller.f_code.co_name != "_accept_connection":
                visit.worker = self._task_name(task)
            elif (context := caller.f_locals.get("conn_context")) is not None:
                # asyncio's own task, which sets the connection up: from Python 3.15 on, in a context of its own.
                context.run(_belongs.set, (owner, visit))

    def loop_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The exception handler of a coroutine function's event loop: blame the visit concerned, print nothing."""
        error, task = context.get("exception"), context.get("future") or context.get("task")
        _, visit = _belongs.get() or (None, None)
        if task and task in self._tasks:
            visit = next((visit for visit in reversed(self.visits) if visit.worker == self._tasks[task]), None)
        if visit and error:
            self.blame(visit, error)
        else:
            loop.default_exception_handler(context)

    def after_fork_in_child(self) -> None:
        super().after_fork_in_child()
        served = getattr(self.mine, "latest", -1) if self.is_own_thread() else -1
        self.open = {served: self.open[served]} if served in self.open else {}
        for visit in self.open.values():
            visit.worker = UNKNOWN  # the parent may serve it yet
            self.tell(visit)

    def unhook(self) -> None:
        _probe.unsubscribe(self)
        self._references.clear()
        super().unhook()


def _current_task() -> asyncio.Task[Any] | None:
    return asyncio.current_task() if asyncio._get_running_loop() else None


class _SharedProbe:
    """One probe on the standard library's functions for all ListenerWatches, on while there are any."""

    CALLS = (
        (socket.socket.accept, "accepting"),
        (socket.socket._real_close, "closing"),  # type: ignore[attr-defined]
        (socket.socket.dup, "duplicating"),
        (subprocess.Popen.__init__, "starting_process"),
        (_SelectorSocketTransport.write, "writing"),
    )
    RETURNS = ((socket.socket.accept, "accepted"), (asyncio.BaseEventLoop.create_task, "created_task"))

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: list[ListenerWatch] = []
        self._on = False
        self._probe = Probe(
            {function.__code__: self._report(name) for function, name in self.CALLS},
            {function.__code__: self._report(name) for function, name in self.RETURNS},
        )

    def subscribe(self, watch: ListenerWatch) -> bool:
        """Returns whether anything will be reported."""
        with self._lock:
            if not self._subscribers:
                self._on = self._probe.start()
            self._subscribers.append(watch)
            return self._on

    def unsubscribe(self, watch: ListenerWatch) -> None:
        with self._lock:
            self._subscribers.remove(watch)
            if not self._subscribers and self._on:
                self._probe.stop()

    def _report(self, name: str) -> Callable[..., None]:
        def report(*event: Any) -> None:
            for watch in list(self._subscribers):
                getattr(watch, name)(*event)

        return report


_probe = _SharedProbe()
