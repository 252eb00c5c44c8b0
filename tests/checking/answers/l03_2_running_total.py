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
]
