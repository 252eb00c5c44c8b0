"""Answers to `read a reply`."""

RIGHT = [
    """
def read_reply(sock):
    line = b""
    while not line.endswith(b"\\r\\n"):
        byte = sock.recv(1)
        if byte == b"":
            raise EOFError("in a line")
        line += byte
    kind, value = chr(line[0]), line[1:-2]
    if kind in "+-":
        return (kind + value.decode()).lstrip("+")
    number = int(value)
    if kind == ":":
        return number
    if number == -1:
        return None
    if kind == "*":
        replies = []
        for _ in range(number):
            replies.append(read_reply(sock))
        return replies
    data = bytearray()
    while len(data) < number + 2:
        piece = sock.recv(number + 2 - len(data))
        if piece == b"":
            raise EOFError("in bytes")
        data.extend(piece)
    return bytes(data[:-2])
""",
    """
import socket

class Reader:
    def __init__(self, sock):
        self.sock = sock

    def exactly(self, size):
        if size == 0:
            return b""
        data = self.sock.recv(size, socket.MSG_WAITALL)
        if len(data) < size:
            raise EOFError
        return data

    def line(self):
        line = self.exactly(2)
        while line[-2:] != b"\\r\\n":
            line += self.exactly(1)
        return line[:-2]

    def reply(self):
        line = self.line()
        match line[:1], line[1:]:
            case b"+", text:
                return str(text, "utf-8")
            case b"-", _:
                return str(line, "utf-8")
            case b":", digits:
                return int(digits)
            case b"$", b"-1":
                return None
            case b"$", digits:
                data = self.exactly(int(digits))
                self.exactly(2)
                return data
            case b"*", digits:
                return [self.reply() for _ in range(int(digits))]

def read_reply(sock):
    return Reader(sock).reply()
""",
    """
def read_reply(sock):
    with sock.makefile("rb", buffering=0) as file:
        def line():
            text = file.readline()
            if not text.endswith(b"\\n"):
                raise EOFError
            return text.rstrip()

        def sized(size):
            data = b""
            while len(data) < size + 2:
                more = file.read(size + 2 - len(data))
                if not more:
                    raise EOFError
                data += more
            return data[:size]

        def reply():
            text = line()
            number = text[1:]
            if text.startswith(b"+"):
                return number.decode()
            if text.startswith(b"-"):
                return text.decode()
            if text.startswith(b":"):
                return int(number)
            if text.startswith(b"$"):
                return None if number == b"-1" else sized(int(number))
            return [reply() for _ in range(int(number))]

        return reply()
""",
]

LINE = """
def read_reply(sock):
    line = b""
    while not line.endswith(b"\\r\\n"):
        byte = sock.recv(1)
        if not byte:
            raise EOFError
        line += byte
    kind, value = line[:1], line[1:-2]
"""
ONES = """
    if kind == b"+":
        return value.decode()
    if kind == b"-":
        return line[:-2].decode()
    if kind == b":":
        return int(value)
"""
EXACTLY = """
    def exactly(size):
        data = b""
        while len(data) < size:
            piece = sock.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data
"""
LISTS = """
    if kind == b"*":
        return [read_reply(sock) for _ in range(int(value))]
    if value == b"-1":
        return None
"""

WRONG = [
    (
        "it returns a short text, a number, and an error",
        """
def read_reply(sock):
    return sock.recv(1024)
""",
    ),
    (
        "it returns a short text, a number, and an error",
        LINE + ONES.replace("int(value)", "value") + EXACTLY + LISTS + "    return exactly(int(value) + 2)[:-2]\n",
    ),
    (
        "it returns a short text, a number, and an error",
        LINE + ONES.replace("line[:-2]", "value") + EXACTLY + LISTS + "    return exactly(int(value) + 2)[:-2]\n",
    ),
    (
        "it returns a short text, a number, and an error",
        LINE + ONES.replace("line[:-2]", "line") + EXACTLY + LISTS + "    return exactly(int(value) + 2)[:-2]\n",
    ),
    (
        "it returns bytes as they are, and None for nothing",
        LINE + ONES + EXACTLY + LISTS + "    return exactly(int(value) + 2)\n",
    ),
    (
        "it returns bytes as they are, and None for nothing",
        LINE + ONES + EXACTLY + LISTS + "    return exactly(int(value) + 2)[:-2].strip()\n",
    ),
    (
        "it returns bytes as they are, and None for nothing",
        LINE + ONES + EXACTLY + "    return exactly(int(value) + 2)[:-2]\n",
    ),
    (
        "it returns bytes as they are, and None for nothing",
        LINE + ONES + LISTS + "    return sock.makefile('rb', buffering=0).readline()[:-2]\n",
    ),
    (
        "a list is a list of replies",
        LINE + ONES + EXACTLY + LISTS.split("    if value")[1].join(["    if value", ""])
        + "    return exactly(int(value) + 2)[:-2]\n",
    ),
    (
        "a list is a list of replies",
        LINE + ONES + EXACTLY + LISTS.replace("[read_reply", "tuple(read_reply").replace("))]", ")))")
        + "    return exactly(int(value) + 2)[:-2]\n",
    ),
    (
        "it waits for the whole reply",
        LINE + ONES + LISTS + "    return sock.recv(int(value) + 2)[: int(value)]\n",
    ),
    (
        "it waits for the whole reply",
        LINE + ONES + LISTS + """
    data = sock.recv(int(value) + 2)
    data += sock.recv(int(value) + 2 - len(data)) if len(data) < int(value) + 2 else b""
    return data[:-2]
""",
    ),
    (
        "what follows the reply is left for the next call",
        """
def read_reply(sock):
    return reply(sock.makefile("rb"))

def reply(file):
    line = file.readline()
    if not line.endswith(b"\\r\\n"):
        raise EOFError
    kind, value = line[:1], line[1:-2]
    if kind == b"+":
        return value.decode()
    if kind == b"-":
        return line[:-2].decode()
    if kind == b":":
        return int(value)
    if kind == b"*":
        return [reply(file) for _ in range(int(value))]
    if value == b"-1":
        return None
    data = file.read(int(value) + 2)
    if len(data) < int(value) + 2:
        raise EOFError
    return data[:-2]

read_reply = type(read_reply)(read_reply.__code__, globals(), "read_reply")
""",
    ),
    (
        "a list is a list of replies",
        LINE + ONES + EXACTLY + LISTS + "    return exactly(int(value))\n".replace("return ", "data = ")
        + "    sock.recv(100)\n    return data\n",
    ),
    (
        "if the stream ends too early it raises EOFError",
        LINE.replace("raise EOFError", "return None") + ONES + EXACTLY + LISTS
        + "    return exactly(int(value) + 2)[:-2]\n",
    ),
    (
        "if the stream ends too early it raises EOFError",
        LINE + ONES + EXACTLY.replace("raise EOFError", "break") + LISTS
        + "    return exactly(int(value) + 2)[: int(value)]\n",
    ),
]  # fmt: skip
