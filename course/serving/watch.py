"""Watch a server's connections from outside: when each was accepted, served and ended, and by whom.

A socketserver instance is watched at methods that its documentation lets anyone override (`get_request`,
`finish_request`, `handle_error`), set on that one instance and taken off again; its class, its handler class
and its sockets stay what they were. A function that takes a listening socket gets a plain one. The hooks for
profilers report when a connection is accepted from that socket and when it is closed, whatever object holds it.
See https://docs.python.org/3/library/socketserver.html#server-objects

A connection is known by its file descriptor. So the record keeps no connection alive, and it still knows one
that TLS has wrapped.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import socket
import socketserver
import subprocess
import sys
import threading
import traceback
import types
import weakref
from asyncio.selector_events import _SelectorSocketTransport  # type: ignore[attr-defined]
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from time import perf_counter
from types import FrameType
from typing import Any

from course.serving import forked_children
from course.serving.forked_children import ForkedChildren
from course.timeline import UNKNOWN, Visit
from course.tracing.profiler_hooks import Probe

REMEMBERED = 200_000  # visits of one server


class Watch:
    """What one server's connections lived through, written by its threads and read by anyone."""

    def __init__(self, listener: socket.socket) -> None:
        self.address = listener.getsockname()
        self._family, self._type = listener.family, listener.type
        self.visits: deque[Visit] = deque(maxlen=REMEMBERED)
        self.open: dict[int, Visit] = {}  # by the connection's descriptor; some may have been closed since
        self.shared: set[int] = set()  # descriptors of which somebody else has a copy
        self.children: ForkedChildren | None = None
        self.stopping = False
        self.loop: threading.Thread | None = None
        self._threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self.changed = threading.Condition()
        self._mine = threading.local()
        self._numbers = itertools.count(1)
        self._wakers: list[socket.socket] = []
        forked_children.watches.add(self)

    def worker(self) -> str:
        """The name of the calling thread in this server's record, given at its first call.

        Thread idents are used again after a thread's end, so a number of our own tells them apart.
        """
        name: str | None = getattr(self._mine, "name", None)
        if name is None:
            thread = threading.current_thread()
            name = self._mine.name = "loop" if thread is self.loop else f"worker {next(self._numbers)}"
            if thread is not self.loop:
                with self.changed:
                    self._threads.add(thread)
        return name

    def threads(self) -> list[threading.Thread]:
        """The threads beside the loop's that have served anyone and still exist."""
        with self.changed:
            return list(self._threads)

    def busy(self) -> list[threading.Thread]:
        """Those of `threads()` that stop() has to wait for."""
        return self.threads()

    def blame(self, visit: Visit, error: BaseException) -> None:
        """Note the exception that ended a visit, as text: a live traceback would keep the connection open."""
        visit.error = "".join(traceback.format_exception_only(error)).strip()
        visit.traceback = "".join(traceback.format_exception(error))

    def tell(self, visit: Visit) -> None:
        """In a forked child, report a visit to the parent."""
        if self.children:
            self.children.tell(visit)

    def end_input(self) -> None:
        """End the stream that each connection reads: a handler that waits for more gets b'' and can still reply."""
        for descriptor, visit in list(self.open.items()):
            with contextlib.suppress(OSError), _borrowed(descriptor) as connection:
                if connection.getpeername() == visit.address:
                    connection.shutdown(socket.SHUT_RD)

    def in_service(self) -> bool:
        """Whether a connection is still open."""
        return any(_is_open(descriptor, visit) for descriptor, visit in list(self.open.items()))

    def wake(self) -> None:
        """Connect to the listening socket, so that a thread that waits for a client there comes back."""
        waker = socket.socket(self._family, self._type)
        self._wakers.append(waker)
        waker.setblocking(False)
        with contextlib.suppress(OSError):
            waker.connect(self.address)
            if self._type == socket.SOCK_DGRAM:
                waker.send(b"")

    def close_wakers(self) -> None:
        for waker in self._wakers:
            waker.close()

    def unhook(self) -> None:
        """End the watch; nothing is left of it."""
        forked_children.watches.discard(self)
        if self.children:
            self.children.close()
            self.children = None

    def before_fork(self) -> None:
        self.shared.update(self.open)
        if self._is_own_thread():
            self.children = self.children or ForkedChildren(self.visits)
            self.children.expect(self.open.values())

    def after_fork_in_child(self) -> None:
        self.changed = threading.Condition()
        self.shared.clear()
        if self.children:
            self.children.lock = threading.Lock()
            if self._is_own_thread():
                self.children.tell()

    def _is_own_thread(self) -> bool:
        thread = threading.current_thread()
        return thread is self.loop or thread in self._threads


class ServerWatch(Watch):
    """The watch on a socketserver instance, from `__init__` to `unhook()`."""

    HOOKS = ("get_request", "finish_request", "handle_error")

    def __init__(self, server: socketserver.BaseServer) -> None:
        super().__init__(server.socket)  # type: ignore[attr-defined]
        self.server = server
        self.woken = False
        self._busy: set[threading.Thread] = set()
        self._before = {name: vars(server)[name] for name in self.HOOKS if name in vars(server)}
        for name in self.HOOKS:
            hook = _hook(getattr(self, f"_{name}"), getattr(server, name))
            setattr(server, name, types.MethodType(hook, server))

    def busy(self) -> list[threading.Thread]:
        return list(self._busy)

    def wake(self) -> None:
        self.woken = True
        super().wake()

    def unhook(self) -> None:
        """Take the hooks off the instance, which then is as it was."""
        for name in self.HOOKS:
            vars(self.server).pop(name, None)
        vars(self.server).update(self._before)
        super().unhook()

    def _get_request(self, original: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
        self._check_stopping()
        request, address = original()
        moment = perf_counter()
        if self.stopping:
            if isinstance(request, socket.socket):
                request.close()
            self._check_stopping()
        visit = Visit(_peer(request, address), moment, size=len(request[0]) if isinstance(request, tuple) else None)
        self.open[_key(request)] = visit
        self.visits.append(visit)
        self.tell(visit)
        return request, address

    def _check_stopping(self) -> None:
        if self.woken:  # the loop does not end by shutdown()
            raise SystemExit("the server is being stopped")
        if self.stopping:
            raise OSError("the server is being stopped")

    def _finish_request(self, original: Callable[[Any, Any], None], request: Any, address: Any) -> None:
        visit = self.open.get(_key(request)) or self._unknown(request, address)
        visit.worker = self.worker()
        self._mine.served = id(request), visit
        thread = threading.current_thread()
        if self.stopping:
            self.end_input()
        self._busy.add(thread)
        visit.began = perf_counter()
        self.tell(visit)
        try:
            original(request, address)
        except BaseException as error:
            self.blame(visit, error)
            if isinstance(error, (Exception, SystemExit)) or thread is self.loop:
                raise
            raise SystemExit from None  # or the thread's last words would be printed from the thread
        finally:
            visit.ended = perf_counter()
            self._busy.discard(thread)
            if isinstance(request, tuple):
                self.open.pop(_key(request), None)
            self.tell(visit)

    def _handle_error(self, original: Callable[[Any, Any], None], request: Any, address: Any) -> None:
        served, visit = getattr(self._mine, "served", (None, None))
        if visit is None or served != id(request) or _key(request) in self.open:
            visit = self.open.get(_key(request)) or self._unknown(request, address)
        if not visit.error and (error := sys.exc_info()[1]):
            self.blame(visit, error)
        if getattr(original, "__func__", None) is not socketserver.BaseServer.handle_error:
            original(request, address)  # the learner's own; the base class would only print

    def _unknown(self, request: Any, address: Any) -> Visit:
        """The visit of a request that `get_request` has not returned as it is now."""
        address = _peer(request, address)
        for visit in reversed(list(self.open.values())):
            if visit.address == address and visit.began is None:
                return visit
        visit = Visit(address, perf_counter())
        self.visits.append(visit)
        return visit


def _hook(watcher: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    """A function to be bound to the server in `original`'s place, named and documented like it."""

    @functools.wraps(original)
    def method(_server: object, *args: Any) -> Any:
        return watcher(original, *args)

    return method


def _key(request: Any) -> int:
    """What a request is known by: its descriptor; a datagram, which shares its socket with all others, by its id."""
    descriptor = request.fileno() if callable(getattr(request, "fileno", None)) else -1
    return descriptor if descriptor >= 0 else -id(request)


def _peer(request: Any, address: Any) -> Any:
    """The client's address by the kernel's account; a server may call its clients by other names."""
    if isinstance(request, socket.socket):
        with contextlib.suppress(OSError):  # the client has reset the connection
            return request.getpeername()
    return address if isinstance(address, (str, tuple)) else str(address)


@contextlib.contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket]:
    """A socket object for a descriptor that belongs to somebody else; OSError if it is no socket (any more)."""
    if descriptor < 0:
        raise OSError("a datagram has no connection")
    borrowed = socket.socket(fileno=descriptor)
    try:
        yield borrowed
    finally:
        borrowed.detach()


def _is_open(descriptor: int, visit: Visit) -> bool:
    """Whether a descriptor is still that of a visit's connection: the system uses descriptors again."""
    try:
        with _borrowed(descriptor) as connection:
            return bool(connection.getpeername() == visit.address)
    except OSError:
        return False


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
        return self._tasks.get(task) or self._tasks.setdefault(task, f"task {next(self._numbers)}")

    def begin_coroutine(self, task: asyncio.Task[Any]) -> None:
        """A coroutine function begins as this task: it is ended by cancelling it, not by SystemExit."""
        self._mine.leaving = True
        self._tasks[task] = "loop"

    def accepting(self, frame: FrameType) -> None:
        listener = frame.f_locals["self"]
        if self.stopping and listener.gettimeout() != 0 and self._is_mine(listener):
            raise SystemExit("the server is being stopped")

    def accepted(self, frame: FrameType, value: tuple[socket.socket, Any] | None) -> None:
        moment = perf_counter()
        listener = frame.f_locals["self"]
        if value is None or not self._is_mine(listener):
            return
        connection, address = value
        if self.stopping:
            connection.close()
            self.wake()
            if getattr(self._mine, "leaving", False) and listener.gettimeout() == 0:
                raise BlockingIOError  # an event loop that is cleaning up
            self._mine.leaving = True
            raise SystemExit("the server is being stopped")
        if task := _current_task():
            self._tasks.setdefault(task, "loop")
        visit = Visit(address, moment, moment, worker=self.worker())
        descriptor = self._mine.latest = connection.fileno()
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
        if self.open.get(descriptor) is visit and not _is_open(descriptor, visit):
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
            caller = frame.f_back and frame.f_back.f_code.co_name
            if caller != "_accept_connection":  # asyncio's own task, which sets the connection up
                visit.worker = self._task_name(task)

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
        served = getattr(self._mine, "latest", -1) if self._is_own_thread() else -1
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
