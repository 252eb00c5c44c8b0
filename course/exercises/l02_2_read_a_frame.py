"""Lesson 02: a message with its length before it."""

import secrets
import socket

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.socket_answers import add_stage, call

exercise = Exercise(
    name="read a frame",
    lesson=2,
    number=2,
    task="Write a function that reads one message from a connected socket. Before each message stand four bytes: "
    "its length, the highest byte first. Return the message as bytes, None at the end of the stream. Any recv "
    "may return less than you asked for, and what follows belongs to the next call.",
    takes=function_of("sock"),
)
add_stage(exercise)


@exercise.solution
def read_frame(sock: socket.socket):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                return None
            data += more
        return data

    header = exactly(4)
    if header is None:
        return None
    return exactly(int.from_bytes(header, "big"))


def frame(message: bytes) -> bytes:
    return len(message).to_bytes(4, "big") + message


@exercise.step(
    "it returns the message",
    "Read four bytes first. int.from_bytes(header, 'big') makes a number of them: so many bytes are the message.",
    "header = sock.recv(4); return sock.recv(int.from_bytes(header, 'big'))",
)
def returns(subject: AnswerUnderTest) -> None:
    message = secrets.token_bytes(300)
    got = call(subject, frame(message))
    if got is None:
        raise Wrong("it returned None")
    if got == frame(message):
        raise Wrong("it returned the four bytes of the length too")
    if got != message:
        size = len(got) if isinstance(got, bytes) else None
        raise Wrong(f"the message had 300 bytes, and it returned {f'{size} other bytes' if size else repr(got)[:60]}")


@exercise.step(
    "it waits for the whole message, and for the whole length",
    "recv(n) returns at most n bytes, and often fewer. Count what you have, and ask for what is missing.",
    "while len(data) < size: data += sock.recv(size - len(data)), for the length as well as for the message",
)
def waits(subject: AnswerUnderTest) -> None:
    message = secrets.token_bytes(40)
    data = frame(message)
    got = call(subject, data[:20], data[20:])
    if got != message:
        raise Wrong(f"a message of 40 bytes came in two pieces, and it returned {_size(got)}")
    got = call(subject, data[:2], data[2:])
    if got != message:
        raise Wrong(f"the length came in two pieces, and it returned {_size(got)}")


@exercise.step(
    "what follows the message is left for the next call",
    "Never ask recv for more than is missing: what you take is gone.",
)
def leaves(subject: AnswerUnderTest) -> None:
    one, two = secrets.token_bytes(10), secrets.token_bytes(20)
    with subject.client(subject.do("opened")) as client:
        client.send(frame(one) + frame(two))
        for number, message in enumerate((one, two), 1):
            got = subject.do("called")
            if got != message:
                raise Wrong(f"two messages came at once, and call {number} returned {_size(got)}, not {len(message)}")


@exercise.step(
    "an empty message is a message, and at the end of the stream it returns None",
    "A message of length 0 is b''. The end of the stream is a recv of more than 0 bytes that returns b''.",
    "if not more: return None",
)
def end(subject: AnswerUnderTest) -> None:
    if (got := call(subject, frame(b""))) != b"":
        raise Wrong(f"an empty message came, and it returned {got!r}")
    if (got := call(subject, b"", finish=True)) is not None:
        raise Wrong(f"the stream ended, and it returned {got!r}")
    if (got := call(subject, frame(b"whole")[:-1], finish=True)) is not None:
        raise Wrong(f"the stream ended before the message did, and it returned {got!r}")


def _size(got: object) -> str:
    return f"{len(got)} bytes" if isinstance(got, bytes) else repr(got)[:60]
