"""The clients of a crowd, in one thread: an asyncio task each, their times written down as they come.

Run as a script it is the child process of a large crowd: it reads its orders as one JSON line from standard
input and prints one JSON line for each client that has ended. It needs the standard library only, so that
the child starts fast.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import errno
import json
import os
import socket
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

KEPT = 65536  # bytes of a reply that are kept
RETRY = 0.005  # seconds between two tries when a Unix socket's queue is full; there is no event for it

Report = dict[str, Any]


async def run(orders: dict[str, Any], report: Callable[[Report], None]) -> None:
    """Send all clients of `orders` and report each as it ends."""
    start = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(1, orders["clients"] + 1):
            if orders["every"] and number > 1:
                await asyncio.sleep(max(0.0, start + (number - 1) * orders["every"] - perf_counter()))
            group.create_task(_client(number, orders, report))


async def _client(number: int, orders: dict[str, Any], report: Callable[[Report], None]) -> None:
    lane: Report = {"number": number, "address": None, "connected": None, "error": "", "reply": b""}
    address = orders["address"]
    lane["connecting"] = perf_counter()
    try:
        with open_socket(orders, number) as sock:
            async with asyncio.timeout(orders["timeout"]):
                if orders["datagrams"]:
                    lane["ending"] = await _exchange(sock, address, orders["send"], lane)
                else:
                    await _connect(sock, address, lane)
                    lane["connected"] = perf_counter()
                    lane["ending"] = await _talk(sock, orders["send"], lane)
    except (TimeoutError, OSError) as error:
        lane["ending"], lane["error"] = how_it_ended(error, datagrams=orders["datagrams"])
    lane["ended"] = perf_counter()
    report(lane)


async def _connect(sock: socket.socket, address: Any, lane: Report) -> None:
    """Connect, and note the client's own address as soon as it has one: after a reset it would be gone."""
    loop = asyncio.get_running_loop()
    sock.setblocking(False)
    while isinstance(address, str):
        lane["address"] = sock.getsockname()
        try:
            return sock.connect(address)
        except BlockingIOError:  # connect(2): on a Unix socket EAGAIN says that the server's queue is full
            await asyncio.sleep(RETRY)
    address = tuple(address)
    if sys.platform != "win32":
        # On the loopback the handshake is over before connect(2) has returned; a second call says so at once.
        for _ in range(2):
            code = sock.connect_ex(address)
            lane["address"] = lane["address"] or sock.getsockname()
            if code in (0, errno.EISCONN):
                return None
            if code not in (errno.EINPROGRESS, errno.EALREADY):
                raise OSError(code, os.strerror(code))
    await loop.sock_connect(sock, address)
    lane["address"] = lane["address"] or sock.getsockname()
    return None


async def _talk(sock: socket.socket, send: list[Any], lane: Report) -> str:
    """Send the parts, say that there is no more to come, read to the end. Returns the ending."""
    loop = asyncio.get_running_loop()
    for part in send:
        if isinstance(part, bytes):
            await loop.sock_sendall(sock, part)
        else:
            await asyncio.sleep(part)
    with contextlib.suppress(OSError):  # reset meanwhile: what had come before that can still be read
        sock.shutdown(socket.SHUT_WR)
    while chunk := await loop.sock_recv(sock, 65536):
        lane["reply"] = (lane["reply"] + chunk)[:KEPT]
    return "replied" if lane["reply"] else "closed"


async def _exchange(sock: socket.socket, address: Any, send: list[Any], lane: Report) -> str:
    """Send each part as one datagram and wait for its answer. Returns the ending."""
    loop = asyncio.get_running_loop()
    sock.setblocking(False)
    address = address if isinstance(address, str) else tuple(address)
    sock.connect(address)
    lane["address"] = sock.getsockname()
    for part in send:
        if isinstance(part, bytes):
            lane["connected"] = lane["connected"] or perf_counter()
            lane["sent"] = max(lane.get("sent", 1), len(part))
            await _send(sock, part)
            lane["reply"] = (lane["reply"] + await loop.sock_recv(sock, 65536))[:KEPT]
        else:
            await asyncio.sleep(part)
    return "answered"


async def _send(sock: socket.socket, datagram: bytes) -> None:
    while True:
        try:
            sock.send(datagram)
        except BlockingIOError:  # send(2): the queue of a Unix socket is full
            await asyncio.sleep(RETRY)
        else:
            return


def open_socket(orders: dict[str, Any], number: int) -> socket.socket:
    """A client's socket. On a Unix socket it binds a name of its own, by which the server knows it."""
    address = orders["address"]
    kind = socket.SOCK_DGRAM if orders["datagrams"] else socket.SOCK_STREAM
    if not isinstance(address, str):
        return socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, kind)
    sock = socket.socket(socket.AF_UNIX, kind)
    try:
        sock.bind(os.path.join(orders["folder"] or "", f"client {number}"))
    except OSError:
        sock.close()
        raise
    return sock


def how_it_ended(error: BaseException, *, datagrams: bool = False) -> tuple[str, str]:
    """An exception as an ending and, where the ending does not say it, a text."""
    if isinstance(error, TimeoutError):
        return "lost" if datagrams else "timed out", ""
    if datagrams and isinstance(error, ConnectionError):  # ICMP says that nobody listens there
        return "refused", ""
    if isinstance(error, (ConnectionRefusedError, FileNotFoundError)):
        return "refused", ""
    if isinstance(error, ConnectionError) or getattr(error, "errno", None) == errno.ENOTCONN:
        return "reset", ""
    return "client failed", f"{type(error).__name__}: {error}"


def main() -> None:
    """The child process of a large crowd."""
    orders = json.loads(sys.stdin.readline())
    orders["send"] = [base64.b64decode(part) if isinstance(part, str) else part for part in orders["send"]]

    def report(lane: Report) -> None:
        lane["reply"] = base64.b64encode(lane["reply"]).decode()
        print(json.dumps(lane))

    asyncio.run(run(orders, report))


if __name__ == "__main__":
    main()
