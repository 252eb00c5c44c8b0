"""What it costs to have the course at hand: the import, starting a server, stopping it."""

from __future__ import annotations

import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable
from time import perf_counter, sleep

from benchmarks.measuring import Row, at_most, in_turns, milliseconds, seconds
from course import serve

Times = tuple[float, float]
IDLE = 0.05  # seconds, for the loop to come to rest


def run_python(program: str) -> Callable[[], float]:
    return lambda: seconds(lambda: subprocess.run([sys.executable, "-c", program], check=True))


def by_course() -> Times:
    """Seconds until a client can connect, and until the server has stopped."""
    begin = perf_counter()
    server = serve(socketserver.TCPServer, Nothing)
    assert isinstance(server.address, tuple)
    socket.create_connection(server.address[:2]).close()
    started = perf_counter() - begin
    sleep(IDLE)
    return started, seconds(server.stop)


def by_hand() -> Times:
    """The same with serve_forever in a thread, as the Python docs do it."""
    begin = perf_counter()
    server = socketserver.TCPServer(("127.0.0.1", 0), Nothing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    socket.create_connection(server.socket.getsockname()).close()
    started = perf_counter() - begin
    sleep(IDLE)

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return started, seconds(stop)


class Nothing(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(1)


def measure() -> list[Row]:
    with_course, bare = in_turns(15, run_python("import course"), run_python("pass"))
    added = with_course - bare
    by_course(), by_hand()
    start, start_by_hand = in_turns(25, lambda: by_course()[0], lambda: by_hand()[0])
    stop, stop_by_hand = in_turns(9, lambda: by_course()[1], lambda: by_hand()[1])
    return [
        Row("`import course`", f"adds {milliseconds(added)}", f"bare Python: {milliseconds(bare)}",
            f"{with_course / bare:.2f}", at_most(added * 1000, 30, "ms")),
        Row("`serve()`, until a client is connected", milliseconds(start),
            f"by hand: {milliseconds(start_by_hand)}", f"{start / start_by_hand:.2f}", at_most(start * 1000, 5, "ms")),
        Row("`stop()` when idle", milliseconds(stop), f"`shutdown()` by hand: {milliseconds(stop_by_hand)}",
            f"{stop / stop_by_hand:.2f}", at_most(stop * 1000, 50, "ms")),
    ]  # fmt: skip
