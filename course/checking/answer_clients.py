"""What the checks of several exercises do as clients of an answer."""

from __future__ import annotations

import contextlib
from typing import Any

from course.checking.answer_under_test import NOTHING, PATIENCE, UNENDING, AnswerUnderTest, Client
from course.checking.exercise import Wrong


def has_returned(subject: AnswerUnderTest) -> bool:
    """Whether the function or the loop that serves has returned; a moment is given to it."""
    seconds = subject.left()
    return bool(subject.do("returned", seconds, patience=seconds + PATIENCE))


def drained(subject: AnswerUnderTest, clients: int = 1) -> None:
    """Wait until so many clients are accepted and the answer has read all that they sent; at most a moment."""
    seconds = subject.left() / 2
    subject.do("drained", clients, seconds, patience=seconds + PATIENCE)


def greeted(subject: AnswerUnderTest, address: tuple[str, int]) -> tuple[Client, bytes]:
    """One more client of the handler `Stay`, and the greeting it got; b'' if its connection was closed."""
    client = subject.client(address)
    return client, client.line()


def staying(subject: AnswerUnderTest, address: tuple[str, int], size: int) -> list[Client]:
    """So many clients of the handler `Stay` come and do not leave; returns those who are served meanwhile."""
    served = []
    clients = [subject.client(address) for _ in range(size)]
    for client in clients:
        with contextlib.suppress(Wrong):
            served += [client] if client.line() == b"in\n" else []
    return served


def ask_listener(subject: AnswerUnderTest, address: tuple[str, int], line: bytes) -> bytes:
    """What a client gets for a line from a function that serves a listener. If nothing comes, Wrong says why."""
    before = subject.do("accepted")
    try:
        return subject.ask(address, line)
    except Wrong as wrong:
        if str(wrong) != NOTHING or subject.errors():
            raise
        if subject.do("returned", 0):
            if not before:
                raise Wrong("it returned at once") from None
            hint = "The function has to go back to accept for the next client: while True: around accept and the rest."
            raise Wrong("it returned after a client that it had served", hint=hint) from None
        if subject.do("accepted") == before:
            hint = "Call accept again and again, on the listener that the function gets: clients know no other address."
            raise Wrong(f"it did not accept {'the next' if before else 'a'} client", hint=hint) from None
        raise wrong from None


FILENO = "A new connection may have the number (fileno) of one that is closed. A socket itself can be a key."


class Connection:
    """One connection: the check is the client, and the answer is called with the other end."""

    def __init__(self, subject: AnswerUnderTest) -> None:
        self._subject = subject
        self.client = subject.client(subject.do("address"))
        self._number = subject.do("accepted")
        self._calls = 0

    def begin(self, *pieces: bytes, finish: bool = False) -> Any:
        """Call the answer and send it these pieces, each after it has read the one before; a number for `result`."""
        number = self._subject.start("called", self._number)
        self._calls += 1
        for place, piece in enumerate(pieces):
            if place:
                seconds = self._subject.left() / 2
                self._subject.do("drained", self._number, self._calls, seconds, patience=seconds + PATIENCE)
            self.client.send(piece)
        if finish:
            self.client.finish()
        return number

    def call(self, *pieces: bytes, finish: bool = False) -> Any:
        """What the answer returns when these pieces come."""
        return self._subject.result(self.begin(*pieces, finish=finish))

    def replaced(self) -> Connection:
        """Close both ends; returns a new connection, which as a rule has the same number (fileno) as this one."""
        self.client.socket.close()
        self._subject.do("closed", self._number)
        return Connection(self._subject)


def call(subject: AnswerUnderTest, words: str, *pieces: bytes, finish: bool = False, hint: str = "") -> Any:
    """What the answer returns when these pieces come on a new connection.

    Raises Wrong, beginning with `words`, if it raises or does not return; `hint` is for the latter.
    """
    try:
        return Connection(subject).call(*pieces, finish=finish)
    except Wrong as wrong:
        raise Wrong(f"{words}, and {wrong}", hint=hint if str(wrong) == UNENDING else "") from None
