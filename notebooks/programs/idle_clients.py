"""What a server needs for clients who say nothing, measured on Linux. Lesson 11 uses it."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

LESSONS = Path(__file__).resolve().parent.parent
LOOK_EVERY = 0.05  # seconds
CLASSES = {3: "below 3 MB", 50: "3 to 50 MB", 500: "50 to 500 MB", float("inf"): "above 500 MB"}
PATIENCE = 60.0  # seconds that a server may take to accept its clients


@dataclass
class Needs:
    """What all processes of a server have. `memory` is in kB; shared memory is divided up."""

    processes: int = 0
    threads: int = 0
    sockets: int = 0
    memory: int = 0
    busy: int = 0  # threads that run or want to

    @property
    def settled(self):
        return self.processes, self.threads, self.sockets, self.busy


@dataclass
class Idle:
    """What a server needs for `clients` more, who say nothing: processes, threads, kB of memory."""

    clients: int
    held: int  # of them, those that the server has accepted; the others are in the kernel's queue
    processes: int
    threads: int
    memory: int

    @property
    def kilobytes(self):
        """The memory for one client."""
        return self.memory / self.clients

    def __str__(self):
        """As for 1,000 clients; the memory as a class, which is the same in each run."""
        times = 1000 / self.clients
        numbers = [
            f"{times * number:9,.0f}" for number in (self.held, self.processes, self.threads)
        ]
        memory = next(text for most, text in CLASSES.items() if self.kilobytes < most)
        return " ".join([*numbers, f"  {memory}"])


def measure_idle(clients, *server):
    """Connect so many clients to what serve() takes, in a program of its own."""
    if sys.platform != "linux":
        raise OSError("this is measured on Linux only: read the stored output")
    from programs.apart import Apart  # here, since the clients' program does without

    with Apart(*server, watched=False) as apart:
        before = when_settled(apart)
        command = [
            sys.executable,
            "-m",
            "programs.idle_clients",
            str(apart.address[1]),
            str(clients),
        ]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=LESSONS
        ) as holder:
            connected = int(holder.stdout.readline())
            after = when_settled(apart)
            holder.stdin.close()
    gained = [
        getattr(after, what) - getattr(before, what)
        for what in ("sockets", "processes", "threads", "memory")
    ]
    return Idle(connected, *gained)


def when_settled(apart):
    """What the server needs when nothing has changed between two looks, and no thread has work."""
    until = time.monotonic() + PATIENCE
    before, now = None, apart.do(needs)
    while now.busy or before is None or before.settled != now.settled:
        if time.monotonic() > until:
            raise TimeoutError("the server still has work to do")
        time.sleep(LOOK_EVERY)
        before, now = now, apart.do(needs)
    return now


def needs(_):
    """What this process and its children need."""
    total, sockets = Needs(), set()
    tasks = Path("/proc/self/task")
    children = [
        child for task in tasks.iterdir() for child in (task / "children").read_text().split()
    ]
    for process in ["self", *children]:
        folder = Path("/proc", process)
        states = {
            task.name: (task / "stat").read_text().rpartition(") ")[2][0]
            for task in (folder / "task").iterdir()
        }
        states.pop(str(threading.get_native_id()), None)
        total.busy += sum(state in "RD" for state in states.values())
        total.processes += 1
        total.threads += len(states)
        sockets |= set(open_files(folder / "fd"))
        lines = (folder / "smaps_rollup").read_text().splitlines()
        total.memory += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    total.sockets = sum(name.startswith("socket:") for name in sockets)
    return total


def open_files(folder):
    """What the descriptors of a process stand for, such as 'socket:[4711]'."""
    for each in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # the folder has a descriptor, too
            yield os.readlink(each)


def hold(port, clients):
    """Connect, print how many are connected, and keep them until nobody wants them any more."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sockets = []
    try:
        for _ in range(clients):
            sockets.append(socket.create_connection(("127.0.0.1", port), timeout=5))
    except OSError:
        pass  # no more
    print(len(sockets), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    hold(*map(int, sys.argv[1:]))
