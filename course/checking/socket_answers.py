"""Where an answer acts that gets a connected socket: a listener, the connection of its first client, and its calls."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.checking.answer_under_test import AnswerUnderTest
    from course.checking.exercise import Exercise

WAIT = 0.3  # seconds until a connection has to be drained


class Stage:
    """One connection, on which an answer is called once or several times."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connection: socket.socket | None = None
        self.address = self._listener.getsockname()

    def call(self, answer: Callable[[socket.socket], object]) -> object:
        """Call the answer with the connection; the first call waits for a client."""
        if self._connection is None:
            self._connection, _ = self._listener.accept()
        return answer(self._connection)

    def drained(self) -> bool:
        """Wait until the answer has read what came so far; False if it does not."""
        end = monotonic() + WAIT
        while monotonic() < end:
            if self._connection is not None and not select.select([self._connection], [], [], 0)[0]:
                return True
            sleep(0.001)  # nobody is told when another thread reads
        return False


def add_stage(exercise: Exercise) -> None:
    """Let an exercise's answers be called with a connected socket, for `call`."""
    stages: list[Stage] = []

    @exercise.inside
    def opened(_answer: object) -> Any:
        stages.append(Stage())
        return stages[-1].address

    @exercise.inside
    def called(answer: Any) -> object:
        return stages[-1].call(answer)

    @exercise.inside
    def drained(_answer: object) -> bool:
        return stages[-1].drained()


def call(subject: AnswerUnderTest, *pieces: bytes, finish: bool = False) -> object:
    """What the answer returns when these pieces come, each after the one before has been read."""
    with subject.client(subject.do("opened")) as client:
        number = subject.start("called")
        for piece in pieces:
            client.send(piece)
            if piece is not pieces[-1]:
                subject.do("drained")
        if finish:
            client.finish()
        return subject.result(number)
