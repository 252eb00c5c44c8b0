"""Lesson 02: a message with its length before it."""

import contextlib
import os
import socket

from course.checking.answer_clients import FILENO, Connection, call
from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if, when
from course.checking.socket_answers import call_answers

exercise = Exercise(
    name="read a frame",
    lesson=2,
    number=2,
    task="Write a function that reads one message from a connected socket. Before each message come four bytes: its "
    "length, the most significant byte first. Set no limit to it. Return the message as bytes. Any recv may return "
    "less than you asked for, and what follows the message belongs to the next call with the same socket. If the "
    "stream ends before a whole message has come, return None.",
    takes=function_of("sock"),
)
call_answers(exercise)


@exercise.solution
def read_frame(sock: socket.socket):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                return None
            data += more
        return data

    header = exactly(4)
    if header is None:
        return None
    return exactly(int.from_bytes(header, "big"))


@exercise.inside
def limit_memory(_answer: object) -> None:
    """Let a request for 2 GiB or more fail at once, before memory is taken."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # not every system can
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (1 << 31, most))


def frame(message: bytes) -> bytes:
    return len(message).to_bytes(4, "big") + message


ORDER = (
    "Read as many bytes as the length says, and no more: the client keeps its connection open. The length has its "
    "highest byte first: int.from_bytes(header, 'big'), or '>I' for struct.unpack."
)
ALL_FOUR = "All four bytes of the length count; 70,000 is more than the last two of them can hold."
SIGN = "The length has no sign: int.from_bytes(header, 'big') never is below 0, and neither is '>I' of struct."


@exercise.step(
    "it returns the message",
    "Read four bytes first. int.from_bytes(header, 'big') makes a number of them: the message has that many bytes.",
    "header = sock.recv(4); return sock.recv(int.from_bytes(header, 'big'))",
)
def returns(subject: AnswerUnderTest) -> None:
    message = b" \r\n\0" + os.urandom(292) + b"\0\n\t "
    got = call(subject, "a message of 300 bytes came", frame(message), hint=ORDER)
    fail_if(got is None, "it returned None")
    fail_if(
        isinstance(got, bytes) and got.startswith(frame(message)),
        "it returned the four bytes of the length too",
        "Read the four bytes in a recv of their own.",
    )
    text = "A message may be anything, a picture too: return the bytes as they are."
    fail_if(isinstance(got, str), "it returned a text", text)
    same = " other" if isinstance(got, bytes) and len(got) == len(message) else ""
    hint = text if isinstance(got, bytes) and got and got in message else ""
    fail_if(got != message, f"a message of 300 bytes came, and it returned {_size(got, same)}", hint)
    message = os.urandom(65_536)  # which is b'\0\1\0\0', and 256 if the lowest byte came first
    got = call(subject, "a message of 65,536 bytes came", frame(message))
    fail_if(got == message[:256], "a message of 65,536 bytes came, and it returned 256 bytes", ORDER)


@exercise.step(
    "it waits for the whole message, and for the whole length",
    "recv(n) returns at most n bytes, and often fewer. Count what you have, and ask for what is missing.",
    "while len(data) < size: data += sock.recv(size - len(data)), for the length as well as for the message",
)
def waits(subject: AnswerUnderTest) -> None:
    message = os.urandom(40)
    data = frame(message)
    pieces = data[:14], data[14:25], data[25:43], data[43:]
    expect(subject, "a message of 40 bytes came in four pieces", message, *pieces)
    expect(subject, "the length came byte by byte", message, data[:1], data[1:2], data[2:3], data[3:])
    message = os.urandom(70_000)
    expect(subject, "a message of 70,000 bytes came", message, frame(message), hint=ALL_FOUR)


@exercise.step(
    "what follows the message is left for the next call",
    "Never ask recv for more than is missing: what you take is gone.",
)
def leaves(subject: AnswerUnderTest) -> None:
    connection = Connection(subject)
    messages = os.urandom(10), os.urandom(20), os.urandom(30)
    connection.client.send(b"".join(map(frame, messages)))
    for number, message in enumerate(messages, 1):
        try:
            got = connection.call()
        except Wrong as wrong:
            raise Wrong(f"three messages came at once, and at call {number} {wrong}") from None
        did = f"three messages came at once, and call {number} returned {_size(got)}, not {len(message)}"
        fail_if(got != message, did)


@exercise.step(
    "each connection has its own messages",
    "What you keep from one call to the next belongs to one socket. A variable outside the function belongs to all.",
    "Ask recv for what is missing and no more: then nothing has to be kept.",
)
def own(subject: AnswerUnderTest) -> None:
    messages = [os.urandom(10) for _ in range(5)]
    frames = [frame(message) for message in messages]
    a, b = Connection(subject), Connection(subject)
    words = "two connections were read in turn"
    with when(words):
        got = [a.call(frames[0] + frames[1]), b.call(frames[2]), a.call()]
        waiting = a.begin(frames[3][:7], b"")  # half of a message is read, and meanwhile:
        got += [b.call(frames[4])]
        a.client.send(frames[3][7:])
        got += [subject.result(waiting)]
    wanted = [messages[place] for place in (0, 2, 1, 4, 3)]
    fail_if(got != wanted, f"{words}, and what one of them got had come on the other")
    connection = Connection(subject)
    connection.call(frames[0] + frames[1])
    words = "a connection was closed, another one came"
    with when(words, FILENO):
        got = connection.replaced().call(frames[2])
    fail_if(got != messages[2], f"{words}, and it returned what had come on the one before", FILENO)


@exercise.step(
    "an empty message is a message, and at the end of the stream it returns None",
    "A message of length 0 is b''. The end of the stream is a recv of more than 0 bytes that returns b''.",
    "if not more: return None",
)
def end(subject: AnswerUnderTest) -> None:
    expect(subject, "an empty message came", b"", frame(b""))
    expect(subject, "the stream ended", None, finish=True)
    expect(subject, "the stream ended inside the length", None, b"\0\0", finish=True)
    expect(subject, "the stream ended before the message did", None, frame(b"whole")[:-1], finish=True)
    words = "the stream ended after 5 of 16,777,221 bytes"
    expect(subject, words, None, b"\1\0\0\5whole", finish=True, hint=ALL_FOUR)
    connection = Connection(subject)
    got = [connection.call(frame(b"") + frame(b"x"), finish=True), *(connection.call() for _ in range(3))]
    did = f"an empty message came, then b'x', then the stream ended, and four calls returned {got!r}"
    fail_if(got != [b"", b"x", None, None], did)
    subject.do("limit_memory")
    try:
        expect(subject, "the stream ended after 5 of 4,294,967,291 bytes", None, b"\xff\xff\xff\xfbwhole", finish=True)
    except Wrong as wrong:
        if "MemoryError" not in str(wrong):
            raise Wrong(str(wrong), hint=SIGN) from None


def expect(
    subject: AnswerUnderTest, words: str, wanted: bytes | None, *pieces: bytes, finish: bool = False, hint: str = ""
) -> None:
    """Wrong, beginning with `words`, if the answer does not return what is wanted when these pieces come."""
    got = call(subject, words, *pieces, finish=finish)
    fail_if(got != wanted, f"{words}, and it returned {_size(got)}", hint)


def _size(got: object, other: str = "") -> str:
    return f"{len(got):,}{other} bytes" if isinstance(got, bytes) and got else repr(got)[:60]
