"""Answers to the exercise 'slow client'."""

RIGHT = [
    """
import socketserver

class Impatient(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(0.2)
        line = b""
        try:
            while not line.endswith(b"\\n"):
                line += self.request.recv(1024)
        except TimeoutError:
            self.request.sendall(b"too slow\\n")
            return
        self.request.sendall(line.upper())
""",
    """
import select
import socketserver
import time

class Impatient(socketserver.BaseRequestHandler):
    def handle(self):
        end, line = time.monotonic() + 0.2, b""
        while b"\\n" not in line:
            ready, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not ready:
                line = b"too slow\\n"
                return self.request.sendall(line)
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    """
import contextlib
import socket
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    def setup(self):
        self.request.settimeout(0.2)
        super().setup()

    def handle(self):
        answer = b"too slow\\n"
        with contextlib.suppress(socket.timeout):
            answer = self.rfile.readline().upper()
        self.wfile.write(answer)
""",
]

WRONG = [
    (
        "it answers a quick client",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    timeout = 0.2

    def handle(self):
        try:
            line = self.rfile.readline()
        except TimeoutError:
            self.wfile.write(b"too slow\\n")
""",
    ),
    (
        "it answers a quick client",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    timeout = 0.2

    def handle(self):
        try:
            line = self.rfile.readline()
            self.wfile.write(line)
        except TimeoutError:
            self.wfile.write(b"too slow\\n")
""",
    ),
    (
        "it answers a quick client",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    timeout = 0.2

    def handle(self):
        try:
            data = self.rfile.read()
            self.wfile.write(data.upper())
        except TimeoutError:
            self.wfile.write(b"too slow\\n")
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        self.wfile.write(line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    timeout = 0.2

    def handle(self):
        line = self.rfile.readline()
        self.wfile.write(line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    timeout = 0.2

    def handle(self):
        try:
            line = self.rfile.readline()
            self.wfile.write(line.upper())
        except TimeoutError:
            self.wfile.write(b"too slow")
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    time_out = 0.2

    def handle(self):
        try:
            line = self.rfile.readline()
            self.wfile.write(line.upper())
        except TimeoutError:
            self.wfile.write(b"too slow\\n")
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    timeout = 2

    def handle(self):
        try:
            line = self.rfile.readline()
            self.wfile.write(line.upper())
        except TimeoutError:
            self.wfile.write(b"too slow\\n")
""",
    ),
    (
        "a client who sends half a line is too slow as well",
        """
import socketserver

class Impatient(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(0.2)
        try:
            line = self.request.recv(1024)
        except TimeoutError:
            self.request.sendall(b"too slow\\n")
        else:
            self.request.sendall(line.upper())
""",
    ),
    (
        "a client who sends half a line is too slow as well",
        """
import socketserver

class Impatient(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(0.2)
        line = b""
        try:
            while not line.endswith(b"\\n"):
                line += self.request.recv(1024)
        except TimeoutError:
            line = line or b"too slow\\n"
        self.request.sendall(line if line == b"too slow\\n" else line.upper())
""",
    ),
    (
        "it is not too impatient",
        """
import socketserver

class Impatient(socketserver.StreamRequestHandler):
    timeout = 0.01

    def handle(self):
        try:
            line = self.rfile.readline()
            self.wfile.write(line.upper())
        except TimeoutError:
            self.wfile.write(b"too slow\\n")
""",
    ),
    (
        "it is not too impatient",
        """
import socketserver

class Impatient(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(0.2)
        try:
            line = self.request.recv(1024)
            if not line.endswith(b"\\n"):
                raise TimeoutError
        except TimeoutError:
            self.request.sendall(b"too slow\\n")
        else:
            self.request.sendall(line.upper())
""",
    ),
]
