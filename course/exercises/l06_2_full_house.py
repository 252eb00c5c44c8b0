"""Lesson 06: a server that turns clients away at one of its hooks."""

import socketserver
import threading

from course.checking.answer_kinds import SERVER
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import serve_answers

exercise = Exercise(
    name="full house",
    lesson=6,
    number=2,
    task="Write a server class with threads that serves at most two clients at the same moment. Whoever comes when "
    "two are in service is turned away at once: the connection is closed without a byte. When one of the two "
    "has gone, the next is served again.",
    takes=SERVER,
)
serve_answers(exercise)


@exercise.solution
class FullHouse(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.seats.release()


def leave(client: Client) -> None:
    """Let a client go, and wait until it has been let go."""
    client.finish().rest()
    client.socket.close()


@exercise.step(
    "it serves two clients at once",
    "Derive it from socketserver.ThreadingTCPServer, and change only what is needed.",
)
def two(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in (1, 2):
        try:
            _, got = subject.greeted(address)
        except Wrong as wrong:
            raise Wrong(f"of client {number} of two {wrong}") from None
        if got != b"in\n":
            raise Wrong(f"client {number} of two was not served")


@exercise.step(
    "it turns the third away at once",
    "verify_request is asked before a request is processed: what it returns decides. It runs in the loop's thread.",
    "return self.seats.acquire(blocking=False), where self.seats = threading.Semaphore(2) was made in __init__.",
)
def third(subject: AnswerUnderTest) -> None:
    address = subject.served()
    inside = [subject.greeted(address) for _ in range(2)]
    try:
        _, got = subject.greeted(address)
    except Wrong:
        raise Wrong("client 3 came when two were in service, and it had to wait") from None
    if got:
        raise Wrong("client 3 came when two were in service, and it was served")
    for client, _ in inside:
        leave(client)


@exercise.step(
    "when one has gone, the next is served",
    "Where does a request's processing end, for those who were served and for no others? In process_request_thread.",
    "try: super().process_request_thread(...), finally: self.seats.release()",
)
def again(subject: AnswerUnderTest) -> None:
    address = subject.served()
    (first, _), _ = subject.greeted(address), subject.greeted(address)
    for number in range(3):
        subject.greeted(address)  # turned away, which frees no seat
        leave(first)
        first, got = settled(subject, address)
        if got != b"in\n":
            raise Wrong(f"one of two had gone{' again' if number else ''}, and the next client was turned away")
        if subject.greeted(address)[1]:
            raise Wrong("after one had gone and another had come, a third was served")


@exercise.step(
    "a client whose handler failed has gone too",
    "What must happen whatever becomes of the request stands in a finally.",
)
def failed(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for _ in range(3):
        client, got = settled(subject, address)
        if got != b"in\n":
            raise Wrong("clients whose handlers raised went, and then nobody was served any more")
        client.send(b"fail").rest()
        client.socket.close()


def settled(subject: AnswerUnderTest, address: tuple[str, int]) -> tuple[Client, bytes]:
    """The next client that is served: who has gone sees that a moment before the server does."""
    for _ in range(20):
        client, got = subject.greeted(address)
        if got:
            return client, got
        client.closed(0.01)
    return client, got
