"""Lesson 03: a handler that sends back whatever comes."""

import os
import socketserver

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, shortened
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_word, serve_answers

exercise = Exercise(
    name="echo",
    lesson=3,
    number=1,
    task="Write a handler class that sends back every byte that its client sends, until the client has no more to say.",
    takes=HANDLER,
)
serve_answers(exercise)


@exercise.solution
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)


@exercise.step(
    "it sends back what came",
    "Read with self.request.recv(1024), and send the same bytes with self.request.sendall(...).",
    "def handle(self): data = self.request.recv(1024), then self.request.sendall(data).",
)
def sends_back(subject: AnswerUnderTest) -> None:
    word = random_word().encode()
    with subject.visitor() as client:
        got = client.send(word).exactly(len(word))
        if not got:
            raise Wrong("it closed the connection and sent nothing")
        if got != word:
            raise Wrong(f"it was sent {word!r} and sent back {got!r}")


@exercise.step(
    "it goes on until the client has finished",
    "One recv is one piece. How do you know that there will be no more? recv returns b'' then.",
    "Put recv and sendall into a loop: while data := self.request.recv(1024): ...",
)
def goes_on(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        for number in range(1, 4):
            word = random_word().encode()
            got = client.send(word).exactly(len(word))
            if not got:
                raise Wrong(f"it closed the connection when piece {number} of 3 came")
            if got != word:
                raise Wrong(f"piece {number} was {word!r}, and {got!r} came back")


@exercise.step(
    "it closes the connection when the client has finished, and sends back all of a long message",
    "At the end of the stream recv returns b'', which counts as false: the loop has to end then.",
)
def ends(subject: AnswerUnderTest) -> None:
    data = os.urandom(50_000)
    with subject.visitor() as client:
        got = client.send(data).finish().rest()
        if got != data:
            raise Wrong(f"of a message of {len(data):,} bytes {shortened(got)} came back, or others than were sent")
