"""Answers to the exercise 'time service'."""

RIGHT = [
    """
import socketserver
import struct
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        sock = self.request[1]
        sock.sendto(struct.pack("!I", int(time.time() + 2208988800)), self.client_address)
""",
    """
import datetime
import socketserver

class Time(socketserver.DatagramRequestHandler):
    def handle(self):
        utc = datetime.timezone.utc
        since = datetime.datetime.now(utc) - datetime.datetime(1900, 1, 1, tzinfo=utc)
        self.wfile.write(int(since.total_seconds()).to_bytes(4))
""",
    """
import socketserver
import time

EPOCH = (70 * 365 + 17) * 24 * 60 * 60

class Time(socketserver.BaseRequestHandler):
    def finish(self):
        data, sock = self.request
        seconds = int(time.time()) + EPOCH
        sock.sendto(bytes(seconds >> shift & 255 for shift in (24, 16, 8, 0)), self.client_address)

    def handle(self):
        pass
""",
]

WRONG = [
    (
        "it answers",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall((int(time.time()) + 2208988800).to_bytes(4, "big"))
""",
    ),
    (
        "it answers",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendall((int(time.time()) + 2208988800).to_bytes(4, "big"))
""",
    ),
    (
        "it answers",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(time.time().to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it answers",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        return (int(time.time()) + 2208988800).to_bytes(4, "big")
""",
    ),
    (
        "the answer has four bytes",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(str(int(time.time()) + 2208988800).encode(), self.client_address)
""",
    ),
    (
        "the answer has four bytes",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((int(time.time()) + 2208988800).to_bytes(8, "big"), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((int(time.time()) + 2208988800).to_bytes(4, "little"), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(int(time.time()).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver
import time

NOW = int(time.time()) - 60

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((NOW + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it answers an empty datagram too",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        if data:
            sock.sendto((int(time.time()) + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it answers an empty datagram too",
        """
import socketserver
import time

class Time(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        if not data:
            return sock.sendto(b"", self.client_address)
        sock.sendto((int(time.time()) + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    ),
]
