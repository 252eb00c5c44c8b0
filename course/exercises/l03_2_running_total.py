"""Lesson 03: a handler that keeps up a whole conversation."""

import secrets
import socketserver

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import serve_answers

exercise = Exercise(
    name="running total",
    lesson=3,
    number=2,
    task="Write a handler class for a conversation. The client sends whole numbers, one in each line; to each the "
    "handler answers with the sum of all so far, as a line. Each client begins at 0. Several lines may come at "
    "once, or a line in pieces.",
    takes=HANDLER,
)
serve_answers(exercise)


@exercise.solution
class RunningTotal(socketserver.BaseRequestHandler):
    def handle(self):
        total, rest = 0, b""
        while data := self.request.recv(1024):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                total += int(line)
                self.request.sendall(b"%d\n" % total)


def say(client: Client, number: int) -> bytes:
    """The answer to one number."""
    return client.send(b"%d\n" % number).line()


@exercise.step(
    "it answers the first number",
    "int() takes bytes too: int(b'42\\n') is 42. An answer is bytes: f'{total}\\n'.encode().",
    "total += int(self.request.recv(1024)), then self.request.sendall(f'{total}\\n'.encode())",
)
def first(subject: AnswerUnderTest) -> None:
    number = 10 + secrets.randbelow(90)
    with subject.visitor() as client:
        got = say(client, number)
        if not got:
            raise Wrong("it closed the connection and sent nothing")
        if got != b"%d\n" % number:
            raise Wrong(f"to {number} it answered {got!r}")


@exercise.step(
    "each client begins at 0",
    "What the class holds is shared by all handlers. A local variable of handle is not, nor what it sets on self.",
)
def each(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in (7, 5):
        with subject.client(address) as client:
            if (got := say(client, number)) != b"%d\n" % number:
                raise Wrong(f"the first number of a client was {number}, and it answered {got!r}")


@exercise.step(
    "it answers every number with the sum so far",
    "handle is called once for a connection: the conversation is a loop in it, and the total stands before the loop.",
    "total = 0, then while data := self.request.recv(1024): ...",
)
def every(subject: AnswerUnderTest) -> None:
    total = 0
    with subject.visitor() as client:
        for number in (secrets.randbelow(100), -secrets.randbelow(50), secrets.randbelow(100) + 1):
            total += number
            got = say(client, number)
            if not got:
                raise Wrong("it closed the connection before the conversation was over")
            if got != b"%d\n" % total:
                raise Wrong(f"the sum so far was {total}, and it answered {got!r}")


@exercise.step(
    "several lines may come at once, and a line in pieces",
    "One recv is not one line: keep what comes after the last newline for the next turn.",
    "*lines, rest = (rest + data).split(b'\\n')",
)
def pieces(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        client.send(b"1\n2\n3\n")
        got = [client.line() for _ in range(3)]
        if got != [b"1\n", b"3\n", b"6\n"]:
            raise Wrong(f"1, 2 and 3 came at once, and it answered {b''.join(got)!r}")
        client.send(b"1")
        if not client.quiet(0.05):
            raise Wrong("half of a line came, and it did not wait for the other half")
        if (got_one := client.send(b"4\n").line()) != b"20\n":
            raise Wrong(f"14 came in two pieces after a sum of 6, and it answered {got_one!r}")


@exercise.step(
    "it ends when the client has finished",
    "At the end of the stream recv returns b'': then the loop is over.",
)
def ends(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        if (got := client.send(b"3\n").finish().rest()) != b"3\n":
            raise Wrong(f"the client sent 3 and finished, and got {got!r}")
    if errors := subject.errors():
        raise Wrong(f"when the client finished, it raised {errors[0]}")
