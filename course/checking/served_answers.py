"""What exercises with servers share: how an answer is served, a handler whose client stays, and random words."""

from __future__ import annotations

import random
import socketserver
import string
import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, ClassVar

from course.checking.answer_kinds import HANDLER, MIX_IN, SERVER
from course.checking.exercise import ON_PURPOSE, Exercise
from course.serving.server import Server, serve

RANDOM = random.SystemRandom()
ENDING = 0.3  # seconds that a server gets to end by itself


class Stay(socketserver.BaseRequestHandler):
    """Sends b'in\\n' and serves its client until the client leaves; raises an error if the client sends b'fail'.

    Clients who have been greeted and have not left are in service at the same moment, whatever the clock says.
    """

    threads: ClassVar[list[threading.Thread]] = []

    def handle(self) -> None:
        self.threads.append(threading.current_thread())
        self.request.sendall(b"in\n")
        if self.request.recv(100) == b"fail":
            raise ValueError(ON_PURPOSE)


def serve_answers(exercise: Exercise, prepare: Callable[..., Any] | None = None) -> list[Any]:
    """Let `subject.served(...)` serve the answer, and `returned` say whether the latest server has ended by itself.

    prepare: makes what is to be served from the answer and the arguments of subject.served(): a server, or a tuple of
    a server class and a handler class. Without it a handler is served by the class of socketserver that is named
    (TCPServer), a mix-in is put before that class, a server class gets `Stay` as its handler, and a function is
    served as it is.
    Returns the list of what was served, in the answer's process: the latest is the last.
    """
    prepared: list[Any] = []
    servers: list[Server] = []

    def usual(answer: Any, base: str = "TCPServer") -> Any:
        if exercise.takes is HANDLER:
            return getattr(socketserver, base), answer
        if exercise.takes is MIX_IN:
            return type("New", (answer, getattr(socketserver, base)), {})(("127.0.0.1", 0), Stay)
        return (answer, Stay) if exercise.takes is SERVER else answer

    @exercise.inside
    def served(answer: Any, *arguments: Any) -> Server:
        Stay.threads.clear()
        it = (prepare or usual)(answer, *arguments)
        prepared.append(it)
        servers.append(serve(*it) if isinstance(it, tuple) else serve(it))
        return servers[-1]

    @exercise.inside
    def returned(_answer: object) -> bool:
        return has_ended(servers[-1])

    @exercise.inside
    def threads_used(_answer: object) -> int:
        return len(set(map(id, Stay.threads)))

    return prepared


def has_ended(server: Server) -> bool:
    """Whether a server's function or loop has ended by itself; a moment is given to it."""
    end = monotonic() + ENDING
    while monotonic() < end and "ended by itself" not in repr(server):
        sleep(0.005)  # a thread's end is no event
    return "ended by itself" in repr(server)


def random_word(size: int = 8) -> str:
    """Small letters and digits in turn, so that it has no capitals, and is another word in capitals or reversed."""
    return "".join(RANDOM.choice((string.ascii_lowercase, string.digits)[place % 2]) for place in range(size))


def random_line(end: str = "\n") -> bytes:
    """A random word as a line."""
    return (random_word() + end).encode()
