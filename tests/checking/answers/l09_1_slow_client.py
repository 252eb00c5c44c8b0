"""Answers to the exercise 'slow client'."""

RIGHT = [
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
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.2
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                return
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    """
import socketserver, time, socket, threading


class I(socketserver.StreamRequestHandler):
    def handle(self):
        t = threading.Timer(0.2, self.request.shutdown, (socket.SHUT_RD,))
        t.start()
        line = self.rfile.readline()
        t.cancel()
        self.wfile.write(line.upper() if line.endswith(b"\\n") else b"too slow\\n")
""",
    """
import socketserver, time


class I(socketserver.BaseRequestHandler):
    def handle(self):
        begun = time.perf_counter()
        line = b""
        self.request.settimeout(0.02)
        while time.perf_counter() - begun < 0.2:
            try:
                line += self.request.recv(1024)
            except TimeoutError:
                continue
            if line[-1:] == b"\\n":
                self.request.sendall(line.upper())
                return
        self.request.sendall(b"too slow\\n")
""",
    """
import asyncio, socketserver


async def line(sock):
    loop = asyncio.get_running_loop()
    data = b""
    while b"\\n" not in data:
        data += await loop.sock_recv(sock, 100)
    return data


class I(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.setblocking(False)
        try:
            got = asyncio.run(asyncio.wait_for(line(self.request), 0.2)).upper()
        except asyncio.TimeoutError:
            got = b"too slow\\n"
        self.request.setblocking(True)
        self.request.sendall(got)
""",
    """
import socketserver, time


class I(socketserver.BaseRequestHandler):
    def setup(self):
        self.end = time.time() + 0.2

    def handle(self):
        line = bytearray()
        while not line.endswith(b"\\n"):
            left = self.end - time.time()
            try:
                if left <= 0:
                    raise TimeoutError()
                self.request.settimeout(left)
                line += self.request.recv(1)
            except TimeoutError:
                line = b"too slow\\n"
                break
        else:
            line = line.upper()
        self.request.sendall(line)
""",
    """
import selectors, socketserver, time


class I(socketserver.StreamRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.2
        line = b""
        with selectors.DefaultSelector() as s:
            s.register(self.request, selectors.EVENT_READ)
            while not line.endswith(b"\\n"):
                left = end - time.monotonic()
                if left <= 0 or not s.select(left):
                    self.wfile.write(b"too slow\\n")
                    return
                line += self.request.recv(4096)
        self.wfile.write(line.upper())
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
            self.request.sendall(b"too slow\\n")
            return
        self.request.sendall(line.upper())
""",
    ),
    (
        "a client who sends half a line is too slow as well",
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
    ),
    (
        "a client who sends half a line is too slow as well",
        """
import socketserver


class I(socketserver.StreamRequestHandler):
    timeout = 0.2

    def handle(self):
        try:
            line = self.rfile.readline()
        except TimeoutError:
            self.wfile.write(b"too slow\\n")
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it is not too impatient",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.1
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                return
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "it is not too impatient",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.15
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                return
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.3
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                return
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.4
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                return
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.2
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                raise ValueError(1)
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "it is not too impatient",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    end = None

    def handle(self):
        I.end = I.end or time.monotonic() + 0.2
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, I.end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                return
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver


class I(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.timeout = 0.2
        self.wfile.write(self.rfile.readline().upper())
""",
    ),
    (
        "a client who sends half a line is too slow as well",
        """
import socketserver, time, socket, threading


class I(socketserver.StreamRequestHandler):
    def handle(self):
        t = threading.Timer(0.2, self.request.shutdown, (socket.SHUT_RD,))
        t.start()
        line = self.rfile.readline()
        t.cancel()
        self.wfile.write(line.upper() or b"too slow\\n")
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver, time


class I(socketserver.StreamRequestHandler):
    def handle(self):
        t = time.monotonic()
        line = self.rfile.readline()
        self.wfile.write(b"too slow\\n" if time.monotonic() - t > 0.2 else line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 2
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                return
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "it tells a silent client that it was too slow, and closes",
        """
import socketserver, time, select


class I(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.2
        line = b""
        while b"\\n" not in line:
            r, _, _ = select.select([self.request], [], [], max(0, end - time.monotonic()))
            if not r:
                self.request.sendall(b"too slow\\n")
                end += 0.2
            line += self.request.recv(1024)
        self.request.sendall(line.upper())
""",
    ),
    (
        "a client who sends half a line is too slow as well",
        """
import socketserver
import time

class H(socketserver.BaseRequestHandler):
    def handle(self):
        end = time.monotonic() + 0.2
        line = b""
        try:
            while not line.endswith(b"\\n"):
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                self.request.settimeout(0.2)
                piece = self.request.recv(1024)
                if not piece:
                    return
                line += piece
        except TimeoutError:
            line = b"too slow\\n"
            self.request.sendall(line)
        else:
            self.request.sendall(line.upper())
""",
    ),
]
