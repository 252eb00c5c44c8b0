"""Watch a server's connections from outside: when each was accepted, served and ended, and by whom.

A socketserver instance is watched at methods that its documentation lets anyone override (`get_request`,
`finish_request`, `handle_error`), set on that one instance and taken off again; its class, its handler class
and its sockets stay what they were. See https://docs.python.org/3/library/socketserver.html#server-objects

A connection is known by its file descriptor. So the record keeps no connection alive, and it still knows one
that TLS has wrapped.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import socket
import socketserver
import sys
import threading
import traceback
import types
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from operator import methodcaller
from time import perf_counter
from typing import Any

from course.serving.forked_children import ForkedChildren
from course.timeline import Visit

REMEMBERED = 200_000  # visits of one server


class Watch:
    """What one server's connections lived through, written by its threads and read by anyone."""

    watching = True  #: whether anything can be recorded

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
        self.mine = threading.local()
        self.numbers = itertools.count(1)
        self.wakers = contextlib.ExitStack()
        _watches.add(self)

    def worker(self) -> str:
        """The name of the calling thread in this server's record, given at its first call.

        Thread idents are used again after a thread's end, so a number of our own tells them apart.
        """
        name: str | None = getattr(self.mine, "name", None)
        if name is None:
            thread = threading.current_thread()
            name = self.mine.name = "loop" if thread is self.loop else f"worker {next(self.numbers)}"
            if thread is not self.loop:
                with self.changed:
                    self._threads.add(thread)
        return name

    def threads(self) -> list[threading.Thread]:
        """The threads beside the loop's that have accepted or served anyone, or wait for it, and still exist."""
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
            with contextlib.suppress(OSError), _borrowed(descriptor, visit) as connection:
                connection.shutdown(socket.SHUT_RD)

    def in_service(self) -> bool:
        """Whether a connection is still open."""
        return any(is_open(descriptor, visit) for descriptor, visit in list(self.open.items()))

    def wake(self) -> None:
        """Connect to the listening socket, so that a thread that waits for a client there comes back."""
        waker = self.wakers.enter_context(socket.socket(self._family, self._type))
        waker.setblocking(False)
        with contextlib.suppress(OSError):
            waker.connect(self.address)
            if self._type == socket.SOCK_DGRAM:
                waker.send(b"")

    def unhook(self) -> None:
        """End the watch; nothing is left of it."""
        _watches.discard(self)
        if self.children:
            self.children.close()
            self.children = None

    def before_fork(self) -> None:
        self.shared.update(self.open)
        if self.is_own_thread():
            self.children = self.children or ForkedChildren(self.visits)
            self.children.expect(self.open.values())

    def after_fork_in_child(self) -> None:
        self.changed = threading.Condition()
        self.shared.clear()
        if self.children:
            self.children.lock = threading.Lock()
            if self.is_own_thread():
                self.children.tell()

    def is_own_thread(self) -> bool:
        """Whether the calling thread is the loop's, or another one that has served."""
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
        self.mine.served = id(request), visit
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
        served, visit = getattr(self.mine, "served", (None, None))
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
def _borrowed(descriptor: int, visit: Visit) -> Iterator[socket.socket]:
    """A socket object for a visit's connection; OSError if that is closed: the system uses descriptors again."""
    if descriptor < 0:
        raise OSError("a datagram has no connection")
    borrowed = socket.socket(fileno=descriptor)
    try:
        if borrowed.getpeername() != visit.address:
            raise OSError("this is another connection")
        yield borrowed
    finally:
        borrowed.detach()


def is_open(descriptor: int, visit: Visit) -> bool:
    """Whether a descriptor is still that of a visit's connection."""
    with contextlib.suppress(OSError), _borrowed(descriptor, visit):
        return True
    return False


_watches: weakref.WeakSet[Watch] = weakref.WeakSet()

if hasattr(os, "register_at_fork"):  # https://docs.python.org/3/library/os.html#os.register_at_fork
    os.register_at_fork(
        before=lambda: [*map(methodcaller("before_fork"), list(_watches))],
        after_in_child=lambda: [*map(methodcaller("after_fork_in_child"), list(_watches))],
    )
