"""Lesson 09: survive a client who says nothing."""

import contextlib
import socket
import socketserver
import time
from typing import Any

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import PATIENCE, AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if
from course.checking.served_answers import random_word, serve_answers
from course.serving.server import serve

exercise = Exercise(
    name="slow client",
    lesson=9,
    number=1,
    task="Write a handler class that answers one line with the same in capitals. A client has a fifth of a second, "
    "once it is served, to send the whole line: a deadline for the line, not for each receive. A client that has not "
    "sent its line by then gets b'too slow\\n', and the connection is closed at once. (time.monotonic() returns "
    "seconds, from a clock that is never set back.)",
    takes=HANDLER,
)
GIVES_UP = 0.5  # seconds after which a client waits no more
EARLY, LATE = 0.17, 0.29  # seconds: a fifth of a second is between them
SLOW = {
    "silent": ([], "a client sent nothing"),
    "half": ([(0.0, b"half a ")], "a client sent half a line"),
    "late": ([(0.12, b"half a ")], "a client sent half a line after 0.12 seconds"),
    "drip": ([(number * 0.06, b"drip"[number % 4 : number % 4 + 1]) for number in range(9)], "a client sent a byte "
             "every 0.06 seconds, and no newline"),
}  # fmt: skip
PATIENT = [(0.0, b"wait "), (0.05, b"for me\n")]
_waiting: list[Any] = []  # clients and servers that stay to the end: stopping a server ends what its clients send
serve_answers(exercise)


@exercise.inside
def visited(answer, pieces: list[tuple[float, bytes]]) -> tuple[bytes, float, float, list[str], bytes]:
    """How a client fares that sends each piece after some seconds, and the next one of the same server, which is quick.

    Returns what came, after how many seconds it came and the end came (GIVES_UP: not at all), the handler's errors,
    and what came to the next one.
    """
    server = serve(socketserver.TCPServer, answer)
    _waiting.append(server)
    address: Any = server.address
    got, first, end = visit(address, pieces)
    if end >= GIVES_UP:
        return got, first, end, [], b""
    errors = [visit.error for visit in server.visits if visit.error]
    with socket.create_connection(address, GIVES_UP) as sock:
        next_got = b""
        with contextlib.suppress(OSError):
            sock.sendall(b"qui")
            time.sleep(0.03)
            with contextlib.suppress(OSError):  # it has been closed already; what it was told can still be read
                sock.sendall(b"ck\n")
            next_got = sock.recv(100)
    return got, first, end, errors, next_got


def visit(address: Any, pieces: list[tuple[float, bytes]]) -> tuple[bytes, float, float]:
    """What came, and after how many seconds it came and the end came."""
    begun = time.monotonic()
    received, first = b"", GIVES_UP
    sock = socket.create_connection(address)
    for due, piece in (*pieces, (GIVES_UP, b"")):
        while (left := begun + due - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                data = sock.recv(100)
            except TimeoutError:
                break
            except OSError:
                data = b""
            now = time.monotonic() - begun
            if not data:
                sock.close()
                return received, first, now
            first, received = min(first, now), received + data
        with contextlib.suppress(OSError):
            sock.sendall(piece)
    _waiting.append(sock)  # it stays, so that the answer does not meet the end of the stream
    return received, first, GIVES_UP


@exercise.solution
class Impatient(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.2
        line = b""
        try:
            while not line.endswith(b"\n"):
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                self.request.settimeout(left)
                piece = self.request.recv(1024)
                if not piece:
                    return
                line += piece
        except TimeoutError:
            line = b"too slow\n"
            self.request.sendall(line)
        else:
            self.request.sendall(line.upper())


def slow(subject: AnswerUnderTest, kind: str) -> None:
    """Raise Wrong unless a slow client is told so, in time but for being too early, and its connection is closed."""
    words = SLOW[kind][1]
    got, first, end, errors, _ = subject.memory[kind]
    raised = f". Your code raised {errors[0]}" if errors else ""
    did = f"{words}, and after half a second it had not been told that it was too slow"
    fail_if(first >= GIVES_UP and end >= GIVES_UP, did)
    hint = "The words are b'too slow\\n', in small letters, once, with a newline." if b"SLOW" in got.upper() else ""
    fail_if(got != b"too slow\n", f"{words}, and it was told {got!r}{raised}", hint)
    told = f"{words}, and it was told b'too slow\\n'"
    fail_if(first > LATE, f"{told} after {first:.2f} seconds, not after 0.2")
    hint = "After b'too slow\\n' there is nothing more to read: let handle return."
    fail_if(end >= GIVES_UP or end > first + 0.09, f"{told}, but the connection was not closed then", hint)
    fail_if(raised, f"{words}, it was told b'too slow\\n', and after that your code raised {''.join(errors[:1])}")


@exercise.step(
    "it answers a quick client",
    "self.rfile.readline(), self.wfile.write(line.upper()), in a StreamRequestHandler.",
)
def quick(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for line in (f"{random_word()}\n", f"  {random_word()} {random_word()} \n"):
        got = subject.ask(address, line.encode())
        did = f"it sent back {got!r}" if got else "it closed the connection and sent nothing"
        fail_if(got != line.upper().encode(), f"a client sent {line.encode()!r}, and {did}")


@exercise.step(
    "it tells a silent client that it was too slow, and closes",
    "A socket with a timeout raises TimeoutError when it has waited so long: self.request.settimeout(0.2).",
    "try: line = self.rfile.readline(), except TimeoutError: write b'too slow\\n', else: write the line in capitals.",
)
def silent(subject: AnswerUnderTest) -> None:
    visits = {kind: subject.start("visited", pieces) for kind, (pieces, _) in SLOW.items()}
    visits["patient"] = subject.start("visited", PATIENT)
    for kind, visit in visits.items():
        subject.memory[kind] = subject.result(visit, 2 * GIVES_UP + PATIENCE)
    slow(subject, "silent")


@exercise.step(
    "a client who sends half a line is too slow as well",
    "A line is whole when its newline has come. What came before the timeout is not a line.",
    "settimeout(0.2) is for each receive. Take end = time.monotonic() + 0.2 once, and before each receive "
    "self.request.settimeout(end - time.monotonic()); if nothing is left of it, the client is too slow.",
)
def half(subject: AnswerUnderTest) -> None:
    slow(subject, "half")
    for kind in ("late", "drip"):
        try:
            slow(subject, kind)
        except Wrong as wrong:
            raise Wrong(str(wrong), hint=wrong.hint or DEADLINE) from None


DEADLINE = (
    "A timeout is for each receive, and each byte begins it anew. Take end = time.monotonic() + 0.2 once, receive in a "
    "loop, and before each receive set self.request.settimeout to what is left until the end."
)


@exercise.step(
    "it is not too impatient",
    "A client has a fifth of a second: 0.2.",
)
def patient(subject: AnswerUnderTest) -> None:
    got, *_ = subject.memory["patient"]
    did = f"a client sent its line in two pieces within a twentieth of a second, and it was told {got!r}"
    hint = "Receive until the newline has come. Before the fifth of a second is over nobody is too slow."
    fail_if(got != b"WAIT FOR ME\n", did, hint)
    soonest = min(subject.memory[kind][1] for kind in SLOW)
    fail_if(soonest < EARLY, f"a client was told b'too slow\\n' after {soonest:.2f} seconds, not after 0.2")
    for kind in SLOW:
        got = subject.memory[kind][4]
        did = f"after a slow client a quick one came, and it was told {got!r}"
        fail_if(got != b"QUICK\n", did, "Each client has its own fifth of a second: take the time in handle.")
