"""Lesson 01: a server that ends when a client says so."""

import socket

from course.checking.answer_clients import ask_listener, has_returned
from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if, when
from course.checking.served_answers import random_line, random_word, serve_answers

exercise = Exercise(
    name="stop word",
    lesson=1,
    number=2,
    task="Write a function that takes a listening socket and serves its clients one after another. Each client sends "
    "one line and gets it back in capitals; then its connection is closed. To the line b'stop\\n' the answer is "
    "b'bye\\n', and then the function returns. Nothing else ends it: not b'stop it\\n', not b'STOP\\n', and not a "
    "client that leaves without a word.",
    takes=function_of("listener"),
)
serve_answers(exercise)


@exercise.solution
def serve_until_stop(listener: socket.socket):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\n":
                connection.sendall(b"bye\n")
                return
            connection.sendall(line.upper())


@exercise.step(
    "it sends a line back in capitals, and closes the connection",
    "accept, recv, sendall with .upper(), close: the loop of this lesson.",
    "with connection: connection.sendall(connection.recv(1024).upper())",
)
def capitals(subject: AnswerUnderTest) -> None:
    line = random_line()
    got = ask_listener(subject, subject.served(), line)
    fail_if(not got, "it closed the connection and sent nothing")
    fail_if(got != line.upper(), f"it was sent {line!r} and sent back {got!r}")


@exercise.step(
    "it serves one client after another",
    "The function goes back to accept when a client is done.",
    "while True: accept a client, serve it, close its connection.",
)
def many(subject: AnswerUnderTest) -> None:
    address = subject.served()
    for number in range(1, 5):
        line = random_line()
        got = ask_listener(subject, address, line)
        fail_if(got != line.upper(), f"client {number} sent {line!r} and got {got!r}")


@exercise.step(
    "it answers bye to the stop word",
    "Compare the line with b'stop\\n' before you answer; recv returns bytes, so compare with bytes.",
    "if line == b'stop\\n': connection.sendall(b'bye\\n')",
)
def bye(subject: AnswerUnderTest) -> None:
    address = subject.served()
    ask_listener(subject, address, random_line())
    got = ask_listener(subject, address, b"stop\n")
    hints = {
        b"STOP\n": "Compare with b'stop\\n': with bytes, and with the newline, which belongs to the line.",
        b"bye": "The answer is a line: b'bye\\n', with its newline.",
        b"BYE\n": "The answer is b'bye\\n', in small letters.",
        b"": "Send b'bye\\n' before the function returns.",
    }
    hint = hints.get(got, "Send b'bye\\n' instead of the line in capitals, and nothing else." if b"bye" in got else "")
    fail_if(got != b"bye\n", f"to b'stop\\n' it answered {got!r}", hint)


@exercise.step(
    "no other line stops it",
    "Compare the whole line, newline included, and compare it as it came: line == b'stop\\n'.",
)
def no_other(subject: AnswerUnderTest) -> None:
    address = subject.served()
    word = random_word(4)
    texts = ("STOP", "Stop", "stop it", "stopped", "end", "quit", "to", f"{word} stop", f"{word}stop")
    for line in [f"{text}\n".encode() for text in texts]:
        with when(f"{line!r} came"):
            got = ask_listener(subject, address, line)
        fail_if(got != line.upper(), f"to {line!r} it answered {got!r}")
    subject.client(address).finish().rest()
    hint = "For a client that leaves without a word recv returns b''. Go on to the next client then, too."
    for line in (random_line(), f"{random_word(100)}\n".encode()):
        try:
            got = ask_listener(subject, address, line)
        except Wrong as wrong:
            raise Wrong(f"a client left without a word, another came, and {wrong}", hint=hint) from None
        hint = "recv(n) takes n bytes at most: the line may be longer." if line.upper().startswith(got) else hint
        fail_if(got != line.upper(), f"a client left without a word, the next sent {line!r} and got {got!r}", hint)


@exercise.step(
    "after the stop word it returns",
    "break leaves the loop, return leaves the function. Neither continue nor close does.",
)
def ends(subject: AnswerUnderTest) -> None:
    for lines in ((b"stop\n",), (random_line(), b"stop\n")):
        address = subject.served()
        for line in lines:
            ask_listener(subject, address, line)
        if not has_returned(subject):
            did = "it raised an exception" if subject.errors() else "went on serving"
            raise Wrong(f"it said bye, and {did}")
