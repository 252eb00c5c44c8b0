"""Lesson 03: a handler that keeps up a whole conversation."""

import random
import socketserver
from contextlib import suppress

from course.checking.answer_clients import drained
from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong, fail_if, instead, when
from course.checking.served_answers import serve_answers

exercise = Exercise(
    name="running total",
    lesson=3,
    number=2,
    task="Write a handler class for a conversation. The client sends whole numbers, one in each line; 0 and negative "
    "ones are numbers too. The handler answers each at once with the sum of all so far, as a line. Each client "
    "begins at 0. Several lines may come at once, or a line in pieces. The handler ends when the client has finished.",
    takes=HANDLER,
)
serve_answers(exercise)


@exercise.solution
class RunningTotal(socketserver.BaseRequestHandler):
    def handle(self):
        total, rest = 0, b""
        while data := self.request.recv(1024):
            parts = (rest + data).split(b"\n")
            rest = parts[-1]
            for line in parts[:-1]:
                total += int(line)
                self.request.sendall(b"%d\n" % total)


LINES = (
    "A piece may hold several lines, or half of one. Keep what comes after the last newline for the next turn, as "
    "the last handler of this lesson does."
)


WAITS = "The client waits for each answer. Send it as soon as the line has come, before you read on."


def say(client: Client, number: int) -> bytes:
    """The answer to one number."""
    with when(f"{number} came", WAITS):
        return client.send(b"%d\n" % number).line()


@exercise.step(
    "it answers the first number",
    "int() takes bytes too: int(b'42\\n') is 42. An answer is bytes: f'{total}\\n'.encode().",
    "total += int(self.request.recv(1024)), then self.request.sendall(f'{total}\\n'.encode())",
)
def first(subject: AnswerUnderTest) -> None:
    number = random.randrange(10, 100)
    client = subject.visitor()
    got = say(client, number)
    fail_if(not got, "it closed the connection and sent nothing")
    hint = "" if got.endswith(b"\n") else "The answer is a line: it needs a newline at its end."
    if str(number).encode() in got[:-1]:
        hint = "The answer is the number and a newline, b'\\n', and nothing else."
    fail_if(got != b"%d\n" % number, f"to {number} it answered {got!r}", hint)


@exercise.step(
    "each client begins at 0",
    "What the class holds is shared by all handlers. A local variable of handle is not, nor what it sets on self.",
)
def each(subject: AnswerUnderTest) -> None:
    for number in (7, 5):
        client = subject.visitor()
        got = say(client, number)
        fail_if(got != b"%d\n" % number, f"the first number of a client was {number}, and it answered {got!r}")
        client.send(b"9")  # half of a line
        drained(subject)


@exercise.step(
    "it answers every number with the sum so far",
    "handle is called once for a connection: the conversation is a loop in it, and the total stands before the loop.",
    "total = 0, then while data := self.request.recv(1024): ...",
)
def every(subject: AnswerUnderTest) -> None:
    total = 0
    client = subject.visitor()
    size = random.randrange(10, 100)
    numbers = 3, size, 0, -size - 3, -7, size, 10**12, 10**24 + 1, *(random.randrange(-99, 100) for _ in range(10))
    for number in numbers:
        total += number
        with when(f"{number} came", ZERO if number == 0 else SIZES if number < 0 else WAITS):
            got = client.send(b"%d\n" % number).line()
        words = f"{number} came, the sum so far was {total}"
        hint = ZERO if 0 in (number, total) else ""
        fail_if(not got, f"{words}, and it closed the connection", hint)
        hint = SIZES if (number < 0 or total > 10**9) and got != b"%d\n" % number else ""
        fail_if(got != b"%d\n" % total, f"{words}, and it answered {got!r}", hint)


SIZES = "int() reads negative numbers as well, which isdigit() does not know, and numbers of any size."
ZERO = "0 is a number as any other. recv and readline return b'' when the client has finished."


@exercise.step(
    "several lines may come at once, and a line in pieces",
    LINES,
    "parts = (rest + data).split(b'\\n'), rest = parts[-1]",
)
def pieces(subject: AnswerUnderTest) -> None:
    client = subject.visitor()
    client.send(b"1\n2\n3\n")
    expect(client, "1, 2 and 3 came at once", b"1\n", b"3\n", b"6\n")
    for piece in (b"1", b"4", b"\n20\n-", b"1"):
        client.send(piece)
        drained(subject)
    client.send(b"\n")
    expect(client, "14, 20 and -1 came in pieces, after a sum of 6", b"20\n", b"40\n", b"39\n")


@exercise.step(
    "it ends when the client has finished",
    "At the end of the stream recv returns b'', and so does readline: then the loop is over.",
)
def ends(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for which in ("a client", "the next client"):
        with subject.client(address) as client:
            got = client.send(b"3\n").finish().line()
            with instead(f"{which} sent 3 and finished, and its connection was not closed"):
                got += client.line()  # b'' if the connection is closed
            hint = "What is kept in the server, all its clients share." if got == b"6\n" else ""
            fail_if(got != b"3\n", f"{which} sent 3 and finished, and got {got!r}", hint)
        subject.expect_no_errors("when the client had finished")


def expect(client: Client, words: str, *answers: bytes) -> None:
    """Wrong, beginning with `words`, if the client does not get these lines."""
    got: list[bytes] = []
    with suppress(Wrong):  # what came says more
        while len(got) < len(answers):
            got.append(client.line())
    did = f"{words}, and it answered {b''.join(got) or 'nothing'!r}, not {b''.join(answers)!r}"
    fail_if(tuple(got) != answers, did)
