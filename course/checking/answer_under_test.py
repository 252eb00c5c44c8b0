"""The judge's view of an answer: the process in which it runs, and clients that talk to it over real sockets."""

from __future__ import annotations

import contextlib
import errno
import marshal
import os
import queue
import secrets
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from course.checking import answer_process
from course.checking.answer_kinds import HANDLER
from course.checking.exercise import ON_PURPOSE, Exercise, Wrong
from course.checking.exercise_files import program
from course.checking.plain_values import LONGEST as LONGEST_LITERAL
from course.checking.plain_values import read_literal
from course.checking.processes import kill_marked
from course.processor_time import EXTENSION, Extension, scheduled, seconds_lost, threads_of

CROWD = 50  # processes; more than an answer to any exercise needs
STARTING = 10.0  # seconds; how long the process may take to start, before the answer is loaded
SECONDS = 1.4  # how long all steps together may take
BUSY_ITSELF = 0.3  # seconds; an answer that computes for this long and misses a timeout is too slow on any machine
PATIENCE = 0.4  # seconds; how long a client waits for the next bytes
LONGEST = 0.6  # seconds; how long an answer may keep sending
MOST = 100_000  # bytes that an answer may send until it closes
ENDING = 0.5  # seconds; how long the process may take to end when it is told to
MARK = "COURSE_ANSWER"  # the environment variable by which an answer's processes are found
HOME = str(Path(answer_process.__file__).parents[2])  # the folder that this package is in


class NotJudged(Exception):  # noqa: N818 - it says nothing about the answer
    """Raised if the machine prevented a judgement: why, as a clause."""


class AnswerUnderTest:
    """An answer that is being checked, in a process of its own. Every wait has a timeout.

    pace: a factor for all timeouts. memory: values that one step keeps for a later one. closing: an ExitStack for what
    must be closed or stopped at the end. lost: how many seconds the judge and the answer had waited for a processor
    when a step failed. had_its_time: whether the step failed because of a timeout that had been extended for lost time.
    """

    def __init__(
        self,
        exercise: Exercise,
        pickled: bytes,
        command: Callable[[list[str]], list[str]],
        folder: str = "",
        pace: float = 1.0,
    ) -> None:
        self.memory: dict[str, Any] = {}
        self.closing = ExitStack()
        self.gone = False
        self.lost = 0.0
        self.had_its_time = False
        self.closes = RETURNS if exercise.takes is HANDLER else CLOSES
        self._pace = pace
        self._deadline = monotonic() + STARTING
        self._lost_before = 0.0
        self._extension = Extension(lambda: self._seconds_lost() - self._lost_before)
        self._timed_out_at = 0.0
        self._token = secrets.token_hex(16)
        self._replies: dict[str, queue.SimpleQueue[list[Any]]] = {self._token: queue.SimpleQueue()}
        here = {"", os.getcwd()}
        path = [HOME, *(each for each in sys.path if each not in here), *([folder] if folder else [])]
        first = marshal.dumps((self._token, program(exercise.name), pickled))
        start = answer_process.START.format(name=answer_process.__name__)
        self._process = subprocess.Popen(
            command([sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", start, *path]),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, MARK: self._token},
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._talk, args=(first,), daemon=True)
        self._thread.start()

    def __enter__(self) -> AnswerUnderTest:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, where: TracebackType | None) -> None:
        process = self._process
        try:
            process.terminate()
            if hasattr(signal, "SIGCONT"):
                with contextlib.suppress(OSError):
                    os.kill(process.pid, signal.SIGCONT)  # the answer may have stopped its parent
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            pass
        finally:
            process.kill()
            if process.wait():
                kill_marked(f"{MARK}={self._token}")
            self.closing.close()
            self._thread.join(ENDING)
            if not self._thread.is_alive():
                for pipe in (process.stdin, process.stdout):
                    pipe.close()  # type: ignore[union-attr]

    def left(self, at_most: float = PATIENCE) -> float:
        """How long to wait now, in seconds: `at_most`, stretched by the pace and cut off at the deadline."""
        return max(0.001, min(at_most * self._pace, self._deadline - monotonic()))

    def ready(self) -> str:
        """Wait until the answer has been loaded; returns what is wrong with its kind, '' if nothing is.

        Raises NotJudged if the process did not begin.
        """
        replies = self._replies[self._token]
        up = self._next(replies, STARTING)
        if up != "up":
            raise NotJudged("the process for the answer did not start" + (f": {up}" if up else ""))
        self._lost_before = self._seconds_lost()
        self._deadline = monotonic() + SECONDS * self._pace
        wrong = self._next(replies, SECONDS)
        if wrong is None:
            return "loading it ended the whole program" if self.gone else "loading it did not end"
        return str(wrong)

    def start(self, name: str, *arguments: Any) -> str:
        """Start a function of the exercise in the answer's process; returns the token for `result`."""
        token = secrets.token_hex(16)
        self._replies[token] = queue.SimpleQueue()
        self._send(marshal.dumps((token, name, arguments)))
        return token

    def result(self, token: str, patience: float = PATIENCE) -> Any:
        """What a started function returned. Raises Wrong if it raised or did not return, or if the process has ended.

        Anything that is not a plain value comes back as an Opaque.
        """
        reply = self._next(self._replies[token], patience)
        if reply is None:
            raise Wrong(GONE if self.gone else UNENDING)
        returned, value = reply
        if not returned:
            raise Wrong(f"it raised {value}")
        return value

    def do(self, name: str, *arguments: Any, patience: float = PATIENCE) -> Any:
        """Call a function of the exercise in the answer's process and return its value."""
        return self.result(self.start(name, *arguments), patience)

    def served(self, *arguments: Any) -> tuple[str, int]:
        """Serve the answer anew, as `serve_answers` lets an exercise do; returns where it listens."""
        address: tuple[str, int] = self.do("served", *arguments)
        return address

    def visitor(self, *arguments: Any) -> Client:
        """A client of an answer that is served anew."""
        return self.client(self.served(*arguments))

    def ask(self, address: tuple[str, int], line: bytes) -> bytes:
        """All that one client gets for a line, until the answer closes the connection."""
        with self.client(address) as client:
            return client.send(line).rest()

    def serve(self, server: socketserver.BaseServer) -> None:
        """Run a server in the judge's process until the check is over. The answer is its client."""
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.closing.callback(server.server_close)
        self.closing.callback(server.shutdown)

    def ended(self) -> bool:
        """Whether the process has ended, or ends within a tenth of a second."""
        try:
            self._process.wait(0.1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def errors(self) -> list[str]:
        """What the handlers and the loop of the latest server have raised so far; empty if the process does not reply.

        Errors that the check itself raises on purpose are left out.
        """
        try:
            return [error for error in self.do("") if ON_PURPOSE not in error]
        except (Wrong, TypeError, ValueError):  # the last two for a forged reply
            return []

    def expect_no_errors(self, when: str) -> None:
        """Raise Wrong, beginning with `when`, if the latest server's handlers or its loop have raised anything."""
        if errors := self.errors():
            raise Wrong(f"{when}, it raised {errors[0]}")

    def client(self, address: tuple[str, int], patience: float = PATIENCE) -> Client:
        """Connect to the address at which the answer listens."""
        return Client(self, address, patience)

    def _send(self, message: bytes) -> None:
        assert self._process.stdin
        with contextlib.suppress(OSError, ValueError):
            data = len(message).to_bytes(4, "big") + message
            while data:
                data = data[self._process.stdin.write(data) :]

    def _talk(self, first: bytes) -> None:
        """Send the first message, then read replies until the process has ended."""
        assert self._process.stdout
        self._send(first)
        line = b""
        with contextlib.suppress(OSError, ValueError):
            while data := self._process.stdout.read(65536):
                *lines, line = (line + data).split(b"\n")
                line = line[: 2 * LONGEST_LITERAL]
                for each in lines:
                    self._take(each)
        self.gone = True
        for waiting in list(self._replies.values()):
            waiting.put([])

    def _take(self, line: bytes) -> None:
        """Read one line. Only a line that begins with the token of an order is a reply."""
        token, _, text = line.partition(b" ")
        if (waiting := self._replies.get(token.decode(errors="replace"))) is not None:
            with contextlib.suppress(ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
                waiting.put([read_literal(text.decode())])

    def _next(self, replies: queue.SimpleQueue[list[Any]], patience: float) -> Any:
        """The next reply; None if there is none in time, or the process has ended."""
        seconds = self.left(patience)
        while seconds:
            try:
                reply = replies.get(timeout=seconds)
                return reply[0] if reply else None
            except queue.Empty:
                seconds = self.extension()
        return None

    def extension(self) -> float:
        """How much longer to wait when a wait has timed out, in seconds: the time lost on a busy machine.

        All timeouts of a check share one Extension. 0.0 means that the time is up.
        """
        if not (more := self._extension.more()):
            self._timed_out_at = monotonic()
        self._deadline += more
        return more

    def note_failure(self) -> None:
        """Record how much time a step that has just failed lost on a busy machine."""
        timed_out = monotonic() - self._timed_out_at < 0.1
        self.lost = self._seconds_lost() - self._lost_before
        answers = threads_of(answer_process.descendants(self._process.pid))
        computed = sum(ran for ran, _ in map(scheduled, answers))
        self.had_its_time |= timed_out and self.lost < EXTENSION and (self._pace > 1 or computed > BUSY_ITSELF)

    def _seconds_lost(self) -> float:
        """How long the running threads of the judge and the answer have waited for a processor, in seconds.

        0.0 if the answer has started so many processes that it keeps the machine busy itself.
        """
        processes = answer_process.descendants(self._process.pid)
        if len(processes) > CROWD:
            return 0.0
        ours = [f"/proc/self/task/{thread}" for thread in (threading.get_native_id(), self._thread.native_id)]
        return seconds_lost(ours + threads_of(processes))


RETURNS = "The connection is closed when handle returns. What keeps it from returning?"
CLOSES = "When the client has its answer, close the connection: connection.close(), or with connection: around it."
LEAVE = "Is the server's own socket closed, or has its loop ended? A handler leaves both alone."
NOTHING = "it sent nothing"
UNENDING = "it did not return"
GONE = "it ended the whole program, as sys.exit or os._exit do"


class Client:
    """A client of the answer. What the answer leaves out is told as Wrong."""

    def __init__(self, subject: AnswerUnderTest, address: tuple[str, int], patience: float) -> None:
        self._subject = subject
        self._patience = patience
        self._received = b""
        match address:
            case (str(), int(), *_):
                pass
            case _:
                raise Wrong(f"it listens at {address!r}, which is not a host and a port")
        try:
            self.socket = socket.create_connection(address, timeout=subject.left(patience))
        except ConnectionResetError as error:  # it closed before connect returned
            raise Wrong("it closed the connection and sent nothing") from error
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE):
                raise NotJudged(str(error)) from None
            raise Wrong(GONE if subject.gone else "it takes no client: connecting to it failed", hint=LEAVE) from error
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each piece is sent at once
        subject.closing.callback(self.socket.close)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is None:  # else the step is over: a handler that now met the end of the stream would add an error to it
            self.socket.close()

    def send(self, data: bytes) -> Client:
        """Send bytes. A connection that the other side has closed is noticed at the next read."""
        with contextlib.suppress(OSError):
            self.socket.sendall(data)
        return self

    def finish(self) -> Client:
        """Shut down the sending side: the answer reads the end of the stream."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
        return self

    def line(self, limit: int = 65536) -> bytes:
        """The next line, with its end; less if the answer closes, b'' if it has closed. Wrong if nothing comes."""
        while b"\n" not in self._received and len(self._received) < limit:
            if not self._more("without a newline", "Each answer is a line: its last byte is a newline, b'\\n'."):
                break
        line, mark, self._received = self._received.partition(b"\n")
        return line + mark

    def exactly(self, size: int) -> bytes:
        """So many bytes; less if the answer closes. Wrong if they do not come."""
        while len(self._received) < size and self._more(f"and no more, where {size} bytes were due"):
            pass
        data, self._received = self._received[:size], self._received[size:]
        return data

    def rest(self) -> bytes:
        """All until the answer closes the connection. Wrong if it does not, or sends without end."""
        end = monotonic() + self._subject.left(LONGEST)
        while self._more("and did not close the connection", self._subject.closes):
            if monotonic() > end or len(self._received) > MOST:
                self._subject.had_its_time = len(self._received) > MOST  # that is no fault of the machine
                raise Wrong("it went on sending without end")
        data, self._received = self._received, b""
        return data

    def closed(self, patience: float = PATIENCE) -> bool:
        """Whether the answer closes the connection without sending anything more."""
        self._patience = patience
        try:
            return not self._received and not self._more("more")
        except Wrong:
            return False

    def quiet(self, patience: float) -> bool:
        """Whether the answer sends nothing and keeps the connection open for this many seconds."""
        self.socket.settimeout(patience)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return True
        except OSError:
            return False
        self._received += data
        return False

    def _more(self, lacking: str, hint: str = "") -> bytes:
        """What comes next; Wrong if nothing comes, which says what came before and what is `lacking`."""
        seconds = self._subject.left(self._patience)
        while True:
            self.socket.settimeout(seconds)
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                if seconds := self._subject.extension():
                    continue
                if not self._received:
                    raise Wrong(NOTHING) from None
                raise Wrong(f"it sent {shortened(self._received)} {lacking}", hint=hint) from None
            except OSError:
                data = b""
            self._received += data
            return data


def shortened(data: bytes, most: int = 40) -> str:
    """The repr of bytes, or their number if there are many."""
    return repr(data) if len(data) <= most else f"{len(data):,} bytes"
