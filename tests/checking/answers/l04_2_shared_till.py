"""Answers to the exercise 'shared till'."""

RIGHT = [
    """
import socketserver
import threading

lock = threading.Lock()

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        amount = int(self.rfile.readline())
        lock.acquire()
        try:
            money = self.server.till.read()
            self.server.till.write(money + amount)
        finally:
            lock.release()
        self.wfile.write(b"ok\\n")
""",
    """
import socketserver
import threading

class Pay(socketserver.BaseRequestHandler):
    turn = threading.Condition()

    def handle(self):
        line = b""
        while not line.endswith(b"\\n"):
            line += self.request.recv(100)
        with Pay.turn:
            till = self.server.till
            till.write(till.read() + int(line))
        self.request.sendall(b"ok\\n")
""",
    """
import socketserver
from threading import BoundedSemaphore

def guarded(function, guard=BoundedSemaphore(1)):
    def inner(*args):
        with guard:
            return function(*args)
    return inner

@guarded
def add(till, amount):
    till.write(till.read() + amount)

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        add(self.server.till, int(self.rfile.readline().decode().strip()))
        self.wfile.write("ok\\n".encode())
""",
]

WRONG = [
    (
        "it adds what a client pays",
        """
import socketserver

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        amount = int(self.rfile.readline())
        self.server.till.write(amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "it adds what a client pays",
        """
import socketserver

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        amount = int(self.rfile.readline())
        self.server.till.write(self.server.till.read() + amount)
""",
    ),
    (
        "it adds what a client pays",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = self.rfile.readline()
        with self.lock:
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "it adds what a client pays",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        with self.lock:
            self.server.till.read() + amount
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        amount = int(self.rfile.readline())
        self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        lock = threading.Lock()
        amount = int(self.rfile.readline())
        with lock:
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    def setup(self):
        super().setup()
        self.lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        with self.lock:
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "a client who says nothing does not hold up the others",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        with self.lock:
            amount = int(self.rfile.readline())
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "a client who says nothing does not hold up the others",
        """
import socketserver
import threading

lock = threading.Lock()

class Pay(socketserver.StreamRequestHandler):
    def setup(self):
        lock.acquire()
        super().setup()

    def handle(self):
        amount = int(self.rfile.readline())
        self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")

    def finish(self):
        super().finish()
        lock.release()
""",
    ),
]
