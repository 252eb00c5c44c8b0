"""crowd(): many clients at once, and what each one experienced.

Up to `IN_PROCESS` clients run in a thread of this process; a larger crowd runs in a child process, because
thousands of clients in the same process would take time from the server that is being watched. Clients that
are functions run in one thread per client.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import math
import os
import pickle
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from tqdm.auto import tqdm

from course.crowds import client_loop
from course.crowds.client_loop import ClientReport, Orders, Part, SocketFunction
from course.crowds.match_visits import match_visits
from course.crowds.misbehaving import MISBEHAVING
from course.processor_time import EXTENSION, Extension, LostTime
from course.serving.server import Known, Server, watched
from course.timeline import Address, Ending, Timeline

IN_PROCESS = 100  # clients; measured: up to about here both ends in one process give honest times
SPARE = 32  # descriptors left for whatever else the process opens meanwhile
GRACE = 5.0  # seconds that a crowd's own process or threads may be late before they are given up

OnEnd = Callable[[], object]
EndedQueue = queue.SimpleQueue[int | None]
CHILD = "import sys; sys.path.append({!r}); from course.crowds.client_loop import main; main()"


class Progress(tqdm):  # type: ignore[type-arg]
    """A progress bar that appears after a second, vanishes at the end and starts no thread of its own."""

    monitor_interval = 0
    _lock = threading.RLock()  # tqdm makes one of multiprocessing, which starts a process for it from Python 3.14


def crowd(
    server: Server | Address,
    clients: int = 8,
    send: bytes | str | Sequence[Part] | SocketFunction = b"hello\n",
    *,
    every: float = 0.0,
    timeout: float = 10.0,
    datagrams: bool = False,
) -> Timeline:
    """Send clients to a server, all at once or one `every` so many seconds, and return their Timeline.

    server: what serve() returned, or an (ip, port) or Unix path. The bare address of a server that serve() runs
    in this process is recognised; for any other server the Timeline shows the client side only.
    send: what each client does. Bytes are sent; in a list, numbers between bytes are pauses in seconds. After
    that the client ends its direction of the stream and reads the other one to its end. A function is called with
    a connected, blocking socket; it returns the reply, b"" at the end of the stream, or None if it did not wait
    for one. A word chooses clients that misbehave: "silent" sends nothing and waits; "slow" sends a line byte by
    byte; "half-closing" ends its direction and waits for the reply; "resetting" resets the connection; "flooding"
    sends 16 MiB and reads nothing; "leaving" closes before the reply arrives. To a datagram server, each of the
    bytes goes as one datagram, and the client waits for its answer.
    timeout: each client's deadline in seconds, counted from its first step. When it has run out on a busy machine,
    it is extended by the time that the threads of this process, and of the child process with the clients of a
    large crowd, have waited for a processor since the crowd began: at most 8 seconds, and only on Linux, which counts
    that time (schedstat in proc(5)). So "timed out" is what the server did, not the machine. A client that is a
    function has a socket with this timeout, which is extended only for a function that lifts it.
    datagrams: whether a bare address takes datagrams; for a server that serve() runs this is known.

    Raises ValueError or TypeError for invalid arguments, and OSError if the crowd needs more file descriptors than
    a process may have (getrlimit(2), RLIMIT_NOFILE). A server that refuses, resets or never answers raises
    nothing: the ending of each lane reports it.
    """
    __tracebackhide__ = True  # from IPython: for invalid arguments, the sentence is enough
    return send_crowd(server, clients, send, every=every, timeout=timeout, datagrams=datagrams)


def send_crowd(
    server: Server | Address,
    clients: int,
    send: bytes | str | Sequence[Part] | SocketFunction,
    *,
    every: float = 0.0,
    timeout: float = 10.0,
    datagrams: bool = False,
    on_end: OnEnd | None = None,
    elsewhere: Known | None = None,
) -> Timeline:
    """crowd() with two extra parameters, for use inside the package.

    on_end: called when a client has ended, instead of moving a progress bar; an exception in it ends the crowd.
    elsewhere: what is known of a server that another process watches.
    """
    __tracebackhide__ = True
    parts = _check(clients, send, every, timeout)
    address = _address(server)
    known = elsewhere or watched(server)
    run = _as_functions if callable(parts) else _in_thread if clients <= IN_PROCESS else _in_child
    _check_descriptors(clients, here=(known is not None) + (run is not _in_child))
    with contextlib.ExitStack() as stack:
        folder = ""
        if isinstance(address, str):
            folder = tempfile.mkdtemp(prefix="course-")
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        orders = Orders(address, clients, parts, every, timeout, known.datagrams if known else datagrams, folder)
        if on_end is None:
            quiet = bool(os.environ.get("TQDM_DISABLE"))  # tqdm's bar for notebooks does not look at it
            bar = stack.enter_context(Progress(total=clients, delay=1, leave=False, unit="client", disable=quiet))
            on_end = bar.update
        reports = list(run(orders, on_end))
    if known:
        return match_visits(known.name, reports, known.visits())
    return match_visits(address if isinstance(address, str) else f"{address[0]}:{address[1]}", reports, None)


def _check(clients: object, send: object, every: object, timeout: object) -> list[Part] | SocketFunction:
    """Return the parts to send as a list, or the function. Raises TypeError or ValueError for invalid arguments."""
    __tracebackhide__ = True
    if not isinstance(clients, int) or isinstance(clients, bool):
        raise TypeError(f"clients={clients!r} has to be a whole number")
    if clients < 1:
        raise ValueError(f"clients={clients}: a crowd needs at least one client")
    for name, value, least in (("every", every, 0.0), ("timeout", timeout, 0.001)):
        if not isinstance(value, (int, float)) or not least <= value < math.inf:
            raise ValueError(f"{name}={value!r} has to be a number of seconds, {least:g} or more")
    if callable(send):
        unlike = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
        if any(is_one(send) for is_one in unlike):
            name = getattr(send, "__name__", repr(send))
            raise TypeError(
                f"send={name} is an async function or a generator, which does not run when it is called: "
                "give a plain function that takes a connected socket and returns the reply"
            )
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
        if not isinstance(part, bytes) and not (isinstance(part, (int, float)) and 0 <= part < math.inf):
            raise TypeError(f"send has {part!r} in it; each part has to be bytes or a pause in seconds")
    return parts


def _address(server: object) -> Address:
    match server:
        case Server(address=address):
            return address
        case str(path):
            if not path.startswith("\0") and not os.path.exists(path):  # unix(7): an abstract address is no path
                raise ValueError(f"{path!r} is not a Unix socket: give serve()'s result, a path, or an (ip, port)")
            return path
        case (str(host), int(port)):
            return host, port
        case (str(host), int(port), int(flow), int(scope)):
            return host, port, flow, scope
    raise TypeError(f"{server!r} is not an address: give serve()'s result, an (ip, port), or a Unix socket's path")


def _check_descriptors(clients: int, here: int) -> None:
    """Raise OSError if this process may not open `here` more descriptors per client, or a child process one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return
    used = SPARE + (len(os.listdir("/dev/fd")) if here else 0)
    needed = clients * max(1, here)
    if used + needed > allowed:
        raise OSError(
            f"this crowd needs {needed:,} file descriptors and a process may have only {allowed:,}, "
            f"{max(0, allowed - used):,} of them free: ask for fewer clients, or raise the limit with `ulimit -n` first"
        )


def _latest(orders: Orders) -> float:
    """Seconds after which every client must have ended, whatever the server does."""
    return orders.every * orders.clients + orders.timeout + GRACE


def _in_thread(orders: Orders, on_end: OnEnd) -> list[ClientReport]:
    """Run the clients' event loop in a thread: this one may have a loop of its own, as in Jupyter."""
    ended: EndedQueue = queue.SimpleQueue()
    reports: list[ClientReport] = []
    over: Future[None] = Future()
    lost = LostTime(os.getpid())
    loop = asyncio.new_event_loop()

    def report(client: ClientReport) -> None:
        reports.append(client)
        ended.put(client.number)

    def work() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(client_loop.run(orders, report, lost))
        except BaseException as error:
            over.set_exception(error)
        else:
            over.set_result(None)
        ended.put(None)

    def cancel() -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()

    thread = threading.Thread(target=work, name="course crowd", daemon=True)
    try:
        thread.start()
        _wait(ended, orders, on_end, lost)
        over.result(GRACE)
    finally:
        if not over.done():  # interrupted, or too late
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(cancel)
        if wait([over], GRACE).done:
            thread.join()
    return reports


def _in_child(orders: Orders, on_end: OnEnd) -> Iterator[ClientReport]:
    """Run the clients in a child process and yield each report as it arrives."""
    command = [sys.executable, "-I", "-S", "-c", CHILD.format(str(Path(client_loop.__file__).parents[2]))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdin
        assert child.stdout
        guard = threading.Timer(_latest(orders) + EXTENSION, child.kill)
        guard.start()
        try:
            child.stdin.write(pickle.dumps(orders))
            child.stdin.close()
            with contextlib.suppress(EOFError):
                while True:
                    report: ClientReport = pickle.load(child.stdout)
                    on_end()
                    yield report
        finally:
            guard.cancel()
            if child.poll() is None and sys.exc_info()[0]:
                child.kill()
            guard.join()
    if child.returncode:
        raise RuntimeError(f"the process with the clients ended with status {child.returncode}")


def _as_functions(orders: Orders, on_end: OnEnd) -> list[ClientReport]:
    """Call a function for each client, in one thread per client; sockets of those that overstay are shut down."""
    assert callable(orders.send)
    act = orders.send
    ended: EndedQueue = queue.SimpleQueue()
    reports: dict[int, ClientReport] = {}
    sockets: dict[int, socket.socket] = {}
    give_up = threading.Event()
    lost = LostTime(os.getpid())

    def run_client(number: int) -> None:
        if give_up.wait((number - 1) * orders.every):
            return
        client = reports[number] = ClientReport(number, perf_counter())
        try:
            with client_loop.open_socket(orders, number) as sock:
                sockets[number] = sock
                sock.settimeout(orders.timeout)
                sock.connect(orders.address)
                client.connected, client.address = perf_counter(), sock.getsockname()
                client.sent = int(orders.datagrams)
                reply = act(sock)
                if reply is not None and not isinstance(reply, (bytes, bytearray)):
                    raise TypeError(f"a client's function has to return bytes or None; it returned {reply!r}"[:200])
                good = Ending.ANSWERED if orders.datagrams else Ending.REPLIED
                client.ending = good if reply else Ending.LEFT if reply is None else Ending.CLOSED
                client.reply = bytes(reply or b"")[: client_loop.KEPT]
        except BaseException as error:
            client.ending, client.error = client_loop.ending_of(error, datagrams=orders.datagrams)
        finally:
            client.ended = perf_counter()
            ended.put(number)

    threads = {
        number: threading.Thread(target=run_client, args=(number,), name=f"course client {number}", daemon=True)
        for number in range(1, orders.clients + 1)
    }
    try:
        for thread in threads.values():
            thread.start()
        _wait(ended, orders, on_end, lost)
    finally:
        give_up.set()
        clients = [
            client if client.ended is not None else replace(client, ending=Ending.TIMED_OUT, ended=perf_counter())
            for client in list(reports.values())
        ]
        for number, thread in threads.items():
            if number in reports and reports[number].ended is not None:
                thread.join()
            elif number in sockets:
                with contextlib.suppress(OSError):
                    sockets[number].shutdown(socket.SHUT_RDWR)
    return clients


def _wait(ended: EndedQueue, orders: Orders, on_end: OnEnd, lost: LostTime) -> None:
    """Wait for every client's end, for the end of all (None), or for the deadline, and report each client's end.

    The deadline is extended as those of the clients are.

    Not with Thread.join: up to Python 3.12 an interrupted join takes a running thread for one that has ended.
    """
    end = perf_counter() + _latest(orders)
    extension = Extension(lost.seconds)
    left = orders.clients
    while left:
        try:
            if ended.get(timeout=max(0.0, end - perf_counter())) is None:
                return
        except queue.Empty:
            if not (more := extension.more()):
                return
            end += more
        else:
            left -= 1
            on_end()
