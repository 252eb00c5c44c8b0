"""Lesson 01: change one line of a server."""

import socket

from course.checking.answer_clients import ask_listener
from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if
from course.checking.served_answers import random_word, serve_answers

exercise = Exercise(
    name="reverse",
    lesson=1,
    number=1,
    task="This server sends each client's line back as it came. Change one line of it, so that the line comes back "
    "reversed, spaces included, with its newline still at its end: b'hello\\n' becomes b'olleh\\n', and b' hi\\n' "
    "becomes b'ih \\n'.",
    takes=function_of("listener"),
)
serve_answers(exercise)


@exercise.solution
def reverse(listener: socket.socket):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[:-1][::-1] + b"\n")


@exercise.step(
    "it answers a client",
    "Leave the loop, the accept and the recv as they are, and change only what is sent.",
    "accept returns a connection: read from it with recv, and answer with sendall.",
)
def answers(subject: AnswerUnderTest) -> None:
    fail_if(
        not ask_listener(subject, subject.served(), f"{random_word()}\n".encode()),
        "it closed the connection and sent nothing",
    )


@exercise.step(
    "it sends the line back reversed",
    "A slice with the step -1 reverses bytes, as it does a text: b'abc'[::-1] is b'cba'.",
    "line[:-1] is the line without its newline. Reverse that, and add b'\\n'.",
)
def reverses(subject: AnswerUnderTest) -> None:
    for end in ("", " "):
        word = random_word()
        reversed_line(subject, subject.served(), f"{end}{word.capitalize()} {word[:5]}{end}\n".encode())


@exercise.step(
    "it serves the next client too",
    "What comes after the first client? The function must go back to accept.",
    "Keep accept and everything after it inside while True.",
)
def goes_on(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, 5):
        try:
            reversed_line(subject, address, f"{random_word(2 * number)}\n".encode(), KEPT)
        except Wrong as wrong:
            raise Wrong(f"with client {number} {wrong}", hint=wrong.hint) from None


KEPT = "The answer is the client's own line. What an earlier client sent must not be kept."


def reversed_line(subject: AnswerUnderTest, address: tuple[str, int], line: bytes, hint: str = "") -> None:
    """Send a line; Wrong if it does not come back reversed. `hint` is for what no other hint fits."""
    got = ask_listener(subject, address, line)
    text = line[:-1]
    if got == text[::-1] + b"\n":
        return
    fail_if(got == line, "the line came back as it was sent")
    fail_if(
        got.startswith(b"\n"),
        "everything came back reversed, the newline too: it came first",
        "The newline is the last byte of the line. Take it off, reverse the rest, and add the newline again.",
    )
    fail_if(
        got == text[::-1], "the line came back reversed, and without its newline", "Add a newline at the end: + b'\\n'."
    )
    if got.strip() == text.strip()[::-1]:
        hint = "strip() takes away all spaces at both ends. line[:-1] takes away the newline and no more."
        if len(got) > len(line):
            hint = "At the end of the answer is one newline, b'\\n', and nothing else."
    elif b"'" in got:
        hint = "str(line) is how Python shows the bytes, with b and quotes. Reverse the bytes themselves."
    raise Wrong(f"it was sent {line!r} and sent back {got!r}", hint=hint)
