"""Lesson 06: predict what a worker thread calls."""

import socketserver

from course.checking.answer_kinds import TEXTS
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if
from course.crowds.crowd import crowd
from course.serving.server import serve
from course.tracing.call_chain import trace

exercise = Exercise(
    name="predict the calls",
    lesson=6,
    number=1,
    task="A ThreadingTCPServer serves one client with a handler that is derived from BaseRequestHandler. Which "
    "functions of socketserver, and which of the handler, are called in the worker's thread? Give their names "
    "in the order in which they begin, without classes, as a list of texts. The first is "
    "'process_request_thread'. (The handler has a handle that raises nothing. What a function calls is in its "
    "source: print(inspect.getsource(socketserver.ThreadingMixIn.process_request_thread)) shows the first.)",
    takes=TEXTS,
)


_traced: list[str] = []


class Quick(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(self.request.recv(100))


@exercise.inside
def given(answer) -> list[str]:
    """What the reader predicts."""
    return [name.partition("(")[0].rpartition(".")[2].strip() for name in answer]


@exercise.inside
def traced(answer) -> list[str]:
    """What is called, as a trace of a real request shows."""
    if not _traced:
        with trace() as chain, serve(socketserver.ThreadingTCPServer, Quick) as server:
            crowd(server, clients=1, timeout=1)
        _traced.extend(call.name for call in chain.calls if call.role == "worker 1")
    return _traced


@exercise.solution
def calls_of_a_worker():
    return [
        "process_request_thread",
        "finish_request",
        "__init__",
        "setup",
        "handle",
        "finish",
        "shutdown_request",
        "close_request",
    ]


@exercise.step(
    "it begins with the first calls",
    "Go through the source of process_request_thread, call by call. What it calls first comes second in your list.",
    "finish_request makes an object of the handler class: what runs when an object is made?",
)
def begins(subject: AnswerUnderTest) -> None:
    compare(subject, 3)


@exercise.step(
    "it has the life of the handler",
    "The source of socketserver.BaseRequestHandler.__init__ shows the three methods of a handler's life, in order.",
)
def handler(subject: AnswerUnderTest) -> None:
    compare(subject, 6)


@exercise.step(
    "it has the end of the connection",
    "When the handler's life is over, process_request_thread goes on, with what its finally says.",
    "shutdown_request calls one more function, which closes the connection.",
)
def end(subject: AnswerUnderTest) -> None:
    compare(subject, 8)
    got, real = subject.do("given"), subject.do("traced", patience=1.0)
    more = "".join(got[len(real) : len(real) + 1])
    fail_if(len(got) > len(real), f"after all {len(real)} calls your list goes on with {more!r}", MORE)


MORE = "close_request is the last function that the thread calls. Leave out what comes after it."


def compare(subject: AnswerUnderTest, first: int) -> None:
    """Compare so many of the names with a real trace, and say how far they agree."""
    got, real = subject.do("given"), subject.do("traced", patience=1.0)
    for number, name in enumerate(real[:first]):
        right = f"the first {number} are right, and then " if number > 1 else "the first is right, and then " * number
        if number >= len(got):
            raise Wrong(f"{right}your list ends, too early")
        if got[number] != name:
            raise Wrong(
                f"{right}your list says {got[number]!r}, where Python calls another function", hint=hint(got[number])
            )


def hint(name: str) -> str:
    """A hint for a name that is in the wrong place."""
    if len(name.replace(",", " ").split()) > 1:
        return "Each function is a text of its own in the list: ['process_request_thread', ...]."
    if name in ("process_request", "verify_request", "get_request", "serve_forever", "_handle_request_noblock"):
        return f"{name} is called in the loop's thread. The worker's begins with what the new thread is given to call."
    if name == "handle_error":
        return "handle_error is called if the handler raises an exception. This one does not."
    if name in ("RequestHandlerClass", "BaseRequestHandler"):
        return "self.RequestHandlerClass(...) makes an object of the handler class: which function runs then?"
    if name == "close":
        return "close is a method of the socket. Asked for are the functions of socketserver."
    return ""
