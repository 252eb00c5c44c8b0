"""Answers to the exercise 'count words'."""

RIGHT = [
    """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        while (line := self.rfile.readline().strip()):
            self.wfile.write(f"{len(line.split())}\\n".encode())
""",
    """
import itertools
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        lines = itertools.takewhile(lambda line: line != b"\\n", self.rfile)
        self.wfile.writelines(b"%d\\n" % len(line.split()) for line in lines)
""",
    """
import socketserver

class Words(socketserver.StreamRequestHandler):
    wbufsize = -1

    def count(self, text):
        return sum(1 for word in text.decode().replace("\\n", " ").split(" ") if word)

    def handle(self):
        while True:
            line = self.rfile.readline()
            if line in (b"", b"\\n"):
                return
            self.wfile.write(str(self.count(line)).encode("ascii") + b"\\n")
            self.wfile.flush()
""",
]

WRONG = [
    (
        "it is derived from StreamRequestHandler",
        """
import socketserver

class Words(socketserver.BaseRequestHandler):
    def handle(self):
        for line in self.request.makefile("rb"):
            if line == b"\\n":
                break
            self.request.sendall(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it is derived from StreamRequestHandler",
        """
import socketserver

class Words(socketserver.DatagramRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(line.split(b" ")))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(len(line.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(line))
""",
    ),
    (
        "it answers every line",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it answers every line",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        words = 0
        for line in self.rfile:
            if line == b"\\n":
                break
            words += len(line.split())
            self.wfile.write(b"%d\\n" % words)
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(b"%d\\n" % len(line.split()))
            if not line.strip():
                break
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"":
                break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        while (line := self.rfile.readline()) != b"\\n":
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver

class Words(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline()
            if line[0] == 10:
                break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
]
