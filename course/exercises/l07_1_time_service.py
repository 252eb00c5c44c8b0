"""Lesson 07: a time service over UDP, that of RFC 868."""

import os
import socket
import socketserver
import time
from contextlib import closing
from typing import Literal

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import PATIENCE, AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import serve_answers

exercise = Exercise(
    name="time service",
    lesson=7,
    number=1,
    task="Write a handler class for a UDPServer. To any datagram, even an empty one, it answers with the time as RFC "
    "868 defines it: the whole seconds since the beginning of 1900 in UTC, as four bytes, the most significant first. "
    "(time.time() counts from the beginning of 1970 in UTC, which is 2,208,988,800 seconds later.) It answers from "
    "the server's own socket, with one datagram, and serves any number of clients.",
    takes=HANDLER,
)
SINCE_1900 = 2_208_988_800
NEVER_CLOSE = "self.request[1] is the only socket of a UDPServer: a handler never closes it, not with a with either."
ANEW = "Ask for the time in handle, for each datagram: what stands outside, or is kept, stays as it was."
_clock = [0.0]


def given_time() -> float:
    """The time that the check has set."""
    return _clock[0]


def of_a_server(answer, base: str) -> tuple[type, type]:
    """The answer behind a server, far from UTC: whoever takes the local time for it answers with another time."""
    os.environ["TZ"] = "Far-13"
    if hasattr(time, "tzset"):
        time.tzset()
    return getattr(socketserver, base), answer


serve_answers(exercise, of_a_server)


@exercise.inside
def set_clock(answer, seconds: float) -> None:
    """Let time.time() return this in the answer's process from now on."""
    real, _clock[0] = time.time, seconds
    time.time = given_time
    names = {name: it for cls in answer.__mro__ for name, it in vars(cls).items()}
    for function in [it for it in names.values() if hasattr(it, "__globals__")]:
        for name in [name for name, it in function.__globals__.items() if it is real]:
            function.__globals__[name] = given_time


@exercise.solution
class Time(socketserver.BaseRequestHandler):
    def handle(self):
        _, sock = self.request
        sock.sendto((int(time.time()) + 2_208_988_800).to_bytes(4, "big"), self.client_address)


class Asker:
    """A client of one server of the answer."""

    def __init__(self, subject: AnswerUnderTest, address: tuple[str, int]) -> None:
        self._subject = subject
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(address)
        self.close = self._socket.close

    def ask(self, data: bytes = b"what time is it?") -> bytes:
        """The answer to one datagram."""
        self._socket.settimeout(self._subject.left(PATIENCE))
        try:
            self._socket.send(data)
            return self._socket.recv(2000)
        except OSError:
            raise Wrong("no answer came", hint=self.hint()) from None

    def has_more(self) -> bool:
        """Whether another datagram is here already."""
        self._socket.setblocking(False)
        try:
            self._socket.recv(2000)
        except OSError:
            return False
        return True

    def hint(self) -> str:
        """A hint for what the handler raised."""
        error = " ".join(self._subject.errors())
        if "integer" in error or "to_bytes" in error or "float" in error:
            return "time.time() is a float, which cannot be put into bytes. int(time.time()) is the whole seconds."
        if "tuple" in error:
            return "With UDP self.request is no socket but a pair: data, sock = self.request."
        if "too big" in error or "out of range" in error or "format requires" in error:
            return "The number does not fit: without a sign four bytes hold it, '!I' for struct.pack."
        return ""


def asker(subject: AnswerUnderTest) -> closing[Asker]:
    return closing(Asker(subject, subject.served("UDPServer")))


@exercise.step(
    "it answers",
    "With UDP self.request is a pair: the datagram, and the socket. There is no connection to answer on.",
    "data, sock = self.request, then sock.sendto(answer, self.client_address)",
)
def answers(subject: AnswerUnderTest) -> None:
    address = subject.served("UDPServer")
    with closing(Asker(subject, address)) as first, closing(Asker(subject, address)) as second:
        first.ask()
        for asking, words in ((second, "a second one"), (first, "the first one, which asked again,")):
            try:
                asking.ask()
            except Wrong as wrong:
                raise Wrong(f"one client got an answer, and {words} got none", hint=wrong.hint or NEVER_CLOSE) from None


@exercise.step(
    "the answer has four bytes",
    "An int has to_bytes(length, 'big'); the length is 4.",
    "seconds.to_bytes(4, 'big')",
)
def four(subject: AnswerUnderTest) -> None:
    with asker(subject) as client:
        if len(got := client.ask()) != 4:
            raise Wrong(f"the answer has {len(got)} bytes: {got[:20]!r}")


@exercise.step(
    "it is the time",
    "Add 2208988800 to the whole seconds of time.time(), and put the highest byte first: 'big'.",
    "(int(time.time()) + 2208988800).to_bytes(4, 'big')",
)
def right(subject: AnswerUnderTest) -> None:
    address = subject.served("UDPServer")
    with closing(Asker(subject, address)) as client, closing(Asker(subject, address)) as next_one:
        client.ask()
        next_one.ask()  # once the next one is served, all that the server sends to the first is sent
        if client.has_more():
            raise Wrong("it sent more than one answer to a datagram")
        last = b""
        for clock in (int(time.time()) - days * 86_400 for days in (4000, 3000)):
            subject.do("set_clock", clock + 0.25)
            got = client.ask()
            if got == last:
                raise Wrong("the clock had gone on, and the answer was the same as before", hint=ANEW)
            if (wrong := fault(got, clock, clock)) is None:
                by_another_clock(client, got)
                return
            if isinstance(wrong, Wrong):
                raise wrong
            last = got


def by_another_clock(client: Asker, got: bytes) -> None:
    """Compare with the real time. If that was right, ask again when a second has just begun: is it still right?"""
    now = int(time.time())
    if (wrong := fault(got, now - 1, now)) == "":
        time.sleep(1.05 - time.time() % 1)  # some clocks are a few milliseconds late
        now = int(time.time())
        wrong = fault(client.ask(), now, int(time.time()))
    if wrong is None:
        raise Wrong(f"it answered {int.from_bytes(got, 'big'):,} and not {now + SINCE_1900:,}")
    if isinstance(wrong, Wrong):
        raise wrong


def fault(got: bytes, first: int, last: int) -> Wrong | str | None:
    """What is wrong with an answer if it is now between two seconds: '' if nothing is, None if it is far off."""
    orders: dict[Literal["big", "little"], str] = {
        "big": "",
        "little": "the bytes are in the wrong order, lowest first",
    }
    for order, words in orders.items():
        seconds = int.from_bytes(got, order)
        if first <= seconds - SINCE_1900 <= last:
            return Wrong(words) if words else ""
        if first <= seconds <= last:
            return Wrong(f"{words}, and it counts from 1970" if words else "it counts from 1970, not from 1900")
    seconds = int.from_bytes(got, "big") - SINCE_1900
    off = seconds - last if seconds > last else seconds - first
    if abs(off) > 864_000:
        return None
    words = f"it is {abs(off):,} second{'s' * (abs(off) != 1)} {'fast' if off > 0 else 'slow'}"
    if off == 1:
        return Wrong(
            words, hint="The whole seconds are those that are over: int() leaves out what is behind the point."
        )
    if off and off % 900 == 0:
        return Wrong(words, hint="That is the time of a time zone. RFC 868 has the time of UTC, as time.time() has.")
    return Wrong(words, hint=ANEW if off < 0 else "")


@exercise.step(
    "it answers an empty datagram too",
    "A datagram may be empty: b'' is no end of anything here.",
)
def empty(subject: AnswerUnderTest) -> None:
    with asker(subject) as client:
        usual, got = client.ask(), client.ask(b"")
        if len(got) != 4 or abs(int.from_bytes(usual, "big") - int.from_bytes(got, "big")) > 60:
            raise Wrong(f"to an empty datagram it did not answer with the time, but with {got[:20]!r}")
