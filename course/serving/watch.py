"""Watch a server's connections from outside: when each was accepted, served and ended, and by whom.

A socketserver instance is watched at hooks that its documentation lets anyone override (`get_request`,
`finish_request`, `handle_error`, `shutdown_request`, `close_request`), set on that one instance and taken
off again; its class, its handler class and the sockets stay what they were. A function that takes a
listening socket is watched at that socket's `accept`; the connections it gets are plain sockets.
See https://docs.python.org/3/library/socketserver.html#server-objects
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import select
import socket
import socketserver
import sys
import threading
import traceback
import types
import weakref
from collections import deque
from collections.abc import Callable
from time import perf_counter
from types import FrameType
from typing import Any

from course.timeline import Visit
from course.tracing.profiler_hooks import Probe

REMEMBERED = 200_000


class Stopped(SystemExit):
    """Raised out of `accept` when a function's server is stopped, so that the function ends."""


class Watch:
    """What one server's connections lived through, written by its threads and read by anyone."""

    def __init__(self) -> None:
        self.visits: deque[Visit] = deque(maxlen=REMEMBERED)
        self.stopping = False
        self.loop: threading.Thread | None = None
        self._threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self.changed = threading.Condition()
        self._mine = threading.local()
        self._numbers = itertools.count(1)

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

    def blame(self, visit: Visit, error: BaseException) -> None:
        """Note the exception that ended a visit, as text: a live traceback would keep the connection open."""
        visit.error = "".join(traceback.format_exception_only(error)).strip()
        visit.traceback = "".join(traceback.format_exception(error))

    def notify(self) -> None:
        with self.changed:
            self.changed.notify_all()


class ServerWatch(Watch):
    """The watch on a socketserver instance, from `__init__` to `unhook()`."""

    HOOKS = ("get_request", "finish_request", "handle_error", "shutdown_request", "close_request")

    def __init__(self, server: socketserver.BaseServer) -> None:
        super().__init__()
        self.server = server
        self.in_flight: dict[int, tuple[Any, Visit]] = {}
        self.children = _Children() if _forks(server) else None
        for name in self.HOOKS:
            hook = _hook(getattr(self, f"_{name}"), getattr(server, name))
            setattr(server, name, types.MethodType(hook, server))

    def unhook(self) -> None:
        """Take the hooks off the instance, which then is as it was."""
        for name in self.HOOKS:
            vars(self.server).pop(name, None)
        if self.children:
            self.children.close()

    def _get_request(self, original: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
        if self.stopping:
            raise OSError("the server is being stopped")
        if self.children:
            self.children.collect()
        request, address = original()
        visit = Visit(address, perf_counter(), size=len(request[0]) if isinstance(request, tuple) else None)
        self.in_flight[id(request)] = request, visit
        self.visits.append(visit)
        if self.children:
            self.children.accepted(visit)
        return request, address

    def _finish_request(self, original: Callable[[Any, Any], None], request: Any, address: Any) -> None:
        visit = self._visit(request, address)
        visit.worker = self.worker()
        if self.stopping:
            end_input(request)
        visit.began = perf_counter()
        if self.children:
            self.children.tell(visit)
        try:
            original(request, address)
        except BaseException as error:
            self.blame(visit, error)
            if isinstance(error, (Exception, SystemExit)) or threading.current_thread() is self.loop:
                raise
            raise SystemExit from None  # or the thread's last words would be printed from the thread
        finally:
            visit.ended = perf_counter()
            if self.children:
                self.children.tell(visit)

    def _handle_error(self, original: Callable[[Any, Any], None], request: Any, address: Any) -> None:
        visit = self._visit(request, address)
        if not visit.error and (error := sys.exc_info()[1]):
            self.blame(visit, error)
        if getattr(original, "__func__", None) is not socketserver.BaseServer.handle_error:
            original(request, address)  # the learner's own; the base class would only print

    def _shutdown_request(self, original: Callable[[Any], None], request: Any) -> None:
        try:
            original(request)
        finally:
            self._gone(request)

    def _close_request(self, original: Callable[[Any], None], request: Any) -> None:
        try:
            original(request)
        finally:
            self._gone(request)

    def _visit(self, request: Any, address: Any) -> Visit:
        if found := self.in_flight.get(id(request)):
            return found[1]
        visit = Visit(address, perf_counter())
        self.visits.append(visit)
        return visit

    def _gone(self, request: Any) -> None:
        if self.in_flight.pop(id(request), None):
            self.notify()


def _hook(watcher: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    """A function to be bound to the server in `original`'s place, named and documented like it."""

    @functools.wraps(original)
    def method(_server: object, *args: Any) -> Any:
        return watcher(original, *args)

    return method


def _forks(server: socketserver.BaseServer) -> bool:
    return isinstance(server, getattr(socketserver, "ForkingMixIn", ()))


def end_input(request: Any) -> None:
    """End the stream that a connection reads: a handler that waits for more gets b'' and can still reply."""
    if isinstance(request, socket.socket):
        with contextlib.suppress(OSError):
            socket.socket.shutdown(request, socket.SHUT_RD)


class _Children:
    """The way for a forked child's times to reach its parent: a pipe, one JSON line a message.

    Lines are shorter than PIPE_BUF, so that those of several children do not mix (pipe(7)).
    """

    def __init__(self) -> None:
        self._parent = os.getpid()
        self._accepted: dict[int, Visit] = {}
        self._serial = itertools.count()
        self._current = 0
        self._processes: dict[int, str] = {}
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        self._rest = b""

    def accepted(self, visit: Visit) -> None:
        self._current = next(self._serial)
        self._accepted[self._current] = visit

    def tell(self, visit: Visit) -> None:
        if os.getpid() != self._parent:
            words = [self._current, os.getpid(), visit.began, visit.ended, visit.error[:500], visit.traceback]
            line = json.dumps(words).encode()
            if len(line) > select.PIPE_BUF - 1:
                line = json.dumps([*words[:-1], ""]).encode()
            os.write(self._write, line + b"\n")

    def collect(self) -> None:
        """Read what the children have told so far into their visits."""
        try:
            while chunk := os.read(self._read, 65536):
                self._rest += chunk
        except OSError:
            pass
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            serial, process, began, ended, error, text = json.loads(line)
            visit = self._accepted[serial]
            visit.worker = self._processes.setdefault(process, f"process {len(self._processes) + 1}")
            visit.began, visit.ended, visit.error, visit.traceback = began, ended, error, text

    def close(self) -> None:
        self.collect()
        os.close(self._read)
        os.close(self._write)


class Listener(socket.socket):
    """The listening socket that a function gets: a socket whose `accept` also keeps the record."""

    __slots__ = ("watch",)
    watch: ListenerWatch

    def accept(self) -> tuple[socket.socket, Any]:
        self.watch.at_accept()
        connection, address = super().accept()
        if self.watch.stopping:
            connection.close()
            self.watch.wake(self)
        self.watch.at_accept()
        self.watch.accepted(connection, address)
        return connection, address


class ListenerWatch(Watch):
    """The watch on a function that takes a listening socket.

    Its connections are plain sockets. One is over when a thread closes it, and that thread has served it; or
    when it vanishes; or at the latest when the function is back at `accept` and it is closed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[weakref.ref[socket.socket], Visit] = {}
        self._wakers: list[socket.socket] = []
        _closings.subscribe(self._closing)

    def accepted(self, connection: socket.socket, address: Any) -> None:
        moment = perf_counter()
        visit = Visit(address, moment, moment, worker=self.worker())
        self.visits.append(visit)
        self.open[weakref.ref(connection, self._over)] = visit

    def at_accept(self) -> None:
        """The function asks for the next client: those it has closed are over."""
        for reference in list(self.open):
            connection = reference()
            if connection is not None and connection.fileno() == -1:
                self._over(reference)
            del connection
        if self.stopping:
            raise Stopped

    def _closing(self, connection: socket.socket) -> None:
        reference = weakref.ref(connection)
        if reference in self.open:
            self.open[reference].worker = self.worker()
            self._over(reference)

    def _over(self, reference: weakref.ref[socket.socket]) -> None:
        if visit := self.open.pop(reference, None):
            visit.ended = perf_counter()
            self.notify()

    def wake(self, listener: socket.socket) -> None:
        """Connect once to a listener, so that a thread blocked in its accept comes back."""
        waker = socket.socket(listener.family, socket.SOCK_STREAM)
        self._wakers.append(waker)
        waker.setblocking(False)
        with contextlib.suppress(OSError):
            waker.connect(listener.getsockname())

    def unhook(self) -> None:
        _closings.unsubscribe(self._closing)
        for waker in self._wakers:
            waker.close()


class _Closings:
    """Tells its subscribers of each socket that any thread closes, by one probe for all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[socket.socket], None]] = []
        self._probe = Probe(socket.socket._real_close.__code__, self._closing)  # type: ignore[attr-defined]

    def subscribe(self, subscriber: Callable[[socket.socket], None]) -> None:
        with self._lock:
            if not self._subscribers:
                self._probe.start()
            self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: Callable[[socket.socket], None]) -> None:
        with self._lock:
            self._subscribers.remove(subscriber)
            if not self._subscribers:
                self._probe.stop()

    def _closing(self, frame: FrameType) -> None:
        for subscriber in list(self._subscribers):
            subscriber(frame.f_locals["self"])


_closings = _Closings()
