"""A large crowd, beside the same clients as bare asyncio and as a thread each; and how many can be served at once."""

from __future__ import annotations

import itertools
import socket
import socketserver
import subprocess
import sys
import threading
import time
from subprocess import DEVNULL

from benchmarks.measuring import Row, at_most, in_turns, ratio_in_turns, seconds
from course import crowd, serve
from course.timeline import Ending

CLIENTS = 1000
WORK = 0.1  # seconds
MANY = 9000
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
    with unwatched(Roomy, Waits) as address:
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

    with unwatched(Roomy, Waits) as address:
        threads = [threading.Thread(target=client, args=(address,)) for _ in range(CLIENTS)]

        def work() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return seconds(work)


class unwatched:  # noqa: N801
    """A server without course: a context manager that gives its address."""

    def __init__(self, server: type[Roomy], handler: type[socketserver.BaseRequestHandler]) -> None:
        self.server = server(("127.0.0.1", 0), handler)

    def __enter__(self) -> tuple[str, int]:
        self.loop = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.loop.start()
        return self.server.server_address  # type: ignore[return-value]

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.loop.join()
        self.server.server_close()


class Roomier(Roomy):
    request_queue_size = 4096


def gate_for(clients: int) -> type[socketserver.BaseRequestHandler]:
    """A handler that keeps its client until so many are in service at the same moment."""
    lock, gate, inside = threading.Lock(), threading.Event(), itertools.count(1)

    class Gate(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with lock:
                if next(inside) == clients:
                    gate.set()
            gate.wait(60)
            self.request.sendall(b"through")

    return Gate


def many_at_once() -> Row:
    """All clients in service at the same moment, beside the same server and clients with nothing recorded."""
    begin = time.perf_counter()
    with serve(Roomier, gate_for(MANY)) as server:
        run = crowd(server, clients=MANY, timeout=60)
    ours = time.perf_counter() - begin
    begin = time.perf_counter()
    with unwatched(Roomier, gate_for(MANY)) as address:
        subprocess.run([sys.executable, "-S", "-E", "-c", BARE, str(address[1]), str(MANY)], check=True, stdout=DEVNULL)
    bare = time.perf_counter() - begin
    answered = run.endings.get(Ending.REPLIED, 0)
    return Row(
        f"{MANY:,} clients in service at the same moment, a thread for each",
        f"{run.peak:,} in service, {answered:,} answered, {ours:.1f} s",
        f"nothing recorded: {bare:.1f} s",
        f"{ours / bare:.2f}",
        at_most(ours, 12, "s") if run.peak == answered == MANY else "missed: all of them",
    )


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
            f"one thread per client, by hand: {threads:.2f} s",
            f"{ours / threads:.2f}",
            at_most(ours / threads, 1),
        ),
        many_at_once(),
    ]
