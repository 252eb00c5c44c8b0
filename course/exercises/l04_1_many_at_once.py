"""Lesson 04: change one line of a server class."""

import socketserver

from course.checking.answer_kinds import SERVER
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import serve_answers

exercise = Exercise(
    name="many at once",
    lesson=4,
    number=1,
    task="This server class serves one client at a time, and it has room for five in its queue. Make it serve each "
    "client in a thread of its own, which closing the server does not wait for, and give it a queue for at "
    "least 100.",
    takes=SERVER,
)
serve_answers(exercise)
CLIENTS = 5


@exercise.inside
def facts(answer) -> tuple[object, object, object]:
    """What the class says of its threads and its queue."""
    return getattr(answer, "daemon_threads", None), getattr(answer, "block_on_close", None), answer.request_queue_size


@exercise.solution
class ManyAtOnce(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


@exercise.step(
    "it serves many clients at once",
    "One word makes the difference between a server that serves one at a time and this one.",
    "Derive it from socketserver.ThreadingTCPServer.",
)
def at_once(subject: AnswerUnderTest) -> None:
    if (served := len(subject.staying(subject.served(), CLIENTS))) < CLIENTS:
        raise Wrong(f"{CLIENTS} clients came at once, and {served} of them were in service at the same moment")


@exercise.step(
    "closing does not wait for its threads",
    "Two attributes of ThreadingMixIn decide that; the lesson shows both.",
    "daemon_threads = True (or block_on_close = False)",
)
def daemons(subject: AnswerUnderTest) -> None:
    daemon, blocks, _ = subject.do("facts")
    if not daemon and blocks:
        raise Wrong("its daemon_threads is false and its block_on_close true, so closing waits for every handler")


@exercise.step(
    "its queue has room for at least 100",
    "The attribute is called request_queue_size.",
    "request_queue_size = 128",
)
def queue(subject: AnswerUnderTest) -> None:
    _, _, size = subject.do("facts")
    if not isinstance(size, int) or size < 100:
        raise Wrong(f"its request_queue_size is {size!r}")
