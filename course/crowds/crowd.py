"""crowd(): many clients at once, and what each one lived through.

Up to `IN_PROCESS` clients run in a thread of this process; a larger crowd runs in a child process, because
thousands of clients in the same process would take time from the server that is being watched. Clients that
are functions run in a thread each.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import math
import os
import queue
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from tqdm.auto import tqdm

from course.crowds import client_loop
from course.crowds.match_visits import join
from course.serving.server import Address, Known, Server, watched
from course.timeline import Lane, Timeline

IN_PROCESS = 100  # clients; measured: up to about here both ends in one process give honest times
SPARE = 32  # descriptors left for whatever else the process opens meanwhile
PATIENCE = 5.0  # seconds a crowd's own process or threads may be late before they are given up


class Progress(tqdm):  # type: ignore[type-arg]
    """A progress bar that appears after a second, vanishes at the end and starts no thread of its own."""

    monitor_interval = 0


Function = Callable[[socket.socket], object]
Part = bytes | float

FLOOD = 256  # pieces of 64 KiB that a flooding client sends at most


def _silent(sock: socket.socket) -> bytes:
    return sock.recv(65536)


def _half_closing(sock: socket.socket) -> bytes:
    sock.sendall(b"hello\n")
    sock.shutdown(socket.SHUT_WR)
    return sock.recv(65536)


def _resetting(sock: socket.socket) -> None:
    sock.sendall(b"hello\n")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # socket(7): close() resets


def _flooding(sock: socket.socket) -> None:
    for _ in range(FLOOD):
        sock.sendall(bytes(65536))


def _leaving(sock: socket.socket) -> None:
    sock.sendall(b"hello\n")


MISBEHAVING: dict[str, Function | list[Part]] = {
    "silent": _silent,
    "slow": [part for byte in b"hello\n" for part in (bytes([byte]), 0.03)][:-1],
    "half-closing": _half_closing,
    "resetting": _resetting,
    "flooding": _flooding,
    "leaving": _leaving,
}
Told = Callable[[], object]
Ended = queue.SimpleQueue[int | None]


def crowd(
    server: Server | Address,
    clients: int = 8,
    send: bytes | str | Sequence[Part] | Function = b"hello\n",
    *,
    every: float = 0.0,
    timeout: float = 10.0,
    datagrams: bool = False,
) -> Timeline:
    """Send clients to a server, all at once or one `every` so many seconds, and return their Timeline.

    server: what serve() returned, or an (ip, port) or Unix path. A bare address of a server that serve()
    runs in this process is recognised; of any other server only the clients' side can be told.
    send: the bytes that each client sends; or a list of bytes and of pauses in seconds; or a function that is
    called with a connected, blocking socket and returns the reply, b"" at the end of the stream, or None if it
    waited for none; or one word for clients that misbehave: "silent" sends nothing and waits; "slow" sends a
    line a byte at a time; "half-closing" ends its direction and waits for the reply; "resetting" resets the
    connection; "flooding" sends 16 MiB and reads nothing; "leaving" closes before the reply. After bytes and
    lists the client ends its direction of the stream and reads to the end of the other. To a server of
    datagrams each of the bytes goes as one datagram, and the client waits for its answer.
    timeout: each client's deadline in seconds, counted from its first step.
    datagrams: whether a bare address takes datagrams; a server that serve() runs is known.

    Raises ValueError or TypeError for orders that make no sense, OSError if the crowd needs more file
    descriptors than this process may have (getrlimit(2), RLIMIT_NOFILE). A server that refuses, resets or
    never answers raises nothing: each lane says how it ended.
    """
    __tracebackhide__ = True  # from IPython: where an order makes no sense, the sentence says it all
    return send_crowd(server, clients, send, every=every, timeout=timeout, datagrams=datagrams)


def send_crowd(
    server: Server | Address,
    clients: int,
    send: bytes | str | Sequence[Part] | Function,
    *,
    every: float = 0.0,
    timeout: float = 10.0,
    datagrams: bool = False,
    told: Told | None = None,
    elsewhere: Known | None = None,
) -> Timeline:
    """What crowd() does, with two things for who is nearer.

    told: called at each client's end instead of a progress bar; what it raises ends all.
    elsewhere: what is known of a server that another process watches.
    """
    __tracebackhide__ = True
    parts = _check(clients, send, every, timeout)
    address = _address(server)
    known = elsewhere or watched(server)
    in_process = callable(parts) or clients <= IN_PROCESS
    _check_descriptors(clients * ((known is not None) + in_process))
    with contextlib.ExitStack() as stack:
        folder = None
        if isinstance(address, str):
            folder = tempfile.mkdtemp(prefix="course-")
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        orders = {"address": address, "clients": clients, "send": parts, "every": every, "timeout": timeout}
        orders["folder"], orders["datagrams"] = folder, known[2] if known else datagrams
        if told is None:
            quiet = bool(os.environ.get("TQDM_DISABLE"))  # tqdm's bar for notebooks does not look at it
            bar = stack.enter_context(Progress(total=clients, delay=1, leave=False, unit="client", disable=quiet))
            told = bar.update
        run = _as_functions if callable(parts) else _in_thread if in_process else _in_child
        lanes = [Lane(**report) for report in run(orders, told)]
    if known:
        name, visits, _ = known
        return join(name, lanes, visits())
    return join(address if isinstance(address, str) else f"{address[0]}:{address[1]}", lanes, None)


def _check(clients: object, send: object, every: object, timeout: object) -> list[Part] | Function:
    """Return the parts to send as a list, or the function; raise where the orders make no sense."""
    __tracebackhide__ = True
    if not isinstance(clients, int) or isinstance(clients, bool):
        raise TypeError(f"clients={clients!r} has to be a whole number")
    if clients < 1:
        raise ValueError(f"clients={clients}: a crowd needs at least one client")
    for name, value, least in (("every", every, 0.0), ("timeout", timeout, 0.001)):
        if not isinstance(value, (int, float)) or not least <= value < math.inf:
            raise ValueError(f"{name}={value!r} has to be a number of seconds, {least:g} or more")
    if callable(send):
        return send
    if isinstance(send, str):
        if send not in MISBEHAVING:
            raise TypeError(
                f"send={send!r} is text, and a socket carries bytes: write send={send.encode()!r}; "
                f"or one of the words {', '.join(map(repr, MISBEHAVING))}"
            )
        return MISBEHAVING[send]
    parts = [send] if isinstance(send, (bytes, bytearray)) else send
    if not isinstance(parts, Iterable):
        raise TypeError(f"send={send!r} has to be bytes, a list of bytes and pauses, or a function")
    parts = [bytes(part) if isinstance(part, bytearray) else part for part in parts]
    for part in parts:
        if isinstance(part, bytes) or (isinstance(part, (int, float)) and 0 <= part < math.inf):
            continue
        raise TypeError(f"send has {part!r} in it; each part has to be bytes or a pause in seconds")
    return parts


def _address(server: object) -> Address:
    if isinstance(server, Server):
        return server.address
    if isinstance(server, str):
        if not os.path.exists(server):
            raise ValueError(f"{server!r} is no Unix socket: give serve()'s result, a path, or an (ip, port)")
        return server
    match server:
        case (str(), int(), *_):
            return server
    raise TypeError(f"{server!r} is no address: give serve()'s result, an (ip, port), or a Unix socket's path")


def _check_descriptors(needed: int) -> None:
    """Raise if the process may not open so many descriptors more."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return
    used = len(os.listdir("/dev/fd")) + SPARE
    if used + needed > allowed:
        raise OSError(
            f"this crowd needs {needed:,} file descriptors more and this process may have only {allowed:,} in all, "
            f"{max(0, allowed - used):,} of them free: ask for fewer clients, or raise the limit with `ulimit -n` first"
        )


def _deadline(orders: dict[str, Any]) -> float:
    """Seconds within which every client must have ended, whatever the server does."""
    return float(orders["every"] * orders["clients"] + orders["timeout"] + PATIENCE)


def _in_thread(orders: dict[str, Any], told: Told) -> list[client_loop.Report]:
    """Run the clients' event loop in a thread: this one may have a loop of its own, as in Jupyter."""
    ended: Ended = queue.SimpleQueue()
    reports: list[client_loop.Report] = []
    failures: list[BaseException] = []
    cancel: list[Callable[[], object]] = []
    started, over = threading.Event(), threading.Event()

    def report(lane: client_loop.Report) -> None:
        reports.append(lane)
        ended.put(lane["number"])

    async def main() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task
        cancel.append(lambda: loop.call_soon_threadsafe(task.cancel))
        started.set()
        await client_loop.run(orders, report)

    def work() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            failures.append(error)
        finally:
            over.set()
            ended.put(None)

    thread = threading.Thread(target=work, name="course crowd", daemon=True)
    try:
        thread.start()
        _wait(ended, orders, told)
        over.wait(PATIENCE)
    finally:
        if not over.is_set() and started.wait(PATIENCE):  # interrupted, or too late
            with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
                cancel[0]()
        if over.wait(PATIENCE):
            thread.join()
    for error in failures:
        raise error
    return reports


def _in_child(orders: dict[str, Any], told: Told) -> Iterator[client_loop.Report]:
    """Run the clients in a child process and yield each report as its line arrives."""
    coded = [base64.b64encode(part).decode() if isinstance(part, bytes) else part for part in orders["send"]]
    command = [sys.executable, "-S", "-E", str(Path(client_loop.__file__))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stdin
        assert child.stdout
        guard = threading.Timer(_deadline(orders), child.kill)
        guard.start()
        try:
            child.stdin.write(json.dumps({**orders, "send": coded}) + "\n")
            child.stdin.flush()
            for line in child.stdout:
                report = json.loads(line)
                report["reply"] = base64.b64decode(report["reply"])
                if isinstance(report["address"], list):
                    report["address"] = tuple(report["address"])
                told()
                yield report
        finally:
            guard.cancel()
            if child.poll() is None and sys.exc_info()[0]:
                child.kill()
            guard.join()
    if child.returncode:
        raise RuntimeError(f"the process with the clients ended with status {child.returncode}")


def _as_functions(orders: dict[str, Any], told: Told) -> list[client_loop.Report]:
    """Run a function for each client, in a thread each; sockets of those that overstay are closed."""
    ended: Ended = queue.SimpleQueue()
    reports: dict[int, client_loop.Report] = {}
    sockets: dict[int, socket.socket] = {}
    give_up = threading.Event()

    def client(number: int) -> None:
        if give_up.wait((number - 1) * orders["every"]):
            return
        lane = reports[number] = {"number": number, "address": None, "connected": None, "error": "", "reply": b""}
        lane["connecting"] = perf_counter()
        try:
            with client_loop.open_socket(orders, number) as sock:
                sockets[number] = sock
                sock.settimeout(orders["timeout"])
                sock.connect(orders["address"])
                lane["connected"], lane["address"] = perf_counter(), sock.getsockname()
                if orders["datagrams"]:
                    lane["sent"] = 1
                reply = orders["send"](sock)
                good = "answered" if orders["datagrams"] else "replied"
                lane["ending"] = good if reply else "left" if reply is None else "closed"
                lane["reply"] = bytes(reply)[: client_loop.KEPT] if isinstance(reply, (bytes, bytearray)) else b""
        except BaseException as error:
            lane["ending"], lane["error"] = client_loop.how_it_ended(error, datagrams=orders["datagrams"])
        finally:
            lane["ended"] = perf_counter()
            ended.put(number)

    numbers = range(1, orders["clients"] + 1)
    threads = [threading.Thread(target=client, args=(n,), name=f"course client {n}", daemon=True) for n in numbers]
    try:
        for thread in threads:
            thread.start()
        _wait(ended, orders, told)
    finally:
        give_up.set()
        overdue = {"ending": "timed out", "ended": perf_counter()}
        lanes = [lane if "ended" in lane else lane | overdue for lane in list(reports.values())]
        for number, thread in zip(numbers, threads, strict=True):
            if "ended" in reports.get(number, ()):
                thread.join()
            elif number in sockets:
                with contextlib.suppress(OSError):
                    sockets[number].shutdown(socket.SHUT_RDWR)
    return lanes


def _wait(ended: Ended, orders: dict[str, Any], told: Told) -> None:
    """Wait for every client's end, for the end of all (None), or for the deadline; each of them is told.

    Not with Thread.join: up to Python 3.12 an interrupted join takes a running thread for one that has ended.
    """
    end = perf_counter() + _deadline(orders)
    for _ in range(orders["clients"]):
        try:
            if ended.get(timeout=max(0.0, end - perf_counter())) is None:
                return
        except queue.Empty:
            return
        told()
