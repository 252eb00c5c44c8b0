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
    """
import queue
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        amount = int(self.rfile.readline())
        done = threading.Event()
        payments.put((self.server.till, amount, done))
        with starting:
            if not workers:
                workers.append(threading.Thread(target=work, daemon=True))
                workers[0].start()
        done.wait()
        self.wfile.write(b"ok\\n")

payments = queue.Queue()
starting = threading.Lock()
workers = []

def work():
    while True:
        till, amount, done = payments.get()
        till.write(till.read() + amount)
        done.set()

Pay = type("Pay", (Pay,), {})
""",
    """
import socketserver
import threading

class Cashier(socketserver.StreamRequestHandler):
    lock = threading.RLock()

    def pay(self, amount):
        with self.lock:
            money = self.server.till.read()
            money += amount
            self.server.till.write(money)

class Pay(Cashier):
    def handle(self):
        line = self.rfile.readline()
        if line.endswith(b"\\n"):
            self.pay(int(line))
            self.wfile.write(b"ok\\n")
""",
    """
import contextlib
import socketserver
import threading

one = threading.Semaphore(1)

@contextlib.contextmanager
def alone():
    one.acquire()
    try:
        yield
    finally:
        one.release()

class Pay(socketserver.BaseRequestHandler):
    def handle(self):
        with self.request.makefile("rw", newline="\\n") as file:
            line = file.readline()
            with alone():
                self.server.till.write(int(line) + self.server.till.read())
            file.write("ok\\n")
""",
    """
import socketserver
import threading

class Pay(socketserver.BaseRequestHandler):
    busy = False
    free = threading.Condition()

    def setup(self):
        self.line = b""

    def handle(self):
        while not self.line.endswith(b"\\n"):
            piece = self.request.recv(10)
            if not piece:
                return
            self.line += piece
        with self.free:
            self.free.wait_for(lambda: not Pay.busy)
            Pay.busy = True
        try:
            till = self.server.till
            till.write(till.read() + int(self.line))
        finally:
            with self.free:
                Pay.busy = False
                self.free.notify()

    def finish(self):
        if self.line:
            self.request.sendall(b"ok\\n")
""",
    """
import functools
import socketserver
import threading

def synchronized(function):
    lock = threading.Lock()

    @functools.wraps(function)
    def alone(*args):
        with lock:
            return function(*args)

    return alone

class Pay(socketserver.StreamRequestHandler):
    @synchronized
    def add(self, amount):
        self.server.till.write(self.server.till.read() + amount)

    def handle(self):
        self.add(int(self.rfile.readline().decode()))
        self.wfile.write(b"ok\\n")
""",
    """
import socketserver
import threading

locks = {}
guard = threading.Lock()

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        amount = int(self.rfile.readline())
        with guard:
            lock = locks.setdefault(id(self.server.till), threading.Lock())
        lock.acquire()
        self.server.till.write(self.server.till.read() + amount)
        lock.release()
        self.request.sendall(b"ok\\n")
""",
    """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        try:
            amount = int(self.rfile.readline())
        except ValueError:
            return
        with self.lock:
            self.server.till.write(self.server.till.read() + amount)
            self.wfile.write(b"ok\\n")
""",
    """
import socketserver
import time

flag = {}
class H(socketserver.StreamRequestHandler):
    def handle(self):
        n = int(self.rfile.readline())
        me = object()
        while flag.setdefault("owner", me) is not me: time.sleep(0.0005)
        self.server.till.write(self.server.till.read() + n)
        del flag["owner"]
        self.wfile.write(b"ok\\n")
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
    (
        "it adds what a client pays",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        self.wfile.write(b"ok\\n")
        with self.lock:
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
        amount = int(self.rfile.readline())
        with self.lock:
            self.server.till.money += amount
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
            self.server.till.write(self.server.till.read() + abs(amount))
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
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok")
""",
    ),
    (
        "it adds what a client pays",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()
    money = 0

    def handle(self):
        amount = int(self.rfile.readline())
        with self.lock:
            Pay.money += amount
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "it adds what a client pays",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    def handle(self):
        amount = int(self.rfile.readline())
        with self.server.lock:
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
        self.lock.acquire()
        self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "it waits for the whole line",
        """
import socketserver
import threading

class Pay(socketserver.BaseRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = int(self.request.recv(1024))
        with self.lock:
            self.server.till.write(self.server.till.read() + amount)
        self.request.sendall(b"ok\\n")
""",
    ),
    (
        "it waits for the whole line",
        """
import socketserver
import threading

class Pay(socketserver.BaseRequestHandler):
    lock = threading.Lock()

    def handle(self):
        line = self.request.recv(1024)
        if not line.endswith(b"\\n"):
            line += self.request.recv(1024)
        with self.lock:
            self.server.till.write(self.server.till.read() + int(line))
        self.request.sendall(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        with self.lock:
            money = self.server.till.read()
        self.server.till.write(money + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        money = self.server.till.read()
        with self.lock:
            self.server.till.write(money + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    reading = threading.Lock()
    writing = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        with self.reading:
            money = self.server.till.read()
        with self.writing:
            self.server.till.write(money + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading

class Pay(socketserver.StreamRequestHandler):
    seats = threading.Semaphore(2)

    def handle(self):
        amount = int(self.rfile.readline())
        with self.seats:
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
    lock = threading.Lock()

    def handle(self):
        amount = int(self.rfile.readline())
        if self.lock.acquire(timeout=0.001):
            self.lock.release()
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
    locks = {}

    def handle(self):
        amount = int(self.rfile.readline())
        with self.locks.setdefault(self.client_address, threading.Lock()):
            self.server.till.write(self.server.till.read() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver

class Pay(socketserver.StreamRequestHandler):
    busy = False

    def handle(self):
        amount = int(self.rfile.readline())
        till = self.server.till
        while Pay.busy:
            pass
        money = till.read()
        Pay.busy = True
        till.write(money + amount)
        Pay.busy = False
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
        line = self.rfile.readline()
        self.lock.acquire()
        amount = int(line)
        self.server.till.write(self.server.till.read() + amount)
        self.lock.release()
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "a client who says nothing does not hold up the others",
        """
import socketserver
import threading

class Pay(socketserver.BaseRequestHandler):
    lock = threading.Lock()

    def handle(self):
        with self.lock:
            line = b""
            while not line.endswith(b"\\n"):
                line += self.request.recv(100)
            self.server.till.write(self.server.till.read() + int(line))
        self.request.sendall(b"ok\\n")
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
        line = self.request.recv(1)
        with self.lock:
            line += self.rfile.readline()
            self.server.till.write(self.server.till.read() + int(line))
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading

class H(socketserver.StreamRequestHandler):
    lock = threading.Lock()
    def get(self):
        with self.lock: return self.server.till.read()
    def put(self, money):
        with self.lock: self.server.till.write(money)
    def handle(self):
        amount = int(self.rfile.readline())
        self.put(self.get() + amount)
        self.wfile.write(b"ok\\n")
""",
    ),
    (
        "nothing is lost when many pay at once",
        """
import socketserver
import threading
import time

class H(socketserver.StreamRequestHandler):
    lock = threading.Event()
    def handle(self):
        amount = int(self.rfile.readline())
        while self.lock.is_set(): time.sleep(0.0001)
        self.lock.set()
        if True:
            self.server.till.write(self.server.till.read() + amount)
        self.lock.clear()
        self.wfile.write(b"ok\\n")
""",
    ),
]
