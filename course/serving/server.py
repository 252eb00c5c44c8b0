"""serve(): run any server in the background, watch its connections, stop it cleanly."""

from __future__ import annotations

import errno
import inspect
import os
import shutil
import socket
import socketserver
import sys
import tempfile
import threading
import traceback
import warnings
import weakref
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, NamedTuple

from course.serving.argument_errors import check_servable, explained, is_taken
from course.serving.watch import Listener, ListenerWatch, ServerWatch, Watch, end_input
from course.timeline import Address, Visit

POLL_INTERVAL = 0.02  # seconds; the serving loop looks this often whether it shall end
BACKLOG = 128  # connections; the kernel's queue for a function's listening socket
PATIENCE = 0.25  # seconds; the loop gets as long as this to end even when the deadline is over
DEADLINE = 2.0  # seconds; what has not ended by then is named, not waited for


class Known(NamedTuple):
    """What is known of a server that is watched."""

    name: str
    visits: Callable[[], tuple[Visit, ...]]
    datagrams: bool


_live: weakref.WeakValueDictionary[tuple[int, Address], _Running] = weakref.WeakValueDictionary()


class Server:
    """A server that runs in the background. `serve()` makes it; it is a context manager.

    A server that is forgotten is stopped when it is collected.
    """

    def __init__(self, running: _Running) -> None:
        self._running = running
        self._finalizer = weakref.finalize(self, running.stop_from_anywhere)

    @property
    def address(self) -> Address:
        """Where it listens: (host, port), or a path for a Unix socket."""
        return self._running.address

    @property
    def name(self) -> str:
        """The name of the server's class or function."""
        return self._running.name

    @property
    def visits(self) -> tuple[Visit, ...]:
        """What each connection lived through on the server's side, in the order they were accepted."""
        return self._running.visits()

    @property
    def failure(self) -> str:
        """The traceback of the exception that ended the serving loop or function; '' if none did."""
        return self._running.failure

    @property
    def left(self) -> tuple[str, ...]:
        """What stop() had to leave: a sentence for each thread or child process that did not end."""
        return self._running.left

    def stop(self, deadline: float = DEADLINE) -> None:
        """End the loop, close the listening socket and wait for the server's threads; a second call does nothing.

        Connections in service get no more input, so a handler that waits for its client sees the end of the
        stream and may still reply. What has not ended after `deadline` seconds is named in a RuntimeWarning
        and in `left`, and not waited for.
        """
        self._running.stop(deadline)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<{self.name}, {self._running.state}>"


def serve(
    server: type[socketserver.BaseServer] | socketserver.BaseServer | Callable[[socket.socket], object],
    handler: Callable[..., object] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Server:
    """Run a server in a background thread and watch its connections, or its datagrams.

    server: a server class of socketserver or a subclass (with its `handler` class), a server that is made
    already, or a function that takes a listening socket and serves it.
    host, port: where a class or a function shall listen; port 0 lets the system choose a free one. Classes
    of Unix sockets get a path of their own instead. Served again on a port, the server that this process
    ran there before is stopped first; for that its listening socket gets the option SO_REUSEADDR (socket(7)).

    Returns a `Server`, which is listening already. Raises TypeError or ValueError for what cannot be served,
    OSError when the address cannot be had, each with one sentence that says what to do.
    """
    __tracebackhide__ = True  # from IPython: the sentence says it all
    check_servable(server, handler)
    if not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"port={port!r} is no port: give a number from 1 to 65535, or 0 to get a free one")
    if port and (before := _live.get((_kind(server), (host, port)))):
        before.stop(DEADLINE)
    if isinstance(server, socketserver.BaseServer):
        return _start(_RunningServer(server))
    if isinstance(server, type):
        return _start(_RunningServer.made(server, handler, host, port))
    return _start(_RunningFunction(server, host, port))


def watched(server: Server | Address) -> Known | None:
    """A server that this process runs: its name, the way to its visits, if it serves datagrams; else None."""
    running = server._running if isinstance(server, Server) else _at(server)
    return Known(running.name, running.visits, running.kind == socket.SOCK_DGRAM) if running else None


def _at(address: Address) -> _Running | None:
    return _live.get((socket.SOCK_STREAM, address)) or _live.get((socket.SOCK_DGRAM, address))


def _kind(server: object) -> int:
    """The type of a server's listening socket, as socket.SOCK_STREAM and socket.SOCK_DGRAM say it."""
    return int(getattr(server, "socket_type", socket.SOCK_STREAM))


def _start(running: _Running) -> Server:
    server = Server(running)
    running.start()
    return server


class _Running:
    """The inside of a Server. Its threads hold this and not the Server, so that a Server can be forgotten."""

    name: str
    address: Address
    watch: Watch
    kind: int = socket.SOCK_STREAM

    def __init__(self) -> None:
        self.failure = ""
        self.left: tuple[str, ...] = ()
        self._stop = threading.RLock()
        self._stopped = False
        self._folder: str | None = None

    def start(self) -> None:
        loop = threading.Thread(target=self._run, name=f"course loop of {self.name}", daemon=True)
        self.watch.loop = self._loop = loop
        _live[self.kind, self.address] = self
        loop.start()

    def _run(self) -> None:
        try:
            self.serve()
        except BaseException as error:
            if not self.watch.stopping:
                self.failure = traceback.format_exc()
                self.failed(error)
            traceback.clear_frames(error.__traceback__)  # they hold connections open

    @property
    def state(self) -> str:
        if self._stopped:
            return "stopped"
        if self._loop.is_alive():
            return f"serving at {_readable(self.address)}"
        return f"ended by {self.failure.splitlines()[-1]}" if self.failure else "ended by itself"

    def visits(self) -> tuple[Visit, ...]:
        return tuple(self.watch.visits)

    def stop(self, deadline: float = DEADLINE) -> None:
        with self._stop:
            if self._stopped:
                return
            end = perf_counter() + deadline
            self.watch.stopping = True
            self.end(end)
            here = threading.current_thread()
            threads = [t for t in (self._loop, *self.watch.threads()) if t is not here]
            for thread in threads:
                thread.join(max(PATIENCE if thread is self._loop else 0.0, end - perf_counter()))
            hung = [thread for thread in threads if thread.is_alive()]
            self.left = (*self.left, *map(_whereabouts, hung))
            self.close(hung=bool(hung) or self.serves(here))
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._stopped = True
            if _live.get((self.kind, self.address)) is self:
                del _live[self.kind, self.address]
        if self.left:
            warnings.warn(f"{self.name} was stopped, but {'; '.join(self.left)}", RuntimeWarning, stacklevel=3)

    def stop_from_anywhere(self) -> None:
        """Stop, from wherever a forgotten Server happens to be collected, its own threads included."""
        if self.serves(threading.current_thread()):
            threading.Thread(target=self.stop, name="course stop", daemon=True).start()
        else:
            self.stop()

    def serves(self, thread: threading.Thread) -> bool:
        """Whether a thread is one of this server's own."""
        return thread is self._loop or thread in self.watch.threads()

    def serve(self) -> None:
        raise NotImplementedError

    def failed(self, error: BaseException) -> None:
        """Called in the loop's thread when an exception has ended it."""

    def end(self, end: float) -> None:
        """Ask the loop and the services to end, and wait for the services until `end`."""
        raise NotImplementedError

    def close(self, *, hung: bool) -> None:
        raise NotImplementedError


class _RunningServer(_Running):
    """A socketserver instance in the background."""

    watch: ServerWatch

    def __init__(self, server: Any) -> None:
        super().__init__()
        self.server = server
        self.name = type(server).__name__
        self.address = server.server_address
        self.kind = _kind(server)
        if self.kind == socket.SOCK_STREAM and sys.platform != "win32":
            # Connections inherit it; without it those that are over would hold the port for a minute (TIME_WAIT).
            server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.watch = ServerWatch(server)

    @classmethod
    def made(cls, server: Any, handler: Any, host: str, port: int) -> _RunningServer:
        """Make an instance of a server class and serve it."""
        folder = None
        if getattr(server, "address_family", None) == getattr(socket, "AF_UNIX", -1):
            folder = tempfile.mkdtemp(prefix="course-")
            address: Address = os.path.join(folder, "server")
        else:
            address = (host, port)
        arguments = [address] if handler is None else [address, handler]
        try:
            try:
                instance = server(*arguments)
            except OSError as error:
                stream = _kind(server) == socket.SOCK_STREAM
                if error.errno != errno.EADDRINUSE or not (port and stream) or is_taken(host, port):
                    raise
                # Only connections that are over hold the port (TIME_WAIT): bind again, with the reuse they allow.
                instance = server(*arguments, bind_and_activate=False)
                instance.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                instance.server_bind()
                instance.server_activate()
        except BaseException as error:
            if folder:
                shutil.rmtree(folder)
            if isinstance(error, OSError):
                raise explained(error, host, port) from error
            raise
        running = cls(instance)
        running._folder = folder
        return running

    def serve(self) -> None:
        if "poll_interval" in inspect.signature(self.server.serve_forever).parameters:
            self.server.serve_forever(poll_interval=POLL_INTERVAL)
        else:
            self.server.serve_forever()

    def visits(self) -> tuple[Visit, ...]:
        if self.watch.children and not self._stopped:
            self.watch.children.collect()
        return super().visits()

    def end(self, end: float) -> None:
        watch = self.watch
        for request, _ in list(watch.in_flight.values()):
            end_input(request)
        with watch.changed:
            watch.changed.wait_for(lambda: not watch.in_flight, max(0.0, end - perf_counter()))
        # In a thread of its own, for shutdown() waits for the loop, and the loop may hang in a handler.
        shutdown = threading.Thread(target=self.server.shutdown, name="course shutdown", daemon=True)
        shutdown.start()
        shutdown.join(max(PATIENCE, end - perf_counter()))
        self._end_children(end)

    def _end_children(self, end: float) -> None:
        """Wait for forked children until `end`; what is left of them then is named and killed."""
        server = self.server
        if not self.watch.children or not server.active_children:
            return
        while server.active_children and perf_counter() < end:
            sleep(0.005)  # a parent is told of a child's end by a signal only, which belongs to the program
            server.collect_children()
        for child in list(server.active_children or ()):
            self.left = (*self.left, f"child process {child} did not end by itself and was killed")
            os.kill(child, 9)
        server.collect_children(blocking=True)

    def close(self, *, hung: bool) -> None:
        if hung:  # server_close would wait for the hanging thread
            self.server.socket.close()
        else:
            self.server.server_close()
            self.watch.unhook()


class _RunningFunction(_Running):
    """A function that serves a listening socket, in the background."""

    watch: ListenerWatch

    def __init__(self, function: Callable[[socket.socket], object], host: str, port: int) -> None:
        super().__init__()
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)
        self.watch = ListenerWatch()
        self.listener = Listener(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        self.listener.watch = self.watch
        try:
            if port and sys.platform != "win32":  # there it would let two listeners share the port
                self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind((host, port))
            self.listener.listen(BACKLOG)
        except OSError as error:
            self.listener.close()
            self.watch.unhook()
            raise explained(error, host, port) from error
        self.address = self.listener.getsockname()

    def serve(self) -> None:
        self.function(self.listener)

    def failed(self, error: BaseException) -> None:
        for visit in list(self.watch.open.values()):
            if visit.worker == "loop" and not visit.error:
                self.watch.blame(visit, error)

    def end(self, end: float) -> None:
        for reference in list(self.watch.open):
            end_input(reference())
        self.watch.wake(self.listener)

    def close(self, *, hung: bool) -> None:
        self.listener.close()
        self.watch.unhook()


def _whereabouts(thread: threading.Thread) -> str:
    """Which function a thread is in, and the nearest line that is not the standard library's."""
    frame = sys._current_frames().get(thread.ident or 0)
    if frame is None:
        return f"thread {thread.name!r} had just ended"
    stack = traceback.extract_stack(frame)
    inner = stack[-1]
    text = f"thread {thread.name!r} is still in {inner.name}() ({Path(inner.filename).name}, line {inner.lineno})"
    library = os.path.dirname(threading.__file__)
    own = os.path.dirname(__file__)
    for outer in reversed(stack[:-1]):
        if not outer.filename.startswith((library, own)):
            return f"{text}, called by {outer.name}() ({Path(outer.filename).name}, line {outer.lineno})"
    return text


def _readable(address: Address) -> str:
    return address if isinstance(address, str) else f"{address[0]}:{address[1]}"
