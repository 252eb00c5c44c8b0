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
    """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def pieces(self):
        while piece := self.request.recv(100):
            yield piece

    def handle(self):
        for piece in self.pieces():
            self.request.sendall(piece)
""",
    """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            while data:
                sent = self.request.send(data)
                data = data[sent:]
""",
    """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    size = 4096

    def setup(self):
        self.buffer = memoryview(bytearray(self.size))

    def handle(self):
        while count := self.request.recv_into(self.buffer):
            self.request.sendall(self.buffer[:count])

    def finish(self):
        self.buffer.release()
""",
    """
import selectors
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.request, selectors.EVENT_READ)
            while selector.select():
                data = self.request.recv(65536)
                if not data:
                    return
                self.request.sendall(data)
""",
    """
import queue
import socketserver
import threading

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        pieces = queue.Queue()
        writer = threading.Thread(target=self.write, args=(pieces,))
        writer.start()
        while data := self.request.recv(1024):
            pieces.put(data)
        pieces.put(None)
        writer.join()

    def write(self, pieces):
        for piece in iter(pieces.get, None):
            self.request.sendall(piece)
""",
    """
import socketserver

class Base(socketserver.StreamRequestHandler):
    rbufsize = 0

    def answer(self, data):
        raise NotImplementedError

    def handle(self):
        while data := self.rfile.read(512):
            self.answer(data)

class Echo(Base):
    def answer(self, data):
        self.wfile.write(data)
""",
    """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        with self.request.makefile("rwb") as file:
            while data := file.read1(1000):
                file.write(data)
                file.flush()
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
        "it sends back all of a long message, and closes the connection when the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            self.request.sendall(self.request.recv(1024))
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        for _ in range(10):
            self.request.sendall(self.request.recv(1024))
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        data = b""
        while more := self.request.recv(1024):
            data += more
        self.request.sendall(data)
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(str(data).encode())
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024).decode():
            self.request.sendall(data)
""",
    ),
    (
        "it sends back what came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            print(data)
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data + b"\\n")
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while len(data := self.request.recv(20)) < 20:
            self.request.sendall(data)
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        data = b""
        while more := self.request.recv(1024):
            data += more
            self.request.sendall(data)
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    pieces = []

    def handle(self):
        while data := self.request.recv(1024):
            self.pieces.append(data)
            if len(self.pieces) > 26:
                return
            self.request.sendall(data)
""",
    ),
    (
        "it sends back all of a long message, and closes the connection when the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
        self.server.socket.close()
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        for number in range(10):
            data = self.request.recv(1024)
            self.request.sendall(data)
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data.strip())
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data.lower())
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024).decode():
            self.request.sendall(data.encode())
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024).decode(errors="ignore"):
            self.request.sendall(data.encode())
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while (data := self.request.recv(1024)).strip():
            self.request.sendall(data)
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while (data := self.request.recv(1024)) != b"q":
            self.request.sendall(data)
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data.replace(b"\\r\\n", b"\\n"))
""",
    ),
    (
        "it sends back all of a long message, and closes the connection when the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.send(data)
""",
    ),
    (
        "it sends back all of a long message, and closes the connection when the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            data = self.request.recv(1024)
            if data:
                self.request.sendall(data)
""",
    ),
    (
        "it sends back all of a long message, and closes the connection when the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data[:1024])
""",
    ),
    (
        "it sends back all of a long message, and closes the connection when the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
        self.request.sendall(b"bye")
""",
    ),
    (
        "it sends back all of a long message, and closes the connection when the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            data = self.request.recv(1024)
            self.request.sendall(data)
            data[0]
""",
    ),
    (
        "it goes on until the client has finished",
        """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        for _ in range(20):
            data = self.request.recv(1024)
            self.request.sendall(data)
""",
    ),
    (
        "it sends back every byte as it came",
        """
import socketserver

class H(socketserver.BaseRequestHandler):
    def handle(self):
        last = None
        while p := self.request.recv(1024):
            if p != last: self.request.sendall(p)
            last = p
""",
    ),
]
