"""Lesson 09: refuse a line so that the client learns why."""

import socket
import socketserver

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client, shortened
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_word, serve_answers

exercise = Exercise(
    name="last words",
    lesson=9,
    number=2,
    task="Write a handler class that answers one line with the same in capitals. If a line has not ended after 100 "
    "bytes, the client gets b'line too long\\n' and at once the end of the stream. It may go on sending without an "
    "error: what comes is read and dropped until the client ends its stream, too.",
    takes=HANDLER,
)
serve_answers(exercise)
REFUSAL = b"line too long\n"
TOO_LONG = b"x" * 150  # the beginning of a line


@exercise.solution
class LastWords(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(100)
        if line.endswith(b"\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\n")
        self.request.shutdown(socket.SHUT_WR)
        while self.request.recv(65536):
            pass


def until_the_end(subject: AnswerUnderTest, client: Client) -> bytes:
    """What a client gets until the end of its stream. Wrong if an error comes, or no end."""
    data = b""
    client.socket.settimeout(subject.left())
    while True:
        try:
            piece = client.socket.recv(65536)
        except TimeoutError:
            if more := subject.extension():
                client.socket.settimeout(more)
                continue
            raise Wrong(
                f"a line was too long, and after {shortened(data)} the end of the stream did not come"
            ) from None
        except OSError:
            raise Wrong(f"a line was too long, and after {shortened(data)} the client's connection was reset") from None
        if not piece:
            return data
        data += piece


@exercise.step(
    "it answers a line of up to 100 bytes",
    "self.rfile.readline(100), self.wfile.write(line.upper()), in a StreamRequestHandler.",
    "The newline is one of the 100 bytes. A line that ends with one is whole.",
)
def whole(subject: AnswerUnderTest) -> None:
    for size in (8, 99):
        line = (random_word(size) + "\n").encode()
        got = subject.ask(subject.served(), line)
        if got != line.upper():
            raise Wrong(
                f"to a line of {len(line)} bytes it sent {shortened(got)}" if got else "it sent nothing for a line"
            )


@exercise.step(
    "it refuses a longer line, and ends its stream",
    "If what readline(100) returned does not end with a newline, write b'line too long\\n'.",
    "self.request.shutdown(socket.SHUT_WR) ends the stream, and you can still read.",
)
def refused(subject: AnswerUnderTest) -> None:
    client = subject.visitor().send((random_word(100) + "\n").encode())
    if (got := until_the_end(subject, client)) != REFUSAL:
        raise Wrong(f"a line had 101 bytes, newline included, and the client got {shortened(got)}")
    address = subject.memory["address"] = subject.served()
    client = subject.memory["client"] = subject.client(address).send(TOO_LONG)
    if (got := until_the_end(subject, client)) != REFUSAL:
        raise Wrong(f"a client sent 150 bytes without a newline, and it got {shortened(got)}")


@exercise.step(
    "the client may go on sending",
    "When you return from handle, the connection is closed, and what comes then is answered with a reset.",
    "After your answer, read on until recv returns b''.",
)
def sends_on(subject: AnswerUnderTest) -> None:
    client = subject.memory["client"]
    waiting = subject.memory["waiting"] = subject.client(subject.memory["address"]).send(b"next\n")
    try:
        client.socket.sendall(b"x" * 100_000)
        turn_has_come = not waiting.quiet(subject.left(0.3))
        client.socket.sendall(b"x" * 100_000)
    except OSError:
        raise Wrong("a client had been refused and went on sending, and its connection was reset") from None
    if turn_has_come:
        raise Wrong("a client had been refused and went on sending, and its connection was closed meanwhile")


@exercise.step(
    "it ends when the client has ended",
    "recv returns b'' when the client has ended its stream; then handle has to return.",
)
def ends(subject: AnswerUnderTest) -> None:
    subject.memory["client"].finish()
    try:
        got = subject.memory["waiting"].rest()
    except Wrong:
        raise Wrong("a refused client ended its stream, and the next client was not served") from None
    if got != b"NEXT\n":
        raise Wrong(f"a refused client ended its stream, and the next client got {shortened(got)}")
