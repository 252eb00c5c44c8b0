"""One real TCP connection: pieces are sent at one end, and what each recv returns at the other is recorded."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT = 2.0  # seconds, for each socket call
LIMIT = 400  # bytes of all messages

FRAMINGS = ["nothing", "a newline after each", "its length before each", "closing the connection"]
NOTHING, NEWLINE, LENGTH, CLOSING = FRAMINGS
READINGS = ["each piece as it comes", "after all has come"]
AS_THEY_COME, AFTERWARDS = READINGS


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent and what arrived, all as bytes; `rest` is what the framing left over."""

    messages: tuple[bytes, ...]
    pieces: tuple[bytes, ...]
    received: tuple[bytes, ...]
    taken: tuple[bytes, ...]
    rest: bytes


def encode(messages: Sequence[bytes], framing: str) -> list[bytes]:
    """The bytes of each message as they go over the connection. A length is two bytes, the high one first."""
    if framing == NEWLINE:
        return [message + b"\n" for message in messages]
    if framing == LENGTH:
        return [len(message).to_bytes(2, "big") + message for message in messages]
    return list(messages)


def decode(received: Sequence[bytes], framing: str) -> tuple[list[bytes], bytes]:
    """The messages that a receiver decodes from what recv returned, and what is left over."""
    stream = b"".join(received)
    if framing == NEWLINE:
        *lines, rest = stream.split(b"\n")
        return lines, rest
    if framing == LENGTH:
        messages = []
        while len(stream) >= 2 and len(stream) >= 2 + (length := int.from_bytes(stream[:2], "big")):
            messages.append(stream[2 : 2 + length])
            stream = stream[2 + length :]
        return messages, stream
    return ([stream] if framing == CLOSING else list(received)), b""


def cut(stream: Sequence[bytes], size: int) -> list[bytes]:
    """The pieces to send: as they are for size 0, otherwise `size` bytes at a time."""
    if not size:
        return [piece for piece in stream if piece]
    whole = b"".join(stream)
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def exchange(
    messages: Sequence[bytes],
    *,
    piece: int = 0,
    recv_size: int = 1024,
    framing: str = NOTHING,
    reading: str = AS_THEY_COME,
) -> Exchange:
    """Send messages over a connection on this machine and read them with recv(recv_size).

    piece: bytes in each send; 0 sends each message by itself. Raises ValueError for more than LIMIT bytes, OSError
    if the system has no connection to give or nothing arrives for TIMEOUT seconds.
    """
    if sum(map(len, messages)) > LIMIT:
        raise ValueError(f"these are {sum(map(len, messages))} bytes; up to {LIMIT} can be shown here")
    pieces = cut(encode(messages, framing), piece)
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sender:
        listener.settimeout(TIMEOUT)
        receiver, _ = listener.accept()
        with receiver:
            for sock in (sender, receiver):
                sock.settimeout(TIMEOUT)
            sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each piece goes at once
            read = _as_they_come if reading == AS_THEY_COME else _afterwards
            received = read(sender, receiver, pieces, recv_size)
    taken, rest = decode(received, framing)
    return Exchange(tuple(messages), tuple(pieces), tuple(received), tuple(taken), rest)


def _as_they_come(sender: socket.socket, receiver: socket.socket, pieces: list[bytes], size: int) -> list[bytes]:
    """Send a piece, read all of it, send the next."""
    received = []
    for piece in pieces:
        sender.sendall(piece)
        missing = len(piece)
        while missing:
            received.append(receiver.recv(size))
            missing -= len(received[-1])
    return received


def _afterwards(sender: socket.socket, receiver: socket.socket, pieces: list[bytes], size: int) -> list[bytes]:
    """Send all pieces, wait until they have arrived, then read."""
    for piece in pieces:
        sender.sendall(piece)
    sender.shutdown(socket.SHUT_WR)
    total = sum(map(len, pieces))
    while total and len(receiver.recv(total, socket.MSG_PEEK | getattr(socket, "MSG_WAITALL", 0))) < total:
        pass
    return list(iter(lambda: receiver.recv(size), b""))
