"""Answers to the exercise 'read a line'."""

RIGHT = [
    """
def read_line(sock):
    data = bytearray()
    while True:
        byte = sock.recv(1)
        if byte == b"":
            return None
        if byte == b"\\n":
            return data.decode("utf-8")
        data.extend(byte)
""",
    """
import socket

def read_line(sock):
    line = b""
    while True:
        seen = sock.recv(4096, socket.MSG_PEEK)
        if not seen:
            return None
        end = seen.find(b"\\n")
        line += sock.recv(end + 1 if end >= 0 else len(seen))
        if end >= 0:
            return line.rstrip(b"\\n").decode()
""",
    """
def read_line(sock):
    pieces = []
    for piece in iter(lambda: sock.recv(1), b"\\n"):
        if not piece:
            return None
        pieces.append(piece)
    return str(b"".join(pieces), "utf-8")
""",
    """
import codecs

def read_line(sock):
    decoder = codecs.getincrementaldecoder("utf-8")()
    text = ""
    while not text.endswith("\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        text += decoder.decode(byte)
    return text[:-1]
""",
    """
rest = {}

class Reader:
    def __init__(self, sock):
        self.sock = sock
        self.data = bytearray()

    def line(self):
        while (end := self.data.find(b"\\n")) < 0:
            piece = self.sock.recv(100)
            if not piece:
                return None
            self.data += piece
        line = bytes(self.data[:end])
        del self.data[: end + 1]
        return line.decode("utf-8")

def read_line(sock):
    return rest.setdefault(sock, Reader(sock)).line()
""",
    """
def octets(sock):
    while octet := sock.recv(1):
        yield octet

def read_line(sock):
    line = []
    for octet in octets(sock):
        if octet == b"\\n":
            return b"".join(line).decode()
        line.append(octet)
""",
    """
import io

class OneByOne(io.RawIOBase):
    def __init__(self, sock):
        self.sock = sock

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.sock.recv_into(buffer, 1)

def read_line(sock):
    line = OneByOne(sock).readline()
    return line[:-1].decode() if line.endswith(b"\\n") else None
""",
    """
def read_line(sock):
    with sock.makefile("rb", buffering=0) as file:
        line = file.readline()
    if line[-1:] != b"\\n":
        return None
    return line.removesuffix(b"\\n").decode(encoding="utf-8")
""",
    """
import selectors

def read_line(sock):
    line = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        while True:
            selector.select()
            match sock.recv(1):
                case b"":
                    return None
                case b"\\n":
                    return str(line, "utf-8")
                case byte:
                    line += byte
""",
    """
import weakref

buffers = weakref.WeakKeyDictionary()

def read_line(sock):
    buffer = buffers.get(sock, b"")
    while b"\\n" not in buffer:
        more = sock.recv(4096)
        if not more:
            buffers[sock] = b""
            return None
        buffer += more
    line, _, buffers[sock] = buffer.partition(b"\\n")
    return line.decode()
""",
]

WRONG = [
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        line += sock.recv(1)
    return line[:-1]
""",
    ),
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        line += sock.recv(1)
    return line.decode()
""",
    ),
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        line += sock.recv(1)
    print(line[:-1].decode())
""",
    ),
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        line += sock.recv(1)
    return str(line[:-1])
""",
    ),
    (
        "it waits for the whole line",
        """
def read_line(sock):
    return sock.recv(1024).decode().rstrip("\\n")
""",
    ),
    (
        "it waits for the whole line",
        """
def read_line(sock):
    data = sock.recv(1024)
    if b"\\n" not in data:
        data += sock.recv(1024)
    return data.decode().split("\\n")[0]
""",
    ),
    (
        "a character may be cut in two",
        """
def read_line(sock):
    line = ""
    while not line.endswith("\\n"):
        line += sock.recv(1).decode()
    return line[:-1]
""",
    ),
    (
        "a character may be cut in two",
        """
def read_line(sock):
    line = ""
    while not line.endswith("\\n"):
        line += sock.recv(1).decode(errors="ignore")
    return line[:-1]
""",
    ),
    (
        "what follows the line is left for the next call",
        """
def read_line(sock):
    data = b""
    while b"\\n" not in data:
        more = sock.recv(1024)
        if not more:
            return None
        data += more
    return data.partition(b"\\n")[0].decode()
""",
    ),
    (
        "what follows the line is left for the next call",
        """
def read_line(sock):
    line = sock.makefile("rb").readline()
    return line[:-1].decode() if line else None
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
def read_line(sock):
    line = b""
    while True:
        byte = sock.recv(1)
        if byte == b"\\n":
            break
        line += byte
    return line.decode() or None
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        line += sock.recv(1)
    return line[:-1].decode()
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return ""
        line += byte
    return line[:-1].decode()
""",
    ),
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    pass
""",
    ),
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        line += sock.recv(1)
    return line[:-2].decode()
""",
    ),
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        line += sock.recv(1)
        yield line.decode()
""",
    ),
    (
        "it returns the line as text, without its newline",
        """
def read_line(sock):
    data = b""
    while more := sock.recv(1024):
        data += more
    return data.decode().split("\\n")[0]
""",
    ),
    (
        "it waits for the whole line",
        """
def read_line(sock):
    line = b""
    for _ in range(1000):
        byte = sock.recv(1)
        if byte == b"\\n":
            break
        if not byte:
            return None
        line += byte
    return line.decode()
""",
    ),
    (
        "it waits for the whole line",
        """
import socket

def read_line(sock):
    while True:
        seen = sock.recv(1024, socket.MSG_PEEK)
        if not seen:
            return None
        end = seen.find(b"\\n")
        if end >= 0:
            return sock.recv(end + 1)[:-1].decode()
""",
    ),
    (
        "it waits for the whole line",
        """
import socket

def read_line(sock):
    seen = sock.recv(65536, socket.MSG_PEEK)
    if not seen:
        return None
    line = sock.recv(seen.find(b"\\n") + 1)
    return line[:-1].decode()
""",
    ),
    (
        "it waits for the whole line",
        """
def read_line(sock):
    line = b""
    while True:
        piece = sock.recv(8)
        if not piece:
            return None
        line += piece
        if len(piece) < 8:
            return line.decode().rstrip("\\n")
""",
    ),
    (
        "a character may be cut in two",
        """
def read_line(sock):
    line = ""
    while True:
        byte = sock.recv(1)
        if not byte:
            return None
        if byte == b"\\n":
            return line
        line += byte.decode("latin-1")
""",
    ),
    (
        "a character may be cut in two",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line[:-1].decode("ascii", errors="replace")
""",
    ),
    (
        "it leaves the text as it came",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line.decode().strip()
""",
    ),
    (
        "it leaves the text as it came",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line.decode().rstrip()
""",
    ),
    (
        "it leaves the text as it came",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        if byte != b" ":
            line += byte
    return line[:-1].decode()
""",
    ),
    (
        "what follows the line is left for the next call",
        """
def read_line(sock):
    data = b""
    while not data.endswith(b"\\n"):
        more = sock.recv(1024)
        if not more:
            return None
        data += more
    return data[:-1].decode()
""",
    ),
    (
        "what follows the line is left for the next call",
        """
import socket

def read_line(sock):
    data = b""
    while True:
        seen = sock.recv(65536, socket.MSG_PEEK)
        if not seen:
            return None
        data += sock.recv(len(seen))
        if b"\\n" in data:
            return data.split(b"\\n")[0].decode()
""",
    ),
    (
        "what follows the line is left for the next call",
        """
def read_line(sock):
    data = b""
    while b"\\n" not in data:
        more = sock.recv(2)
        if not more:
            return None
        data += more
    return data[: data.index(b"\\n")].decode()
""",
    ),
    (
        "each connection has its own lines",
        """
buffer = b""

def read_line(sock):
    global buffer
    while b"\\n" not in buffer:
        more = sock.recv(1024)
        if not more:
            return None
        buffer += more
    line, _, buffer = buffer.partition(b"\\n")
    return line.decode()
""",
    ),
    (
        "each connection has its own lines",
        """
def read_line(sock, kept=bytearray()):
    while b"\\n" not in kept:
        more = sock.recv(4096)
        if not more:
            return None
        kept.extend(more)
    end = kept.index(b"\\n")
    line = bytes(kept[:end])
    del kept[: end + 1]
    return line.decode()
""",
    ),
    (
        "each connection has its own lines",
        """
line = b""

def read_line(sock):
    global line
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line[:-1].decode()
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
def read_line(sock):
    line = b""
    while True:
        byte = sock.recv(1)
        if byte in (b"\\n", b""):
            return line.decode() if line else None
        line += byte
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
def read_line(sock):
    line = b""
    while True:
        byte = sock.recv(1)
        if not byte and not line:
            return None
        if byte in (b"\\n", b""):
            return line.decode()
        line += byte
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
import socket

def read_line(sock):
    while True:
        seen = sock.recv(65536, socket.MSG_PEEK)
        if not seen:
            return None
        end = seen.find(b"\\n")
        if end >= 0:
            return sock.recv(end + 1)[:-1].decode()
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
def read_line(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            raise EOFError
        line += byte
    return line[:-1].decode()
""",
    ),
    (
        "an empty line is a line, and at the end of the stream it returns None",
        """
def read_line(sock):
    line = b""
    while not line.strip():
        line = b""
        while not line.endswith(b"\\n"):
            byte = sock.recv(1)
            if not byte:
                return None
            line += byte
    return line[:-1].decode()
""",
    ),
    (
        "it leaves the text as it came",
        """
def f(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line.decode().rstrip("\\r\\n")
""",
    ),
    (
        "it leaves the text as it came",
        """
def f(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return line[:-1].decode().lower()
""",
    ),
    (
        "it leaves the text as it came",
        """
def f(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte:
            return None
        line += byte
    return (line.decode().splitlines() or [""])[0]
""",
    ),
    (
        "it leaves the text as it came",
        """
def f(sock):
    line = b""
    while not line.endswith(b"\\n"):
        byte = sock.recv(1)
        if not byte or byte == b"\\0":
            return None
        line += byte
    return line[:-1].decode()
""",
    ),
    (
        "each connection has its own lines",
        """
buffers = {}
def read_line(sock):
    n = sock.fileno()
    while b"\\n" not in buffers.setdefault(n, b""):
        piece = sock.recv(4096)
        if not piece:
            return None
        buffers[n] += piece
    line, _, buffers[n] = buffers[n].partition(b"\\n")
    return line.decode()
""",
    ),
]
