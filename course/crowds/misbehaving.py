"""Clients that misbehave, by the words that crowd() takes for them."""

from __future__ import annotations

import socket
import struct

from course.crowds.client_loop import Part, SocketFunction

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


MISBEHAVING: dict[str, SocketFunction | list[Part]] = {
    "silent": _silent,
    "slow": [part for byte in b"hello\n" for part in (bytes([byte]), 0.03)][:-1],
    "half-closing": _half_closing,
    "resetting": _resetting,
    "flooding": _flooding,
    "leaving": _leaving,
}
