"""Lesson 02: one line from a stream, however it comes."""

import socket

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_word
from course.checking.socket_answers import add_stage, call

exercise = Exercise(
    name="read a line",
    lesson=2,
    number=1,
    task="Write a function that reads one line from a connected socket and returns it as text, without its newline. "
    "The line is UTF-8, and it may come in any pieces. What follows it belongs to the next call. At the end of "
    "the stream the function returns None.",
    takes=function_of("sock"),
)
add_stage(exercise)


@exercise.solution
def read_line(sock: socket.socket):
    line = b""
    while not line.endswith(b"\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line[:-1].decode()


@exercise.step(
    "it returns the line as text, without its newline",
    "recv gives bytes: decode() makes a text of them. The newline is not part of the line.",
    "return line[:-1].decode()",
)
def returns(subject: AnswerUnderTest) -> None:
    text = random_word()
    got = call(subject, f"{text}\n".encode())
    if got is None:
        raise Wrong("it returned None")
    if got == text + "\n":
        raise Wrong("it returned the line with its newline")
    if got == text.encode() or got == f"{text}\n".encode():
        raise Wrong("it returned bytes, not text")
    if got != text:
        raise Wrong(f"the line was {text!r}, and it returned {got!r}")


@exercise.step(
    "it waits for the whole line",
    "One recv is one piece, not one line: go on until the newline is there.",
    "Collect in a loop: while not line.endswith(b'\\n'): line += sock.recv(1)",
)
def waits(subject: AnswerUnderTest) -> None:
    one, two, three = random_word(), random_word(), random_word()
    got = call(subject, one.encode(), two.encode(), f"{three}\n".encode())
    if got != one + two + three:
        raise Wrong(f"the line came in three pieces, {one!r}, {two!r} and {three!r}, and it returned {got!r}")


@exercise.step(
    "a character may be cut in two",
    "A piece may end inside of a character. Put the bytes together first, then decode the whole line.",
)
def cut(subject: AnswerUnderTest) -> None:
    text = f"{random_word()} é"
    data = f"{text}\n".encode()
    got = call(subject, data[:-2], data[-2:])
    if got != text:
        raise Wrong(f"the line was {text!r}, cut inside of its last character, and it returned {got!r}")


@exercise.step(
    "what follows the line is left for the next call",
    "What you take with recv is gone from the stream. How much can you take without taking too much?",
    "recv(1) takes one byte. (Or look first, with socket.MSG_PEEK.)",
)
def leaves(subject: AnswerUnderTest) -> None:
    one, two = random_word(), random_word()
    with subject.client(subject.do("opened")) as client:
        client.send(f"{one}\n{two}\n".encode())
        first = subject.do("called")
        if first != one:
            raise Wrong(f"two lines came at once, {one!r} and {two!r}, and the first call returned {first!r}")
        number = subject.start("called")
        try:
            second = subject.result(number)
        except Wrong as wrong:
            raise Wrong(
                f"two lines came at once; the first call took more than its line, and at the second {wrong}"
            ) from None
        if second != two:
            raise Wrong(f"two lines came at once, {one!r} and {two!r}, and the second call returned {second!r}")


@exercise.step(
    "an empty line is a line, and at the end of the stream it returns None",
    "At the end of the stream recv returns b''. An empty line is b'\\n', which is not the end.",
    "if not byte: return None",
)
def end(subject: AnswerUnderTest) -> None:
    if (got := call(subject, b"\n")) != "":
        raise Wrong(f"an empty line came, and it returned {got!r}")
    if (got := call(subject, b"", finish=True)) is not None:
        raise Wrong(f"the stream ended, and it returned {got!r}")
    if (got := call(subject, b"half", finish=True)) is not None:
        raise Wrong(f"the stream ended before the line did, and it returned {got!r}")
