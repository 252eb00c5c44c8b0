"""The judge's side of an answer: the process in which it runs, and clients that talk to it over real sockets."""

from __future__ import annotations

import ast
import base64
import contextlib
import itertools
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from time import monotonic
from types import TracebackType
from typing import Any

from course.checking import answer_process
from course.checking.exercise import Exercise, Wrong

STARTING = 10.0  # seconds that the answer's process may need to begin, before the answer is taken in
USUAL = 0.3  # seconds in which it begins on a machine that is not busy; on a busy one all waits are longer
SLOWEST = 4.0  # how many times longer at most
SECONDS = 1.4  # that an answer may take in all
PATIENCE = 0.4  # seconds that a client waits for a sign of the answer
LONGEST = 0.6  # seconds that an answer may go on sending


class AnswerUnderTest:
    """An answer under examination, in a process of its own. Every wait has an end."""

    def __init__(self, exercise: Exercise, pickled: bytes) -> None:
        self._begun = monotonic()
        self._pace = 1.0
        self._deadline = self._begun + STARTING
        self._numbers = itertools.count(1)
        self._replies: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._first: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.gone = False
        self.clients: list[socket.socket] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", answer_process.__name__, exercise.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._write(base64.b64encode(pickled).decode())

    def __enter__(self) -> AnswerUnderTest:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, where: TracebackType | None) -> None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for client in self.clients:
            client.close()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def left(self, at_most: float = PATIENCE) -> float:
        """Seconds that may be waited now, where so many are usual."""
        return max(0.001, min(at_most * self._pace, self._deadline - monotonic()))

    def ready(self) -> str:
        """Wait until the answer has been taken in; returns what is wrong with its kind, '' if nothing is.

        How long the process needed to begin tells how busy the machine is. Raises TimeoutError if it did not begin.
        """
        if self._next(self._first, STARTING) is None:
            raise TimeoutError
        self._pace = min(SLOWEST, max(1.0, (monotonic() - self._begun) / USUAL))
        self._deadline = monotonic() + SECONDS * self._pace
        first = self._next(self._first, self.left(SECONDS))
        if first is None:
            return "taking it in did not end" if not self.gone else "taking it in ended the whole program"
        return str(first.get("wrong", ""))

    def start(self, name: str, *arguments: object) -> int:
        """Begin a function of the exercise beside the answer; returns the number for `result`."""
        number = next(self._numbers)
        self._replies[number] = queue.SimpleQueue()
        self._write(json.dumps({"number": number, "do": name, "arguments": repr(arguments)}))
        return number

    def result(self, number: int, patience: float = PATIENCE) -> Any:
        """What a begun function returned. Raises Wrong if it raised, or does not end, or the process is gone."""
        reply = self._next(self._replies[number], self.left(patience))
        if reply is None:
            raise Wrong(GONE if self.gone else "it did not return")
        if "raised" in reply:
            raise Wrong(f"it raised {reply['raised']}")
        return ast.literal_eval(reply["value"])

    def do(self, name: str, *arguments: object, patience: float = PATIENCE) -> Any:
        """Call a function of the exercise beside the answer and return its value."""
        return self.result(self.start(name, *arguments), patience)

    def served(self, *arguments: object) -> tuple[str, int]:
        """Serve the answer anew, as `serve_answers` lets an exercise do; returns where it listens."""
        address: tuple[str, int] = self.do("served", *arguments)
        return address

    def visitor(self, *arguments: object) -> Client:
        """A client of an answer that is served anew."""
        return self.client(self.served(*arguments))

    def ask(self, address: tuple[str, int], line: bytes) -> bytes:
        """All that one client gets for a line, until the answer closes the connection."""
        with self.client(address) as client:
            return client.send(line).rest()

    def greeted(self, address: tuple[str, int]) -> tuple[Client, bytes]:
        """One more client of the handler `Stay`, and the greeting it got; b'' if its connection was closed."""
        client = self.client(address)
        return client, client.line()

    def staying(self, address: tuple[str, int], size: int) -> list[Client]:
        """So many clients of the handler `Stay` come and do not leave; returns those who are served meanwhile."""
        served = []
        clients = [self.client(address) for _ in range(size)]
        for client in clients:
            with contextlib.suppress(Wrong):
                served += [client] if client.line() == b"in\n" else []
        return served

    def ended(self) -> bool:
        """Whether the process is gone; a moment is given to it."""
        try:
            self._process.wait(0.1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def errors(self) -> list[str]:
        """What handlers and loops have raised so far; nothing if the process does not say."""
        try:
            return list(self.do("errors"))
        except Wrong:
            return []

    def client(self, address: tuple[str, int], patience: float = PATIENCE) -> Client:
        """Connect to where the answer listens."""
        return Client(self, address, patience)

    def _write(self, line: str) -> None:
        assert self._process.stdin
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            with contextlib.suppress(ValueError, KeyError, AttributeError):
                reply = json.loads(line)
                self._replies[reply["number"]].put(reply) if "number" in reply else self._first.put(reply)
        self.gone = True
        for waiting in (self._first, *self._replies.values()):
            waiting.put({})

    def _next(self, replies: queue.SimpleQueue[dict[str, Any]], patience: float) -> dict[str, Any] | None:
        try:
            return replies.get(timeout=patience) or None
        except queue.Empty:
            return None


GONE = "it ended the whole program, as sys.exit or os._exit do"


class Client:
    """A client of the answer. What the answer leaves out is told as Wrong."""

    def __init__(self, subject: AnswerUnderTest, address: tuple[str, int], patience: float) -> None:
        self._subject = subject
        self._patience = patience
        self._received = b""
        try:
            self.socket = socket.create_connection(address, timeout=subject.left(patience))
        except ConnectionResetError as error:  # so soon that connecting was not over
            raise Wrong("it closed the connection and sent nothing") from error
        except OSError as error:
            raise Wrong(GONE if subject.gone else "it takes no client: connecting to it failed") from error
        subject.clients.append(self.socket)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is None:  # else the step is over: a handler that now met the end of the stream would add an error to it
            self.socket.close()

    def send(self, data: bytes) -> Client:
        """Send bytes; that the other side has gone is seen when it is read."""
        with contextlib.suppress(OSError):
            self.socket.sendall(data)
        return self

    def finish(self) -> Client:
        """Say that no more will be sent."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
        return self

    def line(self, limit: int = 65536) -> bytes:
        """The next line, with its end; less if the answer closes, b'' if it has closed. Wrong if nothing comes."""
        while b"\n" not in self._received and len(self._received) < limit:
            if not self._more("a line of its own did not end"):
                break
        line, mark, self._received = self._received.partition(b"\n")
        return line + mark

    def exactly(self, size: int) -> bytes:
        """So many bytes; less if the answer closes. Wrong if they do not come."""
        while len(self._received) < size and self._more(f"only {len(self._received)} of {size} bytes came"):
            pass
        data, self._received = self._received[:size], self._received[size:]
        return data

    def rest(self) -> bytes:
        """All until the answer closes the connection. Wrong if it does not, or sends without end."""
        end = monotonic() + self._subject.left(LONGEST)
        while self._more("it did not close the connection"):
            if monotonic() > end:
                raise Wrong("it went on sending without end")
        data, self._received = self._received, b""
        return data

    def closed(self, patience: float = PATIENCE) -> bool:
        """Whether the answer closes the connection without sending anything more."""
        self._patience = patience
        try:
            return not self._received and not self._more("")
        except Wrong:
            return False

    def quiet(self, patience: float) -> bool:
        """Whether nothing comes, and nothing is closed, for so long."""
        self.socket.settimeout(patience)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return True
        except OSError:
            return False
        self._received += data
        return False

    def _more(self, complaint: str) -> bytes:
        self.socket.settimeout(self._subject.left(self._patience))
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            so_far = f" after {shortened(self._received)}" if self._received else ""
            raise Wrong(f"{complaint}: nothing more came{so_far}" if so_far else "it sent nothing") from None
        except OSError:
            data = b""
        self._received += data
        return data


def shortened(data: bytes, most: int = 40) -> str:
    """Bytes as Python writes them; how many there are, if there are many."""
    return repr(data) if len(data) <= most else f"{len(data):,} bytes"
