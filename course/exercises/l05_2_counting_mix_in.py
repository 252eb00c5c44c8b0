"""Lesson 05: a mix-in that goes with any server."""

import socketserver

from course.checking.answer_clients import staying
from course.checking.answer_kinds import MIX_IN
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, fail_if
from course.checking.lockstep import Lockstep
from course.checking.served_answers import Stay, serve_answers

exercise = Exercise(
    name="counting mix-in",
    lesson=5,
    number=2,
    task="Write a mix-in class that counts in self.served how many requests a server has processed: 0 at first, and "
    "each server has a count of its own. It has to work in class New(YourMixIn, TCPServer), which must go on "
    "serving in the loop's thread, and with ThreadingTCPServer, which must go on serving in threads. No request "
    "may be missed when several are processed at the same moment. (A server calls its method "
    "process_request(request, client_address) once for each request, in the loop's thread.)",
    takes=MIX_IN,
)
CLIENTS = 3
_classes: dict[str, type] = {}
_lockstep = Lockstep()


def with_the_mix_in(answer, base: str = "TCPServer") -> socketserver.BaseServer:
    """A server with the mix-in before its base: one class for all servers of a base. Worker threads race."""
    if base not in _classes:
        new = type("New", (answer, getattr(socketserver, base)), {})
        _classes[base] = _lockstep.around(new) if "Threading" in base else new
        _lockstep.gather(CLIENTS)
    server: socketserver.BaseServer = _classes[base](("127.0.0.1", 0), Stay)
    return server


servers = serve_answers(exercise, with_the_mix_in)


@exercise.inside
def gather(answer, together: int) -> None:
    """Let so many threads race."""
    _lockstep.gather(together)


@exercise.inside
def count(answer, number: int = -1) -> object:
    """What the server of that number (-1: the latest) has counted."""
    return servers[number].served


@exercise.inside
def count_at_the_end(answer, seconds: float) -> object:
    """What the latest server has counted when its loop and its threads are over."""
    servers[-1].shutdown()
    for thread in list(Stay.threads):
        thread.join(0 if thread.name.startswith("course loop") else seconds)
    return servers[-1].served


@exercise.inside
def threads(answer) -> list[str]:
    """The names of the threads in which clients were served."""
    return [thread.name for thread in Stay.threads]


@exercise.solution
class CountingMixIn:
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)


def counted(subject: AnswerUnderTest) -> object:
    """What the latest server has counted in the end."""
    return subject.do("count_at_the_end", subject.left(0.2))


@exercise.step(
    "its count is 0 at first",
    "A class attribute is what every instance has as long as it has none of its own: served = 0.",
)
def zero(subject: AnswerUnderTest) -> None:
    subject.served()
    got = subject.do("count")
    hint = "" if isinstance(got, int) else "self.served is a number: an attribute or a property, no method."
    fail_if(got != 0, f"before any client came, served was {got!r}", hint)


@exercise.step(
    "clients are served as before",
    "A method of a mix-in stands before the server's own of that name. Who calls that one then?",
    "super().process_request(request, client_address) goes on to the next class of the MRO.",
)
def still(subject: AnswerUnderTest) -> None:
    served = subject.ask(subject.served(), b"x") == b"in\n"
    fail_if(not served, "a client of TCPServer with your mix-in was not served")
    fail_if(
        not all(name.startswith("course loop") for name in subject.do("threads")),
        "a client of TCPServer with your mix-in was served in a thread of its own",
        "A mix-in that only counts starts no threads, and does not derive from ThreadingMixIn.",
    )


@exercise.step(
    "each server has a count of its own",
    "self.served belongs to one server; what you set on the class, or globally, all of them share.",
    "self.served += 1 sets it on the server itself; type(self).served += 1 or YourMixIn.served += 1 on a class.",
)
def own(subject: AnswerUnderTest) -> None:
    subject.ask(subject.served(), b"x")
    before = counted(subject)
    subject.served()
    got, after = subject.do("count"), subject.do("count", -2)
    fail_if(got, f"one server had a request, and another, which had none, counted {got!r}")
    fail_if(after != before, f"one server had counted {before!r}, and when another was made it had {after!r}")


@exercise.step(
    "it counts every request",
    "Which method is called once for each request, for every kind of server?",
    "def process_request(self, request, client_address): self.served += 1, then the same of super().",
)
def counts(subject: AnswerUnderTest) -> None:
    for number in (1, 3):
        address = subject.served()
        for _ in range(number):
            subject.ask(address, b"x")
        got = counted(subject)
        fail_if(got != number, f"after {number} request{'s' * (number > 1)} served was {got!r}")


@exercise.step(
    "with ThreadingTCPServer many are still served at once",
    "Call the next class's method with super(), not TCPServer's by its name: the next class may be ThreadingMixIn.",
)
def together(subject: AnswerUnderTest) -> None:
    address = subject.served("ThreadingTCPServer")
    clients = staying(subject, address, CLIENTS)
    did = f"{CLIENTS} clients of ThreadingTCPServer with your mix-in were not in service at once"
    fail_if(len(clients) < CLIENTS, did)
    subject.do("gather", CLIENTS)
    for client in clients:
        client.finish()
    for client in clients:
        client.rest()
    got = counted(subject)
    fail_if(
        got != CLIENTS,
        f"{CLIENTS} requests were processed at the same moment, and then served was {got!r}",
        "self.served += 1 reads, adds and writes: between these, another thread may do the same. Count in "
        "process_request, which only the loop's thread calls, or under a lock that all threads share (lesson 04).",
    )
