"""nothing_left(): what a lesson's last cell calls, to show that its servers, clients and sockets are gone."""

import gc
import multiprocessing
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

PATIENCE = 2.0  # seconds that what is ending may take to end

_OF_LESSONS = ("__main__", "course", "socketserver", "concurrent.futures")  # modules whose threads a lesson starts


def nothing_left() -> None:
    """Print one sentence: that nothing is left, and what was looked for; or else what is still there, by name.

    Left are threads that run code of the notebook, of `course`, of socketserver or of a thread pool, open sockets
    with an address, and child processes. Threads and processes of Jupyter's own are not counted. What is ending at
    this moment gets up to two seconds to end.
    """
    until = time.monotonic() + PATIENCE
    while (left := leftovers()) and time.monotonic() < until:
        time.sleep(0.02)
    if left:
        print("Something is left:", "; ".join(left) + ".")
    else:
        print("Nothing is left: no thread of a server or a client, no open socket, no child process.")


def leftovers() -> list[str]:
    """What a lesson has started or opened and not ended or closed, a phrase for each, sorted."""
    gc.collect()  # what nobody can reach any more is closed by Python itself
    return sorted([*_threads(), *_sockets(), *_processes()])


def _threads() -> Iterator[str]:
    frames = sys._current_frames()
    for thread in threading.enumerate():
        modules = set()
        frame = frames.get(thread.ident or 0)
        while frame:
            modules.add(str(frame.f_globals.get("__name__")))
            frame = frame.f_back
        theirs = any(f"{module}.".startswith(f"{root}.") for module in modules for root in _OF_LESSONS)
        # A thread whose target is written in C, such as a socket's sendall, has no frames but those of threading.
        if thread is not threading.main_thread() and (theirs or (modules == {"threading"} and "(" in thread.name)):
            yield f"the thread {thread.name!r}"


def _sockets() -> Iterator[str]:
    for sock in gc.get_objects():
        if isinstance(sock, socket.socket) and sock.fileno() != -1 and (where := _address(sock)):
            yield where


def _address(sock: socket.socket) -> str | None:
    """What an open socket is, in words; None for one without an address, as in the pairs that event loops use."""
    try:
        name = sock.getsockname()
    except OSError:
        return None
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        return f"a socket with port {name[1]}"
    try:
        name = name or sock.getpeername()
    except OSError:
        return None
    return f"a socket at {name!r}" if name else None


def _processes() -> Iterator[str]:
    for child in multiprocessing.active_children():
        yield f"the process {child.name!r}"
    for process in gc.get_objects():
        if isinstance(process, subprocess.Popen) and process.poll() is None:
            yield f"the process {process.args!r}"
