"""What exercises with servers share: how an answer is served, a handler whose client stays, and random words."""

from __future__ import annotations

import contextlib
import random
import socket
import socketserver
import string
import threading
import weakref
from collections.abc import Callable
from typing import Any, ClassVar

from course.checking.answer_kinds import HANDLER, MIX_IN, SERVER
from course.checking.exercise import ON_PURPOSE, Exercise
from course.checking.socket_answers import is_readable, true_within
from course.serving.server import Server, serve

RANDOM = random.SystemRandom()
ENDING = 0.3  # seconds that a server gets to end by itself


class Stay(socketserver.BaseRequestHandler):
    """Sends b'in\\n' and serves its client until the client leaves; raises an error if the client sends b'fail'.

    Clients who have been greeted and have not left are in service at the same moment, whatever the clock says.
    """

    threads: ClassVar[list[threading.Thread]] = []
    again: ClassVar[list[threading.Thread]] = []  # those of them that had served before
    kept: ClassVar[list[object]] = []  # so that no connection is closed because it is forgotten
    mine = threading.local()

    def handle(self) -> None:
        thread = threading.current_thread()
        self.threads.append(thread)
        self.kept.append(self.request)
        if hasattr(self.mine, "served"):
            self.again.append(thread)
        self.mine.served = True
        self.request.sendall(b"in\n")
        if self.request.recv(100) == b"fail":
            raise ValueError(ON_PURPOSE)


class Recorded(socketserver.BaseServer):
    """A server class derived from this one keeps its connections in mind, for the `drained` of `serve_answers`."""

    connections: ClassVar[list[weakref.ref[socket.socket]]] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        request, address = super().get_request()
        with contextlib.suppress(OSError):
            request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small answers do not wait for each other
        self.connections.append(weakref.ref(request))
        return request, address

    @classmethod
    def all_is_read(cls) -> bool:
        """Whether the answer has read all that its clients have sent."""
        return not any((connection := each()) and is_readable(connection) for each in cls.connections)


def serve_answers(exercise: Exercise, prepare: Callable[..., Any] | None = None) -> list[Any]:
    """Let `subject.served(...)` serve the answer, and let a check ask more about the latest server.

    prepare: makes what is to be served from the answer and the arguments of subject.served(): a server, or a tuple of
    a server class and a handler class. Without it a handler is served by the class of socketserver that is named
    (TCPServer), a mix-in is put before that class, a server class gets `Stay` as its handler, and a function is
    served as it is.
    Returns the list of what was served, in the answer's process: the latest is the last.
    """
    prepared: list[Any] = []
    servers: list[Server] = []

    def usual(answer: Any, base: str = "TCPServer") -> Any:
        cls = getattr(socketserver, base)
        if exercise.takes is HANDLER:
            return (cls if base == "UDPServer" else type(base, (Recorded, cls), {})), answer
        if exercise.takes is MIX_IN:
            return type("New", (answer, cls), {})(("127.0.0.1", 0), Stay)
        return (answer, Stay) if exercise.takes is SERVER else answer

    @exercise.inside
    def served(answer: Any, *arguments: Any) -> Server:
        for noted in (Stay.threads, Stay.again, Stay.kept, Recorded.connections):
            noted.clear()
        it = (prepare or usual)(answer, *arguments)
        prepared.append(it)
        servers.append(serve(*it) if isinstance(it, tuple) else serve(it))
        return servers[-1]

    @exercise.inside
    def returned(_answer: object, seconds: float = ENDING) -> bool:
        """Whether the latest server's function or loop has returned; it gets so many seconds to do so."""
        return true_within(seconds, lambda: "ended by itself" in repr(servers[-1]))

    @exercise.inside
    def accepted(_answer: object) -> int:
        """How many clients the latest server has accepted."""
        return len(servers[-1].visits)

    @exercise.inside
    def drained(_answer: object, clients: int, seconds: float) -> bool:
        """Whether so many clients are accepted and all that they sent is read; it gets so many seconds to do so."""
        return true_within(seconds, lambda: len(Recorded.connections) >= clients and Recorded.all_is_read())

    @exercise.inside
    def threads_used(_answer: object) -> int:
        """How many threads have served the clients of the latest server."""
        return len(set(map(id, Stay.threads)))

    @exercise.inside
    def threads_again(_answer: object) -> int:
        """How often a thread has served a client that was not its first."""
        return len(Stay.again)

    return prepared


def random_word(size: int = 8) -> str:
    """Small letters, with a digit after every two: in capitals, capitalized or reversed it is another word."""
    return "".join(RANDOM.choice(string.digits if place % 3 == 2 else string.ascii_lowercase) for place in range(size))


def random_line(end: str = "\n") -> bytes:
    """A random word as a line."""
    return (random_word() + end).encode()
