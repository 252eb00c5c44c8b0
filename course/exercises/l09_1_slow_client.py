"""Lesson 09: survive a client who says nothing."""

import socketserver

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_line, serve_answers

exercise = Exercise(
    name="slow client",
    lesson=9,
    number=1,
    task="Write a handler class that answers one line with the same in capitals. A client who has not sent a whole "
    "line within a fifth of a second gets b'too slow\\n', and its connection is closed. (The server serves one "
    "at a time, so a silent client would hold up all others.)",
    takes=HANDLER,
)
serve_answers(exercise)


@exercise.solution
class Impatient(socketserver.StreamRequestHandler):
    timeout = 0.2

    def handle(self):
        try:
            line = self.rfile.readline()
        except TimeoutError:
            line = b"too slow\n"
            self.wfile.write(line)
        else:
            self.wfile.write(line.upper())


@exercise.step(
    "it answers a quick client",
    "self.rfile.readline(), self.wfile.write(line.upper()), in a StreamRequestHandler.",
)
def quick(subject: AnswerUnderTest) -> None:
    line = random_line()
    with subject.visitor() as client:
        got = client.send(line).rest()
        if got != line.upper():
            raise Wrong(f"it sent back {got!r}" if got else "it closed the connection and sent nothing")


@exercise.step(
    "it tells a silent client that it was too slow, and closes",
    "A socket with a timeout raises TimeoutError when it has waited so long: self.request.settimeout(0.2).",
    "timeout = 0.2 in the class does it for a StreamRequestHandler; except TimeoutError: ...",
)
def silent(subject: AnswerUnderTest) -> None:
    subject.memory["half"] = subject.client(subject.served(), patience=0.5).send(b"half")  # for the next step
    patient = subject.visitor().send(b"wait ")  # for the last one
    subject.memory["patient"] = patient, patient.quiet(0.05)
    patient.send(b"for me\n")
    with subject.client(subject.served(), patience=0.5) as client:
        try:
            got = client.rest()
        except Wrong:
            raise Wrong("a client said nothing for half a second, and it waited on") from None
        if got != b"too slow\n":
            raise Wrong(f"a client said nothing, and it was told {got!r}")


@exercise.step(
    "a client who sends half a line is too slow as well",
    "A line is whole when its newline has come. What came before the timeout is not a line.",
)
def half(subject: AnswerUnderTest) -> None:
    with subject.memory["half"] as client:
        try:
            got = client.rest()
        except Wrong:
            raise Wrong("a client sent half a line, and it waited on for the other half") from None
        if got != b"too slow\n":
            raise Wrong(f"a client sent b'half' without a newline, and it was told {got!r}")


@exercise.step(
    "it is not too impatient",
    "A client has a fifth of a second: 0.2.",
)
def patient(subject: AnswerUnderTest) -> None:
    client, waited = subject.memory["patient"]
    with client:
        if not waited:
            raise Wrong("a client needed a twentieth of a second for its line, and it did not wait for it")
        if (got := client.rest()) != b"WAIT FOR ME\n":
            raise Wrong(f"a client sent its line in two pieces, and it was told {got!r}")
