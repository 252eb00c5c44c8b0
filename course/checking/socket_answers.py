"""Calls an answer with connected sockets, in the answer's process."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.checking.exercise import Exercise


class Connected(socket.socket):
    """A connected socket that counts how often an answer has only looked at what is there, with MSG_PEEK."""

    __slots__ = ("calls", "looks")  # and no more attributes than any other socket

    def __init__(self, **given: int) -> None:
        super().__init__(**given)
        self.looks = 0
        self.calls = 0  # of the answer that are over

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        data = super().recv(size, flags)
        if flags & socket.MSG_PEEK:
            self.looks += 1
        return data

    def drained(self, calls: int, seconds: float) -> bool:
        """Wait until all that came is read or looked at, or so many calls are over; False if that takes too long."""
        before = self.looks
        return true_within(
            seconds,
            lambda: not is_readable(self) or self.looks >= before + 2 or self.calls == calls,
        )


def call_answers(exercise: Exercise) -> None:
    """Let an exercise's answers be called with connected sockets, by `Connection` and `call`."""
    listeners: list[socket.socket] = []
    sockets: list[Connected] = []

    @exercise.inside
    def address(_answer: object) -> Any:
        if not listeners:
            listeners.append(socket.create_server(("127.0.0.1", 0)))
        return listeners[0].getsockname()

    @exercise.inside
    def accepted(_answer: object) -> int:
        sockets.append(Connected(fileno=listeners[0].accept()[0].detach()))
        return len(sockets) - 1

    @exercise.inside
    def called(answer: Callable[[socket.socket], object], number: int) -> object:
        try:
            value = answer(sockets[number])
        finally:
            sockets[number].calls += 1
        return bytes(value) if isinstance(value, bytearray | memoryview) else value

    @exercise.inside
    def closed(_answer: object, number: int) -> None:
        sockets[number].close()

    @exercise.inside
    def drained(_answer: object, number: int, calls: int, seconds: float) -> bool:
        return sockets[number].drained(calls, seconds)


def is_readable(connection: socket.socket) -> bool:
    """Whether there are bytes that nobody has read, or the end of the stream; False for a socket that is closed."""
    try:
        return bool(select.select([connection], [], [], 0)[0])
    except (ValueError, OSError):  # closed at this very moment
        return False


def true_within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether a condition becomes true within so many seconds; for what is no event that could be waited for."""
    end = monotonic() + seconds
    while not (true := condition()) and monotonic() < end:
        sleep(0.001)
    return true
