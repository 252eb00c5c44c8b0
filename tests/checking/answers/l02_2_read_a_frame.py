"""Answers to the exercise 'read a frame'."""

RIGHT = [
    """
import struct

def read_frame(sock):
    size, size_bytes = 4, bytearray()
    while len(size_bytes) < 4:
        more = sock.recv(4 - len(size_bytes))
        if more == b"":
            return None
        size_bytes.extend(more)
    (size,) = struct.unpack("!I", size_bytes)
    message = bytearray()
    while len(message) < size:
        more = sock.recv(min(1000, size - len(message)))
        if more == b"":
            return None
        message.extend(more)
    return bytes(message)
""",
    """
def read_frame(sock):
    with sock.makefile("rb", buffering=0) as file:
        def exactly(size):
            data = b""
            while len(data) < size and (more := file.read(size - len(data))):
                data += more
            return data if len(data) == size else None

        header = exactly(4)
        return None if header is None else exactly(int.from_bytes(header, "big"))
""",
    """
def some(sock, size, so_far=b""):
    if len(so_far) == size:
        return so_far
    more = sock.recv(size - len(so_far))
    return some(sock, size, so_far + more) if more else None

def read_frame(sock):
    header = some(sock, 4)
    if header is not None:
        a, b, c, d = header
        return some(sock, a << 24 | b << 16 | c << 8 | d)
""",
    """
class Ended(Exception):
    pass

def exactly(sock, size):
    pieces = []
    while size:
        piece = sock.recv(min(size, 4096))
        if not piece:
            raise Ended
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)

def read_frame(sock):
    try:
        return exactly(sock, int.from_bytes(exactly(sock, 4)))
    except Ended:
        return None
""",
    """
import socket

def read_frame(sock):
    header = sock.recv(4, socket.MSG_WAITALL)
    if len(header) < 4:
        return None
    size = int.from_bytes(header, "big")
    message = sock.recv(size, socket.MSG_WAITALL) if size else b""
    return message if len(message) == size else None
""",
    """
buffers = {}

def read_frame(sock):
    data = buffers.setdefault(sock, bytearray())
    while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
        more = sock.recv(65536)
        if not more:
            data.clear()
            return None
        data += more
    end = 4 + int.from_bytes(data[:4], "big")
    message = bytes(data[4:end])
    del data[:end]
    return message
""",
    """
def octets(sock, size):
    for _ in range(size):
        yield from sock.recv(1)

def whole(sock, size):
    message = b""
    while len(message) < size and (more := sock.recv(size - len(message))):
        message += more
    return message

def read_frame(sock):
    header = bytes(octets(sock, 4))
    if len(header) != 4:
        return None
    size = sum(octet * 256 ** place for place, octet in enumerate(reversed(header)))
    message = bytes(octets(sock, size)) if size < 1000 else whole(sock, size)
    return message if len(message) == size else None
""",
    """
from dataclasses import dataclass, field

@dataclass
class Part:
    size: int
    data: bytes = b""

    def read(self, sock):
        while self.size > len(self.data):
            if not (more := sock.recv(self.size - len(self.data))):
                return False
            self.data += more
        return True

def read_frame(sock):
    header = Part(4)
    if header.read(sock):
        message = Part(int(header.data.hex(), 16))
        if message.read(sock):
            return message.data
    return None
""",
    """
import socket
import sys

def read_frame(sock):
    size = None
    while True:
        wanted = 4 if size is None else size
        data = b""
        while len(data) != wanted:
            piece = sock.recv(wanted - len(data))
            if piece == b"":
                return None
            data = data + piece
        if size is not None:
            return data
        size = socket.ntohl(int.from_bytes(data, sys.byteorder))
""",
    """
import struct

HEADER = struct.Struct(">I")

def filled(sock, buffer):
    view = memoryview(buffer)
    while view:
        size = sock.recv_into(view)
        if not size:
            return False
        view = view[size:]
    return True

def read_frame(sock):
    header = bytearray(HEADER.size)
    if not filled(sock, header):
        return None
    message = bytearray(*HEADER.unpack(header))
    return message if filled(sock, message) else None
""",
    """
import socket

def f(sock):
    h = sock.recv(4, socket.MSG_WAITALL)
    if len(h) < 4: return None
    n = int.from_bytes(h, "big")
    if n == 0: return b""
    d = sock.recv(n, socket.MSG_WAITALL)
    return d if len(d) == n else None
""",
    """
import struct

def get(sock, n):
    buf = bytearray(n); view = memoryview(buf)
    while view:
        k = sock.recv_into(view)
        if not k: return None
        view = view[k:]
    return bytes(buf)
def f(sock):
    h = get(sock, 4)
    return None if h is None else get(sock, *struct.unpack("!L", h))
""",
]

WRONG = [
    (
        "it returns the message",
        """
def read_frame(sock):
    header = sock.recv(4)
    return sock.recv(int.from_bytes(header, "little"))[:10]
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    return sock.recv(4096)
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    header = sock.recv(4)
    return sock.recv(int.from_bytes(header, "big")).decode(errors="replace")
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    header = sock.recv(4)
    return sock.recv(int.from_bytes(header, "big") - 4)
""",
    ),
    (
        "it waits for the whole message, and for the whole length",
        """
def read_frame(sock):
    header = sock.recv(4)
    if not header:
        return None
    return sock.recv(int.from_bytes(header, "big"))
""",
    ),
    (
        "it waits for the whole message, and for the whole length",
        """
def read_frame(sock):
    header = sock.recv(4)
    if not header:
        return None
    size, data = int.from_bytes(header, "big"), b""
    while len(data) < size:
        data += sock.recv(size - len(data))
    return data
""",
    ),
    (
        "what follows the message is left for the next call",
        """
def read_frame(sock):
    data = b""
    while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
        more = sock.recv(4096)
        if not more:
            return None
        data += more
    return data[4 : 4 + int.from_bytes(data[:4], "big")]
""",
    ),
    (
        "what follows the message is left for the next call",
        """
def read_frame(sock):
    file = sock.makefile("rb")
    header = file.read(4)
    if len(header) < 4:
        return None
    message = file.read(int.from_bytes(header, "big"))
    return message
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def exactly(sock, size):
    data = b""
    while len(data) < size:
        data += sock.recv(size - len(data)) or exit()
    return data

def read_frame(sock):
    return exactly(sock, int.from_bytes(exactly(sock, 4), "big"))
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def exactly(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data += more
    return data

def read_frame(sock):
    header = exactly(sock, 4)
    return exactly(sock, int.from_bytes(header, "big")) or None if header else None
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def exactly(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            break
        data += more
    return data

def read_frame(sock):
    header = exactly(sock, 4)
    return exactly(sock, int.from_bytes(header, "big"))
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    header = sock.recv(4)
    return sock.recv(int.from_bytes(header, "little"))
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                return None
            data += more
        return data

    header = exactly(4)
    return None if header is None else exactly(int.from_bytes(header, "little"))
""",
    ),
    (
        "it returns the message",
        """
import struct

def read_frame(sock):
    (size,) = struct.unpack("<I", sock.recv(4))
    data = b""
    while len(data) < size:
        data += sock.recv(size - len(data))
    return data
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    size = sock.recv(4)[3]
    data = b""
    while len(data) < size:
        data += sock.recv(size - len(data))
    return data
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    size = int(sock.recv(4))
    return sock.recv(size)
""",
    ),
    (
        "it waits for the whole message, and for the whole length",
        """
def read_frame(sock):
    header = sock.recv(4)
    size = int.from_bytes(header, "big")
    data = b""
    while len(data) < size:
        data += sock.recv(1024)
    return data
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    header = sock.recv(4)
    size = int.from_bytes(header, "big")
    data = b""
    while len(data) < size - 1:
        data += sock.recv(size - 1 - len(data))
    return data
""",
    ),
    (
        "it returns the message",
        """
def read_frame(sock):
    header = sock.recv(4)
    size = int.from_bytes(header, "big")
    data = header
    while len(data) < size + 4:
        data += sock.recv(size + 4 - len(data))
    return data
""",
    ),
    (
        "it waits for the whole message, and for the whole length",
        """
def read_frame(sock):
    header = sock.recv(4)
    if len(header) < 4:
        header += sock.recv(4 - len(header))
    if len(header) < 4:
        return None
    size = int.from_bytes(header, "big")
    data = sock.recv(size)
    if len(data) < size:
        data += sock.recv(size - len(data))
    return data if len(data) == size else None
""",
    ),
    (
        "it waits for the whole message, and for the whole length",
        """
import struct

def read_frame(sock):
    header = sock.recv(4)
    if not header:
        return None
    (size,) = struct.unpack(">I", header)
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data += more
    return data
""",
    ),
    (
        "it waits for the whole message, and for the whole length",
        """
def exactly(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data += more
    return data

def read_frame(sock):
    header = exactly(sock, 4)
    if header is None:
        return None
    return exactly(sock, header[2] * 256 + header[3])
""",
    ),
    (
        "it waits for the whole message, and for the whole length",
        """
def exactly(sock, size):
    data = sock.recv(size)
    while data and len(data) < size:
        data += sock.recv(size)
    return data[:size] if data else None

def read_frame(sock):
    header = exactly(sock, 4)
    if header is None:
        return None
    size = int.from_bytes(header, "big")
    return exactly(sock, size) if size else b""
""",
    ),
    (
        "what follows the message is left for the next call",
        """
def read_frame(sock):
    data = b""
    while len(data) < 4:
        more = sock.recv(4096)
        if not more:
            return None
        data += more
    size, data = int.from_bytes(data[:4], "big"), data[4:]
    while len(data) < size:
        more = sock.recv(4096)
        if not more:
            return None
        data += more
    return data[:size]
""",
    ),
    (
        "each connection has its own messages",
        """
kept = b""

def read_frame(sock):
    global kept
    while len(kept) < 4 or len(kept) < 4 + int.from_bytes(kept[:4], "big"):
        more = sock.recv(4096)
        if not more:
            return None
        kept += more
    size = int.from_bytes(kept[:4], "big")
    message, kept = kept[4 : 4 + size], kept[4 + size :]
    return message
""",
    ),
    (
        "each connection has its own messages",
        """
data = bytearray()

def exactly(sock, size):
    data.clear()
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data.extend(more)
    return bytes(data)

def read_frame(sock):
    header = exactly(sock, 4)
    if header is None:
        return None
    return exactly(sock, int.from_bytes(header, "big"))
""",
    ),
    (
        "each connection has its own messages",
        """
class Reader:
    data = b""

    def read(self, sock):
        while len(Reader.data) < 4 or len(Reader.data) < 4 + int.from_bytes(Reader.data[:4], "big"):
            if not (more := sock.recv(65536)):
                return None
            Reader.data += more
        end = 4 + int.from_bytes(Reader.data[:4], "big")
        message, Reader.data = Reader.data[4:end], Reader.data[end:]
        return message

def read_frame(sock):
    return Reader().read(sock)
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def exactly(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data += more
    return data

def read_frame(sock):
    header = exactly(sock, 4)
    if not header:
        return None
    return exactly(sock, int.from_bytes(header, "big")) or None
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def read_frame(sock):
    header = b""
    while len(header) < 4:
        more = sock.recv(4 - len(header))
        if not more:
            return None
        header += more
    size = int.from_bytes(header, "big")
    message = b""
    while True:
        more = sock.recv(size - len(message))
        if not more:
            return None
        message += more
        if len(message) == size:
            return message
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def read_frame(sock):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                return data
            data += more
        return data

    header = exactly(4)
    if not header:
        return None
    return exactly(int.from_bytes(header, "big"))
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def exactly(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data += more
    return data

def read_frame(sock):
    header = exactly(sock, 4)
    if header is None:
        return None
    return exactly(sock, int.from_bytes(header[1:], "big"))
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def exactly(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise ConnectionError("the stream ended")
        data += more
    return data

def read_frame(sock):
    return exactly(sock, int.from_bytes(exactly(sock, 4), "big"))
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
def f(sock):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                return None
            data += more
        return data
    header = exactly(4)
    if header is None:
        return None
    return exactly(int.from_bytes(header, "big", signed=True))
""",
    ),
    (
        "an empty message is a message, and at the end of the stream it returns None",
        """
import struct

def f(sock):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                return None
            data += more
        return data
    header = exactly(4)
    if header is None:
        return None
    return exactly(abs(struct.unpack("!i", header)[0]))
""",
    ),
    (
        "it returns the message",
        """
def f(sock):
    def exactly(size):
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                return None
            data += more
        return data.strip() if size > 4 else data
    header = exactly(4)
    if header is None:
        return None
    return exactly(int.from_bytes(header, "big"))
""",
    ),
    (
        "each connection has its own messages",
        """
came = {}

def read_frame(sock):
    data = came.setdefault(sock.fileno(), bytearray())
    while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
        piece = sock.recv(4096)
        if not piece:
            return None
        data += piece
    end = 4 + int.from_bytes(data[:4], "big")
    message = bytes(data[4:end])
    del data[:end]
    return message
""",
    ),
]
