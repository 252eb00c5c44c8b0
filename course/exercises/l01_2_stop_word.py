"""Lesson 01: a server that ends when a client says so."""

import socket

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_line, serve_answers

exercise = Exercise(
    name="stop word",
    lesson=1,
    number=2,
    task="Write a function that serves one client after another on a listening socket. Each sends a line and gets "
    "it back in capitals. To the line b'stop\\n' it answers b'bye\\n', and then it returns.",
    takes=function_of("listener"),
)
serve_answers(exercise)


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


@exercise.step(
    "it sends a line back in capitals, and closes the connection",
    "accept, recv, sendall with .upper(), close: the loop of this lesson.",
    "with connection: connection.sendall(connection.recv(1024).upper())",
)
def capitals(subject: AnswerUnderTest) -> None:
    line = random_line()
    got = subject.ask(subject.served(), line)
    if got != line.upper():
        raise Wrong(f"it was sent a line in small letters and sent back {got!r}" if got else "it sent nothing back")


@exercise.step(
    "it serves one client after another",
    "The function goes back to accept when a client is done.",
)
def many(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, 4):
        line = random_line("stop\n")
        if (got := subject.ask(address, line)) != line.upper():
            raise Wrong(f"client {number} sent a line that only ends in stop, and got {got!r}")


@exercise.step(
    "it answers bye to the stop word",
    "Compare the line with b'stop\\n' before you answer; recv gives bytes, so compare with bytes.",
    "if line == b'stop\\n': connection.sendall(b'bye\\n')",
)
def bye(subject: AnswerUnderTest) -> None:
    if (got := subject.ask(subject.served(), b"stop\n")) != b"bye\n":
        raise Wrong(f"to b'stop\\n' it answered {got!r}")


@exercise.step(
    "after the stop word it returns",
    "break leaves the loop, return leaves the function. Neither continue nor close does.",
)
def ends(subject: AnswerUnderTest) -> None:
    address = subject.served()
    subject.ask(address, b"first\n")
    subject.ask(address, b"stop\n")
    if not subject.do("returned"):
        raise Wrong("it said bye and went on serving")
