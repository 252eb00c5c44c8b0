"""The clients of lesson 11: what becomes of them at a server that runs in a program of its own."""

import socket
import threading
from dataclasses import dataclass
from time import perf_counter

from course import crowd
from course.timeline import Timeline

from programs.apart import Apart

# Seconds that each client has to wait, and that one keeps the service busy or says nothing.
# The later ones are for a busy machine.
TIMES = (0.15, 0.5), (0.5, 1.5), (2.0, 5.0)
STEPS = 3_000_000  # of computing


@dataclass
class FourRuns:
    """The Timelines, and how many clients got an answer while one was in the way."""

    waiting: Timeline
    computing: Timeline
    silent: Timeline
    blocking: Timeline
    wait: float
    despite_silent: int
    despite_blocking: int

    def draw(self):
        return self.waiting.draw(self.computing, self.silent, self.blocking)

    @property
    def manner(self):
        """How four clients who wait were served."""
        if self.waiting.makespan >= 4 * self.wait:
            return "one after another"
        return "all at once" if self.waiting.peak > 2 else "two at a time"

    @property
    def computed_in(self):
        """How many processes have computed for the four clients."""
        number = len([name for name in self.computing.workers if name.startswith("process")]) or 1
        return "1 process" if number == 1 else f"{number} processes"

    def __str__(self):
        return (
            f"four wait: {self.manner}\n"
            f"one is silent: {self.despite_silent} of 3 answered meanwhile\n"
            f"one blocks:    {self.despite_blocking} of 3 answered meanwhile"
        )


def try_out(*server):
    """Send the crowds to what serve() takes, in a program of its own; returns FourRuns."""
    with Apart(*server) as apart:
        return apart.do(four_crowds)


def four_crowds(server):
    before = seconds_for_a_quick_crowd(server)
    for wait, block in TIMES:  # noqa: B007 - the last ones are used below
        waiting = crowd(server, 4, asks(b"wait %.2f\n" % wait), every=0.003, timeout=60)
        after = seconds_for_a_quick_crowd(server)
        if 5 * max(before, after) < wait:
            break
        before = after
    computing = crowd(server, 4, asks(b"compute %d\n" % STEPS), every=0.003, timeout=60)
    silent, despite_silent = one_in_the_way(server, b"", block)
    blocking, despite_blocking = one_in_the_way(server, b"wait %.2f\n" % block, block)
    names = "all wait", "all compute", "one is silent", "one blocks"
    for run, name in zip((waiting, computing, silent, blocking), names, strict=True):
        run.name = name
    return FourRuns(waiting, computing, silent, blocking, wait, despite_silent, despite_blocking)


def seconds_for_a_quick_crowd(server):
    return crowd(server, 3, asks(b"hello\n")).makespan


def asks(line):
    """A client that leaves when it has an answer to this line."""

    def client(connection):
        connection.sendall(line)
        return connection.recv(1024)

    return client


def one_in_the_way(server, first_line, seconds):
    """One client sends that line, or nothing; three come later. How many are answered meanwhile?"""
    lines = [first_line, b"hello\n", b"hello\n", b"hello\n"]
    lock, all_answered = threading.Lock(), threading.Event()
    until, answers = [], []  # moments

    def client(connection):
        with lock:
            line = lines.pop(0)
        if line == first_line:
            until.append(perf_counter() + seconds)
        connection.sendall(line)
        if not line:
            all_answered.wait(seconds)
            until.append(perf_counter())
            return None
        reply = connection.recv(1024)
        if line != first_line:
            answers.append(perf_counter())
        if len(answers) == 3:
            all_answered.set()
        return reply

    run = crowd(server, 4, client, every=0.03)
    return run, sum(moment < until[-1] for moment in answers)


def next_after(line, *server):
    """Send a line to a server in a program of its own, then a quick one: is that answered?"""
    with Apart(*server) as apart:
        answered(apart, line)
        return "served" if answered(apart, b"hello\n") else "lost"


def answered(server, line):
    try:
        with socket.create_connection(server.address, timeout=1) as client:
            client.sendall(line)
            return client.recv(1024) != b""
    except OSError:  # refused, reset, or timed out
        return False
