"""Lesson 11: conversations in an event loop by hand."""

import selectors
import threading

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, instead
from course.checking.served_answers import random_line, random_word, serve_answers

exercise = Exercise(
    name="lines in a loop",
    lesson=11,
    number=1,
    task="The event loop of this lesson answers one recv and closes the connection. Change it: each client sends "
    "any number of lines and gets each back in capitals, as soon as the line is complete. A line is UTF-8; it"
    " may come in pieces, and several lines may come at once. A connection is closed when its client has "
    "ended its stream. All clients are served at once, in the thread that calls the function; one who says "
    "nothing is in nobody's way. (A dictionary can keep the bytes that each client has sent and that are not "
    "a whole line yet.)",
    takes=function_of("listener"),
)
serve_answers(exercise)


seen: set[threading.Thread] = set()


@exercise.inside
def new_threads(_answer: object) -> int:
    """How many threads the answer's process has that it did not have at the call before, the caller left out."""
    new = set(threading.enumerate()) - seen - {threading.current_thread()}
    seen.update(new, {threading.current_thread()})  # which may be about to end for a while
    return len(new)


@exercise.solution
def lines_in_a_loop(listener):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    received = {}
    while True:
        for key, _ in selector.select():
            connection = key.fileobj
            if connection is listener:
                connection, _ = listener.accept()
                selector.register(connection, selectors.EVENT_READ)
                received[connection] = b""
                continue
            data = connection.recv(1024)
            if not data:
                selector.unregister(connection)
                connection.close()
                del received[connection]
                continue
            received[connection] += data
            while b"\n" in received[connection]:
                line, _, received[connection] = received[connection].partition(b"\n")
                connection.sendall(line.upper() + b"\n")


@exercise.step(
    "it sends every line of a client back in capitals",
    "Begin with a copy of event_loop, and let the connection stay open and registered after a line: unregister and "
    "close it at the end of the stream only.",
    "data = connection.recv(1024), then connection.sendall(data.upper()), and nothing is closed.",
)
def every_line(subject: AnswerUnderTest) -> None:
    client = subject.visitor()
    for place in range(3):
        line = random_line()
        try:
            got = client.send(line).line()
        except Wrong:
            if not subject.do("returned", 0):
                raise
            raise Wrong("it returned") from None
        if got != line.upper():
            did = f"sent back {got!r}" if got else "closed the connection"
            raise Wrong(f"a client's line {place + 1} was {line!r}, and it {did}")


@exercise.step(
    "it waits for a whole line, and answers all that have come",
    "Put what recv returned behind what that client had sent before. As long as there is a newline in it, take a line "
    "out: partition(b'\\n') returns the line, the newline and the rest.",
)
def whole_lines(subject: AnswerUnderTest) -> None:
    client = subject.visitor()
    first, second, third = random_word(), random_word(), random_word()
    first += "é"
    if not client.send(first.encode()[:-1]).quiet(subject.left(0.03)):
        hint = CUT if "UnicodeDecodeError" in str(subject.errors()) else ""
        raise Wrong("half a line had come, and it did not wait for the other half", hint=hint)
    client.send(first.encode()[-1:] + f"\n{second}\n{third[:4]}".encode())
    expected = f"{first}\n{second}\n".encode().upper()  # bytes know the capitals of ASCII only, texts all
    if (got := client.exactly(len(expected))).replace("É".encode(), "é".encode()) != expected:
        raise Wrong(f"the end of one line, a whole one and half of a third came at once, and it sent {got!r}")
    if (got := client.send(f"{third[4:]}\n".encode()).line()) != f"{third}\n".upper().encode():
        raise Wrong(f"the other half of the third line came, and it sent {got!r}")


CUT = "A piece may end inside a character: put the bytes together first, and decode whole lines, if at all."


@exercise.step(
    "it serves all clients at once, and keeps their bytes apart",
    "Call recv only on a socket that select has returned, and keep the beginnings of lines in a dictionary: the "
    "connection is the key.",
)
def at_once(subject: AnswerUnderTest) -> None:
    address = subject.served()
    subject.do("new_threads")
    subject.client(address)  # says nothing
    clients = [(subject.client(address), random_word(), random_word()) for _ in range(4)]
    for client, begin, _ in clients:
        client.send(begin.encode())
    for client, begin, end in reversed(clients):
        line = f"{begin}{end}\n".upper().encode()
        if (got := client.send(f"{end}\n".encode()).line()) != line:
            raise Wrong(f"of five clients at once, one sent {line.lower()!r} in two pieces and got {got!r}")
    if subject.do("new_threads"):
        raise Wrong(
            "it started threads for its clients", hint="The event loop needs none: select waits for all of them."
        )


FORGET = "A new connection may have the number (fileno) of one that is closed: forget what that one had sent."


@exercise.step(
    "it closes the connection of a client that has ended its stream, and serves on",
    "At the end of the stream recv returns b'': selector.unregister(connection), then connection.close().",
)
def ends(subject: AnswerUnderTest) -> None:
    address = subject.served()
    stays = subject.client(address)
    for _ in range(2):
        line = random_line()
        try:
            got = subject.client(address).send(line).finish().rest()
        except Wrong as wrong:
            raise Wrong(f"a client sent a line and ended its stream: {wrong}") from None
        if got == b"HALF" + line.upper():
            raise Wrong("a client got what one before it had sent", hint=FORGET)
        if got != line.upper():
            raise Wrong(f"a client sent {line!r} and ended its stream, and got {got!r}")
        subject.client(address).send(b"half").finish().rest()  # what it gets for that does not matter
    line = random_line()
    if (got := stays.send(line).line()) != line.upper():
        raise Wrong(f"two clients had left, and one who stayed sent {line!r} and got {got!r}")
    stays.finish().rest()
    with instead("all clients had left, and the next one was not served", "No end of a stream ends the loop."):
        subject.client(address).send(line).line()
