"""Answers to the exercise 'stop from inside'."""

RIGHT = [
    """
import socketserver
import threading

class Stop(socketserver.BaseRequestHandler):
    def handle(self):
        line = self.request.recv(1024)
        if line != b"shutdown\\n":
            self.request.sendall(line.upper())
            return
        self.request.sendall(b"bye\\n")
        threading.Thread(target=self.server.shutdown, daemon=True).start()
""",
    """
import socketserver
from concurrent.futures import ThreadPoolExecutor

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        self.line = self.rfile.readline()
        self.wfile.write(b"bye\\n" if self.line == b"shutdown\\n" else self.line.upper())

    def finish(self):
        super().finish()
        if self.line == b"shutdown\\n":
            ThreadPoolExecutor(1).submit(self.server.shutdown)
""",
    """
import socketserver
import threading

def later(function):
    timer = threading.Timer(0, function)
    timer.start()

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        match self.rfile.readline():
            case b"shutdown\\n":
                self.wfile.write(b"bye\\n")
                later(self.server.shutdown)
            case line:
                self.wfile.write(line.upper())
""",
]

WRONG = [
    (
        "it answers a line in capitals, and goes on serving",
        """
import socketserver
import threading

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if b"shutdown" in line:
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it answers a line in capitals, and goes on serving",
        """
import socketserver
import threading

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
        else:
            self.wfile.write(line)
        threading.Thread(target=self.server.shutdown).start()
""",
    ),
    (
        "it says bye",
        """
import socketserver
import threading

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == "shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it says bye",
        """
import socketserver
import threading

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write("bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it says bye",
        """
import socketserver

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.server.shutdown()
            self.wfile.write(b"bye\\n")
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it says bye",
        """
import socketserver

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            self.server.shutdown()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            return
        self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver
import threading

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown)
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver
import threading

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.server_close).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver
import sys

class Stop(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            raise RuntimeError("the end")
        self.wfile.write(line.upper())
""",
    ),
]
