"""Lesson 06: a server that turns clients away at one of its hooks."""

import socketserver
import threading
from time import monotonic, sleep

from course.checking.answer_kinds import SERVER
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong, fail_if, instead
from course.checking.lockstep import Lockstep
from course.checking.served_answers import Stay, serve_answers

exercise = Exercise(
    name="full house",
    lesson=6,
    number=2,
    task="Write a server class with threads that serves at most two clients at the same moment. A client who comes "
    "when two are in service is turned away at once: its connection is closed, and it gets no byte. When one of the "
    "two has left, whether its handler returned or raised an exception, one more is served. This has to hold also "
    "when several come or leave at the same moment. (shutdown_request runs for the clients who are turned away too; "
    "process_request_thread runs only for those who are served.)",
    takes=SERVER,
)
ONCE = "A client who was served and leaves frees one place, once. One who was turned away had none, and frees none."
_lockstep = Lockstep()


def raced(answer, racing: int) -> tuple[type, type]:
    """The answer and its handler; where some threads are to race, of a subclass that lets them."""
    _lockstep.gather(racing)
    return _lockstep.around(answer) if racing else answer, Stay


serve_answers(exercise, raced)


@exercise.inside
def gather(answer, together: int) -> None:
    """Let so many threads race."""
    _lockstep.gather(together)


@exercise.inside
def over(answer, number: int, seconds: float) -> None:
    """Wait for the end of the thread that served a client: a client sees its end before the server does."""
    Stay.threads[number].join(seconds)


@exercise.solution
class FullHouse(socketserver.ThreadingTCPServer):
    daemon_threads = True
    lock = threading.Lock()
    inside = 0

    def verify_request(self, request, client_address):
        with self.lock:
            if self.inside == 2:
                return False
            self.inside += 1
            return True

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.lock:
                self.inside -= 1


class House:
    """The answer as a server: clients come to it, stay and leave."""

    def __init__(self, subject: AnswerUnderTest, racing: int = 0) -> None:
        self._subject = subject
        self._address = subject.served(racing)
        self._served = 0
        self.inside: list[tuple[Client, int]] = []  # the clients in service, in the order in which they were served

    def comes(self) -> bool:
        """Let one more client come: is it served, or turned away? Wrong if it waits, or gets anything else."""
        return self.is_in(self._subject.client(self._address))

    def come(self, size: int) -> list[Client]:
        """So many clients at the same moment."""
        return [self._subject.client(self._address) for _ in range(size)]

    def is_in(self, client: Client) -> bool:
        """Whether a client is served; if not, it has been turned away."""
        got = client.line()
        hint = "Close the connection without sending anything: a verify_request that returns False does that."
        fail_if(got not in (b"in\n", b""), f"a client was turned away, and before that it got {got!r}", hint)
        if got:
            self.inside.append((client, self._served))
            self._served += 1
        return bool(got)

    def leave(self, size: int = 1, word: bytes = b"") -> None:
        """Let the first ones leave at the same moment; their threads end."""
        leaving, self.inside = self.inside[:size], self.inside[size:]
        for client, _ in leaving:
            client.send(word).finish()
        for client, number in leaving:
            with instead("a client had left, and its connection was not closed"):
                client.rest()
            self._subject.do("over", number, self._subject.left(0.03))

    def has_room(self) -> bool:
        """Whether the next client is served; a thread that serves many may need a moment to be free again."""
        end = monotonic() + self._subject.left(0.2)
        while not (served := self.comes()) and monotonic() < end:
            sleep(0.01)  # that a thread is free is no event
        return served


@exercise.step(
    "it serves two clients at once",
    "Derive it from socketserver.ThreadingTCPServer, and change only what is needed.",
)
def two(subject: AnswerUnderTest) -> None:
    house = House(subject)
    for number in (1, 2):
        try:
            served = house.comes()
        except Wrong as wrong:
            raise Wrong(f"two clients came, and client {number} was not served: {wrong}", hint=wrong.hint) from None
        fail_if(not served, f"two clients came, and client {number} was turned away")


@exercise.step(
    "it turns the third away at once",
    "verify_request(request, client_address) is called before a request is processed. Return False there if two are in "
    "service: count them in self.inside, under a lock.",
    "with self.lock: if self.inside == 2: return False; then self.inside += 1 and return True",
)
def third(subject: AnswerUnderTest) -> None:
    house = House(subject)
    house.comes()
    house.comes()
    try:
        served = house.comes()
    except Wrong as wrong:
        if wrong.hint:
            raise
        raise Wrong(
            "client 3 came when two were in service, and it had to wait",
            hint="Do not wait for a free place: if there is none, return False from verify_request at once.",
        ) from None
    fail_if(served, "client 3 came when two were in service, and it was served")
    house = House(subject, racing=3)
    clients = house.come(3)
    house.is_in(clients.pop())  # this is known before the threads of the other two have begun, or when three have
    subject.do("gather", 2)
    for client in clients:
        house.is_in(client)
    fail_if(
        len(house.inside) != 2,
        f"three clients came at the same moment, and {len(house.inside)} of them were in service at once",
        "Count a client where it is let in: in verify_request or process_request, which the loop's thread calls for "
        "one client after another. A worker that counts itself comes too late.",
    )


@exercise.step(
    "when one has gone, the next is served",
    "Where does a request's processing end, for those who were served and for no others? In process_request_thread.",
    "try: super().process_request_thread(...), finally: with self.lock: self.inside -= 1",
)
def again(subject: AnswerUnderTest) -> None:
    house = House(subject)
    house.comes()
    house.comes()
    for number in range(3):
        served = house.comes() or house.comes()
        fail_if(served, "a client was turned away, and then one more came and was served", ONCE)
        house.leave()
        did = f"one of two had gone{' again' if number else ''}, and the next client was turned away"
        fail_if(not house.has_room(), did)
        did = "one of two left, the next was served in its place, and one more was served too"
        fail_if(house.comes(), did, ONCE)
    house = House(subject, racing=2)
    for client in house.come(2):
        house.is_in(client)
    subject.do("gather", 2)
    house.leave(2)
    subject.do("gather", 1)
    both = house.has_room() and house.has_room()
    fail_if(
        not both,
        f"two clients left at the same moment, and of the next two {len(house.inside)} could be served",
        "self.inside -= 1 reads, subtracts and writes: between these, another thread may do the same. Put it under the "
        "lock that the loop's thread uses too (lesson 04).",
    )
    fail_if(house.comes(), "two clients left at the same moment, and then three were served at once")


@exercise.step(
    "a client whose handler failed has gone too",
    "What must happen whatever becomes of the request stands in a finally.",
)
def failed(subject: AnswerUnderTest) -> None:
    house = House(subject)
    for number in range(3):
        did = f"handlers of {number} clients raised exceptions, and then nobody was served any more"
        fail_if(not house.has_room(), did)
        house.leave(word=b"fail")
    both, words = house.has_room() and house.has_room(), "handlers of three clients raised exceptions, and then"
    fail_if(not both, f"{words} only one client was served")
    fail_if(house.comes(), f"{words} three clients were served at once")
