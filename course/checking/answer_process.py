"""The process in which an answer runs. It carries out the judge's orders, and all that the answer started is killed.

The judge runs it with `START`, connected by two pipes. No other descriptor is inherited. Each order carries a random
token, and a reply is valid only with the token of its order, so nothing that the answer writes to descriptors that it
finds is taken for a reply. The steps, their hints and the reference solution are not sent here, and the package with
them cannot be imported.

What this does not prevent: code that searches the memory of its own process (all frames, the garbage collector's
objects) finds the exercise's `inside` functions and the tokens of pending orders, and can forge a reply. The answer
runs as the user who calls check(): it can read that user's files, the solutions in the installed package among them,
and signal that user's processes, the notebook among them. `python -m course check` adds isolation against that.

On Linux and macOS the answer's parent is a keeper, forked before anything is loaded. On Linux it adopts orphaned
descendants of the answer and kills them all, including those in sessions of their own; an answer that keeps forking
faster than the keeper kills can outrun it. On macOS it kills the answer's process group, and a process in a session of
its own survives. On Windows only the answer's process is killed.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import signal
import sys
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from course.checking.plain_values import literal

START = "import gc, sys; gc.disable(); sys.path += sys.argv[1:]; __import__('{name}', fromlist=['main']).main()"
SWEEP = 1.0  # seconds; how long it may take to kill everything that the answer started
LOOK = 0.2  # seconds; how often the keeper looks whether the judge is still running


class Insides:
    """An exercise as this process sees it: the kind of answer that it takes, and its functions beside the answer."""

    takes: Any

    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., object]] = {}

    def inside(self, function: Callable[..., object]) -> Callable[..., object]:
        """Add a function that runs beside the answer."""
        self.functions[function.__name__] = function
        return function


def main() -> None:
    """Carry out the judge's orders until it closes the pipe. The first message holds the exercise and the answer."""
    adopted = keep() if hasattr(os, "fork") else None
    orders, replies = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.argv[:] = [""]

    import threading

    lock = threading.Lock()

    def reply(token: str, value: object) -> None:
        data = f"\n{token} {literal(value)}\n".encode()
        with lock:
            while data:
                data = data[os.write(replies, data) :]

    token, program, pickled = receive(orders)
    insides = Insides()
    try:
        exec(program, {"__name__": "exercise", "exercise": insides})
    except BaseException as error:  # no fault of the answer's
        reply(token, in_one_line(error))
        os._exit(1)
    reply(token, "up")
    gc.enable()  # the process started with it off, which is faster by a tenth
    if adopted is not None:
        os.read(adopted, 1)
        os.close(adopted)
    forget_modules()
    sys.modules["course.exercises"] = None  # type: ignore[assignment]  # the files with the solutions
    server_class: Any = getattr(sys.modules.get("course.serving.server"), "Server", ())
    servers: list[Any] = []
    answer = None
    try:
        import pickle

        answer = pickle.loads(pickled)
        wrong = insides.takes.wrong(answer)
        if insides.takes.plain and not wrong:
            answer = insides.takes.plain(answer)
        if insides.takes.is_apart and not wrong:
            answer = called_apart(answer)
    except BaseException as error:
        wrong = f"it cannot be loaded in a process of its own: {in_one_line(error)}"
    del pickled, program
    reply(token, wrong)

    def errors() -> list[str]:
        latest = servers[-1:]
        failures = [server.failure.strip().splitlines()[-1] for server in latest if server.failure]
        return [visit.error for server in latest for visit in server.visits if visit.error] + failures

    def carry_out(token: str, name: str, arguments: tuple[Any, ...]) -> None:
        try:
            value = insides.functions[name](answer, *arguments) if name else errors()
            if isinstance(value, server_class):
                servers.append(value)
                value = value.address
            reply(token, (True, value))
        except BaseException as error:
            reply(token, (False, in_one_line(error)))

    while order := receive(orders):
        threading.Thread(target=carry_out, args=order, daemon=False).start()  # as the main thread of a program
    os._exit(0)  # whatever threads the answer has


def forget_modules() -> None:
    """Let an answer that imports a module of this package get a copy, so that patching it changes nothing here."""
    import course.checking

    for name in [name for name in sys.modules if name.startswith("course.checking.")]:
        del sys.modules[name]
        delattr(course.checking, name.rpartition(".")[2])


def called_apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """Call a function in a thread of its own, so that sys._getframe shows it nothing of the exercise."""
    import threading

    def call(*arguments: Any) -> Any:
        outcome: list[Any] = []

        def run() -> None:
            try:
                outcome[:] = [True, function(*arguments)]
            except BaseException as error:
                outcome[:] = [False, error]

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join()
        returned, value = outcome
        if not returned:
            raise value
        return value

    return call


def receive(descriptor: int) -> Any:
    """The next message of the judge, None at the end."""
    size = int.from_bytes(_exactly(descriptor, 4), "big")
    data = _exactly(descriptor, size)
    return marshal.loads(data) if size and len(data) == size else None


def _exactly(descriptor: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (piece := os.read(descriptor, min(size - len(data), 1 << 20))):
        data += piece
    return bytes(data)


def in_one_line(error: BaseException) -> str:
    """An exception in one line."""
    import traceback

    return "".join(traceback.format_exception_only(error)).strip().splitlines()[-1][:300]


def keep() -> int:
    """Fork. The parent becomes the keeper and never returns; the child waits on the returned descriptor to begin."""
    mine, keepers = os.pipe()
    signals = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    answer = os.fork()
    if not answer:
        os.setpgid(0, 0)
        os.close(keepers)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        return mine
    try:
        os.close(mine)
        os.close(1)  # so that the replies end when the answer has ended
        _adopt_orphans()
        os.write(keepers, b"!")
        os.close(keepers)
        _wait_for_an_end(answer, signals)
        _kill_all(answer)
    finally:
        os._exit(0)


def _adopt_orphans() -> None:
    """Become the parent of all descendants whose own parents have ended. Only Linux has this, see prctl(2)."""
    if sys.platform == "linux":
        import ctypes

        set_child_subreaper = 36  # from <linux/prctl.h>
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _wait_for_an_end(answer: int, signals: set[signal.Signals]) -> None:
    """Wait until the answer has ended, the judge sends SIGTERM, or the judge has ended."""
    import select

    poll = select.poll()
    poll.register(0, 0)  # which reports only that the judge's end is closed
    while True:
        if _has_ended(answer) or poll.poll(0):
            return
        if hasattr(signal, "sigtimedwait"):
            came = signal.sigtimedwait(signals, LOOK)
            over = came is not None and came.si_signo == signal.SIGTERM
        else:  # macOS
            sleep(0.02)
            over = signal.SIGTERM in signal.sigpending()
        if over:
            return


def _has_ended(answer: int) -> bool:
    """Whether the answer's process has ended. It stays a zombie, so that its id remains its own, except on macOS."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, answer, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return os.waitpid(answer, os.WNOHANG)[0] == answer  # macOS, before Python 3.13


def _kill_all(answer: int) -> None:
    """Kill the answer and its descendants until none is left, or for SWEEP seconds."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(answer, signal.SIGKILL)
        os.kill(answer, signal.SIGKILL)
    end = monotonic() + SWEEP
    while monotonic() < end:
        for process in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        sleep(0.001)  # the end of a grandchild is no event here


def descendants(process: int) -> list[int]:
    """The ids of all descendants of a process, from /proc; empty on systems without it."""
    children = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children") as file:
                children += [int(child) for child in file.read().split()]
    return children + [each for child in children for each in descendants(child)]
