"""What runs behind a Server: its threads, how they are started, stopped, and named if they do not end."""

from __future__ import annotations

import contextlib
import errno
import inspect
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import traceback
import warnings
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

from course.serving.argument_errors import explained, is_taken
from course.serving.watch import ServerWatch, Watch
from course.timeline import Address, Visit

if TYPE_CHECKING:
    from course.serving.listener_watch import ListenerWatch

POLL_INTERVAL = 0.02  # seconds; the serving loop checks this often whether it has to end
BACKLOG = 128  # connections; the length of the accept queue of a function's listening socket
STOP_DEADLINE = 2.0  # seconds; what has not ended by then is named, not waited for
LEAST_WAIT = 0.25  # seconds; the loop gets as long as this to end even after the deadline

live: weakref.WeakValueDictionary[tuple[int, Address], Running] = weakref.WeakValueDictionary()
"""All servers that run in this process, by the type of their socket and their address."""


def family_of(host: str) -> int:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def socket_type_of(server: object) -> int:
    """socket.SOCK_STREAM or socket.SOCK_DGRAM, as the server's listening socket has it."""
    return int(getattr(server, "socket_type", socket.SOCK_STREAM))


class Running:
    """The inside of a Server. Its threads hold this and not the Server, so that a Server can be forgotten."""

    name: str
    address: Address
    watch: Watch
    socket_type: int = socket.SOCK_STREAM

    def __init__(self) -> None:
        self.failure = ""
        self.left: list[str] = []
        self._process = os.getpid()
        self._stop = threading.RLock()
        self._stopped = False
        self._folder: str | None = None

    def start(self) -> None:
        loop = threading.Thread(target=self._run, name=f"course loop of {self.name}", daemon=True)
        self.watch.loop = self._loop = loop
        live[self.socket_type, self.address] = self
        loop.start()

    def _run(self) -> None:
        try:
            self.serve()
        except BaseException as error:
            if not self.watch.stopping:
                self.failure = traceback.format_exc()
                self.failed(error)
            traceback.clear_frames(error.__traceback__)  # they keep connections open

    @property
    def state(self) -> str:
        if self._stopped:
            return "stopped"
        if self._loop.is_alive():
            return f"serving at {_readable(self.address)}"
        return f"ended by {self.failure.splitlines()[-1]}" if self.failure else "ended by itself"

    def visits(self) -> tuple[Visit, ...]:
        if children := self.watch.children:
            with contextlib.suppress(ValueError):  # closed meanwhile: all is collected
                children.collect()
        return tuple(sorted(self.watch.visits, key=lambda visit: visit.accepted))

    def seen(self) -> tuple[Visit, ...] | None:
        """The visits; None if the connections are not watched."""
        return self.visits() if self.watch.watching else None

    def stop(self, deadline: float = STOP_DEADLINE) -> None:
        if os.getpid() != self._process:  # a copy in a forked child
            return
        with self._stop:
            if self._stopped:
                return
            end = perf_counter() + deadline
            self.watch.stopping = True
            self.end(end)
            self._end_children(end)
            try:
                hung = _join([self._loop, *self.watch.busy()], end, self._loop)
                self.left.extend(map(_whereabouts, hung))
                self.close(end, hung=bool(hung) or self.watch.is_own_thread())
                _join(self.watch.threads(), min(end, perf_counter() + LEAST_WAIT))
            finally:
                self.watch.wakers.close()
                if self._folder:
                    shutil.rmtree(self._folder, ignore_errors=True)
                self._stopped = True
                if live.get((self.socket_type, self.address)) is self:
                    del live[self.socket_type, self.address]
        if self.left:
            warnings.warn(f"{self.name} was stopped, but {'; '.join(self.left)}", RuntimeWarning, stacklevel=3)

    def _end_children(self, end: float) -> None:
        """Wait for forked children until `end`; those left are named, and killed if socketserver has forked them."""
        if not self.watch.children:
            return
        server = getattr(self, "server", None)
        collect = getattr(server, "collect_children", lambda **_: None)
        while (running := self.watch.children.running()) and perf_counter() < end:
            sleep(0.005)  # a parent is notified of a child's end by a signal only, which belongs to the program
            collect()
        for child in running:
            if child in (getattr(server, "active_children", None) or ()):
                self.left.append(f"child process {child} did not end by itself and was killed")
                os.kill(child, signal.SIGKILL)
            else:
                self.left.append(f"child process {child} is still running")
        collect(blocking=True)

    def stop_from_anywhere(self) -> None:
        """Stop, wherever a Server that is no longer referenced happens to be collected, its own threads included."""
        if os.getpid() == self._process and self.watch.is_own_thread():
            threading.Thread(target=self.stop, name="course stop", daemon=True).start()
        else:
            self.stop()

    def serve(self) -> None:
        raise NotImplementedError

    def failed(self, error: BaseException) -> None:
        """Called in the loop's thread when an exception has ended it."""

    def end(self, end: float) -> None:
        """Notify the loop and the handlers to end, and wait for the handlers until `end`."""
        raise NotImplementedError

    def close(self, end: float, *, hung: bool) -> None:
        """Close the listening socket and end the watch; `hung` if some thread has not ended."""
        raise NotImplementedError


class RunningServer(Running):
    """A socketserver instance in the background."""

    watch: ServerWatch

    def __init__(self, server: Any) -> None:
        super().__init__()
        self.server = server
        self.name = type(server).__name__
        self.address = server.socket.getsockname()
        if isinstance(self.address, bytes):  # an abstract address of Linux (unix(7))
            self.address = os.fsdecode(self.address)
        self.socket_type = socket_type_of(server)
        if self.socket_type == socket.SOCK_STREAM and sys.platform != "win32":
            # Connections inherit it; without it those that are over would hold the port for a minute (TIME_WAIT).
            server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.watch = ServerWatch(server)

    @classmethod
    def made(cls, server: Any, handler: Any, host: str, port: int) -> RunningServer:
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
                stream = socket_type_of(server) == socket.SOCK_STREAM
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
                raise explained(error, host, port, folder) from error
            raise
        running = cls(instance)
        running._folder = folder
        return running

    def serve(self) -> None:
        if "poll_interval" in inspect.signature(self.server.serve_forever).parameters:
            self.server.serve_forever(poll_interval=POLL_INTERVAL)
        else:
            self.server.serve_forever()

    def end(self, end: float) -> None:
        self.watch.end_input()
        while self.watch.in_service() and perf_counter() < end:
            sleep(0.002)
        # In a thread of its own: shutdown() waits for the loop, and the loop may hang in a handler, or not know of it.
        shutdown = threading.Thread(target=self.server.shutdown, name="course shutdown", daemon=True)
        shutdown.start()
        shutdown.join(LEAST_WAIT)
        if shutdown.is_alive():
            self.watch.wake()
            _join([self._loop], end)
            # Nobody else ends the wait of shutdown() if serve_forever() is overridden.
            getattr(self.server, "_BaseServer__is_shut_down", threading.Event()).set()
            shutdown.join(LEAST_WAIT)

    def close(self, end: float, *, hung: bool) -> None:
        if hung:  # server_close would wait for the hanging thread
            self.server.socket.close()
            return
        errors: list[BaseException] = []

        def close() -> None:
            try:
                self.server.server_close()
            except BaseException as error:
                errors.append(error)

        closing = threading.Thread(target=close, name="course close", daemon=True)
        closing.start()
        self.left.extend(map(_whereabouts, _join([closing], end, closing)))
        self.server.socket.close()
        self.watch.unhook()
        for error in errors:
            raise error


class RunningFunction(Running):
    """A function or coroutine function that serves a listening socket, in the background."""

    watch: ListenerWatch

    def __init__(self, function: Callable[[socket.socket], object], host: str, port: int) -> None:
        super().__init__()
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)
        self._cancel: Callable[[], object] | None = None  # how to end a coroutine function
        self.listener = socket.socket(family_of(host), socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":  # there it would let two listeners share the port
                self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind((host, port))
            self.listener.listen(BACKLOG)
        except OSError as error:
            self.listener.close()
            raise explained(error, host, port) from error
        self.address = self.listener.getsockname()
        from course.serving.listener_watch import ListenerWatch  # it imports asyncio, which socketserver does without

        self.watch = ListenerWatch(self.listener)

    def serve(self) -> None:
        result = self.function(self.listener)
        if inspect.isawaitable(result):
            import asyncio

            self.listener.setblocking(False)
            asyncio.run(self._serve(result))

    async def _serve(self, awaitable: Awaitable[object]) -> None:
        import asyncio

        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task
        self.watch.begin_coroutine(task)
        loop.set_exception_handler(self.watch.loop_failed)
        self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        if self.watch.stopping:
            task.cancel()
        await awaitable

    def failed(self, error: BaseException) -> None:
        for visit in list(self.watch.open.values()):
            if visit.worker == "loop" and not visit.error:
                self.watch.blame(visit, error)

    def end(self, end: float) -> None:
        self.watch.end_input()
        if self._cancel:
            if not self.watch.is_own_thread():
                with self.watch.changed:
                    self.watch.changed.wait_for(lambda: not self.watch.open, max(0.0, end - perf_counter()))
            with contextlib.suppress(RuntimeError):  # the event loop has ended meanwhile
                self._cancel()
        elif self.watch.watching and not (self.watch.children and self.watch.children.running()):
            self.watch.wake()
        else:  # some that wait in accept would serve us, so all get an error
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)

    def close(self, end: float, *, hung: bool) -> None:
        self.listener.close()
        self.watch.unhook()


def _join(
    threads: list[threading.Thread], end: float, patiently: threading.Thread | None = None
) -> list[threading.Thread]:
    """Wait for threads until `end`, for one of them at least `LEAST_WAIT`. Returns those that have not ended."""
    threads = [thread for thread in dict.fromkeys(threads) if thread is not threading.current_thread()]
    for thread in threads:
        thread.join(max(LEAST_WAIT if thread is patiently else 0.0, end - perf_counter()))
    return [thread for thread in threads if thread.is_alive()]


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
    if isinstance(address, str):
        return address.replace("\0", "@")  # as ss(8) writes an abstract address
    return f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"
