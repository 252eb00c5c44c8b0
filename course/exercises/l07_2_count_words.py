"""Lesson 07: a handler that has its connection as two files."""

import secrets
import socketserver

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_word, serve_answers

exercise = Exercise(
    name="count words",
    lesson=7,
    number=2,
    task="Derive a handler class from StreamRequestHandler. To every line that comes it answers with the number of "
    "words in it, as a line. An empty line ends the conversation, and so does a client who has finished.",
    takes=HANDLER,
)
serve_answers(exercise)


@exercise.inside
def has_files(answer) -> bool:
    """Whether it is derived as asked."""
    return issubclass(answer, socketserver.StreamRequestHandler)


@exercise.solution
class CountWords(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\n":
                break
            self.wfile.write(b"%d\n" % len(line.split()))


def line_of(words: int) -> bytes:
    return b"  ".join(random_word(4).encode() for _ in range(words)) + b"\n"


@exercise.step(
    "it is derived from StreamRequestHandler",
    "class CountWords(socketserver.StreamRequestHandler): it makes self.rfile and self.wfile for you.",
)
def derived(subject: AnswerUnderTest) -> None:
    if not subject.do("has_files"):
        raise Wrong("it is derived from another handler class")


@exercise.step(
    "it answers a line with the number of its words",
    "self.rfile.readline() gives a line; its split() gives the words, however many blanks there are between them.",
    "self.wfile.write(f'{len(line.split())}\\n'.encode())",
)
def answers(subject: AnswerUnderTest) -> None:
    number = 2 + secrets.randbelow(7)
    with subject.visitor() as client:
        got = client.send(line_of(number)).line()
        if not got:
            raise Wrong("it closed the connection and sent nothing")
        if got != b"%d\n" % number:
            raise Wrong(f"a line of {number} words, with two blanks between them, came, and it answered {got!r}")


@exercise.step(
    "it answers every line",
    "A file can be walked line by line: for line in self.rfile. It waits for each line, and ends with the stream.",
)
def every(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        for number in range(1, 4):
            if (got := client.send(line_of(number)).line()) != b"%d\n" % number:
                raise Wrong(f"to line {number} it answered {got!r}")


@exercise.step(
    "an empty line ends the conversation",
    "An empty line is b'\\n', which is not false; the end of the stream is b''.",
    "if line == b'\\n': break (or if not line.strip())",
)
def empty(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        client.send(b"one\n\n")
        try:
            got = client.rest()
        except Wrong:
            raise Wrong("an empty line came, and it did not close the connection") from None
        if got != b"1\n":
            raise Wrong(f"a word and an empty line came, and it answered {got!r}")


@exercise.step(
    "it ends when the client has finished",
    "At the end of the stream readline() returns b'', again and again. A for loop over the file ends there.",
)
def ends(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        if (got := client.send(b"one two\n").finish().rest()) != b"2\n":
            raise Wrong(f"the client sent two words and finished, and got {got!r}")
    if errors := subject.errors():
        raise Wrong(f"when the client finished, it raised {errors[0]}")
