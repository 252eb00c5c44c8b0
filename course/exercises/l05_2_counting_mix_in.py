"""Lesson 05: a mix-in that goes with any server."""

import socketserver
import threading
from time import monotonic, sleep

from course.checking.answer_kinds import MIX_IN
from course.checking.answer_under_test import Subject
from course.checking.exercise import Exercise, Wrong
from course.serving.server import Server, serve

exercise = Exercise(
    name="counting mix-in",
    lesson=5,
    number=2,
    task="Write a mix-in class that counts in self.served how many requests a server has processed: 0 at first. It "
    "has to work in class New(YourMixIn, TCPServer), and with ThreadingTCPServer, which must go on serving in "
    "threads.",
    takes=MIX_IN,
)
CLIENTS = 3
_servers: list[socketserver.BaseServer] = []


class Meet(socketserver.BaseRequestHandler):
    """Says whether all clients are in service at the same moment, if that is asked for."""

    def handle(self) -> None:
        try:
            self.server.barrier.wait(0.3)  # type: ignore[attr-defined]
            self.request.sendall(b"met")
        except threading.BrokenBarrierError:
            self.request.sendall(b"alone")


@exercise.inside
def served(answer, base: str, together: int) -> Server:
    """A server with the mix-in before its base, whose handlers wait until so many are there."""
    server = type("New", (answer, getattr(socketserver, base)), {})(("127.0.0.1", 0), Meet)
    server.barrier = threading.Barrier(together)
    _servers.append(server)
    return serve(server)


@exercise.inside
def count(answer, number: int, wanted: int) -> object:
    """What the server of that number (the last is -1) has counted; a moment is given to it to reach what is wanted."""
    end = monotonic() + 0.2
    while monotonic() < end and _servers[number].served != wanted:  # type: ignore[attr-defined]
        sleep(0.002)  # a count is no event
    return _servers[number].served  # type: ignore[attr-defined]


@exercise.solution
class CountingMixIn:
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)


def visit(subject: Subject, address: tuple[str, int]) -> bytes:
    with subject.client(address) as client:
        return client.rest()


@exercise.step(
    "its count is 0 at first",
    "A class attribute is what every instance has as long as it has none of its own: served = 0.",
)
def zero(subject: Subject) -> None:
    subject.do("served", "TCPServer", 1)
    if (got := subject.do("count", -1, 0)) != 0:
        raise Wrong(f"before any client came, served was {got!r}")


@exercise.step(
    "clients are served as before",
    "A method of a mix-in stands before the server's own of that name. Who calls that one then?",
    "super().process_request(request, client_address) goes on to the next class of the MRO.",
)
def still(subject: Subject) -> None:
    got = visit(subject, subject.do("served", "TCPServer", 1))
    if got != b"met":
        raise Wrong("a client of TCPServer with your mix-in was not served")


@exercise.step(
    "each server has a count of its own",
    "self.served belongs to one server; what you set on the class, or globally, all of them share.",
)
def own(subject: Subject) -> None:
    visit(subject, subject.do("served", "TCPServer", 1))
    before = subject.do("count", -1, 1)
    subject.do("served", "TCPServer", 1)
    if got := subject.do("count", -1, 0):
        raise Wrong(f"one server had a request, and another, which had none, counted {got!r}")
    if (after := subject.do("count", -2, before)) != before:
        raise Wrong(f"one server had counted {before!r}, and when another was made it had {after!r}")


@exercise.step(
    "it counts every request",
    "Which method is called once for each request, for every kind of server? Lesson 06 shows them all.",
    "def process_request(self, request, client_address): self.served += 1, then the same of super().",
)
def counts(subject: Subject) -> None:
    address = subject.do("served", "TCPServer", 1)
    for number in range(1, 4):
        visit(subject, address)
        if (got := subject.do("count", -1, number)) != number:
            raise Wrong(f"after {number} request{'s' * (number > 1)} served was {got!r}")


@exercise.step(
    "with ThreadingTCPServer many are still served at once",
    "Call the next class's method with super(), not TCPServer's by its name: the next class may be ThreadingMixIn.",
)
def threads(subject: Subject) -> None:
    address = subject.do("served", "ThreadingTCPServer", CLIENTS)
    clients = [subject.client(address, patience=0.6) for _ in range(CLIENTS)]
    met = [client.rest() for client in clients]
    for client in clients:
        client.socket.close()
    if met != [b"met"] * CLIENTS:
        raise Wrong(f"{CLIENTS} clients of ThreadingTCPServer with your mix-in were not in service at once")
    if (got := subject.do("count", -1, CLIENTS)) != CLIENTS:
        raise Wrong(f"after {CLIENTS} requests served was {got!r}")
