"""Lesson 01: change one line of a server."""

import socket

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_line, serve_answers

exercise = Exercise(
    name="reverse",
    lesson=1,
    number=1,
    task="This server sends each client's line back as it came. Change one line of it, so that the line comes back "
    "reversed, its end still at its end: b'hello\\n' becomes b'olleh\\n'.",
    takes=function_of("listener"),
)
serve_answers(exercise)


@exercise.solution
def reverse(listener: socket.socket):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line.strip()[::-1] + b"\n")


def ask(subject: AnswerUnderTest, address: tuple[str, int]) -> tuple[bytes, bytes]:
    """A line, and what came back."""
    line = random_line()
    with subject.client(address) as client:
        return line, client.send(line).rest()


@exercise.step(
    "it answers a client",
    "accept gives you a connection: read from it with recv, and answer with sendall.",
    "Leave the loop, the accept and the recv as they are, and change only what is sent.",
)
def answers(subject: AnswerUnderTest) -> None:
    _, got = ask(subject, subject.served())
    if not got:
        raise Wrong("it closed the connection and sent nothing")


@exercise.step(
    "it sends the line back reversed",
    "bytes can be turned around like a text: b'abc'[::-1] is b'cba'.",
    "The newline is the last of the bytes, so [::-1] puts it first: take it off before, and put it back after.",
)
def reverses(subject: AnswerUnderTest) -> None:
    line, got = ask(subject, subject.served())
    if got == line:
        raise Wrong("the line came back as it was sent")
    if got == line[::-1]:
        raise Wrong("everything came back reversed, the newline too: it came first")
    if got == line.strip()[::-1]:
        raise Wrong("the line came back reversed, and without its newline")
    if got != line.strip()[::-1] + b"\n":
        raise Wrong(f"it was sent {line!r} and sent back {got!r}")


@exercise.step(
    "it serves the next client too",
    "What comes after the first client? The function must go back to accept.",
    "Keep accept and all that follows it inside of while True.",
)
def goes_on(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, 4):
        line, got = ask(subject, address)
        if got != line.strip()[::-1] + b"\n":
            raise Wrong(f"client {number} was not answered as the first was: it got {got!r}")
