"""A large crowd, beside the same clients as bare asyncio and as a thread each; and how many can be served at once."""

from __future__ import annotations

import socket
import socketserver
import subprocess
import sys
import threading
import time

from benchmarks.measuring import Row, at_most, in_turns, ratio_in_turns, seconds
from course import crowd, serve
from course.timeline import Ending

CLIENTS = 1000
WORK = 0.1  # seconds
MANY = 5000
ROUNDS = 7


class Roomy(socketserver.ThreadingTCPServer):
    request_queue_size = 1024
    daemon_threads = True


class Waits(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(1024)
        time.sleep(WORK)
        self.request.sendall(b"HELLO\n")


# In a process of its own, as crowd's clients are; it prints the seconds from the first step to the last.
BARE = """
import asyncio, socket, sys, time

async def client(address):
    loop = asyncio.get_running_loop()
    with socket.socket() as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, address)
        await loop.sock_sendall(sock, b"hello\\n")
        sock.shutdown(socket.SHUT_WR)
        while await loop.sock_recv(sock, 65536):
            pass

async def main(address, clients):
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client(address))

begin = time.perf_counter()
asyncio.run(main(("127.0.0.1", int(sys.argv[1])), int(sys.argv[2])))
print(time.perf_counter() - begin)
"""


def as_crowd() -> float:
    with serve(Roomy, Waits) as server:
        run = crowd(server, clients=CLIENTS, timeout=30)
    assert run.endings == {"replied": CLIENTS}, run.endings
    return run.makespan


def as_bare_asyncio() -> float:
    with unwatched() as address:
        command = [sys.executable, "-S", "-E", "-c", BARE, str(address[1]), str(CLIENTS)]
        return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def as_threads() -> float:
    """One thread per client, written by hand."""

    def client(address: tuple[str, int]) -> None:
        with socket.create_connection(address) as sock:
            sock.sendall(b"hello\n")
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(65536):
                pass

    with unwatched() as address:
        threads = [threading.Thread(target=client, args=(address,)) for _ in range(CLIENTS)]

        def work() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return seconds(work)


class unwatched:  # noqa: N801
    """The same server without course: a context manager that gives its address."""

    def __enter__(self) -> tuple[str, int]:
        self.server = Roomy(("127.0.0.1", 0), Waits)
        self.loop = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.loop.start()
        return self.server.server_address  # type: ignore[return-value]

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.loop.join()
        self.server.server_close()


def many_at_once() -> Row:
    """A gate holds the clients until all are in service."""
    inside, gate = threading.Semaphore(0), threading.Event()

    class Gate(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            inside.release()
            gate.wait(60)
            self.request.sendall(b"through")

    def open_when_all_are_in() -> None:
        for _ in range(MANY):
            inside.acquire(timeout=60)
        gate.set()

    opener = threading.Thread(target=open_when_all_are_in)
    opener.start()
    with serve(type("Roomier", (Roomy,), {"request_queue_size": MANY}), Gate) as server:
        run = crowd(server, clients=MANY, send=b"", timeout=60)
    opener.join()
    took = f"{run.peak:,} in service, {run.endings.get(Ending.REPLIED, 0):,} answered, {run.makespan:.1f} s"
    missed = "" if run.peak == run.endings.get(Ending.REPLIED) == MANY else "missed: all of them"
    return Row(f"{MANY:,} clients in service at the same moment", took, missed=missed or at_most(run.makespan, 10, "s"))


def measure() -> list[Row]:
    as_crowd()  # the first use of anything is slower
    ratio = ratio_in_turns(ROUNDS, as_crowd, as_bare_asyncio)
    ours, bare, threads = in_turns(3, as_crowd, as_bare_asyncio, as_threads)
    what = f"`crowd` of {CLIENTS:,} clients of a handler that waits {WORK:g} s"
    return [
        Row(
            what, f"{ours:.2f} s", f"bare asyncio, nothing recorded: {bare:.2f} s", f"{ratio:.2f}", at_most(ratio, 1.15)
        ),
        Row(
            what,
            f"{ours:.2f} s",
            f"a thread each, by hand: {threads:.2f} s",
            f"{ours / threads:.2f}",
            at_most(ours / threads, 1),
        ),
        many_at_once(),
    ]
