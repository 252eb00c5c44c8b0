"""Lesson 01: a server that ends when a client says so."""

import secrets
import socket

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import Subject
from course.checking.exercise import Exercise, Wrong
from course.checking.socket_answers import has_ended
from course.serving.server import Server, serve

exercise = Exercise(
    name="stop word",
    lesson=1,
    number=2,
    task="Write a function that serves one client after another on a listening socket. Each sends a line and gets "
    "it back in capitals. To the line b'stop\\n' it answers b'bye\\n', and then it returns.",
    takes=function_of("listener"),
)
_served: list[Server] = []


@exercise.inside
def served(answer) -> Server:
    """The answer at work."""
    _served.append(serve(answer))
    return _served[-1]


@exercise.inside
def returned(answer) -> bool:
    """Whether the answer has returned; a moment is given to it."""
    return has_ended(_served[-1])


@exercise.solution
def serve_until_stop(listener: socket.socket):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\n":
                connection.sendall(b"bye\n")
                return
            connection.sendall(line.upper())


def ask(subject: Subject, address: tuple[str, int], line: bytes) -> bytes:
    """What came back for a line."""
    with subject.client(address) as client:
        return client.send(line).rest()


@exercise.step(
    "it sends a line back in capitals, and closes the connection",
    "accept, recv, sendall with .upper(), close: the loop of this lesson.",
    "with connection: connection.sendall(connection.recv(1024).upper())",
)
def capitals(subject: Subject) -> None:
    line = secrets.token_hex(4).encode() + b"q\n"
    got = ask(subject, subject.do("served"), line)
    if got != line.upper():
        raise Wrong(f"it was sent a line in small letters and sent back {got!r}" if got else "it sent nothing back")


@exercise.step(
    "it serves one client after another",
    "The function goes back to accept when a client is done.",
)
def many(subject: Subject) -> None:
    address = subject.do("served")
    for number in range(1, 4):
        line = secrets.token_hex(4).encode() + b"stop\n"
        if (got := ask(subject, address, line)) != line.upper():
            raise Wrong(f"client {number} sent a line that only ends in stop, and got {got!r}")


@exercise.step(
    "it answers bye to the stop word",
    "Compare the line with b'stop\\n' before you answer; recv gives bytes, so compare with bytes.",
    "if line == b'stop\\n': connection.sendall(b'bye\\n')",
)
def bye(subject: Subject) -> None:
    if (got := ask(subject, subject.do("served"), b"stop\n")) != b"bye\n":
        raise Wrong(f"to b'stop\\n' it answered {got!r}")


@exercise.step(
    "after the stop word it returns",
    "break leaves the loop, return leaves the function. Neither continue nor close does.",
)
def ends(subject: Subject) -> None:
    address = subject.do("served")
    ask(subject, address, b"first\n")
    ask(subject, address, b"stop\n")
    if not subject.do("returned"):
        raise Wrong("it said bye and went on serving")
