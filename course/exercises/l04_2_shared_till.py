"""Lesson 04: a lock around what handlers share."""

import random
import socketserver
import threading
from time import sleep

from course.checking.answer_clients import drained
from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong, fail_if, when
from course.checking.lockstep import Lockstep
from course.checking.served_answers import Recorded, serve_answers

exercise = Exercise(
    name="shared till",
    lesson=4,
    number=2,
    task="All handlers share one till: self.server.till.read() returns the money in it, self.server.till.write(money) "
    "sets it; it has nothing else. Each client sends a line with a whole number, perhaps in pieces. Add it to the "
    "till, then answer b'ok\\n'. Many clients come at once, and no money may be lost. A client who sends nothing, "
    "or leaves without a word, must not hold up the others.",
    takes=HANDLER,
)


class Till:
    """Money that is read and written in two steps, each with time for others to come between."""

    def __init__(self) -> None:
        money = 0

        def read() -> int:
            now = money
            sleep(0.001)
            return now

        def write(new: int) -> None:
            nonlocal money
            sleep(0.002)
            money = new

        self.read, self.write = read, write


class ThreadingServer(Recorded, socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.till = Till()


_lockstep = Lockstep()


def raced(answer, racing=0):
    """The answer behind a server; if some of its threads are to race, these run in lockstep."""
    _lockstep.gather(racing)
    return (_lockstep.around(ThreadingServer) if racing else ThreadingServer)(answer)


servers = serve_answers(exercise, raced)


@exercise.inside
def money(answer):
    """What is in the till of the latest server."""
    return servers[-1].till.read()


@exercise.solution
class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        with self.lock:
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\n")


BELOW = "int() reads numbers below 0 as well; isdigit() does not know them."


def paid(client: Client, words: str, hint: str = "") -> None:
    """Wrong, beginning with `words`, if the client is not answered ok."""
    with when(words, hint):
        got = client.line()
    did = f"the answer was {got!r}" if got else "it closed the connection and sent nothing"
    hint = "The answer is b'ok\\n': in small letters, with its newline." if got else hint
    fail_if(got != b"ok\n", f"{words}, and {did}", hint)


@exercise.step(
    "it adds what a client pays",
    "Read the line, make a number of it with int(), add it to what read() returns, and write() the sum.",
    "self.server.till.write(self.server.till.read() + amount), then self.request.sendall(b'ok\\n')",
)
def adds(subject: AnswerUnderTest) -> None:
    address = subject.served()
    total = 0
    for amount in (random.randrange(10, 100), random.randrange(100, 1000), -random.randrange(1, 10)):
        total += amount
        with subject.client(address) as client:
            words, hint = ("a client paid", "") if amount > 0 else (f"a client paid {amount}", BELOW)
            paid(client.send(b"%d\n" % amount), words, hint)
            held = subject.do("money")
            fail_if(held != total, f"{total} had been paid when it said ok, and {held} was in the till")
            more = client.rest()
            fail_if(more, f"after b'ok\\n' it sent {more!r}")


@exercise.step(
    "it waits for the whole line",
    "One recv is one piece, not one line. self.rfile.readline() waits for the whole line.",
)
def whole(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        for piece in (b"1", b"23"):
            client.send(piece)
            drained(subject)
        paid(client.send(b"4\n"), "1234 came in pieces")
    held = subject.do("money")
    hint = "The till of this server was empty. Add to what read() returns, not to a sum of your own."
    fail_if(held != 1234, f"1234 came in pieces, and {held} is in the till", hint if held > 1234 else "")


@exercise.step(
    "nothing is lost when many pay at once",
    "Between read() and write() another thread may come. What keeps it out until the money is written?",
    "One lock for all handlers, as a class attribute: lock = threading.Lock(). Then with self.lock: around both.",
)
def at_once(subject: AnswerUnderTest) -> None:
    for racing in (0, 3):
        address = subject.served(racing)
        clients = [subject.client(address) for _ in range(racing or 8)]
        for client in clients:
            client.send(b"1\n")
        for number, client in enumerate(clients, 1):
            paid(client, f"{len(clients)} clients paid at once, {number - 1} were answered")
        held = subject.do("money")
        hint = "A lock helps only if it is held from before read() until after write(), all the time." if racing else ""
        fail_if(held != len(clients), f"{len(clients)} clients paid 1 each at once, and {held} is in the till", hint)


@exercise.step(
    "a client who says nothing does not hold up the others",
    "A thread that waits for its client while it holds the lock makes all others wait. Read the line first.",
    "amount = int(self.rfile.readline()) comes before with self.lock:",
)
def silent(subject: AnswerUnderTest) -> None:
    address = subject.served()
    quiet = [subject.client(address) for _ in range(3)]
    quiet[0].send(b"3")  # half of a line
    drained(subject, len(quiet))
    for _ in range(2):
        with subject.client(address) as client:
            paid(client.send(b"5\n"), "three clients said nothing, another paid")
    quiet[1].finish().closed()
    hint = "int(b'') raises ValueError. with self.lock: releases the lock whatever happens; or call int() before it."
    try:
        with subject.client(address) as client:
            paid(client.send(b"5\n"), "a client left without a word, another paid")
    except Wrong as wrong:
        raise Wrong(str(wrong), hint=hint) from None
