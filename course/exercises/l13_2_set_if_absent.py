"""Lesson 13: a command that reads and then writes, as a single step."""

import contextlib
import socketserver
import threading
from time import sleep

from course.checking.answer_clients import drained
from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client
from course.checking.exercise import Exercise, Wrong, when
from course.checking.lockstep import Lockstep
from course.checking.served_answers import Recorded, random_word, serve_answers
from course.checking.socket_answers import true_within

exercise = Exercise(
    name="set if absent",
    lesson=13,
    number=2,
    task="All handlers share one store: self.server.store.get(key) returns a value or None, "
    "self.server.store.put(key, value) sets it. A client sends any number of lines like b'SETNX key "
    "value\\r\\n', in any pieces. If the key has no value yet, put it there, as bytes, and reply b':1\\r\\n'. If "
    "it has one, change nothing and reply b':0\\r\\n'. To any other line reply an error, which begins with "
    "b'-ERR ' and ends with b'\\r\\n', and go on. Of all clients that want a key at once, exactly one gets it. "
    "A client who says nothing must not hold up the others.",
    takes=HANDLER,
)


CLIENTS = 8  # that want the key at once
YES, NO = b":1\r\n", b":0\r\n"


class Store:
    """Keys and values. Who finds no `owner` waits until all clients are read, and a moment for another such thread."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.meeting = threading.Barrier(2)

    def get(self, key: bytes) -> bytes | None:
        value = self.values.get(key)
        if value is None and key == b"owner":
            true_within(0.3, lambda: len(Recorded.connections) >= CLIENTS and Recorded.all_is_read())
            with contextlib.suppress(threading.BrokenBarrierError):
                self.meeting.wait(0.15)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        sleep(0.15 if key == b"owner" else 0.002)
        self.values[key] = value


class ThreadingServer(Recorded, socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.store = Store()


_lockstep = Lockstep()


def raced(answer, racing=0):
    """The answer behind a server; if some of its threads are to race, these run in lockstep."""
    _lockstep.gather(racing)
    return (_lockstep.around(ThreadingServer) if racing else ThreadingServer)(answer)


servers = serve_answers(exercise, raced)


@exercise.inside
def kept(answer, key):
    """The value of a key in the store of the latest server."""
    return servers[-1].store.values.get(key)


@exercise.inside
def preset(answer, key):
    """Put an empty value under a key in the store of the latest server, as another program might."""
    servers[-1].store.values[key] = b""


@exercise.solution
class SetIfAbsent(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        while line := self.rfile.readline():
            words = line.split()
            if len(words) == 3 and words[0] == b"SETNX":
                self.wfile.write(self.set_if_absent(words[1], words[2]))
            else:
                self.wfile.write(b"-ERR unknown command\r\n")

    def set_if_absent(self, key, value):
        with self.lock:
            if self.server.store.get(key) is not None:
                return b":0\r\n"
            self.server.store.put(key, value)
            return b":1\r\n"


EMPTY = "Ask the store itself: what get(key) returns is a value unless it is None, even if it is empty."


def replied(client: Client, words: str, wanted: bytes, hint: str = "") -> None:
    """Wrong, beginning with `words`, if this is not the next reply."""
    with when(words):
        got = client.line()
    if got != wanted:
        raise Wrong(f"{words}, and {f'the reply was {got!r}' if got else 'it closed the connection'}", hint=hint)


def wants(key: str, value: str) -> bytes:
    return f"SETNX {key} {value}\r\n".encode()


@exercise.step(
    "it sets a key that has no value, and no other",
    "line.split() gives the words. If get(key) returns None, put(key, value), and reply b':1\\r\\n'; else b':0\\r\\n'.",
    "Keys and values are bytes, as they came.",
)
def sets(subject: AnswerUnderTest) -> None:
    key, one, two = random_word(), random_word(), random_word()
    address = subject.served()
    with subject.client(address) as client:
        replied(client.send(wants(key, one)), "a key without a value was to be set", YES)
        if (value := subject.do("kept", key.encode())) != one.encode():
            hint = "Keys and values are bytes, as they came." if value is None else ""
            raise Wrong(f"{key!r} was to be {one!r}, the reply was 1, and it is {value!r}", hint=hint)
    with subject.client(address) as client:
        replied(client.send(wants(key, two)), "a key with a value was to be set again", NO)
        if (value := subject.do("kept", key.encode())) != one.encode():
            raise Wrong(f"{key!r} was {one!r}, the reply was 0, and now it is {value!r}")
    subject.do("preset", two.encode())
    with subject.client(address) as client:
        replied(client.send(wants(two, one)), "the store held b'' under a key, a client wanted to set it", NO, EMPTY)


@exercise.step(
    "it holds a conversation",
    "while line := self.rfile.readline(): goes on until the client leaves, and waits for whole lines.",
)
def converses(subject: AnswerUnderTest) -> None:
    keys = [random_word() for _ in range(3)]
    with subject.visitor() as client:
        client.send(b"".join(wants(key, "1") for key in (*keys, keys[0])))
        for number, wanted in enumerate((YES, YES, YES, NO), 1):
            replied(client, f"four commands came at once, and their replies were due; of number {number}", wanted)
        client.send(b"SETN")
        drained(subject)
        client.send(b"X a")
        drained(subject)
        replied(client.send(b"b 1\r\n"), "a command came in three pieces", YES)


@exercise.step(
    "an error is a reply, and the conversation goes on",
    "A line with other words, or more, or fewer, gets b'-ERR ' with a reason and b'\\r\\n'. Do not leave the loop.",
    "if len(words) != 3 or words[0] != b'SETNX': an error",
)
def errors(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        for line in ("GET key one", "SETNX key", "SETNX key one two", "SETNXX key one", ""):
            words = f"the line {line!r} came"
            try:
                got = client.send(f"{line}\r\n".encode()).line()
            except Wrong as wrong:
                raise Wrong(f"{words}, and {wrong}", hint=wrong.hint) from None
            if not (got.startswith(b"-ERR ") and got.endswith(b"\r\n")):
                raise Wrong(f"{words}, and {f'the reply was {got!r}' if got else 'it closed the connection'}")
        replied(client.send(wants("key", "one")), "five wrong lines came, then a right one", YES)


@exercise.step(
    "a client who says nothing does not hold up the others",
    "A thread that waits for its client while it holds the lock makes all others wait. Read the line first.",
)
def silent(subject: AnswerUnderTest) -> None:
    address = subject.served()
    quiet = subject.client(address)
    quiet.send(b"SETNX h")  # half of a line
    with subject.client(address) as busy:
        replied(busy.send(wants("one", "1")), "a client sent half a line, another a command", YES)
        with subject.client(address) as client:
            replied(client.send(wants("two", "2")), "two clients stayed, a third sent a command", YES)


@exercise.step(
    "of many at once, one gets the key",
    "Between get and put another thread may come. What keeps it out until the value is there?",
    "One lock for all handlers, as a class attribute: lock = threading.Lock(). Then with self.lock: around both.",
)
def at_once(subject: AnswerUnderTest) -> None:
    for key, racing in (("owner", 0), ("leader", 3)):
        address = subject.served(racing)
        clients = [subject.client(address) for _ in range(racing or CLIENTS)]
        for number, client in enumerate(clients):
            client.send(wants(key, f"client{number}"))
        with when(f"{len(clients)} clients wanted a key at once"):
            replies = [client.line() for client in clients]
        if sorted(replies) != [NO] * (len(clients) - 1) + [YES]:
            raise Wrong(f"{len(clients)} clients wanted a key at once, and {replies.count(YES)} of them got it")
        winner = f"client{replies.index(YES)}".encode()
        if (value := subject.do("kept", key.encode())) != winner:
            raise Wrong(f"{len(clients)} clients wanted a key at once, {winner!r} got it, and its value is {value!r}")
