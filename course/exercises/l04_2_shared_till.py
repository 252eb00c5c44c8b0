"""Lesson 04: a lock around what handlers share."""

import secrets
import socketserver
import threading
from time import sleep

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import serve_answers

exercise = Exercise(
    name="shared till",
    lesson=4,
    number=2,
    task="All handlers share one till: self.server.till.read() gives the money in it, self.server.till.write(money) "
    "sets it. Each client sends a line with a whole number. Add it to the till, then answer b'ok\\n'. Many "
    "clients come at once, and no money may be lost. Clients who say nothing must not hold up the others.",
    takes=HANDLER,
)


class Till:
    """Money that is read and written in two steps, with time for others to come between."""

    def __init__(self) -> None:
        self.money = 0

    def read(self) -> int:
        """The money in it, a moment ago."""
        money = self.money
        sleep(0.003)
        return money

    def write(self, money: int) -> None:
        """Set the money."""
        self.money = money


class ThreadingServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.till = Till()


servers = serve_answers(exercise, ThreadingServer)


@exercise.inside
def money(answer):
    """What is in the till of the latest server."""
    return servers[-1].till.money


@exercise.solution
class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        with self.lock:
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\n")


@exercise.step(
    "it adds what a client pays",
    "Read the line, make a number of it with int(), add it to what read() gives, and write() the sum.",
    "self.server.till.write(self.server.till.read() + amount), then self.request.sendall(b'ok\\n')",
)
def adds(subject: AnswerUnderTest) -> None:
    address = subject.served()
    total = 0
    for _ in range(2):
        amount = 1 + secrets.randbelow(100)
        total += amount
        with subject.client(address) as client:
            if (got := client.send(b"%d\n" % amount).finish().rest()) != b"ok\n":
                raise Wrong(f"the answer was {got!r}" if got else "it closed the connection and sent nothing")
        if (held := subject.do("money")) != total:
            raise Wrong(f"{total} had been paid when it said ok, and {held} was in the till")


@exercise.step(
    "nothing is lost when many pay at once",
    "Between read() and write() another thread may come. What keeps it out?",
    "One lock for all handlers, as a class attribute: lock = threading.Lock(). Then with self.lock: around both.",
)
def at_once(subject: AnswerUnderTest) -> None:
    address = subject.served()
    clients = [subject.client(address, patience=0.6) for _ in range(10)]
    for client in clients:
        client.send(b"1\n")
    for client in clients:
        client.line()
        client.socket.close()
    if (held := subject.do("money")) != len(clients):
        raise Wrong(f"{len(clients)} clients paid 1 each at once, and {held} is in the till")


@exercise.step(
    "a client who says nothing does not hold up the others",
    "Whoever waits for a client while holding the lock lets all others wait. Read the line before you take the lock.",
)
def silent(subject: AnswerUnderTest) -> None:
    address = subject.served()
    with subject.client(address) as quiet, subject.client(address) as client:
        quiet.quiet(0.02)
        client.send(b"5\n")
        try:
            client.line()
        except Wrong:
            raise Wrong("one client said nothing, and another who paid was not served meanwhile") from None
