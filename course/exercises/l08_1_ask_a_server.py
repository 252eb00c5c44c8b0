"""Lesson 08: the client's side."""

import queue
import socket
import socketserver
import threading

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import random_word

exercise = Exercise(
    name="ask a server",
    lesson=8,
    number=1,
    task="Write a client: a function of an address and a list of texts. It connects once, sends each text as a line "
    "in UTF-8, reads the answer, which is a line too, and returns the list of answers as texts without their "
    "newlines. An answer may come in pieces. At the end it closes its connection.",
    takes=function_of("address", "texts"),
)


class Service(socketserver.StreamRequestHandler):
    """Answers each line in capitals, in two pieces that the client has to put together."""

    disable_nagle_algorithm = True  # each piece goes at once

    def handle(self) -> None:
        first = b""
        for line in self.rfile:
            if not first:
                self.server.visits.append(first := line)  # type: ignore[attr-defined]
            answer = line.decode().upper().encode()
            middle = len(answer) // 2
            self.wfile.write(answer[:middle])
            paused.wait(0.01)
            self.wfile.write(answer[middle:])
        self.server.closed.put(first)  # type: ignore[attr-defined]


paused = threading.Event()  # never set: only waited for


class Server(socketserver.ThreadingTCPServer):
    """The server for the answer to ask, in the judge's process. It notes the first line of each connection."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Service)
        self.visits: list[bytes] = []  # of each connection that was made
        self.closed: queue.SimpleQueue[bytes] = queue.SimpleQueue()  # of each that was closed


def server_of(subject: AnswerUnderTest) -> Server:
    """The server for this answer."""
    if "server" not in subject.memory:
        subject.memory["server"] = Server()
        subject.serve(subject.memory["server"])
    server: Server = subject.memory["server"]
    return server


@exercise.inside
def asked(answer, address: tuple[str, int], texts: list[str]) -> object:
    """What the answer returns."""
    return answer(address, texts)


@exercise.solution
def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("rw", encoding="utf-8", newline="\n") as file:
        answers = []
        for text in texts:
            file.write(text + "\n")
            file.flush()
            answers.append(file.readline().rstrip("\n"))
        return answers


def run(subject: AnswerUnderTest, texts: list[str]) -> object:
    """What the answer returns when it asks a real server."""
    server = server_of(subject)
    server.visits.clear()
    return subject.do("asked", server.server_address, texts)


@exercise.step(
    "it returns the answer to one text",
    "socket.create_connection(address) connects. Send (text + '\\n').encode(), read, decode.",
    "The answer comes in pieces: read until its newline is there, as in lesson 02, or let sock.makefile('rw') do it.",
)
def one(subject: AnswerUnderTest) -> None:
    text = random_word()
    got = run(subject, [text])
    if got is None:
        raise Wrong("it returned None")
    if not isinstance(got, list):
        raise Wrong(f"it returned {got!r}, not a list")
    if got and isinstance(got[0], bytes):
        raise Wrong("its list holds bytes, not texts")
    if got == [text.upper() + "\n"]:
        raise Wrong("it returned the answer with its newline")
    if got and isinstance(got[0], str) and got != [text.upper()] and text.upper().startswith(got[0]):
        raise Wrong(f"the answer to {text!r} came in pieces, and it returned only {got!r}")
    if got != [text.upper()]:
        raise Wrong(f"it asked for {text!r} and returned {got!r}")


@exercise.step(
    "it returns all answers, in order",
    "A list of answers begins empty, and each answer is appended.",
)
def several(subject: AnswerUnderTest) -> None:
    texts = [f"_{number} {random_word()}_" for number in range(3)]
    if (got := run(subject, texts)) != [text.upper() for text in texts]:
        raise Wrong(f"it asked for {len(texts)} texts and returned {got!r}")
    if (got := run(subject, [])) != []:
        raise Wrong(f"it asked for nothing and returned {got!r}")


@exercise.step(
    "it takes one connection for all of them",
    "Connect before the loop, not in it.",
)
def once(subject: AnswerUnderTest) -> None:
    run(subject, ["a", "b", "c"])
    if (made := len(server_of(subject).visits)) != 1:
        raise Wrong(f"for three texts it made {made} connections")


@exercise.step(
    "characters beyond ASCII come back whole",
    "The texts are UTF-8: encode and decode with it, and decode whole lines, not pieces.",
)
def characters(subject: AnswerUnderTest) -> None:
    if (got := run(subject, ["éàü"])) != ["ÉÀÜ"]:
        raise Wrong(f"it asked for 'éàü' and returned {got!r}")


@exercise.step(
    "it closes its connection",
    "with socket.create_connection(address) as sock: closes it, whatever happens.",
)
def closes(subject: AnswerUnderTest) -> None:
    text = random_word()
    run(subject, [text])
    try:
        while server_of(subject).closed.get(timeout=subject.left()) != f"{text}\n".encode():
            pass
    except queue.Empty:
        raise Wrong("it returned, and its connection is still open") from None
