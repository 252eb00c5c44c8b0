"""Lesson 04: change one line of a server class."""

import socket
import socketserver
import sys

from course.checking.answer_clients import greeted, staying
from course.checking.answer_kinds import SERVER
from course.checking.answer_under_test import UNENDING, AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if, instead, when
from course.checking.served_answers import Stay, serve_answers

exercise = Exercise(
    name="many at once",
    lesson=4,
    number=1,
    task="This server class serves one client at a time, and it has room for five in its queue. Make it serve each "
    "client at once, however many come, in a new thread of its own. Closing the server must not wait for the clients "
    "who are in service. And give it a queue for at least 100.",
    takes=SERVER,
)
CLIENTS = 25
THREADS = "ThreadingTCPServer starts a new thread for each client. A process is no thread, and a reused one is not new."


def made(answer):
    return answer(("127.0.0.1", 0), Stay)


servers = serve_answers(exercise, made)


@exercise.inside
def closed(_answer):
    """End the loop and close the server, as a program does that uses it."""
    servers[-1].shutdown()
    servers[-1].server_close()


@exercise.inside
def queue(_answer):
    """How many clients the kernel queues for the server: on Linux as it says itself, elsewhere as was asked for."""
    if sys.platform == "linux":
        info = servers[-1].socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
        return int.from_bytes(info[28:32], sys.byteorder)  # tcpi_sacked: of a listener, its backlog (tcp.h)
    return servers[-1].request_queue_size


@exercise.solution
class ManyAtOnce(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


@exercise.step(
    "it serves many clients at once, in threads",
    "One word makes the difference between a server that serves one at a time and this one.",
    "Derive it from socketserver.ThreadingTCPServer. (Or from ThreadingMixIn and TCPServer, in this order.)",
)
def at_once(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, CLIENTS + 1):
        words = f"client {number} came, those before it stayed"
        hint = "Each client, however many come, gets a thread at once." if number > 2 else ""
        with when(words, hint):
            _, greeting = greeted(subject, address)
        fail_if(greeting != b"in\n", f"{words}, and its connection was closed", hint)
        alone = number == 2 and not subject.do("threads_used")
        fail_if(alone, "two clients were in service at once, but in other processes", THREADS)


@exercise.step(
    "each client has a new thread",
    THREADS,
)
def own_thread(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for _ in range(2):
        clients = staying(subject, address, 5)
        for client in clients:
            client.finish()
            with instead(
                "a client left, its handler returned, and its connection was not closed",
                "After finish_request, the thread has to call self.shutdown_request(request).",
            ):
                client.rest()
    did = f"10 clients came, 5 at once, and {subject.do('threads_used')} threads served them: a thread was used again"
    fail_if(subject.do("threads_again"), did)


@exercise.step(
    "closing does not wait for its threads",
    "Two attributes of ThreadingMixIn decide that; the lesson shows both.",
    "daemon_threads = True (or block_on_close = False)",
)
def daemons(subject: AnswerUnderTest) -> None:
    clients = staying(subject, subject.served(), 3)
    try:
        subject.do("closed")
    except Wrong as wrong:
        waited = "closing it waited for them" if str(wrong) == UNENDING else f"when it was closed, {wrong}"
        raise Wrong(f"{len(clients)} clients were in service, and {waited}") from None


@exercise.step(
    "its queue has room for at least 100",
    "The attribute is called request_queue_size. The server reads it when it is made.",
    "request_queue_size = 128",
)
def queued(subject: AnswerUnderTest) -> None:
    subject.served()
    room = subject.do("queue")
    fail_if(room < 100, f"its queue has room for {room}")
