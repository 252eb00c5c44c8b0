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
]
