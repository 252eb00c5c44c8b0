"""Lesson 08: a server that a client can end."""

import socketserver
import threading
from contextlib import suppress
from time import sleep

from course.checking.answer_kinds import HANDLER
from course.checking.answer_under_test import PATIENCE, AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if, when
from course.checking.served_answers import random_line, random_word, serve_answers

exercise = Exercise(
    name="stop from inside",
    lesson=8,
    number=2,
    task="Write a handler class that answers one line with the same in capitals. To the line b'shutdown\\n', and to "
    "no other, it answers b'bye\\n' instead; then its server's serve_forever returns, so that the server ends "
    "cleanly. It has to work with a TCPServer, whose handlers run in the loop's own thread, and with a "
    "ThreadingTCPServer. Whatever else a client sends, and if it leaves without a word, the server goes on serving.",
    takes=HANDLER,
)
ITSELF = (
    "shutdown() waits until the loop has ended. A TCPServer runs its handlers in the loop's own thread, so there it "
    "waits for itself. Another thread has to call it, and the handler must not wait for that thread."
)
NOT_CALLED = "Nobody has called self.server.shutdown. Give it, without brackets, to a thread as target, and start that."
EXIT = (
    "sys.exit() raises SystemExit, which goes up through serve_forever. Call self.server.shutdown, in another thread."
)
FIRST = "Answer first, and end the server after that: shutdown() waits until the loop has ended."
NOTHING = "A client who leaves without a word sends b'': that is neither b'shutdown\\n' nor a reason to end."
WHOLE = "Compare the whole line, as it came, with b'shutdown\\n': neither a part of it, nor its capitals."


class Noting(socketserver.TCPServer):
    """Notes whether shutdown is called, and whether serve_forever returns."""

    asked = False
    returned: threading.Event

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        super().serve_forever(poll_interval)
        self.returned.set()

    def service_actions(self) -> None:
        if self.socket.fileno() == -1:
            sleep(0.01)  # with its listener closed a loop does not wait

    def shutdown(self) -> None:
        self.asked = True
        super().shutdown()


def noted(answer, base: str = "TCPServer") -> Noting:
    """The answer behind a server that notes how it ends."""
    server = type(base, (Noting, getattr(socketserver, base)), {})(("127.0.0.1", 0), answer)
    server.returned = threading.Event()
    return server  # type: ignore[no-any-return]


servers = serve_answers(exercise, noted)


@exercise.inside
def ended(answer, seconds: float) -> tuple[bool, bool]:
    """Whether serve_forever of the latest server returns within some seconds, and whether shutdown was called."""
    server = servers[-1]
    returned = server.returned.wait(seconds if server.socket.fileno() != -1 else 0.1)
    return returned, server.asked


@exercise.solution
class StopFromInside(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\n":
            self.wfile.write(b"bye\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())


@exercise.step(
    "it answers a line in capitals, and goes on serving",
    "self.rfile.readline(), self.wfile.write(line.upper()), in a StreamRequestHandler.",
)
def capitals(subject: AnswerUnderTest) -> None:
    address = subject.served()
    with subject.client(address) as client:
        client.finish()  # it leaves without a word
    word = random_word()
    for text in (
        f"{word} shutdown\n",
        f"shutdown {word}\n",
        "Shutdown\n",
        "SHUTDOWN\n",
        f"  {word} \n",
    ):
        line = text.encode()
        got = b""
        with suppress(Wrong):
            got = subject.ask(address, line)
        early = any(subject.do("ended", 0.0)) and got != b"bye\n"
        fail_if(early, "it called shutdown, and no client had sent b'shutdown\\n'", NOTHING)
        fail_if(got == b"bye\n", f"{line!r} came, and it answered {got!r}", WHOLE)
        fail_if(not got, "a line came, and it answered nothing")
        fail_if(got != line.upper(), f"{line!r} came, and it answered {got!r}")


@exercise.step(
    "it says bye",
    "Compare the whole line, newline included, with b'shutdown\\n'. Answer before you end the server.",
)
def bye(subject: AnswerUnderTest) -> None:
    for before in (0, 2):
        address = subject.served()
        for _ in range(before):
            subject.ask(address, random_line())
        with subject.client(address) as client:
            with when("b'shutdown\\n' came", FIRST):
                got = client.send(b"shutdown\n").line()
            hint = "The answer is b'bye\\n': in small letters, with its newline." if got else ""
            fail_if(got != b"bye\n", f"b'shutdown\\n' came, and it answered {got!r}", hint)


@exercise.step(
    "serve_forever returns",
    "self.server.shutdown() ends it, called in another thread than the loop's.",
    "threading.Thread(target=self.server.shutdown).start()",
)
def ends(subject: AnswerUnderTest) -> None:
    for base in ("TCPServer", "ThreadingTCPServer"):
        address = subject.served(base)
        line = random_line()
        served = subject.ask(address, line) == line.upper()
        did = "a server had ended, and the next one with your handler class did not serve its first client"
        fail_if(not served, did)
        with subject.client(address) as client:
            client.send(b"shutdown\n").line()
            seconds = subject.left(0.3)
            returned, asked = subject.do("ended", seconds, patience=seconds + PATIENCE)
            if not returned:
                exits = "SystemExit" in " ".join(subject.errors())
                hint = EXIT if exits else ITSELF if asked else NOT_CALLED
                raise Wrong(f"it said bye, and serve_forever of {base} did not return", hint=hint)
            more = client.rest()
            fail_if(more, f"after b'bye\\n' it went on, and sent {more!r}", "b'bye\\n' is the whole answer.")
