"""Lesson 10: a mix-in with a bounded number of threads."""

import contextlib
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import thread as executors

from course.checking.answer_kinds import MIX_IN
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong, fail_if, instead
from course.checking.served_answers import Stay, serve_answers

exercise = Exercise(
    name="thread pool",
    lesson=10,
    number=1,
    task="Write a mix-in class for servers that serves with three threads and no more. process_request returns at "
    "once: the loop goes on accepting clients, who wait until a thread is free, and nobody is turned away. A "
    "handler's error goes to handle_error, closes its connection, and costs no thread. When the server is closed and "
    "its clients are gone, no thread keeps the program from ending. (concurrent.futures.ThreadPoolExecutor(3) makes "
    "up to three threads: its submit(function, argument, ...) has one of them make the call. At its end the program "
    "waits for their calls, and the threads end.)",
    takes=MIX_IN,
)
WAITING = 24  # clients who wait while three are in service
_errors: list[object] = []


class Base(socketserver.TCPServer):
    """Counts the errors that it is told of, and its clients."""

    request_queue_size = 128

    def __init__(self, *arguments: object) -> None:
        self.accepted = threading.Semaphore(0)
        super().__init__(*arguments)  # type: ignore[arg-type]

    def get_request(self):
        came = super().get_request()
        Stay.kept.append(came)  # those who wait, too
        self.accepted.release()
        return came

    def handle_error(self, request: object, client_address: object) -> None:
        _errors.append(client_address)


def with_the_mix_in(answer) -> socketserver.BaseServer:
    """A server with the mix-in."""
    _errors.clear()
    server: socketserver.BaseServer = type("New", (answer, Base), {})(("127.0.0.1", 0), Stay)
    return server


servers = serve_answers(exercise, with_the_mix_in)


@exercise.inside
def accepts(answer, clients: int, seconds: float) -> bool:
    """Whether the loop goes on until it has accepted so many clients more."""
    return all(servers[-1].accepted.acquire(timeout=seconds) for _ in range(clients))


@exercise.inside
def errors_told(answer) -> int:
    """How often handle_error was called."""
    return len(_errors)


@exercise.inside
def closes(answer) -> None:
    """End the latest server."""
    servers[-1].shutdown()
    servers[-1].server_close()


@exercise.inside
def keeping(answer, seconds: float) -> str:
    """The name of a thread that has served and keeps the program from ending, '' if there is none."""
    ended_by_python = set(getattr(executors, "_threads_queues", ()))
    for thread in set(Stay.threads):
        if not (thread.daemon or thread in ended_by_python):
            thread.join(seconds)
            if thread.is_alive():
                return thread.name
    return ""


@exercise.solution
class PoolMixIn:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(3)

    def process_request(self, request, client_address):
        self.pool.submit(self.work, request, client_address)

    def work(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)


def greeted(client: Client) -> bool:
    """Whether a client is in service, within the client's patience."""
    try:
        return client.line() == b"in\n"
    except Wrong:
        return False


@exercise.step(
    "it serves a client, and closes the connection at the end",
    "The source of ThreadingMixIn shows what is to be done for a request: finish_request, and then shutdown_request.",
    "def process_request(self, request, client_address): self.pool.submit(self.work, request, client_address), with "
    "self.pool = ThreadPoolExecutor(3) made once, after super().server_activate() in server_activate.",
)
def one(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        fail_if(not greeted(client), "its client was not served")
        with instead(
            "its client had finished and the handler returned, and the connection was not closed",
            "finish_request makes the handler, which serves. Then self.shutdown_request(request) closes.",
        ):
            client.finish().rest()


@exercise.step(
    "it serves three at once, and never more",
    "process_request is called in the loop's thread, and has to return at once: hand the request on to a thread.",
    "ThreadPoolExecutor(3) has three threads at most. A thread for each request, as in ThreadingMixIn, has no bound.",
)
def three(subject: AnswerUnderTest) -> None:
    address = subject.served()
    clients = [subject.client(address) for _ in range(3)]
    size = sum(map(greeted, clients))
    fail_if(size < 3, f"three clients came at once, and {size} of them {'was' if size == 1 else 'were'} in service")
    waiting = [subject.client(address) for _ in range(WAITING)]
    fail_if(
        not subject.do("accepts", 3 + WAITING, subject.left(0.2)),
        "three clients were in service and more came, and the loop did not go on: it did not accept them",
        "process_request waits for a free thread, and the loop waits with it. Let the requests wait instead: a pool "
        "keeps what is submitted until a thread is free.",
    )
    for patience, client in zip([0.04, *[0.001] * WAITING], waiting, strict=False):
        if not client.quiet(patience):
            did, hint = ("served too", BOUND) if client.line() else ("turned away", WAIT)
            raise Wrong(f"three clients were in service, a fourth came, and it was {did}", hint=hint)
        clients.pop(0).finish()
        with instead("a client waited, another one left, and the one who waited was not served"):
            got = client.line()
        fail_if(got != b"in\n", "a client came when three were in service, and later it was turned away", WAIT)
        clients.append(client)
    for client in clients:
        client.finish()  # so that none is in service when the next server comes: they may share their threads


BOUND = "ThreadPoolExecutor(3) has three threads at most. One pool serves all requests: make it once, with the server."
WAIT = "A client who comes while three are in service waits, in a queue that is never full. Let verify_request be."


@exercise.step(
    "the threads are used again, also after errors of handlers",
    "An exception that leaves the function of a thread ends it, or is lost. Catch it, and call self.handle_error.",
)
def again(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, 6):
        with subject.client(address) as client:
            fail_if(not greeted(client), f"client {number}, after {number - 1} whose handlers raised, was not served")
            with instead("a handler raised, and its connection was not closed"):
                client.send(b"fail").rest()
    used = subject.do("threads_used")
    fail_if(used > 3, f"for five clients, one after another, {used} threads were used", USED_AGAIN)
    fail_if(subject.do("errors_told") < 5, "a handler raised, and handle_error was not called")


USED_AGAIN = (
    "A new thread for each request is no pool. Make three when the server is made, and let them do all the work."
)


@exercise.step(
    "no thread keeps the program from ending",
    "Python waits at the end for each thread that is no daemon. threading.Thread(..., daemon=True) makes one.",
    "Or let server_close end the threads: put a word for each of them in their queue.",
)
def ends(subject: AnswerUnderTest) -> None:
    address = subject.served()
    clients = [subject.client(address) for _ in range(3)]
    for client in clients:
        greeted(client)
    for client in clients:
        client.finish()
    for client in clients:
        client.rest()
    with contextlib.suppress(Wrong):
        subject.do("closes")
    seconds = subject.left(0.2)
    if name := subject.do("keeping", seconds, patience=seconds + 0.4):
        raise Wrong(f"the server was closed, its clients had gone, and the thread {name!r} goes on and is no daemon")
