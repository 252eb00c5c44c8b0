"""Lesson 07: a time service over UDP, that of RFC 868."""

import socket
import socketserver
from time import time

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import PATIENCE, AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import serve_answers

exercise = Exercise(
    name="time service",
    lesson=7,
    number=1,
    task="Write a handler class for a UDPServer. To any datagram, an empty one too, it answers with the time as RFC "
    "868 has it: the seconds since the beginning of 1900, as four bytes, the highest first. (time.time() "
    "counts from the beginning of 1970, which is 2,208,988,800 seconds later.)",
    takes=HANDLER,
)
serve_answers(exercise)
SINCE_1900 = 2_208_988_800


@exercise.solution
class Time(socketserver.BaseRequestHandler):
    def handle(self):
        _, sock = self.request
        sock.sendto((int(time()) + 2_208_988_800).to_bytes(4, "big"), self.client_address)


def ask(subject: AnswerUnderTest, data: bytes = b"what time is it?") -> bytes:
    """The answer to one datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(subject.served("UDPServer"))
        sock.settimeout(subject.left(PATIENCE))
        sock.send(data)
        try:
            return sock.recv(2000)
        except TimeoutError:
            raise Wrong("no answer came") from None


@exercise.step(
    "it answers",
    "With UDP self.request is a pair: the datagram, and the socket. There is no connection to answer on.",
    "data, sock = self.request, then sock.sendto(answer, self.client_address)",
)
def answers(subject: AnswerUnderTest) -> None:
    ask(subject)


@exercise.step(
    "the answer has four bytes",
    "An int has to_bytes(length, 'big'); the length is 4.",
    "seconds.to_bytes(4, 'big')",
)
def four(subject: AnswerUnderTest) -> None:
    if len(got := ask(subject)) != 4:
        raise Wrong(f"the answer has {len(got)} bytes: {got[:20]!r}")


@exercise.step(
    "it is the time",
    "Add 2208988800 to the whole seconds of time.time(), and put the highest byte first: 'big'.",
    "(int(time.time()) + 2208988800).to_bytes(4, 'big')",
)
def right(subject: AnswerUnderTest) -> None:
    before, got, after = int(time()), ask(subject), int(time())
    seconds = int.from_bytes(got, "big") - SINCE_1900
    if before <= seconds <= after:
        return
    if before <= int.from_bytes(got, "little") - SINCE_1900 <= after:
        raise Wrong("the bytes are the right ones in the wrong order: the lowest came first")
    if before <= seconds + SINCE_1900 <= after:
        raise Wrong("it counts from 1970, not from 1900")
    off = seconds - after
    raise Wrong(f"it is {abs(off):,} second{'s' * (abs(off) != 1)} {'fast' if off > 0 else 'slow'}")


@exercise.step(
    "it answers an empty datagram too",
    "A datagram may be empty: b'' is no end of anything here.",
)
def empty(subject: AnswerUnderTest) -> None:
    if len(ask(subject, b"")) != 4:
        raise Wrong("to an empty datagram it did not answer with the time")
