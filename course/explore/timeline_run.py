"""One run of the timeline explorer: launch a server with all its settings, send it a crowd, close it."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import pickle
import signal
import socket
import socketserver
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from time import perf_counter, sleep

from course.crowds.crowd import send_crowd
from course.crowds.misbehaving import MISBEHAVING
from course.explore import timeline_server
from course.explore.timeline_server import WELL_BEHAVED, ServerClass, Service, Settings, forks
from course.serving.server import Known, Server, serve
from course.timeline import Address, Timeline, Visit

LINE = b"hello\n"
GIVES_UP = 1.0  # seconds after which the client that misbehaves gives up
ALLOWANCE = 5.0  # seconds that a run may take beyond the work it was given


class RunStopped(Exception):  # noqa: N818 - it is not an error
    """The run was stopped before its end."""


class Trial:
    """One run: `run()` makes it and returns its Timeline, `stop()` ends it early from another thread.

    on_end: called with the number of clients that have ended, each time one ends.
    """

    def __init__(self, settings: Settings, on_end: Callable[[int], object] = lambda _: None) -> None:
        self.settings = settings
        self.closing = ""  #: whether closing the server had to wait, as a sentence
        self.failure = ""  #: what ended the server early, as a sentence
        self._on_end = on_end
        self._ended = itertools.count(1)
        self._service = Service(settings)
        self._server: Server | None = None
        self._child: subprocess.Popen[str] | None = None

    def run(self) -> Timeline:
        """Run the server, send the clients, close the server. Raises RunStopped, or what the server raised."""
        cls = self.settings.server
        run = self._run_elsewhere(cls) if cls and forks(cls) else self._run_here()
        self._check_stopped()
        return run

    def stop(self) -> None:
        """End the run, which raises RunStopped."""
        self._service.stopped.set()
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
        if self._server:
            self._server.stop()

    def _run_here(self) -> Timeline:
        instance = self._service.made()
        with serve(instance or self._service.one_at_a_time) as server:
            self._server = server
            run = self._send(server)
            if ended_by := self._service.ended_by or server.failure:
                self.failure = f"The server was ended by {ended_by.splitlines()[-1]}."
            if instance and isinstance(instance, socketserver.ThreadingMixIn):
                end = perf_counter() + GIVES_UP  # a client that leaves at once may not be accepted yet
                while len(server.visits) < sum(lane.connected is not None for lane in run) and perf_counter() < end:
                    sleep(0.005)
                instance.shutdown()
                self.closing = self._service.close(instance, len(server.visits))
        return run

    def _run_elsewhere(self, cls: ServerClass) -> Timeline:
        """Run the server in a program of its own and the clients here, or its forks would hold their sockets open."""
        orders = json.dumps(asdict(self.settings) | {"server": [cls.__module__, cls.__qualname__]})
        path = [str(Path(timeline_server.__file__).parents[2]), os.getcwd()]  # last, so that it hides no module
        program = f"import sys; sys.path += {path!r}; from {timeline_server.__name__} import main; main(sys.argv[1])"
        command = [sys.executable, "-P", "-W", "ignore", "-c", program, orders]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as child:
            self._child = child

            def visits() -> tuple[Visit, ...]:
                pickled, _ = child.communicate("over\n")
                return pickle.loads(base64.b64decode(pickled))  # type: ignore[no-any-return]

            try:
                assert child.stdout
                first = child.stdout.readline()
                if not first:
                    raise RuntimeError(f"the program with {cls.__name__} ended before it served")
                address, datagrams = json.loads(first)
                return self._send(tuple(address), Known(cls.__name__, visits, datagrams))
            except BaseException:
                child.kill()
                self._check_stopped()
                raise

    def _send(self, server: Server | Address, elsewhere: Known | None = None) -> Timeline:
        self._check_stopped()
        it = self.settings
        send = LINE if it.misbehaving == WELL_BEHAVED else _one_misbehaves(it.misbehaving)
        most = it.clients * (it.work + it.every) + GIVES_UP + ALLOWANCE
        return send_crowd(
            server, it.clients, send, every=it.every, timeout=most, on_end=self._one_ended, elsewhere=elsewhere
        )

    def _check_stopped(self) -> None:
        if self._service.stopped.is_set():
            raise RunStopped

    def _one_ended(self) -> None:
        self._check_stopped()
        self._on_end(next(self._ended))


def _one_misbehaves(how: str) -> Callable[[socket.socket], bytes | None]:
    """A client function: the first client misbehaves, and the others send a line and read the answer."""
    turns = itertools.count()
    odd = MISBEHAVING[how]

    def client(sock: socket.socket) -> bytes | None:
        if next(turns):
            return _play(sock, [LINE])
        sock.settimeout(GIVES_UP)
        return odd(sock) if callable(odd) else _play(sock, odd)  # type: ignore[return-value]

    return client


def _play(sock: socket.socket, parts: Iterable[bytes | float]) -> bytes:
    """Send bytes and pause for seconds; then end this direction and read the other one to its end."""
    for part in parts:
        if isinstance(part, bytes):
            sock.sendall(part)
        else:
            sleep(part)
    if sock.type == socket.SOCK_DGRAM:
        return sock.recv(65536)
    sock.shutdown(socket.SHUT_WR)
    return b"".join(iter(lambda: sock.recv(65536), b""))
