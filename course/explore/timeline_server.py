"""The server of a run of the timeline explorer, with all its settings.

A server that forks runs in a program of its own, because a fork would copy the whole notebook. This file is that
program.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import pickle
import socket
import socketserver
import sys
import threading
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Any

from course.serving.server import serve
from course.text import plural

ONE_AT_A_TIME = "one at a time"
WELL_BEHAVED = "none"
STARTING = 1.0  # seconds that a new thread may need to start

ServerClass = type[socketserver.BaseServer]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run. Times are in seconds; `server` is None for the plain loop of lesson 01."""

    server: ServerClass | None = None
    clients: int = 8
    every: float = 0.0
    computes: bool = False
    work: float = 0.05
    request_queue_size: int = 128
    daemon_threads: bool = False
    misbehaving: str = WELL_BEHAVED


def servers() -> dict[str, ServerClass | None]:
    """The servers to choose from, by name; ForkingTCPServer where the system can fork."""
    classes = [socketserver.TCPServer, socketserver.ThreadingTCPServer]
    if hasattr(os, "fork"):
        classes.append(socketserver.ForkingTCPServer)
    return {ONE_AT_A_TIME: None} | {cls.__name__: cls for cls in classes}


def check_server(server: object) -> ServerClass:
    """Return a learner's own server class if it can run here. Raises TypeError, which says what to do, if it cannot."""
    if isinstance(server, socketserver.BaseServer):
        name = type(server).__name__
        raise TypeError(f"this is an instance of {name}; give the class itself: explore.timeline({name})")
    if not (isinstance(server, type) and issubclass(server, socketserver.BaseServer)):
        raise TypeError(f"{server!r} is not a server class: give one derived from socketserver.TCPServer, for example")
    if getattr(server, "address_family", None) != socket.AF_INET:
        raise TypeError(f"{server.__name__} does not listen on an IPv4 address, where the explorer's clients connect")
    if forks(server) and server.__module__ == "__main__":
        raise TypeError(
            f"{server.__name__} forks, and a fork copies the whole notebook: put the class in a file and import "
            "it from there, so that it can run in a program of its own"
        )
    return server


class Service:
    """The service: read a line, do the work, send the line back in capitals."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stopped = threading.Event()  #: set, it ends the work of all handlers
        self.ended_by = ""  #: the exception that ended the plain loop
        self._at_work: set[threading.Thread] = set()
        self._begun = threading.Semaphore(0)

    def made(self) -> socketserver.BaseServer | None:
        """An instance of the server class with the settings; None for the plain loop."""
        cls = self.settings.server
        if cls is None:
            return None
        own = {"request_queue_size": self.settings.request_queue_size, "daemon_threads": self.settings.daemon_threads}
        datagrams = getattr(cls, "socket_type", None) == socket.SOCK_DGRAM
        base = socketserver.DatagramRequestHandler if datagrams else socketserver.StreamRequestHandler
        service = self

        class Handler(base):  # type: ignore[misc, valid-type]
            def handle(self) -> None:
                service._serve(self.rfile, self.wfile)

        return type(cls.__name__, (cls,), own)(("127.0.0.1", 0), Handler)  # type: ignore[no-any-return]

    def one_at_a_time(self, listener: socket.socket) -> None:
        """The plain loop of lesson 01, which ends when a client makes it raise."""
        listener.listen(self.settings.request_queue_size)
        with listener:
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection, connection.makefile("rb") as rfile, connection.makefile("wb", 0) as wfile:
                        self._serve(rfile, wfile)
            except Exception as error:
                self.ended_by = f"{type(error).__name__}: {error}"  # known before the clients see the listener closed
                raise

    one_at_a_time.__name__ = ONE_AT_A_TIME

    def _serve(self, rfile: Any, wfile: Any) -> None:
        """Read a line, work, send the line back in capitals."""
        self._at_work.add(threading.current_thread())
        self._begun.release()
        try:
            if line := rfile.readline():
                self._work()
                wfile.write(line.upper())
        finally:
            self._at_work.discard(threading.current_thread())

    def _work(self) -> None:
        if self.settings.computes:
            end = thread_time() + self.settings.work
            while thread_time() < end and not self.stopped.is_set():
                sum(number * number for number in range(1000))
        else:
            self.stopped.wait(self.settings.work)

    def close(self, server: socketserver.BaseServer, accepted: int) -> str:
        """Close a threading server that has been shut down, and report whether that had to wait.

        accepted: the number of clients it has accepted; the last one's thread may have only just started.
        """
        for _ in range(accepted):
            self._begun.acquire(timeout=STARTING)
        at_work = [thread for thread in self._at_work.copy() if thread.is_alive()]
        begin = perf_counter()
        server.server_close()
        seconds = perf_counter() - begin
        left = [thread for thread in at_work if thread.is_alive()]
        if left:
            return f"Closing did not wait for the {plural(len(left), 'daemon thread')} still at work."
        if at_work:
            return f"Closing waited {seconds:.2f} s for {plural(len(at_work), 'thread')} still at work."
        return ""


def forks(cls: ServerClass) -> bool:
    """Whether a server class serves in child processes."""
    return issubclass(cls, getattr(socketserver, "ForkingMixIn", ()))


def main(coded: str) -> None:
    """Run the server that the parent process asks for until its clients have ended; send it their visits."""
    orders = json.loads(coded)
    module, name = orders["server"]
    cls: Any = importlib.import_module(module)
    for part in name.split("."):
        cls = getattr(cls, part)
    instance: Any = Service(Settings(**orders | {"server": cls})).made()
    with serve(instance) as server:
        print(json.dumps([server.address, instance.socket_type == socket.SOCK_DGRAM]), flush=True)
        sys.stdin.readline()
        print(base64.b64encode(pickle.dumps(server.visits)).decode())
