"""The key-value store of lesson 13 beside Redis: operations a second of 50 clients, as redis-benchmark counts them."""

from __future__ import annotations

import csv
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.measuring import Row, in_turns

PROGRAM = Path(__file__).resolve().parent.parent / "notebooks" / "programs" / "key_value_store.py"
ALWAYS = ("--save", "", "--appendonly", "yes", "--appendfsync", "always")  # as the program of the lesson does
CLIENTS = 50
ROUNDS = 5


@contextmanager
def running(command: list[str], folder: str, ready: str) -> Iterator[None]:
    """A server as a process, from the line with which it says that it is ready."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            next(line for line in process.stdout if ready in line.lower())
            yield
        finally:
            process.kill()


def operations(port: int, command: str, requests: int) -> float:
    """Operations a second."""
    options = ["-p", str(port), "-c", str(CLIENTS), "-n", str(requests), "-t", command, "--csv"]
    done = subprocess.run(["redis-benchmark", *options], check=True, capture_output=True, text=True)
    return float(next(row[1] for row in csv.reader(done.stdout.splitlines()) if row[0].lower() == command))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def measure() -> list[Row]:
    if not (shutil.which("redis-server") and shutil.which("redis-benchmark")):
        print("the key-value store is not measured: redis-server or redis-benchmark is not installed", file=sys.stderr)
        return []
    ours, theirs = free_port(), free_port()
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running([sys.executable, str(PROGRAM), "--port", str(ours)], folder, "listening"),
        running(["redis-server", "--port", str(theirs), *ALWAYS], folder, "ready to accept"),
    ):
        for command, requests, what in (
            ("get", 20_000, "`GET`"),
            ("set", 4_000, "`SET`, on the disk before it is answered"),
        ):
            rates = in_turns(
                ROUNDS, partial(operations, ours, command, requests), partial(operations, theirs, command, requests)
            )
            course, redis = (f"{rate:,.0f} a second" for rate in rates)
            title = f"{what}, {CLIENTS} clients, the key-value store of lesson 13"
            rows.append(Row(title, course, f"Redis: {redis}", f"{rates[0] / rates[1]:.2f}"))
    return rows
