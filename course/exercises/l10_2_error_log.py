"""Lesson 10: keep the errors of handlers where somebody can read them."""

import socketserver
import sys

from course.checking.answer_kinds import SERVER
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import ON_PURPOSE, Exercise, fail_if, instead, when
from course.checking.served_answers import random_word, serve_answers

exercise = Exercise(
    name="error log",
    lesson=10,
    number=2,
    task="Derive a server class with threads. Its attribute errors is a list, one for each server: for every "
    "exception that reaches handle_error it gets a pair, the client's address and a text like 'ValueError: no'. A "
    "ConnectionError is not noted, since it is nobody's fault that a client is gone.",
    takes=SERVER,
)


GONE = ConnectionResetError, BrokenPipeError, ConnectionAbortedError


class Fails(socketserver.StreamRequestHandler):
    """Raises what its client asks for, in a line; answers any other line."""

    def handle(self) -> None:
        kind, _, text = self.rfile.readline().decode().strip().partition(" ")
        for error in (ValueError, KeyError, OSError, *GONE):
            if kind == error.__name__:
                raise error(f"{text}, {ON_PURPOSE}")
        self.wfile.write(b"served\n")


prepared = serve_answers(exercise, lambda answer: answer(("127.0.0.1", 0), Fails))


@exercise.inside
def errors(answer) -> object:
    """The log of the latest server."""
    return prepared[-1].errors


@exercise.solution
class ErrorLog(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.errors = []

    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.errors.append((client_address, f"{type(error).__name__}: {error}"))


CLOSE = "After an error, too, the connection has to be closed: shutdown_request(request) does that."


def fail(subject: AnswerUnderTest, address: tuple[str, int], kind: str) -> tuple[tuple[str, int], str]:
    """Let the handler of one client raise; returns the pair that belongs into the log."""
    text = random_word()
    with subject.client(address) as client:
        where = client.socket.getsockname()
        with when("a handler raised", CLOSE):
            client.send(f"{kind} {text}\n".encode()).rest()
    text = f"{text}, {ON_PURPOSE}"
    return where, f"{kind}: {text!r}" if kind == "KeyError" else f"{kind}: {text}"


@exercise.step(
    "its log is empty at first",
    "Make the list in __init__, after super().__init__ with all the arguments: self.errors = [].",
)
def empty(subject: AnswerUnderTest) -> None:
    subject.served()
    log = subject.do("errors")
    fail_if(log != [], f"no client had come, and its errors were {log!r}")


@exercise.step(
    "it notes an exception, and whose it was",
    "handle_error(self, request, client_address) is called for an exception of a handler.",
    "error = sys.exception(); the text is f'{type(error).__name__}: {error}'.",
)
def noted(subject: AnswerUnderTest) -> None:
    address = subject.served()
    expected = [fail(subject, address, kind) for kind in ("ValueError", "KeyError", "OSError")]
    log = subject.do("errors")
    fail_if(not isinstance(log, list), f"its errors are {log!r}, not a list")
    fail_if(not log, "three handlers raised, and its errors were empty")
    missing = [pair for pair in expected if pair not in log]
    did = f"a handler raised; its errors should have {missing[:1]!r} in them, and they are {log!r}"
    fail_if(missing, did, PAIR if len(log) >= len(expected) else ALL)
    fail_if(len(log) != len(expected), f"three handlers raised, and {len(log)} errors were noted")
    fail_if(log != expected, "three handlers raised, and their errors were noted in another order")


ALL = "Every exception of a handler is noted but a ConnectionError: append each to the list, whatever its class is."
PAIR = (
    "Each error is a pair, (client_address, text). The text is the name of the exception's class, a colon, its words."
)


@exercise.step(
    "each server has a log of its own",
    "A list in the body of the class belongs to all its servers. Make it in __init__, on self.",
)
def own(subject: AnswerUnderTest) -> None:
    subject.served()
    log = subject.do("errors")
    fail_if(log, f"a new server was made, and its log had {len(log)} errors of another one in it")


@exercise.step(
    "a client that is gone is not noted",
    "isinstance(error, ConnectionError) is true for every kind of ConnectionError.",
)
def gone(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for kind in (each.__name__ for each in GONE):
        fail(subject, address, kind)
        log = subject.do("errors")
        fail_if(log, f"a handler raised a {kind}, and {log!r} was noted")


@exercise.step(
    "it serves in threads, also after errors",
    "Derive it from socketserver.ThreadingTCPServer.",
)
def threads(subject: AnswerUnderTest) -> None:
    address = subject.served()
    fail(subject, address, "ValueError")
    with subject.client(address), subject.client(address) as client:
        with instead("one client was silent, and the next was not served"):
            got = client.send(b"hello\n").line()
        fail_if(got != b"served\n", f"after an error of a handler, the next client got {got!r}")
