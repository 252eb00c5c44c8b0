"""Lesson 08: a server that a client can end."""

import socketserver
import threading

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_line, serve_answers

exercise = Exercise(
    name="stop from inside",
    lesson=8,
    number=2,
    task="Write a handler class that answers one line with the same in capitals. To the line b'shutdown\\n' it "
    "answers b'bye\\n', and then its server's serve_forever returns. It has to work with a TCPServer, whose "
    "handlers run in the loop's own thread.",
    takes=HANDLER,
)
serve_answers(exercise)


@exercise.solution
class StopFromInside(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\n":
            self.wfile.write(b"bye\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())


@exercise.step(
    "it answers a line in capitals, and goes on serving",
    "self.rfile.readline(), self.wfile.write(line.upper()), in a StreamRequestHandler.",
)
def capitals(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for _ in range(2):
        line = random_line(" shutdown\n")
        got = subject.ask(address, line)
        if got != line.upper():
            raise Wrong(f"a line that only ends in shutdown came, and it answered {got!r}")


@exercise.step(
    "it says bye",
    "Compare the whole line, newline included, with b'shutdown\\n'. Answer before you end the server.",
)
def bye(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        if (got := client.send(b"shutdown\n").rest()) != b"bye\n":
            raise Wrong(f"to b'shutdown\\n' it answered {got!r}")


@exercise.step(
    "serve_forever returns",
    "self.server.shutdown() waits until the loop has ended. Called in the loop's own thread it waits for ever.",
    "threading.Thread(target=self.server.shutdown).start()",
)
def ends(subject: AnswerUnderTest) -> None:
    for base in ("TCPServer", "ThreadingTCPServer"):
        address = subject.served(base)
        with subject.client(address) as client:
            client.send(b"shutdown\n").line()
        if not subject.do("returned"):
            raise Wrong(f"it said bye, and serve_forever of {base} did not return")
