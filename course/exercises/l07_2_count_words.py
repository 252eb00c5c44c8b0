"""Lesson 07: a handler that has its connection as two files."""

import secrets
import socket
import socketserver

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import AnswerUnderTest, Client, shortened
from course.checking.exercise import Exercise, Wrong, fail_if, instead
from course.checking.served_answers import random_word, serve_answers
from course.checking.socket_answers import is_readable, true_within

exercise = Exercise(
    name="count words",
    lesson=7,
    number=2,
    task="Derive a handler class from StreamRequestHandler. To every line that comes it answers at once with the "
    "number of words in it, as a line of its own: to b'to be or not to be\\n' with b'6\\n'. Lines are UTF-8. "
    "Words have one or more blanks between them; there may be blanks before and after them too. An empty "
    "line, b'\\n', ends the conversation without an answer, and so does a client who has finished.",
    takes=HANDLER,
)


class Noting(socketserver.TCPServer):
    """Notes the latest connection."""

    def finish_request(self, request, client_address):
        _connections.append(request)
        super().finish_request(request, client_address)


_connections: list[socket.socket] = []
serve_answers(exercise, lambda answer: (Noting, answer))


@exercise.inside
def drained(answer, seconds: float) -> None:
    """Wait until the answer has read what has come so far."""
    true_within(seconds, lambda: bool(_connections) and not is_readable(_connections[-1]))


@exercise.inside
def has_files(answer) -> bool:
    """Whether it is derived as asked."""
    return issubclass(answer, socketserver.StreamRequestHandler)


@exercise.solution
class CountWords(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\n":
                break
            self.wfile.write(b"%d\n" % len(line.split()))


def line_of(words: int) -> bytes:
    """A line of so many words, of which the first comes again at the end; one of them is not ASCII."""
    first = f"é{random_word(4)}".encode()
    between = [random_word(4).encode() for _ in range(words - 2)]
    return b" " + b"  ".join([first, *between, first][:words]) + b" \n"


@exercise.step(
    "it is derived from StreamRequestHandler",
    "class CountWords(socketserver.StreamRequestHandler): it makes self.rfile and self.wfile for you.",
)
def derived(subject: AnswerUnderTest) -> None:
    fail_if(not subject.do("has_files"), "it is derived from another handler class")


@exercise.step(
    "it answers a line with the number of its words",
    "self.rfile.readline() returns a line; its split() returns the words, however many blanks there are.",
    "self.wfile.write(f'{len(line.split())}\\n'.encode())",
)
def answers(subject: AnswerUnderTest) -> None:
    for number in (2 + secrets.randbelow(8), 10 + secrets.randbelow(20)):
        with subject.visitor() as client:
            got = answer(client.send(line_of(number)), came := f"a line of {number} words came")
            fail_if(not got, "a line came, and it sent nothing and closed", hint_for(subject.errors()))
            fail_if(got == b"%d\n" % (number - 1), f"{came}, and it answered {got!r}", TWICE)
            splits = got in [b"%d\n" % size for size in (number + 1, 2 * number - 1, 2 * number + 1)]
            fail_if(splits, f"{came}, and it answered {got!r}", BLANKS)
            fail_if(got != b"%d\n" % number, f"{came}, with two blanks between them, and it answered {got!r}")


def answer(client: Client, came: str, hint: str = "") -> bytes:
    """The next line that comes to a client."""
    try:
        return client.line()
    except Wrong as wrong:
        _, unfinished, got = str(wrong).rpartition("nothing more came after ")
        if unfinished:
            raise Wrong(f"{came}, and it answered {got}, without a newline at the end", hint=NEWLINE) from None
        raise Wrong(f"{came}, and {wrong}", hint=hint or AT_ONCE) from None


TWICE = "Every word counts: the first, the last, and one that is in the line twice."
AT_ONCE = "The client waits for the answer to a line before it sends the next. Answer each line as soon as it is there."
NEWLINE = "An answer is a line: put a newline after the number."
BLANKS = "split(' ') splits at each single blank, and finds empty words. split() without an argument does not."


def hint_for(errors: list[str]) -> str:
    """A hint for what the handler raised."""
    error = " ".join(errors)
    if "bytes-like object" in error or "not 'int'" in error or "not int" in error:
        return "wfile.write takes bytes. Turn the number into text, and the text into bytes: f'{number}\\n'.encode()."
    if "UnicodeDecodeError" in error:
        return "A line need not be ASCII: decode() takes it for UTF-8. Or split the bytes as they are."
    if "has no attribute 'rfile'" in error or "has no attribute 'wfile'" in error:
        return (
            "StreamRequestHandler makes rfile and wfile in its setup: a setup of your own has to call super().setup()."
        )
    return ""


@exercise.step(
    "it answers every line",
    "A file can be walked line by line: for line in self.rfile. It waits for each line, and ends with the stream.",
)
def every(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for visit in ("", " of the next client"):
        with subject.client(address) as client:
            for number in range(1, 6):
                came = f"line {number}{visit}, with {number} word{'s' * (number > 1)}, came"
                got = answer(client.send(line_of(number)), came)
                hint = EACH if got and got != b"%d\n" % number else ""
                fail_if(got != b"%d\n" % number, f"{came}, and it answered {got!r}", hint)
    with subject.client(address) as client:
        client.send(line_of(2) + line_of(3))
        came = "lines of 2 and 3 words came together"
        got = answer(client, came, LINES) + answer(client, came, LINES)
        fail_if(got != b"2\n3\n", f"{came}, and it answered {got!r}", LINES)
    with subject.client(address) as client:
        client.send(b"one tw")
        subject.do("drained", subject.left(0.1))
        came = "a line of 3 words came in two pieces"
        got = answer(client.send(b"o three\n"), came, LINES)
        fail_if(got != b"3\n", f"{came}, and it answered {got!r}", LINES)
    with subject.client(address) as client:
        came = "a line of 2000 words came"
        got = answer(client.send(line_of(2000)), came, LINES)
        fail_if(got != b"2000\n", f"{came}, and it answered {got!r}", LINES)


EACH = "Count the words of this line, all of them, and no others: those of the lines before are answered."
LINES = "A receive is not a line (lesson 02). self.rfile.readline() returns a whole line, and only that."


@exercise.step(
    "an empty line ends the conversation",
    "An empty line is b'\\n', which is not false; the end of the stream is b''.",
    "if line == b'\\n': break (or if not line.strip())",
)
def empty(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for _ in range(2):
        with subject.client(address) as client:
            got = client.send(b"one\n").line()
            fail_if(got != b"1\n", f"a line of one word came, and it answered {got!r}")
            client.send(b"\ntwo words\n")
            with instead("an empty line came, and it did not close the connection"):
                got = client.rest()
            fail_if(got, f"an empty line came, and it went on and answered {got!r}")
    subject.expect_no_errors("at the empty line")


@exercise.step(
    "it ends when the client has finished",
    "At the end of the stream readline() returns b'', again and again. A for loop over the file ends there.",
)
def ends(subject: AnswerUnderTest) -> None:
    with subject.visitor() as client:
        got = client.send(b"one two\n").finish().rest()
        fail_if(got != b"2\n", f"the client sent two words and finished, and got {shortened(got)}")
    with subject.visitor() as client:
        got = client.finish().rest()
        fail_if(got, f"the client finished without a line, and got {shortened(got)}")
    subject.expect_no_errors("when the client finished")
