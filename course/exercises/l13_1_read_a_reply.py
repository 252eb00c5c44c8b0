"""Lesson 13: the client's half of RESP, from a stream that comes in pieces."""

import os
import socket

from course.checking.answer_clients import Connection, call
from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import RANDOM, random_word
from course.checking.socket_answers import call_answers

exercise = Exercise(
    name="read a reply",
    lesson=13,
    number=1,
    task="Write the client's half: a function that reads one reply from a connected socket. It returns a short text "
    "as str, a number as int, bytes as bytes, nothing as None, a list of replies as a list, and an error as a str that "
    "begins with its minus sign, like '-ERR no'. A reply may come in any pieces, bytes may hold anything, and a list "
    "may hold lists. What follows the reply belongs to the next call with the same socket. If the stream ends before "
    "the whole reply has come, raise EOFError.",
    takes=function_of("sock"),
)
call_answers(exercise)


@exercise.solution
def read_reply(sock: socket.socket):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    line = exactly(1)
    while not line.endswith(b"\r\n"):
        line += exactly(1)
    kind, rest = line[:1], line[1:-2]
    if kind == b"+":
        return rest.decode()
    if kind == b"-":
        return line[:-2].decode()
    if kind == b":":
        return int(rest)
    if kind == b"*":
        return [read_reply(sock) for _ in range(int(rest))]
    if rest == b"-1":
        return None
    return exactly(int(rest) + 2)[:-2]


def expect(subject: AnswerUnderTest, reply: bytes, wanted: object, *pieces: bytes, words: str = "") -> None:
    """Wrong if the answer does not return what is wanted for a reply, which comes in these pieces or as one."""
    words = words or f"the reply {shown(reply)} came"
    got = call(subject, words, *(pieces or [reply]))
    if got is None and wanted is not None:
        raise Wrong(f"{words}, and it returned None")
    if got != wanted or type(got) is not type(wanted):
        raise Wrong(f"{words}, and it returned {shown(got)}")


def shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}..."


def bulk(data: bytes) -> bytes:
    return f"${len(data)}\r\n".encode() + data + b"\r\n"


@exercise.step(
    "it returns a short text, a number, and an error",
    "Read up to b'\\r\\n', one byte at a time. The first byte says of which kind the reply is, the rest is its value.",
    "if line[:1] == b'+': return line[1:-2].decode(); for b':' int(line[1:-2]); for b'-' line[:-2].decode()",
)
def lines(subject: AnswerUnderTest) -> None:
    word, number = random_word(), RANDOM.randrange(1000, 10_000)
    replies = ("+OK", "OK"), (f"+{word}", word), (f":{number}", number), (f":-{number}", -number), (":0", 0)
    for reply, wanted in replies:
        expect(subject, f"{reply}\r\n".encode(), wanted)
    expect(subject, f"-ERR {word}\r\n".encode(), f"-ERR {word}")


@exercise.step(
    "it returns bytes as they are, and None for nothing",
    "After b'$' comes a length: read that many bytes and the b'\\r\\n' behind them, whatever the bytes are.",
    "The length -1 means nothing: return None. The length 0 means no bytes: return b''.",
)
def bytes_(subject: AnswerUnderTest) -> None:
    for data in (os.urandom(20), b"two\r\nlines\n", b":5\r\n", b"", "亲".encode()):
        expect(subject, bulk(data), data)
    expect(subject, b"$-1\r\n", None)


@exercise.step(
    "a list is a list of replies",
    "After b'*' comes how many replies follow. Each of them is a reply of any kind, and you have a function for that.",
    "return [read_reply(sock) for _ in range(int(line[1:-2]))]",
)
def lists(subject: AnswerUnderTest) -> None:
    one, two = random_word().encode(), os.urandom(8)
    expect(subject, b"*2\r\n" + bulk(one) + bulk(two), [one, two])
    expect(subject, b"*0\r\n", [])
    expect(subject, b"*3\r\n:1\r\n$-1\r\n+OK\r\n", [1, None, "OK"])
    expect(subject, b"*2\r\n*2\r\n:1\r\n-ERR no\r\n*1\r\n" + bulk(one), [[1, "-ERR no"], [one]])


@exercise.step(
    "it waits for the whole reply",
    "recv(n) returns what is there, at most n bytes. Go on until all that you need have come.",
    "while len(data) < size: data += sock.recv(size - len(data))",
)
def waits(subject: AnswerUnderTest) -> None:
    data = os.urandom(30)
    reply = bulk(data)
    words = "a reply of 30 bytes came in six pieces"
    expect(subject, reply, data, reply[:2], reply[2:4], reply[4:9], reply[9:-2], reply[-2:-1], reply[-1:], words=words)
    data = os.urandom(70_000)
    expect(subject, bulk(data), data, words="a reply of 70,000 bytes came")


@exercise.step(
    "what follows the reply is left for the next call",
    "What recv has taken is gone from the stream. Ask for no more than certainly belongs to this reply.",
    "A file made by makefile() reads ahead, so what it has read is lost for the next call. Use recv.",
)
def leaves(subject: AnswerUnderTest) -> None:
    one, two, three = random_word(), os.urandom(12), bulk(os.urandom(20))
    connection = Connection(subject)
    connection.client.send(f"+{one}\r\n".encode() + bulk(two) + b"*2\r\n:1\r\n:2\r\n:3\r\n")
    for number, wanted in enumerate((one, two, [1, 2], 3, three[5:-2], 4), 1):
        pieces = [three[:9], three[9:] + b":4\r\n"] if number == 5 else []
        try:
            got = connection.call(*pieces)
        except Wrong as wrong:
            raise Wrong(f"several replies came at once, and at call {number} {wrong}") from None
        if got != wanted:
            raise Wrong(f"several replies came at once, and call {number} returned {shown(got)}, not {shown(wanted)}")


@exercise.step(
    "if the stream ends too early it raises EOFError",
    "At the end of the stream recv returns b''. Then the rest will never come: raise EOFError.",
)
def ends(subject: AnswerUnderTest) -> None:
    for part in (b"", b"+O", b"+OK\r", b"$5\r\nhel", b"$5\r\nhello\r", b"*2\r\n:1\r\n"):
        words = f"the stream ended after {part!r}"
        try:
            got = call(subject, words, part, finish=True)
        except Wrong as wrong:
            if str(wrong).startswith(f"{words}, and it raised EOFError"):
                continue
            raise
        raise Wrong(f"{words}, and it returned {shown(got)}")
