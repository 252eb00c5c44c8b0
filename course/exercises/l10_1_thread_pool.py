"""Lesson 10: a mix-in with a bounded number of threads."""

import socketserver
from concurrent.futures import ThreadPoolExecutor

from course.checking.answer_kinds import MIX_IN
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import Stay, serve_answers

exercise = Exercise(
    name="thread pool",
    lesson=10,
    number=1,
    task="Write a mix-in class for servers that serves with three threads and no more, however many clients come. "
    "Clients beyond the third wait until a thread is free, and nobody is turned away. An error of a handler "
    "must not cost a thread.",
    takes=MIX_IN,
)
_errors: list[object] = []


class Base(socketserver.TCPServer):
    """Counts the errors that it is told of."""

    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        _errors.append(client_address)


def with_the_mix_in(answer) -> tuple[type, type]:
    """The server class that is served, with its handlers."""
    _errors.clear()
    return type("New", (answer, Base), {}), Stay


serve_answers(exercise, with_the_mix_in)


@exercise.inside
def errors_told(answer) -> int:
    """How often handle_error was called."""
    return len(_errors)


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
    "ThreadingMixIn shows what is to be done for a request: finish_request, handle_error, shutdown_request.",
    "concurrent.futures.ThreadPoolExecutor(3) has the threads; its submit(function, ...) gives them work.",
)
def one(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        if not greeted(client):
            raise Wrong("its client was not served")
        try:
            client.finish().rest()
        except Wrong:
            raise Wrong("its client had finished and the handler returned, and the connection was not closed") from None


@exercise.step(
    "it serves three at once, and never more",
    "process_request is called in the loop's thread, and has to return at once: hand the request on to a thread.",
    "ThreadPoolExecutor(3) has three threads at most. A thread for each request, as in ThreadingMixIn, has no bound.",
)
def three(subject: AnswerUnderTest) -> None:
    address = subject.served()
    clients = [subject.client(address, patience=0.3) for _ in range(3)]
    if (served := sum(map(greeted, clients))) < 3:
        raise Wrong(f"three clients came at once, and {served} of them {'was' if served == 1 else 'were'} in service")
    fourth = subject.client(address)
    if not fourth.quiet(0.1):
        raise Wrong("a fourth client came when three were in service, and it did not have to wait")
    for client in clients:
        client.socket.close()
    if not greeted(fourth):
        raise Wrong("a fourth client waited, three others left, and it was not served")
    fourth.socket.close()


@exercise.step(
    "the threads are used again, also after errors of handlers",
    "An exception that leaves the function of a thread ends it, or is lost. Catch it, and call self.handle_error.",
)
def again(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, 6):
        with subject.client(address) as client:
            if not greeted(client):
                raise Wrong(f"client {number}, after {number - 1} whose handlers raised, was not served")
            try:
                client.send(b"fail").rest()
            except Wrong:
                raise Wrong("a handler raised, and its connection was not closed") from None
    if (used := subject.do("threads_used")) > 3:
        raise Wrong(f"for five clients, one after another, {used} threads were used")
    if subject.do("errors_told") < 5:
        raise Wrong("a handler raised, and handle_error was not called")
