"""The clients of a crowd, in one thread: one asyncio task per client, which notes its times as it goes.

A large crowd runs in a child process, whose main() is here: it reads its Orders from standard input and writes a
ClientReport for each client that has ended, all of them pickled. Only the standard library, the record and the
reader of lost time are imported, so that the child starts fast.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import os
import pickle
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from course.processor_time import Extension, LostTime
from course.timeline import Address, Ending

KEPT = 65536  # bytes of a reply that are kept
RETRY = 0.005  # seconds between two tries when a Unix socket's queue is full; no event announces room in it

Part = bytes | float  # bytes to send, or seconds to pause
SocketFunction = Callable[[socket.socket], object]


@dataclass(frozen=True, slots=True)
class Orders:
    """What the clients of a crowd do. Times are in seconds."""

    address: Address
    clients: int
    send: list[Part] | SocketFunction
    every: float  #: between the first steps of two clients
    timeout: float  #: for each client, from its first step to its end, without what a busy machine adds
    datagrams: bool = False
    folder: str = ""  #: where the clients of a Unix socket bind names of their own


@dataclass(slots=True)
class ClientReport:
    """What one client experienced, on its own side. Times are `perf_counter` seconds, None for what never came."""

    number: int
    connecting: float
    connected: float | None = None
    ended: float | None = None
    address: Address | None = None  #: the client's own
    ending: Ending = Ending.TIMED_OUT
    error: str = ""
    reply: bytes = b""
    sent: int = 0  #: bytes of the largest datagram


async def run(orders: Orders, report: Callable[[ClientReport], None], lost: LostTime) -> None:
    """Send all clients of `orders`, whose `send` is a list, and report each as it ends.

    lost: by the time that has been lost in it, timeouts that have run out are extended.
    """
    start = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(1, orders.clients + 1):
            if orders.every and number > 1:
                await asyncio.sleep(max(0.0, start + (number - 1) * orders.every - perf_counter()))
            group.create_task(_client(number, orders, report, lost))


async def _client(number: int, orders: Orders, report: Callable[[ClientReport], None], lost: LostTime) -> None:
    client = ClientReport(number, perf_counter())
    try:
        with open_socket(orders, number) as sock:
            async with asyncio.timeout(None) as timeout:
                extension = Extension(lost.seconds)
                timer = asyncio.get_running_loop().call_later(orders.timeout, _run_out, sock, timeout, extension)
                try:
                    await connect(sock, orders.address, client)
                    client.connected = None if orders.datagrams else perf_counter()
                    await _talk(sock, orders, client)
                finally:
                    timer.cancel()
    except (TimeoutError, OSError) as error:
        client.ending, client.error = ending_of(error, datagrams=orders.datagrams)
    client.ended = perf_counter()
    report(client)


def _run_out(sock: socket.socket, timeout: asyncio.Timeout, extension: Extension) -> None:
    """Extend a client's timeout that has run out by the time lost on a busy machine, or let it expire."""
    loop = asyncio.get_running_loop()
    if sock.fileno() < 0:  # the client has ended during an extension
        return
    if more := extension.more():
        loop.call_later(more, _run_out, sock, timeout, extension)
    else:
        timeout.reschedule(loop.time())


async def connect(sock: socket.socket, address: Address, client: ClientReport) -> None:
    """Connect, and note the client's own address as soon as it has one: a reset would take it away."""
    sock.setblocking(False)
    if isinstance(address, str):
        client.address = sock.getsockname()
        await _until_there_is_room(lambda: sock.connect(address))
        return
    if sys.platform != "win32":
        # On the loopback the handshake is over before connect(2) has returned; a second call confirms it at once.
        for _ in range(2):
            code = sock.connect_ex(address)
            client.address = client.address or sock.getsockname()
            if code in (0, errno.EISCONN):
                return
            if code not in (errno.EINPROGRESS, errno.EALREADY):
                raise OSError(code, os.strerror(code))
    await asyncio.get_running_loop().sock_connect(sock, address)
    client.address = client.address or sock.getsockname()


async def _talk(sock: socket.socket, orders: Orders, client: ClientReport) -> None:
    """Send the parts: datagrams, each answered before the next; or a stream, then read the other one to its end."""
    assert isinstance(orders.send, list)
    loop = asyncio.get_running_loop()
    for part in orders.send:
        if not isinstance(part, bytes):
            await asyncio.sleep(part)
        elif orders.datagrams:
            client.connected = client.connected or perf_counter()
            client.sent = max(client.sent, len(part), 1)
            await _until_there_is_room(functools.partial(sock.send, part))
            client.reply = (client.reply + await loop.sock_recv(sock, 65536))[:KEPT]
        else:
            await loop.sock_sendall(sock, part)
    if orders.datagrams:
        client.ending = Ending.ANSWERED
        return
    with contextlib.suppress(OSError):  # reset meanwhile: what arrived before that can still be read
        sock.shutdown(socket.SHUT_WR)
    while chunk := await loop.sock_recv(sock, 65536):
        client.reply = (client.reply + chunk)[:KEPT]
    client.ending = Ending.REPLIED if client.reply else Ending.CLOSED


async def _until_there_is_room(call: Callable[[], object]) -> None:
    """Call again as long as the queue of a Unix socket is full: connect(2) and send(2) then fail with EAGAIN."""
    while True:
        try:
            call()
            return
        except BlockingIOError:
            await asyncio.sleep(RETRY)


def open_socket(orders: Orders, number: int) -> socket.socket:
    """A client's socket, not connected yet. On a Unix socket it binds a name of its own, by which the server knows it.

    Raises OSError if the system has no socket to give.
    """
    socket_type = socket.SOCK_DGRAM if orders.datagrams else socket.SOCK_STREAM
    if not isinstance(orders.address, str):
        return socket.socket(socket.AF_INET6 if ":" in orders.address[0] else socket.AF_INET, socket_type)
    sock = socket.socket(socket.AF_UNIX, socket_type)
    try:
        sock.bind(os.path.join(orders.folder, f"client {number}"))
    except OSError:
        sock.close()
        raise
    return sock


def ending_of(error: BaseException, *, datagrams: bool = False) -> tuple[Ending, str]:
    """The ending that an exception stands for and, if the ending does not say it, a text."""
    if isinstance(error, TimeoutError):
        return Ending.NO_ANSWER if datagrams else Ending.TIMED_OUT, ""
    if isinstance(error, (ConnectionRefusedError, FileNotFoundError)):
        return Ending.REFUSED, ""
    if isinstance(error, ConnectionError) or getattr(error, "errno", None) == errno.ENOTCONN:
        return Ending.REFUSED if datagrams else Ending.RESET, ""  # a datagram by ICMP: nothing listens there
    return Ending.FAILED, f"{type(error).__name__}: {error}"


def main() -> None:
    """Run the child process of a large crowd."""
    orders: Orders = pickle.load(sys.stdin.buffer)
    lost = LostTime(os.getpid(), os.getppid())  # the parent is the process of the server, if it is one of ours
    asyncio.run(run(orders, lambda report: pickle.dump(report, sys.stdout.buffer), lost))
