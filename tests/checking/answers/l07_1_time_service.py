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
    """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((time.time_ns() // 10**9 + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((round(time.time()) + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        s = datetime.datetime.now(datetime.UTC) - datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
        sock.sendto(struct.pack("!L", s.days * 86400 + s.seconds), self.client_address)
""",
    """
import calendar
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(struct.pack(">I", calendar.timegm(time.gmtime()) + 2208988800), self.client_address)
""",
    """
from time import time as now
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(struct.pack(">I", int(now()) + (70 * 365 + 17) * 86400), self.client_address)
""",
    """
from time import time
import socketserver


def stamp():
    return (int(time()) + 2208988800).to_bytes(4)


class T(socketserver.DatagramRequestHandler):
    def handle(self):
        self.wfile.write(stamp())
""",
    """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.socket.sendto((int(time.time()) + 2208988800).to_bytes(4, "big"), self.client_address)
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
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    now = (int(time.time()) + 2208988800).to_bytes(4, "big")

    def handle(self):
        data, sock = self.request
        sock.sendto(self.now, self.client_address)
""",
    ),
    (
        "it is the time",
        """
import functools
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    @staticmethod
    def now(c={}):
        return c.setdefault(1, (int(time.time()) + 2208988800).to_bytes(4, "big"))

    def handle(self):
        data, sock = self.request
        sock.sendto(self.now(), self.client_address)
""",
    ),
    (
        "it answers",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        with sock:
            sock.sendto((int(time.time()) + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((int(time.time()) + 2208988801).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it answers",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(struct.pack("!I", time.time() + 2208988800), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(struct.pack("I", int(time.time()) + 2208988800), self.client_address)
""",
    ),
    (
        "it answers",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(struct.pack("!i", int(time.time()) + 2208988800), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        s = (datetime.datetime.now() - datetime.datetime(1900, 1, 1)).total_seconds()
        sock.sendto(int(s).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        for _ in 1, 2:
            sock.sendto((int(time.time()) + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it answers",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    a = None

    def handle(self):
        data, sock = self.request
        T.a = T.a or self.client_address
        sock.sendto((int(time.time()) + 2208988800).to_bytes(4, "big"), T.a)
""",
    ),
    (
        "it answers",
        """
import socket
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.sendto((int(time.time()) + 2208988800).to_bytes(4, "big"), self.client_address)
        s.close()
""",
    ),
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((int(time.time()) - 2208988800).to_bytes(4, "big", signed=True), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto((int(time.monotonic()) + 2208988800).to_bytes(4, "big"), self.client_address)
""",
    ),
    (
        "it is the time",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(bytes([235, 1, 2, 3]), self.client_address)
""",
    ),
    (
        "it answers",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[0].sendto(b"1234", self.client_address)
""",
    ),
    (
        "it answers an empty datagram too",
        """
import socketserver, struct, time, datetime


class T(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        n = int(time.time()) + 2208988800 if data else 0
        sock.sendto(n.to_bytes(4, "big"), self.client_address)
""",
    ),
]
