"""Lesson 05: a mix-in that goes with any server."""

from time import monotonic, sleep

from course.checking.answer_kinds import MIX_IN
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import serve_answers

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
servers = serve_answers(exercise)


@exercise.inside
def count(answer, number: int, wanted: int) -> object:
    """What the server of that number (the last is -1) has counted; a moment is given to it to reach what is wanted."""
    end = monotonic() + 0.2
    while monotonic() < end and servers[number].served != wanted:
        sleep(0.002)  # a count is no event
    return servers[number].served


@exercise.solution
class CountingMixIn:
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)


@exercise.step(
    "its count is 0 at first",
    "A class attribute is what every instance has as long as it has none of its own: served = 0.",
)
def zero(subject: AnswerUnderTest) -> None:
    subject.served()
    if (got := subject.do("count", -1, 0)) != 0:
        raise Wrong(f"before any client came, served was {got!r}")


@exercise.step(
    "clients are served as before",
    "A method of a mix-in stands before the server's own of that name. Who calls that one then?",
    "super().process_request(request, client_address) goes on to the next class of the MRO.",
)
def still(subject: AnswerUnderTest) -> None:
    if subject.ask(subject.served(), b"x") != b"in\n":
        raise Wrong("a client of TCPServer with your mix-in was not served")


@exercise.step(
    "each server has a count of its own",
    "self.served belongs to one server; what you set on the class, or globally, all of them share.",
)
def own(subject: AnswerUnderTest) -> None:
    subject.ask(subject.served(), b"x")
    before = subject.do("count", -1, 1)
    subject.served()
    if got := subject.do("count", -1, 0):
        raise Wrong(f"one server had a request, and another, which had none, counted {got!r}")
    if (after := subject.do("count", -2, before)) != before:
        raise Wrong(f"one server had counted {before!r}, and when another was made it had {after!r}")


@exercise.step(
    "it counts every request",
    "Which method is called once for each request, for every kind of server? Lesson 06 shows them all.",
    "def process_request(self, request, client_address): self.served += 1, then the same of super().",
)
def counts(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, 4):
        subject.ask(address, b"x")
        if (got := subject.do("count", -1, number)) != number:
            raise Wrong(f"after {number} request{'s' * (number > 1)} served was {got!r}")


@exercise.step(
    "with ThreadingTCPServer many are still served at once",
    "Call the next class's method with super(), not TCPServer's by its name: the next class may be ThreadingMixIn.",
)
def threads(subject: AnswerUnderTest) -> None:
    address = subject.served("ThreadingTCPServer")
    if len(subject.staying(address, CLIENTS)) < CLIENTS:
        raise Wrong(f"{CLIENTS} clients of ThreadingTCPServer with your mix-in were not in service at once")
    if (got := subject.do("count", -1, CLIENTS)) != CLIENTS:
        raise Wrong(f"after {CLIENTS} requests served was {got!r}")
