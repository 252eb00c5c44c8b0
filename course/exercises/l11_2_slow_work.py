"""Lesson 11: blocking calls in a server with asyncio."""

import asyncio
import inspect
import threading

from course.checking.answer_clients import ask_listener
from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if, when
from course.checking.served_answers import random_line, serve_answers

exercise = Exercise(
    name="slow work",
    lesson=11,
    number=2,
    task="Write a coroutine function that takes a listening socket and a function work, and serves clients with "
    "asyncio. Each client sends one line, perhaps in pieces. The answer is work(line), with the line as it "
    "came, newline included; then the connection is closed. work is an ordinary function and blocks: three "
    "clients whose work takes long must be served at the same time, and a client with quick work must not "
    "wait for any of them. (A function defined inside another one can use the outer one's arguments.)",
    takes=function_of("listener", "work"),
)
SLOW = 3  # clients
_together = threading.Barrier(SLOW)
_release = threading.Event()


def work(line: bytes) -> bytes:
    """Reverse a line. One that begins with 'together' waits for two more, one that begins with 'hold' for release."""
    if line.startswith(b"together"):
        _together.wait(5)
    if line.startswith(b"hold"):
        _release.wait(5)
    return reverse(line)


def reverse(line: bytes) -> bytes:
    return line[-2::-1] + b"\n"


def with_work(answer):
    """The answer as a coroutine function that takes a listening socket only."""

    async def served(listener):
        await answer(listener, work)

    return served


serve_answers(exercise, with_work)


@exercise.inside
def is_coroutine_function(answer) -> bool:
    """Whether the answer is written with async def."""
    return inspect.iscoroutinefunction(answer)


@exercise.inside
def release(answer) -> None:
    """Let the clients go whose lines begin with 'hold'."""
    _release.set()


@exercise.solution
async def serve_slow_work(listener, work):
    async def talk(reader, writer):
        line = await reader.readline()
        loop = asyncio.get_running_loop()
        writer.write(await loop.run_in_executor(None, work, line))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, sock=listener)
    await server.serve_forever()


@exercise.step(
    "it answers with what work returns, and closes the connection",
    "Define talk(reader, writer) inside your function, with writer.write(work(line)), and give it to "
    "asyncio.start_server as in this lesson.",
    "server = await asyncio.start_server(talk, sock=listener), then await server.serve_forever().",
)
def answers(subject: AnswerUnderTest) -> None:
    if not subject.do("is_coroutine_function"):
        raise Wrong("it is an ordinary function", hint="async def makes a coroutine function.")
    address = subject.served()
    for _ in range(2):
        line = random_line()
        if (got := ask_listener(subject, address, line)) != reverse(line):
            raise Wrong(f"the line was {line!r}, work returned {reverse(line)!r}, and it sent {got!r}")
    with subject.client(address) as client:
        line = random_line()
        words = "half a line came, and it did not wait for the other half"
        fail_if(not client.send(line[:4]).quiet(subject.left(0.03)), words, WHOLE)
        with when("a line came in two pieces", WHOLE):
            got = client.send(line[4:]).rest()
        fail_if(got != reverse(line), f"a line came in two pieces, {line!r}, and it sent {got!r}", WHOLE)


WHOLE = "A read is not a line: await reader.readline() waits for the whole of it."


@exercise.step(
    "three clients with slow work are served at the same time",
    "While work(line) runs in the event loop's thread, nobody else is served: let another thread call it.",
    "await loop.run_in_executor(None, work, line), with loop = asyncio.get_running_loop()",
)
def together(subject: AnswerUnderTest) -> None:
    address = subject.served()
    lines = [b"together " + random_line() for _ in range(SLOW)]
    clients = [subject.client(address).send(line) for line in lines]
    for client, line in zip(clients, lines, strict=True):
        try:
            got = client.rest()
        except Wrong:
            raise Wrong(
                "the work of three clients had to meet, and it did not: only one of them was worked for"
            ) from None
        if got != reverse(line):
            raise Wrong(f"three clients came at once, and one of them sent {line!r} and got {got!r}")


@exercise.step(
    "quick work does not wait for slow work",
    "A pool has a limit. That of the event loop, run_in_executor(None, ...), has five threads or more.",
)
def quick(subject: AnswerUnderTest) -> None:
    address = subject.served()
    slow = [subject.client(address).send(b"hold\n") for _ in range(SLOW)]
    subject.client(address)  # says nothing
    line = random_line()
    try:
        got = subject.ask(address, line)
    except Wrong:
        raise Wrong("three clients' work took long, another client's was quick, and it had to wait") from None
    if got != reverse(line):
        raise Wrong(f"the line was {line!r}, work returned {reverse(line)!r}, and it sent {got!r}")
    subject.do("release")
    for client in slow:
        if (got := client.rest()) != b"dloh\n":
            raise Wrong(f"a client's work took long, and in the end it got {got!r}")
