"""A server in a program of its own, where it may fork, crash and be measured. Lesson 11 uses it."""

import asyncio
import contextlib
import inspect
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import cloudpickle
from course import serve

LESSONS = Path(__file__).resolve().parent.parent
BACKLOG = 4096


class Apart:
    """Run what serve() takes, in a program of its own, until the end of the `with` block.

    `address` is where it listens. watched=False runs it without serve(), so that it is alone in
    the program.
    """

    def __init__(self, *server, watched=True):
        command = [sys.executable, "-W", "ignore", "-m", "programs.apart"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        quiet = {**os.environ, "TQDM_DISABLE": "1"}
        self.process = subprocess.Popen(
            command, **pipes, env=quiet, cwd=LESSONS, start_new_session=True
        )
        self.address = self._ask(server, watched)

    def do(self, function, *arguments):
        """Call a function there, with the server as its first argument; returns its value."""
        return self._ask(function, arguments)

    def _ask(self, *order):
        self.process.stdin.write(cloudpickle.dumps(order))
        self.process.stdin.flush()
        return pickle.load(self.process.stdout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(
            ProcessLookupError
        ):  # the program has crashed, and left no children
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)  # its children, too
            else:
                self.process.kill()
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate()


def run_alone(server, handler=None):
    """Run a server in a thread, with a long queue and unwatched; returns its address."""
    if inspect.isclass(server):
        instance = server(("127.0.0.1", 0), handler)
        instance.socket.listen(BACKLOG)
        listener, work = instance.socket, instance.serve_forever
    else:
        listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        work = (
            (lambda: asyncio.run(server(listener)))
            if inspect.iscoroutinefunction(server)
            else lambda: server(listener)
        )
    threading.Thread(target=work, daemon=True).start()
    return listener.getsockname()


def raise_limit():
    """Let this process open as many descriptors as the system allows."""
    with contextlib.suppress(ImportError):  # Windows has no such limit
        import resource

        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    raise_limit()
    server, watched = pickle.load(sys.stdin.buffer)
    served = serve(*server) if watched else run_alone(*server)
    result = served.address if watched else served
    while True:
        sys.stdout.buffer.write(pickle.dumps(result))
        sys.stdout.buffer.flush()
        function, arguments = pickle.load(sys.stdin.buffer)
        result = function(served, *arguments)


if __name__ == "__main__":
    with contextlib.suppress(EOFError):  # nobody asks for anything any more
        main()
