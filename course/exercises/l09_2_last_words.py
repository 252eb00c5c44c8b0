"""Lesson 09: refuse a line so that the client learns why."""

import socket
import socketserver

from course.checking.answer_clients import drained
from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client, shortened
from course.checking.exercise import Exercise, Wrong, fail_if, instead, when
from course.checking.served_answers import random_word, serve_answers

exercise = Exercise(
    name="last words",
    lesson=9,
    number=2,
    task="Write a handler class that answers one line, perhaps in pieces, with the same in capitals. If there is "
    "no newline among the first 100 bytes, the client gets b'line too long\\n' and at once the end of the "
    "stream. It may go on sending without an error: what comes is read and dropped until the client ends its "
    "stream, too.",
    takes=HANDLER,
)
serve_answers(exercise)
REFUSAL = b"line too long\n"
TOO_LONG = b"x" * 150  # the beginning of a line
HALF = "self.request.shutdown(socket.SHUT_WR) ends your stream, and you can still read."
FIRST = "Answer at once, and read what else comes after that: the client may wait for your answer."


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
            after = f"after {shortened(data)} the end of the stream did not come" if data else "it sent nothing"
            raise Wrong(f"a line was too long, and {after}", hint=HALF if data else FIRST) from None
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
        fail_if(not got, "it sent nothing for a line")
        fail_if(got != line.upper(), f"to a line of {len(line)} bytes it sent {shortened(got)}")
    with subject.visitor() as client:
        client.send(b"in two ")
        drained(subject)
        hint = "A receive is not a line (lesson 02): self.rfile.readline(100) waits for the rest of it."
        with when("a line came in two pieces", hint):
            got = client.send(b"pieces\n").rest()
        fail_if(got != b"IN TWO PIECES\n", f"a line came in two pieces, and it sent {shortened(got)}", hint)


@exercise.step(
    "it refuses a longer line, and ends its stream",
    "If what readline(100) returned does not end with a newline, write b'line too long\\n'.",
    "self.request.shutdown(socket.SHUT_WR) ends the stream, and you can still read.",
)
def refused(subject: AnswerUnderTest) -> None:
    for word in (random_word(100), f"{random_word(95)}     "):
        got = until_the_end(subject, subject.visitor().send(f"{word}\n".encode()))
        fail_if(got != REFUSAL, f"a line had 101 bytes, newline included, and the client got {shortened(got)}")
    address = subject.memory["address"] = subject.served()
    client = subject.memory["client"] = subject.client(address).send(TOO_LONG)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)  # so that it feels what is not read
    got = until_the_end(subject, client)
    fail_if(got != REFUSAL, f"a client sent 150 bytes without a newline, and it got {shortened(got)}")


@exercise.step(
    "the client may go on sending",
    "When you return from handle, the connection is closed, and what comes then is answered with a reset.",
    "After your answer, read on until recv returns b''.",
)
def sends_on(subject: AnswerUnderTest) -> None:
    client = subject.memory["client"]
    waiting = subject.memory["waiting"] = subject.client(subject.memory["address"]).send(b"next\n")
    words = "a client had been refused and went on sending"
    client.socket.settimeout(subject.left())
    try:
        client.socket.sendall(b"x" * 200_000 + b"\n")
        turn_has_come = not waiting.quiet(subject.left(0.15))
        client.socket.sendall(b"x\n" * 100_000)
    except TimeoutError:
        raise Wrong(f"{words}, and what it sent was not read", hint="Read on, and drop what comes.") from None
    except OSError:
        raise Wrong(f"{words}, and its connection was reset") from None
    fail_if(turn_has_come, f"{words}, and its connection was closed meanwhile")


@exercise.step(
    "it ends when the client has ended",
    "recv returns b'' when the client has ended its stream; then handle has to return.",
)
def ends(subject: AnswerUnderTest) -> None:
    subject.memory["client"].finish()
    with instead("a refused client ended its stream, and the next client was not served"):
        got = subject.memory["waiting"].rest()
    fail_if(got != b"NEXT\n", f"a refused client ended its stream, and the next client got {shortened(got)}")
    subject.expect_no_errors("when the refused client had ended its stream")
