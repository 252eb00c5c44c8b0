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
    """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            threading.Thread(target=self.server.shutdown).start()
            self.wfile.write(b"bye\\n")
        else:
            self.wfile.write(line.upper())
""",
    """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            self.server._BaseServer__shutdown_request = True
        else:
            self.wfile.write(line.upper())
""",
    """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=lambda: self.server.shutdown(), daemon=True).start()
        else:
            self.wfile.write(line.upper())
""",
    """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line.strip() == b"shutdown":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    """
import socketserver, _thread


class S(socketserver.BaseRequestHandler):
    def handle(self):
        with self.request.makefile("rwb") as f:
            line = f.readline()
            if line == b"shutdown\\n":
                f.write(b"bye\\n")
                _thread.start_new_thread(self.server.shutdown, ())
            else:
                f.write(line.swapcase() if False else line.upper())
""",
    """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    stop = False

    def handle(self):
        line = self.rfile.readline()
        self.stop = line == b"shutdown\\n"
        self.wfile.write(b"bye\\n" if self.stop else line.upper())

    def finish(self):
        super().finish()
        if self.stop:
            threading.Thread(target=self.server.shutdown).start()
""",
    """
import socketserver, threading


class Stopper(threading.Thread):
    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server

    def run(self):
        self.server.shutdown()


class S(socketserver.StreamRequestHandler):
    ANSWERS = {b"shutdown\\n": b"bye\\n"}

    def handle(self):
        line = self.rfile.readline()
        self.wfile.write(self.ANSWERS.get(line, line.upper()))
        if line in self.ANSWERS:
            Stopper(self.server).start()
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
        "serve_forever returns",
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
    (
        "serve_forever returns",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
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
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown()).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            t = threading.Thread(target=self.server.shutdown)
            t.start()
            t.join()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it answers a line in capitals, and goes on serving",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line.startswith(b"shutdown"):
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it answers a line in capitals, and goes on serving",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line.lower() == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it answers a line in capitals, and goes on serving",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line in b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it answers a line in capitals, and goes on serving",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if not line or line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            raise SystemExit
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it says bye",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            import os

            os._exit(0)
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
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
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            self.server.server_close()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it answers a line in capitals, and goes on serving",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline().strip()
        if line == b"shutdown":
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper() + b"\\n")
""",
    ),
    (
        "it says bye",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n" and not getattr(S, "done", 0):
            S.done = 1
            self.wfile.write(b"bye\\n")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it says bye",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            threading.Thread(target=self.server.shutdown)
            self.server.shutdown()
            self.wfile.write(b"bye\\n")
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "it says bye",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye")
            threading.Thread(target=self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
    (
        "serve_forever returns",
        """
import socketserver, threading


class S(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"shutdown\\n":
            self.wfile.write(b"bye\\n")
            threading.Timer(60, self.server.shutdown).start()
        else:
            self.wfile.write(line.upper())
""",
    ),
]
