"""Answers to the exercise 'last words'."""

RIGHT = [
    """
import socket
import socketserver

class LastWords(socketserver.BaseRequestHandler):
    def handle(self):
        line = b""
        while not line.endswith(b"\\n") and len(line) < 100:
            line += self.request.recv(1)
        if line.endswith(b"\\n"):
            return self.request.sendall(line.upper())
        self.request.sendall(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        while self.request.recv(4096) != b"":
            pass
""",
    """
import socket
import socketserver

class LastWords(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(100)
        if line[-1:] == b"\\n":
            self.wfile.write(line.upper())
        else:
            self.refuse()

    def refuse(self):
        self.wfile.write(b"line too long\\n")
        self.connection.shutdown(socket.SHUT_WR)
        for line in self.rfile:
            pass
""",
    """
import socket
import socketserver
import time

def receive_before(sock, deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)
    return sock.recv(1024)

class LastWords(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + 60
        try:
            while receive_before(self.request, deadline):
                pass
        except OSError:
            pass
""",
]

START = """
import socket
import socketserver
import time

class LastWords(socketserver.StreamRequestHandler):
    def handle(self):
"""

WRONG = [
    ("it answers a line of up to 100 bytes", START + "        pass\n"),
    (
        "it answers a line of up to 100 bytes",
        START
        + """
        line = self.rfile.readline(100)
        if len(line) < 100:
            self.wfile.write(line.upper())
        else:
            self.wfile.write(b"line too long\\n")
""",
    ),
    (
        "it refuses a longer line, and ends its stream",
        START
        + """
        line = self.rfile.readline(100)
        self.wfile.write(line.upper())
""",
    ),
    (
        "it refuses a longer line, and ends its stream",
        START
        + """
        line = self.rfile.readline()
        if len(line) <= 100:
            self.wfile.write(line.upper())
        else:
            self.wfile.write(b"line too long\\n")
""",
    ),
    (
        "it refuses a longer line, and ends its stream",
        START
        + """
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        while self.request.recv(65536):
            pass
""",
    ),
    (
        "it answers a line of up to 100 bytes",
        START
        + """
        line = self.request.recv(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
        else:
            self.wfile.write(b"line too long\\n")
            self.request.close()
""",
    ),
    (
        "the client may go on sending",
        START
        + """
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
        else:
            self.wfile.write(b"line too long\\n")
""",
    ),
    (
        "the client may go on sending",
        START
        + """
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        self.request.recv(65536)
""",
    ),
    (
        "the client may go on sending",
        START
        + """
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        time.sleep(0.1)
""",
    ),
    (
        "it ends when the client has ended",
        START
        + """
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        while True:
            self.request.recv(65536)
            time.sleep(0.01)
""",
    ),
    (
        "the client may go on sending",
        """
import socket
import socketserver

class H(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        self.rfile.readline()
""",
    ),
    (
        "it ends when the client has ended",
        """
import socket
import socketserver

class H(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        while self.request.recv(65536):
            pass
        raise ValueError
""",
    ),
    (
        "the client may go on sending",
        """
import socket
import socketserver
import time

class H(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(100)
        if line.endswith(b"\\n"):
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        time.sleep(0.4)
""",
    ),
    (
        "it refuses a longer line, and ends its stream",
        """
import socket
import socketserver

class H(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(100)
        if len(line.rstrip()) < 100:
            self.wfile.write(line.upper())
            return
        self.wfile.write(b"line too long\\n")
        self.request.shutdown(socket.SHUT_WR)
        while self.request.recv(65536):
            pass
""",
    ),
]
