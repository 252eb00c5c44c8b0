"""Answers to the exercise 'running total'."""

RIGHT = [
    """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            self.wfile.write(f"{total}\\n".encode())
""",
    """
import itertools
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        for total in itertools.accumulate(map(int, self.rfile)):
            self.wfile.write(b"%d\\n" % total)
""",
    """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def setup(self):
        self.total = 0
        self.rest = b""

    def lines(self):
        while more := self.request.recv(10):
            self.rest += more
            while b"\\n" in self.rest:
                line, _, self.rest = self.rest.partition(b"\\n")
                yield line

    def handle(self):
        for line in self.lines():
            self.total += int(line.decode())
            self.request.sendall(str(self.total).encode() + b"\\n")
""",
    """
import socketserver

def lines(sock):
    rest = b""
    while piece := sock.recv(3):
        *whole, rest = (rest + piece).split(b"\\n")
        yield from whole

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        for line in lines(self.request):
            total += int(line)
            self.request.sendall(f"{total}\\n".encode())
""",
    """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        with self.request.makefile("r", newline="\\n") as lines, self.request.makefile("w", newline="\\n") as answers:
            while line := lines.readline():
                total += int(line)
                print(total, file=answers, flush=True)
""",
    """
import socketserver

class Total(socketserver.StreamRequestHandler):
    total = 0

    def handle(self):
        for line in iter(self.rfile.readline, b""):
            self.total += int(line)
            self.wfile.write(b"%d\\n" % self.total)
""",
    """
import socketserver
from dataclasses import dataclass

@dataclass
class Account:
    total: int = 0

    def add(self, line):
        self.total += int(line.decode())
        return f"{self.total}\\n".encode("ascii")

class Total(socketserver.StreamRequestHandler):
    def setup(self):
        super().setup()
        self.account = Account()

    def handle(self):
        self.wfile.writelines(map(self.account.add, self.rfile))
""",
    """
import socketserver

def adder():
    total = 0
    while True:
        total += yield total

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        add = adder()
        next(add)
        for line in self.rfile:
            self.wfile.write(str(add.send(int(line))).encode() + b"\\n")
""",
    """
import socketserver

class Total(socketserver.BaseRequestHandler):
    totals = {}

    def handle(self):
        self.totals[self.client_address] = 0
        line = b""
        while byte := self.request.recv(1):
            line += byte
            if byte == b"\\n":
                self.totals[self.client_address] += int(line)
                self.request.sendall(b"%d\\n" % self.totals[self.client_address])
                line = b""
        del self.totals[self.client_address]
""",
    """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        numbers = []
        while True:
            line = self.rfile.readline()
            if line == b"":
                return
            numbers.append(int(line))
            self.wfile.write(bytes(str(sum(numbers)), "utf-8"))
            self.wfile.write(b"\\n")
""",
]

WRONG = [
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += line
            self.wfile.write(f"{total}\\n".encode())
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            self.wfile.write(str(total).encode() + b" \\n")
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
        self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = int(self.rfile.readline())
        self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            total = 0
            total += int(line)
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "each client begins at 0",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    total = 0

    def handle(self):
        for line in self.rfile:
            Total.total += int(line)
            self.wfile.write(b"%d\\n" % Total.total)
""",
    ),
    (
        "each client begins at 0",
        """
import socketserver

total = 0

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        global total
        for line in self.rfile:
            total += int(line)
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        while data := self.request.recv(1024):
            total += int(data)
            self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        while data := self.request.recv(1024):
            for line in data.split():
                total += int(line)
                self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        while True:
            total += int(self.rfile.readline())
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        while True:
            line = self.rfile.readline()
            total += int(line or 0)
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            self.wfile.write(b"%d" % total)
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile.readlines():
            total += int(line)
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            self.wfile.write(b"%d\\n" % total)
            total += int(line)
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            self.wfile.write(f"{total}\\n")
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            self.wfile.write(f"The sum is {total}\\n".encode())
""",
    ),
    (
        "it answers the first number",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "each client begins at 0",
        """
import socketserver

rest = b""

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        global rest
        total = 0
        while data := self.request.recv(1024):
            *lines, rest = (rest + data).split(b"\\n")
            for line in lines:
                total += int(line)
                self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.total = getattr(self.server, "total", 0)
        for line in self.rfile:
            self.server.total += int(line)
            self.wfile.write(b"%d\\n" % self.server.total)
""",
    ),
    (
        "each client begins at 0",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    numbers = []

    def handle(self):
        for line in self.rfile:
            self.numbers.append(int(line))
            self.wfile.write(b"%d\\n" % sum(self.numbers))
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        while number := int(self.rfile.readline() or 0):
            total += number
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            if total == 0:
                break
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            if line.strip().isdigit():
                total += int(line)
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        before = 0
        for line in self.rfile:
            number = int(line)
            self.wfile.write(b"%d\\n" % (before + number))
            before = number
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0.0
        for line in self.rfile:
            total += float(line)
            self.wfile.write(b"%d\\n" % abs(total))
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver
import struct

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            (number,) = struct.unpack("i", struct.pack("i", int(line)))
            total += number
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for _ in range(10):
            total += int(self.rfile.readline())
            self.wfile.write(b"%d\\n" % total)
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        while data := self.request.recv(1024):
            total += sum(map(int, data.split()))
            self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        while data := self.request.recv(1024):
            line = data.split(b"\\n")[0]
            total += int(line)
            self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total, data = 0, b""
        while more := self.request.recv(1024):
            data += more
            if data.endswith(b"\\n"):
                for line in data.splitlines():
                    total += int(line)
                self.request.sendall(b"%d\\n" % total)
                data = b""
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total, rest = 0, b""
        while data := self.request.recv(1024):
            line, _, rest = (rest + data).partition(b"\\n")
            total += int(line)
            self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        while data := self.request.recv(1024):
            for line in data.split(b"\\n"):
                if line:
                    total += int(line)
                    self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "several lines may come at once, and a line in pieces",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total = 0
        while data := self.request.recv(1024):
            *lines, rest = data.split(b"\\n")
            for line in lines:
                total += int(line)
                self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Total(socketserver.BaseRequestHandler):
    def handle(self):
        total, rest = 0, b""
        while True:
            data = self.request.recv(1024)
            *lines, rest = (rest + data).split(b"\\n")
            for line in lines:
                total += int(line)
                self.request.sendall(b"%d\\n" % total)
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        for line in self.rfile:
            total += int(line)
            self.wfile.write(b"%d\\n" % total)
        self.wfile.write(b"total: %d\\n" % total)
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Total(socketserver.StreamRequestHandler):
    def handle(self):
        total = 0
        while True:
            line = self.rfile.readline()
            total += int(line)
            self.wfile.write(b"%d\\n" % total)
            if not line:
                break
""",
    ),
    (
        "it answers every number with the sum so far",
        """
import socketserver

class H(socketserver.BaseRequestHandler):
    def handle(self):
        total, rest = 0, b""
        while data := self.request.recv(1024):
            parts = (rest + data).split(b"\\n")
            rest = parts[-1]
            for line in parts[:-1]:
                total += float(line)
                self.request.sendall(b"%d\\n" % total)
""",
    ),
]
