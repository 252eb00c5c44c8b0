"""Answers to the exercise 'echo'."""

RIGHT = [
    """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            data = self.request.recv(4096)
            if not data:
                break
            self.request.sendall(data)
""",
    """
from socketserver import StreamRequestHandler

class Echo(StreamRequestHandler):
    def handle(self):
        while data := self.rfile.read1():
            self.wfile.write(data)
""",
    """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def setup(self):
        self.sock = self.request

    def handle(self):
        for data in iter(lambda: self.sock.recv(1), b""):
            self.sock.send(data)
""",
]

WRONG = [
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        data = self.request.recv(1024)
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(1024).upper() + b"!")
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handel(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.read())
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(1024))
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        for _ in range(2):
            self.request.sendall(self.request.recv(1024))
""",
    ),
    (
        "it closes the connection when the client has finished, and sends back all of a long message",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            self.request.sendall(self.request.recv(1024))
""",
    ),
    (
        "it closes the connection when the client has finished, and sends back all of a long message",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        for _ in range(10):
            self.request.sendall(self.request.recv(1024))
""",
    ),
]
