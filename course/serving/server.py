"""serve(): run any server in the background, watch its connections, stop it cleanly."""

from __future__ import annotations

import socket
import socketserver
import weakref
from collections.abc import Callable
from typing import NamedTuple

from course.serving.argument_errors import check_idle, check_servable
from course.serving.running import (
    STOP_DEADLINE,
    Running,
    RunningFunction,
    RunningServer,
    family_of,
    live,
    socket_type_of,
)
from course.timeline import Address, Visit

EVERY_ADDRESS = {"127.0.0.1": ("0.0.0.0", "::"), "::1": ("::",)}  # a server that listens there is reached here too


class Known(NamedTuple):
    """What is known of a server that this process runs. `visits` returns None if they are not watched."""

    name: str
    visits: Callable[[], tuple[Visit, ...] | None]
    datagrams: bool


class Server:
    """A server that runs in the background, as `serve()` returns it. It is a context manager that stops it.

    `address` is where it listens: (host, port), IPv6's tuple of four, or the path of a Unix socket. `name` is that of
    its class or function. A Server that is no longer referenced is stopped when it is collected, and at the latest
    when Python exits. A child process that was forked since has copies of these objects; there, stopping does nothing.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self.address = running.address
        self.name = running.name
        weakref.finalize(self, running.stop_from_anywhere)
        running.start()

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The server's side of each connection or datagram, in the order in which they were accepted."""
        return self._running.visits()

    @property
    def state(self) -> str:
        """What it does, in words: 'serving at 127.0.0.1:54321', 'stopped', 'ended by ValueError: no'."""
        return self._running.state

    @property
    def failure(self) -> str:
        """The traceback of the exception that ended the serving loop or function; '' if none did."""
        return self._running.failure

    @property
    def left(self) -> tuple[str, ...]:
        """What did not end when the server was stopped: a sentence for each thread or child process."""
        return tuple(self._running.left)

    def stop(self, deadline: float = STOP_DEADLINE) -> None:
        """End the loop, close the server, and wait for the threads that serve; a second call does nothing.

        Connections in service get no more input, so a handler that waits for its client sees the end of the
        stream and may still reply. A coroutine function is cancelled when they have ended. What has not ended
        after `deadline` seconds is named in a RuntimeWarning and in `left`, and not waited for. Raises what
        the server's own server_close() raises.
        """
        self._running.stop(deadline)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<{self.name}, {self.state}>"


def serve(
    server: type[socketserver.BaseServer] | socketserver.BaseServer | Callable[[socket.socket], object],
    handler: Callable[..., object] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Server:
    """Run a server in a background thread and watch its connections, or its datagrams.

    server: a server class of socketserver or a subclass (with its `handler` class); an instance of one; a function
    that takes a listening socket and serves it; or a coroutine function that does so, which runs in an event loop
    of its own and gets the socket as a non-blocking one.
    host, port: where a class or a function listens; port 0 lets the system choose a free one. A class of Unix
    sockets gets a path of its own instead. If this process serves on that port already, that server is
    stopped first; to make this possible the listening socket has the option SO_REUSEADDR (socket(7)).

    Returns a `Server`, which is listening already. Raises TypeError or ValueError if the server cannot be served,
    OSError if the address is not available; one sentence says what to do.
    """
    __tracebackhide__ = True  # from IPython: the sentence says it all
    check_servable(server, handler)
    if not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"port={port!r} is no port: give a number from 1 to 65535, or 0 to get a free one")
    family = getattr(server, "address_family", family_of(host))
    if port and (before := _find(socket_type_of(server), (host, port), family)):
        before.stop(STOP_DEADLINE)
    if isinstance(server, socketserver.BaseServer):
        if any(getattr(running, "server", None) is server for running in list(live.values())):
            raise ValueError(f"this {type(server).__name__} is being served already")
        check_idle(server)
        return Server(RunningServer(server))
    if isinstance(server, type):
        return Server(RunningServer.made(server, handler, host, port))
    return Server(RunningFunction(server, host, port))


def watched(server: Server | Address) -> Known | None:
    """What is known of a server that this process runs, given as such or by its address; None of any other."""
    if isinstance(server, Server):
        running: Running | None = server._running
    else:
        running = _find(socket.SOCK_STREAM, server) or _find(socket.SOCK_DGRAM, server)
    return Known(running.name, running.seen, running.socket_type == socket.SOCK_DGRAM) if running else None


def _find(socket_type: int, address: Address, family: int = 0) -> Running | None:
    """The server of this process that is reached at an address, in whichever way the address is written."""
    if isinstance(address, str):
        return live.get((socket_type, address))
    host, port, *_ = address
    try:
        hosts = {str(info[4][0]) for info in socket.getaddrinfo(host or None, port, family, socket_type)}
    except (OSError, UnicodeError):
        return None
    hosts.update(*(EVERY_ADDRESS.get(host, ()) for host in hosts))
    for running in list(live.values()):
        at, at_port, *_ = (running.address, 0) if isinstance(running.address, str) else running.address
        if (running.socket_type, at_port) == (socket_type, port) and at in hosts:
            return running
    return None
