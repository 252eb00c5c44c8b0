"""Answers to the exercise 'ask a server'."""

RIGHT = [
    """
import socket

def ask(address, texts):
    answers = []
    with socket.create_connection(address) as sock:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answer = b""
            while not answer.endswith(b"\\n"):
                answer += sock.recv(1024)
            answers.append(answer[:-1].decode())
    return answers
""",
    """
import socket

def ask(address, texts):
    with socket.socket() as sock:
        sock.connect(tuple(address))
        sock.sendall("".join(f"{text}\\n" for text in texts).encode("utf-8"))
        sock.shutdown(socket.SHUT_WR)
        with sock.makefile("rb") as file:
            return [line.decode("utf-8").removesuffix("\\n") for line in file]
""",
    """
import contextlib
import socket

def ask(address, texts):
    with contextlib.ExitStack() as stack:
        sock = stack.enter_context(socket.create_connection(address, timeout=5))
        file = stack.enter_context(sock.makefile("rwb", buffering=0))
        answers = []
        for text in texts:
            file.write(f"{text}\\n".encode())
            line = bytearray()
            while (byte := file.read(1)) != b"\\n":
                line += byte
            answers.append(str(line, "utf-8"))
        return answers
""",
    """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock:
        f = sock.makefile("rw", encoding="utf-8", newline="\\n")
        out = []
        for text in texts:
            f.write(text + "\\n")
            f.flush()
            out.append(f.readline()[:-1])
        return out
""",
    """
import socket


def ask(address, texts):
    sock = socket.create_connection(address)
    try:
        sock.sendall("\\n".join([*texts, ""]).encode())
        data = b""
        while data.count(b"\\n") < len(texts):
            data += sock.recv(100)
        return data.decode().split("\\n")[:-1]
    finally:
        sock.close()
""",
    """
import asyncio


def ask(address, texts):
    async def main():
        r, w = await asyncio.open_connection(*address)
        out = []
        for t in texts:
            w.write(t.encode() + b"\\n")
            await w.drain()
            out.append((await r.readline()).decode().removesuffix("\\n"))
        w.close()
        await w.wait_closed()
        return out

    return asyncio.run(main())
""",
    """
import socket


class Line:
    def __init__(self, a):
        self.s = socket.create_connection(a)
        self.b = b""

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.s.close()

    def ask(self, t):
        self.s.sendall(f"{t}\\n".encode())
        while b"\\n" not in self.b:
            self.b += self.s.recv(7)
        l, _, self.b = self.b.partition(b"\\n")
        return l.decode()


def ask(address, texts):
    with Line(address) as line:
        return list(map(line.ask, texts))
""",
    """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock:
        out = []
        for text in texts:
            sock.sendall((text + "\\n").encode())
            a = b""
            while (c := sock.recv(1)) != b"\\n":
                a += c
            out.append(a.decode())
        return out
""",
    """
import socket


def lines(sock):
    rest = b""
    while data := sock.recv(1024):
        rest += data
        while b"\\n" in rest:
            line, rest = rest.split(b"\\n", 1)
            yield line.decode("utf-8")


def ask(address, texts):
    with socket.create_connection(address, timeout=5) as sock:
        got = lines(sock)
        out = []
        for t in texts:
            sock.sendall(t.encode() + b"\\n")
            out.append(next(got))
    return out
""",
]

WRONG = [
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            print(sock.recv(1024))
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock:
        answers = []
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answers.append(sock.recv(1024).decode().strip())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("rwb", buffering=0) as file:
        answers = []
        for text in texts:
            file.write(text.encode() + b"\\n")
            answers.append(file.readline().strip())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("rw") as file:
        answers = []
        for text in texts:
            file.write(text + "\\n")
            file.flush()
            answers.append(file.readline())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        answers = []
        for text in texts:
            sock.sendall(text + "\\n")
            answers.append(file.readline().strip())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            return file.readline().strip()
""",
    ),
    (
        "it returns all answers, in order",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            return [file.readline().strip()]
""",
    ),
    (
        "it returns all answers, in order",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        answers = []
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answers.insert(0, file.readline().strip())
        return answers
""",
    ),
    (
        "it takes one connection for all of them",
        """
import socket

def ask(address, texts):
    answers = []
    for text in texts:
        with socket.create_connection(address) as sock, sock.makefile("r") as file:
            sock.sendall(text.encode() + b"\\n")
            answers.append(file.readline().strip())
    return answers
""",
    ),
    (
        "it takes one connection for all of them",
        """
import socket

def one(address, text):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="utf-8") as file:
        sock.sendall(text.encode() + b"\\n")
        return file.readline().rstrip()

def ask(address, texts):
    return [one(address, text) for text in texts]
""",
    ),
    (
        "characters beyond ASCII come back whole",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock:
        answers = []
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answer = ""
            while not answer.endswith("\\n"):
                answer += sock.recv(1).decode(errors="replace")
            answers.append(answer.strip())
        return answers
""",
    ),
    (
        "characters beyond ASCII come back whole",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="ascii") as file:
        answers = []
        for text in texts:
            sock.sendall(text.encode("ascii") + b"\\n")
            answers.append(file.readline().strip())
        return answers
""",
    ),
    (
        "it closes its connection",
        """
import socket

kept = []

def ask(address, texts):
    sock = socket.create_connection(address)
    kept.append(sock)
    file = sock.makefile("r", encoding="utf-8")
    answers = []
    for text in texts:
        sock.sendall(text.encode() + b"\\n")
        answers.append(file.readline().strip())
    return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import time
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock:
        out = []
        for text in texts:
            sock.sendall((text + "\\n").encode())
            time.sleep(0.05)
            out.append(sock.recv(1024).decode().rstrip("\\n"))
        return out
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock:
        out = []
        for text in texts:
            sock.sendall((text + "\\n").encode())
            out.append((sock.recv(1024) + sock.recv(1024)).decode().rstrip("\\n"))
        return out
""",
    ),
    (
        "blanks, empty texts and long texts come back as they are",
        """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="utf-8") as f:
        out = []
        for text in texts:
            sock.sendall((text + "\\n").encode())
            out.append(f.readline().strip())
        return out
""",
    ),
    (
        "it closes its connection",
        """
import socket


def ask(address, texts):
    sock = socket.create_connection(address)
    f = sock.makefile("r", encoding="utf-8")
    out = []
    for text in texts:
        sock.sendall((text + "\\n").encode())
        out.append(f.readline().rstrip("\\n"))
    return out
""",
    ),
    (
        "it closes its connection",
        """
import socket


def ask(address, texts):
    sock = socket.create_connection(address)
    sock.sendall("".join(t + "\\n" for t in texts).encode())
    sock.shutdown(socket.SHUT_WR)
    f = sock.makefile("r", encoding="utf-8")
    return [l.rstrip("\\n") for l in f]
""",
    ),
    (
        "it returns all answers, in order",
        """
import socket


def ask(address, texts, out=[]):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="utf-8") as f:
        for text in texts:
            sock.sendall((text + "\\n").encode())
            out.append(f.readline().rstrip("\\n"))
        return out
""",
    ),
    (
        "it takes one connection for all of them",
        """
import socket


def ask(address, texts):
    return [t.upper() for t in texts]
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="utf-8") as f:
        sock.sendall("".join(t + "\\n" for t in texts).encode())
        return tuple(f.readline().rstrip("\\n") for t in texts)
""",
    ),
    (
        "blanks, empty texts and long texts come back as they are",
        """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="utf-8") as f:
        sock.sendall("".join(t + "\\n" for t in texts).encode())
        sock.shutdown(socket.SHUT_WR)
        out = []
        while line := f.readline().rstrip("\\n"):
            out.append(line)
        return out
""",
    ),
    (
        "characters beyond ASCII come back whole",
        """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("rw", encoding="latin-1", newline="\\n") as f:
        out = []
        for text in texts:
            f.write(text + "\\n")
            f.flush()
            out.append(f.readline().rstrip("\\n"))
        return out
""",
    ),
    (
        "blanks, empty texts and long texts come back as they are",
        """
import socket


def ask(address, texts):
    with socket.create_connection(address) as sock:
        out = []
        for text in texts:
            sock.sendall((text + "\\n").encode())
            a = b""
            while b"\\n" not in a and len(a) < 1024:
                a += sock.recv(1024)
            out.append(a.decode().rstrip("\\n"))
        return out
""",
    ),
    (
        "it takes one connection for all of them",
        """
import socket

S = []


def ask(address, texts):
    if not S:
        S.append(socket.create_connection(address))
    f = S[0].makefile("r", encoding="utf-8")
    out = []
    for t in texts:
        S[0].sendall((t + "\\n").encode())
        out.append(f.readline().rstrip("\\n"))
    return out
""",
    ),
    (
        "characters beyond ASCII come back whole",
        """
import socket

def f(address, texts):
    r = []
    with socket.create_connection(address) as s:
        for t in texts:
            s.sendall(t.encode() + b"\\n")
            got = b""
            while len(got) < len(t.encode()) + 1: got += s.recv(10)
            r.append(got[:-1].decode())
    return r
""",
    ),
    (
        "blanks, empty texts and long texts come back as they are",
        """
import socket
def ask(address, texts):
    with socket.create_connection(address) as s, s.makefile("rw", encoding="utf-8") as f:
        out = []
        for t in texts:
            f.write(t + "\\n")
            f.flush()
            out.append(f.readline()[:-1])
        return out
""",
    ),
    (
        "blanks, empty texts and long texts come back as they are",
        """
import socket
def ask(address, texts):
    with socket.create_connection(address) as s:
        s.sendall("".join(t + "\\n" for t in texts).encode())
        s.shutdown(socket.SHUT_WR)
        data = b"".join(iter(lambda: s.recv(4096), b""))
        return data.decode().splitlines()
""",
    ),
    (
        "it returns all answers, in order",
        """
import socket
def ask(address, texts):
    with socket.create_connection(address) as s, s.makefile("rb") as f:
        out = {}
        for t in texts:
            s.sendall(t.encode() + b"\\n")
            out[t] = f.readline()[:-1].decode()
        return list(out.values())
""",
    ),
]
