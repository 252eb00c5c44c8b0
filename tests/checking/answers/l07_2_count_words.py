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
    """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in iter(self.rfile.readline, b"\\n"):
            if not line:
                break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            words = line.decode(errors="replace").split()
            if not words:
                return
            print(len(words))
            self.wfile.write(f"{len(words)}\\n".encode())
""",
    """
import re
import socketserver

WORD = re.compile(rb"\\S+")


class C(socketserver.StreamRequestHandler):
    def handle(self):
        while (line := self.rfile.readline()) and line != b"\\n":
            self.wfile.write(b"%d\\n" % len(WORD.findall(line)))
""",
    """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if len(line) == 1:
                break
            self.request.sendall(str(len(line.split())).encode() + b"\\n")
""",
    """
import io
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        text = io.TextIOWrapper(self.rfile, encoding="utf-8", newline="\\n")
        while True:
            line = text.readline().rstrip("\\n")
            if not line:
                break
            self.wfile.write(f"{len(line.split())}\\n".encode())
        text.detach()
""",
    """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            if line == b"\\n":
                return
            count, inside = 0, False
            for byte in line:
                blank = byte in b" \\n"
                count += not blank and not inside
                inside = not blank
            self.wfile.write(b"%d\\n" % count)
""",
    """
import socketserver


class C(socketserver.StreamRequestHandler):
    def setup(self):
        super().setup()
        self.counted = 0

    def handle(self):
        while self.one():
            self.counted += 1

    def one(self):
        line = self.rfile.readline()
        if line.strip(b"\\n") == b"":
            return False
        self.wfile.write(b"%d\\n" % len(line.split()))
        return True

    def finish(self):
        del self.counted
        super().finish()
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
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % (len(line.split()) - 1))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % (line.count(b" ") + 1))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(set(line.split())) if len(line) < 500 else b"1\\n")
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d" % len(line.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(str(len(line.split())))
""",
    ),
    (
        "it answers every line",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            if data == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(data.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        lines = self.rfile.readlines()
        for line in lines:
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    words = 0

    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            C.words += len(line.split())
            self.wfile.write(b"%d\\n" % C.words)
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"3\\n")
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(bytes([48 + len(line.split()), 10]))
""",
    ),
    (
        "it answers every line",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        while (line := self.rfile.readline(1024)) not in (b"", b"\\n"):
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if not line.strip():
                continue
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(b"%d\\n" % len(line.split()))
            if line == b"\\n":
                break
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        import os

        for line in self.rfile:
            if line == b"\\n":
                os._exit(0)
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                raise StopIteration
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it ends when the client has finished",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline()
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(line.split()))
            if not line:
                break
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    wbufsize = -1

    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def setup(self):
        self.lines = 0

    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(line.replace(b" ", b"")))
""",
    ),
    (
        "it answers every line",
        """
import socketserver


class C(socketserver.StreamRequestHandler):
    def handle(self):
        for _ in range(2):
            line = self.rfile.readline()
            if line in (b"", b"\\n"):
                break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it answers every line",
        """
import socketserver

class H(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.n = getattr(self, "n", 0) + 1
            if self.n > 3: break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "an empty line ends the conversation",
        """
import socketserver

class H(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                self.server.server_close(); break
            self.wfile.write(b"%d\\n" % len(line.split()))
""",
    ),
    (
        "it answers a line with the number of its words",
        """
import socketserver
class C(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line == b"\\n":
                break
            self.wfile.write(b"%d\\n" % len(line.decode("ascii").split()))
""",
    ),
]
