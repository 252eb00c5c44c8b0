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
]
