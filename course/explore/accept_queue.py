"""Whom the kernel has connected with a server and no program has accepted, by the kernel's own account (Linux only).

The kernel is asked through a netlink socket for the connections of one port, as ss(8) asks it: sock_diag(7). The file
/proc/net/tcp has the same, and all other connections of the machine with it, which takes far longer to read.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator

ESTABLISHED, CLOSE_WAIT = 1, 8  # states of a connection in which it can be queued; in the second its client has left
SOCK_DIAG, BY_FAMILY, DUMP, DONE, ERROR = 4, 20, 0x301, 3, 2  # of linux/netlink.h and linux/sock_diag.h
INODE = 68  # where struct inet_diag_msg has the number of the file that a connection belongs to


def accept_queue(address: tuple[str, int]) -> dict[tuple[str, int], int]:
    """The clients that are queued at a server, by their addresses, with their states; {} where nobody can say."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    found = {}
    with contextlib.suppress(OSError, AttributeError):  # another system, or a kernel without sock_diag
        for answer in _ask(family, address[1]):
            state, _, _, _, client_port, _, client = struct.unpack_from("!xBBBHH16s16s", answer)
            if struct.unpack_from("=I", answer, INODE) == (0,):  # it belongs to no file before accept(2) makes one
                host = socket.inet_ntop(family, client[: 16 if family == socket.AF_INET6 else 4])
                found[host, client_port] = state
    return found


def _ask(family: int, port: int) -> Iterator[bytes]:
    """Each `struct inet_diag_msg` with which the kernel answers: the connections of a port in those two states."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as kernel:
        states = 1 << ESTABLISHED | 1 << CLOSE_WAIT
        wanted = struct.pack("=BBxxI", family, socket.IPPROTO_TCP, states) + struct.pack("!H46x", port)
        kernel.send(struct.pack("=IHHII", 16 + len(wanted), BY_FAMILY, DUMP, 1, 0) + wanted)
        while True:
            answers = kernel.recv(1 << 16)
            while answers:
                length, kind = struct.unpack_from("=IH", answers)
                if kind in (DONE, ERROR):
                    return
                yield answers[16:length]
                answers = answers[(length + 3) & ~3 :]
