"""Lesson 03: a handler that sends back whatever comes."""

import os
import socket
import socketserver

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client, shortened
from course.checking.exercise import Exercise, Wrong, fail_if
from course.checking.served_answers import random_word, serve_answers

exercise = Exercise(
    name="echo",
    lesson=3,
    number=1,
    task="Write a handler class that sends back every byte that its client sends, as it came, until the client ends "
    "its stream. It answers each piece at once: the client waits for the answer before it sends the next one. "
    "At the end of the stream handle returns, and the server goes on to the next client.",
    takes=HANDLER,
)


class Sparing(socket.socket):
    """A socket whose send() takes half of what it is given, as send(2) may; sendall() sends everything."""

    def send(self, data, flags=0, /):
        return super().send(data[: len(data) // 2 or 1], flags)


class SparingServer(socketserver.TCPServer):
    def get_request(self):
        request, address = super().get_request()
        return Sparing(fileno=request.detach()), address


def sparing(answer, is_sparing=False):
    return SparingServer if is_sparing else socketserver.TCPServer, answer


serve_answers(exercise, sparing)


@exercise.solution
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)


AS_IT_IS = "Send back what recv returned, as it is. strip(), decode() and upper() make something else of it."
AT_ONCE = "Answer each piece as soon as it has come: recv waits for one piece. Reading up to the end, or a line, waits."
ALL_OF_IT = "Send back all that recv returned, each time, and nothing else."


def echoed(client: Client, piece: bytes, words: str, at_once: str = AT_ONCE) -> None:
    """Send a piece; Wrong, beginning with `words`, if it does not come back. `at_once` is the hint if nothing comes."""
    try:
        got = client.send(piece).exactly(len(piece))
    except Wrong as wrong:
        raise Wrong(f"{words}, and {wrong}", hint=at_once if "nothing" in str(wrong) else AS_IT_IS) from None
    fail_if(not got, f"{words}, and it closed the connection and sent nothing")
    fail_if(got != piece, f"{words}, {shortened(piece)}, and {shortened(got)} came back", AS_IT_IS)


@exercise.step(
    "it sends back what came",
    "Read with self.request.recv(1024), and send the same bytes with self.request.sendall(...).",
    "def handle(self): data = self.request.recv(1024), then self.request.sendall(data).",
)
def sends_back(subject: AnswerUnderTest) -> None:
    echoed(subject.visitor(), random_word().encode(), "a piece came")  # a client that stays: its end is the last step's


@exercise.step(
    "it goes on until the client has finished",
    "One recv is one piece. How do you know that there will be no more? recv returns b'' then.",
    "Put recv and sendall into a loop: while data := self.request.recv(1024): ...",
)
def goes_on(subject: AnswerUnderTest) -> None:
    client = subject.visitor()
    for number in range(1, 26):
        echoed(client, random_word(1 + number).encode(), f"piece {number} came")


@exercise.step(
    "it sends back every byte as it came",
    "recv gives bytes, which may be no text and no line. Send them back as they are.",
)
def as_it_came(subject: AnswerUnderTest) -> None:
    word = random_word().title().encode()
    client = subject.visitor()
    for piece in (
        *(b"  " + word + b" \n", b"\n", b"\n", b"\0", b" ", word + b"\r\n"),
        *(b"\xff\xfe" + os.urandom(8), b"q"),
    ):
        echoed(client, piece, "a piece came", AS_IT_IS)


@exercise.step(
    "it sends back all of a long message, and closes the connection when the client has finished",
    "At the end of the stream recv returns b'', which counts as false: the loop has to end then.",
)
def ends(subject: AnswerUnderTest) -> None:
    for size, is_sparing in ((10_000, False), (1_000, True)):
        data = os.urandom(size)
        address = subject.served(is_sparing)
        with subject.client(address) as client:
            got = client.send(data).finish().rest()
        hint = "send may take only a part of what it is given. sendall sends all of it." if is_sparing else ALL_OF_IT
        fail_if(len(got) != size, f"a message of {size:,} bytes came, and {shortened(got)} came back", hint)
        fail_if(got != data, f"a message of {size:,} bytes came, and as many others came back")
        subject.expect_no_errors("when the client had finished")
        with subject.client(address) as client:
            echoed(client, random_word().encode(), "the next client came")
