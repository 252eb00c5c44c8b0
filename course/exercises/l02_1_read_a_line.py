"""Lesson 02: one line from a stream, however it comes."""

import socket

from course.checking.answer_clients import FILENO, Connection, call
from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import UNENDING, AnswerUnderTest, shortened
from course.checking.exercise import Exercise, Wrong, fail_if, when
from course.checking.served_answers import random_word
from course.checking.socket_answers import call_answers

exercise = Exercise(
    name="read a line",
    lesson=2,
    number=1,
    task="Write a function that reads one line from a connected socket and returns it as text, without its newline "
    "and otherwise as it came. The line is UTF-8; it may be long, and it may come in any pieces. What follows it "
    "belongs to the next call with the same socket. If the stream ends before a whole line has come, the function "
    "returns None.",
    takes=function_of("sock"),
)
call_answers(exercise)


@exercise.solution
def read_line(sock: socket.socket):
    line = b""
    while not line.endswith(b"\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line[:-1].decode()


RETURN = (
    "The '\\r' belongs to the line. strip() takes it away, and so does a text file of makefile() without newline=''."
)
EARLIER = "What an earlier call has read is still there: begin with nothing in each call."


def expect(subject: AnswerUnderTest, words: str, text: str | None, *pieces: bytes, finish: bool = False) -> None:
    """Wrong, beginning with `words`, if the answer does not return this text when these pieces come."""
    got = call(subject, words, *pieces, finish=finish)
    shown = shortened(got) if isinstance(got, bytes) else repr(got)
    shown = shown if len(shown) < 60 else f"{len(got):,} characters"
    fail_if(got != text, f"{words}, and it returned {shown}", EARLIER if got == subject.memory.get("text") else "")
    subject.memory["text"] = got or ...


@exercise.step(
    "it returns the line as text, without its newline",
    "recv returns bytes: decode() makes a text of them. Leave out the newline, and return the text: do not print it.",
    "return line[:-1].decode()",
)
def returns(subject: AnswerUnderTest) -> None:
    text = random_word()
    go_on = "The client does not close its connection: stop reading when the newline has come."
    got = call(subject, f"the line {text!r} came", f"{text}\n".encode(), hint=go_on)
    fail_if(got is None, "it returned None")
    fail_if(got == text + "\n", "it returned the line with its newline", "Leave the newline out: line[:-1].")
    fail_if(isinstance(got, bytes), "it returned bytes, not text", "line.decode() is the text of the bytes.")
    shown = isinstance(got, str) and "'" in got
    hint = "str(line) is how Python shows the bytes. line.decode() is their text." if shown else ""
    fail_if(got != text, f"the line was {text!r}, and it returned {got!r}", hint)
    subject.memory["text"] = text


@exercise.step(
    "it waits for the whole line",
    "One recv is one piece, not one line: go on until the newline is there.",
    "Collect in a loop: while not line.endswith(b'\\n'): line += sock.recv(1)",
)
def waits(subject: AnswerUnderTest) -> None:
    words = [random_word(4) for _ in range(5)]
    pieces = [word.encode() for word in words]
    expect(subject, f"the line came in five pieces, {words!r}", "".join(words), *pieces[:-1], pieces[-1] + b"\n")
    expect(subject, f"the line {words[0]!r} came, and its newline after it", words[0], pieces[0], b"\n")
    text = random_word(60) * 100
    expect(subject, "a line of 6,000 characters came", text, f"{text}\n".encode())


@exercise.step(
    "a character may be cut in two",
    "A piece may end inside a character. Put the bytes together first, then decode the whole line.",
)
def cut(subject: AnswerUnderTest) -> None:
    for character in "é€😀":
        text = f"{character}{random_word()}{character}"
        data = f"{text}\n".encode()
        words = f"the line {text!r} came, cut inside a character"
        got = call(subject, words, data[:1], data[1:-2], data[-2:])
        fail_if(got != text, f"{words}, and it returned {got!r}", "The line is UTF-8: line.decode() reads all of it.")


@exercise.step(
    "it leaves the text as it came",
    "strip() takes away more than the newline: spaces belong to the line. line[:-1] takes away one character.",
)
def as_it_came(subject: AnswerUnderTest) -> None:
    word = random_word()
    for text in (f"  {word}\t", f"{word}  ", f"{word}\r", f"{word.title()}\r\0\f\u2028{word}"):
        got = call(subject, words := f"the line {text!r} came", f"{text}\n".encode())
        fail_if(got != text, f"{words}, and it returned {got!r}", RETURN if text.endswith("\r") else "")


@exercise.step(
    "what follows the line is left for the next call",
    "What you take with recv is gone from the stream. How much can you take without taking too much?",
    "recv(1) takes one byte. (Or look first, with socket.MSG_PEEK.)",
)
def leaves(subject: AnswerUnderTest) -> None:
    one, two, three = random_word(), random_word(), random_word()
    connection = Connection(subject)
    words = f"two lines and a half came at once, {one!r}, {two!r} and {three[:3]!r}"
    first = connection.call(f"{one}\n{two}\n{three[:3]}".encode())
    fail_if(first != one, f"{words}, and the first call returned {first!r}")
    try:
        second = connection.call()
    except Wrong as wrong:
        took = "the first call took more than its line, and " * (str(wrong) == UNENDING)
        raise Wrong(f"{words}; {took}at the second {wrong}") from None
    hint = "The newline belongs to the line: take it from the stream, too." if second == "" else ""
    fail_if(second != two, f"{words}, and the second call returned {second!r}", hint)
    third = connection.call(f"{three[3:]}\n".encode())
    fail_if(third != three, f"{words}; then came {three[3:]!r} and a newline, and the third call returned {third!r}")


@exercise.step(
    "each connection has its own lines",
    "What you keep from one call to the next belongs to one socket. A variable outside the function belongs to all.",
    "With recv(1) nothing has to be kept.",
)
def own(subject: AnswerUnderTest) -> None:
    texts = [random_word() for _ in range(4)]
    a, b = Connection(subject), Connection(subject)
    words = "two connections were read in turn"
    with when(words):
        got = [a.call(f"{texts[0]}\n{texts[1]}\n".encode()), b.call(f"{texts[2]}\n".encode()), a.call()]
        waiting = a.begin(texts[3][:4].encode(), b"")  # half of a line is read, and meanwhile:
        got += [b.call(f"{texts[0]}\n".encode())]
        a.client.send(f"{texts[3][4:]}\n".encode())
        got += [subject.result(waiting)]
    for text, line in zip((texts[0], texts[2], texts[1], texts[0], texts[3]), got, strict=True):
        fail_if(line != text, f"{words}, and where {text!r} was due it returned {line!r}")
    connection = Connection(subject)
    connection.call(f"{texts[0]}\nhalf".encode())
    words = "a connection was closed, another one came"
    with when(words, FILENO):
        got = connection.replaced().call(f"{texts[1]}\n".encode())
    fail_if(got != texts[1], f"{words}, and where {texts[1]!r} was due it returned {got!r}", FILENO)


@exercise.step(
    "an empty line is a line, and at the end of the stream it returns None",
    "At the end of the stream recv returns b''. An empty line is b'\\n', which is not the end.",
    "if not byte: return None",
)
def end(subject: AnswerUnderTest) -> None:
    expect(subject, "an empty line came", "", b"\n")
    expect(subject, "the stream ended", None, finish=True)
    try:
        expect(subject, "the stream ended before the line did", None, b"half", finish=True)
    except Wrong as wrong:
        hint = "Half a line at the end of the stream is no line: return None then, too."
        if str(wrong).endswith(UNENDING):
            hint = "At its end recv returns b''. With MSG_PEEK you see what is left again and again: take it as well."
        raise Wrong(str(wrong), hint=hint) from None
    connection = Connection(subject)
    text = random_word()
    got = [connection.call(f"{text}\n".encode(), finish=True), connection.call(), connection.call()]
    fail_if(
        got != [text, None, None],
        f"the line {text!r} came, then the stream ended, and three calls returned {got!r}",
    )
