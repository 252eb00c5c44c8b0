"""Lesson 08: the client's side."""

import gc
import select
import socket
import socketserver
import threading
from time import monotonic, sleep
from typing import Any

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, fail_if, when
from course.checking.served_answers import random_word

exercise = Exercise(
    name="ask a server",
    lesson=8,
    number=1,
    task="Write a client: a function of an address and a list of texts. It connects once, sends each text as a line "
    "in UTF-8, reads the answer, which is a line too, and returns the list of the answers as texts: without their "
    "newlines, and otherwise as they came. An answer may come in any number of pieces. At the end the function closes "
    "its connection itself, with close() or a with block.",
    takes=function_of("address", "texts"),
)
PAUSE = 0.12  # seconds that the server takes before the last byte of the first answer that comes byte by byte
UNREAD = 0.2  # seconds that the server waits for its client to read a piece


class Service(socketserver.StreamRequestHandler):
    """Answers each line in capitals, in pieces that the client has to put together."""

    disable_nagle_algorithm = True  # each piece is sent at once
    server: "Server"

    def handle(self) -> None:
        self.server.connections += 1
        mine = [it for it in gc.get_objects() if issubclass(type(it), socket.socket) and is_at(it, self.client_address)]
        self.server.clients += mine  # so that only close() closes them
        for number, line in enumerate(self.rfile):
            answer = line.decode(errors="replace").upper().encode()
            for start in range(0, len(answer), self.server.size):
                if self.server.size == 1 and number == 0 and start == len(answer) - 1:
                    sleep(PAUSE)
                self.wfile.write(answer[start : start + self.server.size])
                end = monotonic() + UNREAD
                while monotonic() < end and any(map(has_unread, mine)):
                    sleep(0.0005)  # nobody is notified when another thread reads


class Server(socketserver.ThreadingTCPServer):
    """The server for the answer to ask. It notes how many connections it had, and the clients' sockets."""

    daemon_threads = True

    def __init__(self, size: int) -> None:
        self.size = size  # bytes in a piece
        self.connections = 0
        self.clients: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), Service)


def is_at(sock: socket.socket, address: object) -> bool:
    try:
        return sock.getsockname() == address  # type: ignore[no-any-return]
    except OSError:  # it is closed
        return False


def has_unread(sock: socket.socket) -> bool:
    try:
        return bool(select.select([sock], [], [], 0)[0])
    except (OSError, ValueError):  # it is closed
        return False


@exercise.inside
def asked(answer, texts: list[str], size: int) -> tuple[object, int, bool]:
    """What the answer returns if its answers come in such pieces, how often it connected, whether it closed."""
    server = Server(size)  # a new one: the thread of an earlier client may be late
    threading.Thread(target=server.serve_forever, daemon=True).start()
    got = answer(server.server_address, texts)
    gc.collect()
    return got, server.connections, all(sock.fileno() == -1 for sock in server.clients)


@exercise.solution
def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("rw", encoding="utf-8", newline="\n") as file:
        answers = []
        for text in texts:
            file.write(text + "\n")
            file.flush()
            answers.append(file.readline().rstrip("\n"))
        return answers


def run(subject: AnswerUnderTest, texts: list[str], size: int = 100) -> object:
    """What the answer returns when it asks a real server."""
    got: object = subject.do("asked", texts, size)[0]
    return got


ENDS = (
    "A line ends with \\n only. splitlines() knows many other ends, and a file in text mode takes \\r for one "
    "unless makefile gets newline='\\n'."
)
PIECES = (
    "A receive may return any part of an answer (lesson 02): receive until the newline is there, and only then go on."
)


@exercise.step(
    "it returns the answer to one text",
    "socket.create_connection(address) connects. Send (text + '\\n').encode(), read, decode.",
    "The answer comes in pieces: read until its newline is there, as in lesson 02, or let sock.makefile('rw') do it.",
)
def one(subject: AnswerUnderTest) -> None:
    text = random_word()
    got = run(subject, [text], 3)
    fail_if(got is None, "it returned None")
    answer = got[0] if isinstance(got, list) and got else None
    fail_if(not isinstance(got, list), f"it returned {got!r}, not a list", "Collect the answers in a list: [].")
    fail_if(isinstance(answer, bytes), "its list holds bytes, not texts", "decode() makes a text of bytes.")
    newline = "answer.rstrip('\\n') is the text without it."
    fail_if(got == [text.upper() + "\n"], "it returned the answer with its newline", newline)
    part = got != [text.upper()] and isinstance(answer, str) and text.upper().startswith(answer)
    fail_if(part, f"the answer to {text!r} came in pieces, and it returned only {got!r}", PIECES)
    fail_if(got != [text.upper()], f"it asked for {text!r} and returned {got!r}")


@exercise.step(
    "it returns all answers, in order",
    "A list of answers begins empty, and each answer is appended.",
)
def several(subject: AnswerUnderTest) -> None:
    for size in (100, 4):
        texts = [f"_{number} {random_word()}_" for number in range(3 + size % 3)]
        texts += texts[:1]
        wanted = [text.upper() for text in texts]
        got = run(subject, texts, size)
        kept = isinstance(got, list) and got[-len(wanted) :] == wanted
        hint = "What an earlier call has found is still in the list: make a new list in the function." if kept else ""
        is_short = isinstance(got, list) and len(got) == len(texts) - 1
        hint = "A text may come twice in the list: then it is asked twice, and answered twice." if is_short else hint
        fail_if(got != wanted, f"it asked for {texts!r} and returned {got!r}", hint)
    got = run(subject, [])
    fail_if(got != [], f"it asked for nothing and returned {got!r}")


@exercise.step(
    "it takes one connection for all of them",
    "Connect before the loop, not in it.",
)
def once(subject: AnswerUnderTest) -> None:
    made = subject.do("asked", ["a", "b", "c"], 100)[1]
    hint = "The answers have to come from the server." if made == 0 else ""
    fail_if(made != 1, f"for three texts it made {made} connections", hint)


@exercise.step(
    "characters beyond ASCII come back whole",
    "The texts are UTF-8: encode and decode with it, and decode whole lines, not pieces.",
)
def characters(subject: AnswerUnderTest) -> None:
    got = run(subject, ["éàü", "日本"], 1)
    fail_if(
        got != ["ÉÀÜ", "日本"], f"it asked for 'éàü' and '日本', and returned {got!r}", "" if got is None else PIECES
    )
    hint = "An answer need not be as long as its text: read until the newline comes."
    with when("it asked for the ligature 'ﬁ', whose answer is 'FI'", hint):
        got = run(subject, ["ﬁ"])
    fail_if(got != ["FI"], f"it asked for the ligature 'ﬁ' and returned {got!r}, not ['FI']", hint)


@exercise.step(
    "it closes its connection",
    "with socket.create_connection(address) as sock: closes it, whatever happens.",
    "sock.makefile() makes a second object for the same connection, which ends when both are closed.",
)
def closes(subject: AnswerUnderTest) -> None:
    closed = subject.do("asked", [random_word()], 100)[2]
    fail_if(not closed, "it returned, and it had not closed its connection")


@exercise.step(
    "blanks, empty texts and long texts come back as they are",
    "strip() takes off the blanks too; rstrip('\\n') takes off the newline only.",
    "An empty text is a line too, b'\\n'. Only b'' means that the server has closed the connection.",
)
def as_they_are(subject: AnswerUnderTest) -> None:
    texts = ["  two words ", "", " ", "last\r", "one\rline\v\f\u2028", "long " * 2000]
    got: Any = run(subject, texts, 3000)
    for number, text in enumerate(texts):
        answer = got[number] if isinstance(got, list) and number < len(got) else ""
        is_right = answer == text.upper()
        did = f"of an answer of {len(text):,} characters it returned {len(answer):,}"
        fail_if(not is_right and len(text) > 100, did, PIECES)
        hint = "Each text gets an answer, an empty one too." if not text else ENDS if "\r" in text else ""
        fail_if(not is_right, f"it asked for {text!r} and returned {answer!r}", hint)
    all_right = got == [text.upper() for text in texts]
    fail_if(not all_right, f"it asked for {len(texts)} texts and returned {len(got)} answers")
