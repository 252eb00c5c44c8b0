"""Answers to `set if absent`."""

RIGHT = [
    """
import socketserver
import threading

lock = threading.Lock()

class SetIfAbsent(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            try:
                name, key, value = line.split()
            except ValueError:
                self.wfile.write(b"-ERR three words, please\\r\\n")
                continue
            if name != b"SETNX":
                self.wfile.write(b"-ERR what?\\r\\n")
                continue
            with lock:
                absent = self.server.store.get(key) is None
                if absent:
                    self.server.store.put(key, value)
            self.wfile.write(b":%d\\r\\n" % absent)
""",
    """
import socketserver
import threading

class SetIfAbsent(socketserver.BaseRequestHandler):
    lock = threading.RLock()

    def handle(self):
        rest = b""
        while piece := self.request.recv(1024):
            *lines, rest = (rest + piece).split(b"\\r\\n")
            for line in lines:
                self.request.sendall(self.reply(line.split(b" ")) + b"\\r\\n")

    def reply(self, words):
        match words:
            case [b"SETNX", key, value]:
                with self.lock:
                    if self.server.store.get(key) is None:
                        self.server.store.put(key, value)
                        return b":1"
                return b":0"
        return b"-ERR no such command"
""",
    """
import collections
import socketserver
import threading

locks = collections.defaultdict(threading.Lock)
guard = threading.Lock()

def set_if_absent(store, key, value):
    with guard:
        lock = locks[key]
    with lock:
        if store.get(key) is not None:
            return 0
        store.put(key, value)
        return 1

class SetIfAbsent(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline()
            if not line:
                break
            words = line.split()
            if len(words) != 3 or words[0] != b"SETNX":
                reply = "-ERR SETNX key value"
            else:
                reply = f":{set_if_absent(self.server.store, words[1], words[2])}"
            self.wfile.write(reply.encode() + b"\\r\\n")
""",
]

GOOD = """
import socketserver
import threading

class SetIfAbsent(socketserver.StreamRequestHandler):
    lock = threading.Lock()

    def handle(self):
        while line := self.rfile.readline():
            words = line.split()
            if len(words) != 3 or words[0] != b"SETNX":
                self.wfile.write(b"-ERR wrong\\r\\n")
                continue
            with self.lock:
                absent = self.server.store.get(words[1]) is None
                if absent:
                    self.server.store.put(words[1], words[2])
            self.wfile.write(b":1\\r\\n" if absent else b":0\\r\\n")
"""


def changed(*pairs):
    """The good answer with some of its text replaced."""
    text = GOOD
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


WRONG = [
    (
        "it sets a key that has no value, and no other",
        """
import socketserver

class SetIfAbsent(socketserver.StreamRequestHandler):
    def handle(self):
        pass
""",
    ),
    ("it sets a key that has no value, and no other", changed(("                if absent:\n    ", ""))),
    ("it sets a key that has no value, and no other", changed((" is None", " is not None"))),
    ("it sets a key that has no value, and no other", changed(("words[2])", "words[1])"))),
    ("it sets a key that has no value, and no other", changed((":1\\r\\n", ":1\\n"))),
    ("it sets a key that has no value, and no other", changed(("line.split()", "line.decode().split()"))),
    ("it sets a key that has no value, and no other", changed((", words[2])", ", words[2].decode())"))),
    ("it holds a conversation", changed(("while line :=", "if line :="), ("continue", "return"))),
    (
        "it holds a conversation",
        changed(("StreamRequest", "BaseRequest"), ("self.rfile.readline()", "self.request.recv(1024)"),
                ("self.wfile.write", "self.request.sendall")),
    ),
    ("it sets a key that has no value, and no other", changed(("self.rfile.readline()", "self.rfile.readline(8)"))),
    ("an error is a reply, and the conversation goes on", changed(("continue", "return"))),
    ("an error is a reply, and the conversation goes on", changed(("-ERR wrong", "+wrong"))),
    ("an error is a reply, and the conversation goes on", changed(("-ERR wrong\\r\\n", "-ERR wrong\\n"))),
    ("an error is a reply, and the conversation goes on", changed(("len(words) != 3", "len(words) < 3"))),
    ("an error is a reply, and the conversation goes on", changed((' or words[0] != b"SETNX"', ""))),
    ("an error is a reply, and the conversation goes on",
     changed(('words[0] != b"SETNX"', 'not line.startswith(b"SETNX")'))),
    ("of many at once, one gets the key", changed(("with self.lock", "with threading.Lock()"))),
    (
        "of many at once, one gets the key",
        changed(("                if absent:\n    ", "            if absent:\n")),
    ),
    (
        "of many at once, one gets the key",
        changed(("            with self.lock:\n                absent = self.server.store.get(words[1]) is None\n",
                 "            absent = self.server.store.get(words[1]) is None\n            with self.lock:\n")),
    ),
    (
        "a client who says nothing does not hold up the others",
        changed(("        while line", "        with self.lock:\n          while line"),
                ("            with self.lock:", "            if True:")),
    ),
    (
        "it sets a key that has no value, and no other",
        """
import socketserver, threading
class S(socketserver.StreamRequestHandler):
    lock = threading.Lock()
    keys = set()
    def handle(self):
        for line in self.rfile:
            w = line.split()
            if len(w) == 3 and w[0] == b"SETNX":
                with self.lock:
                    new = w[1] not in self.keys
                    if new:
                        self.keys.add(w[1])
                        self.server.store.put(w[1], w[2])
                self.wfile.write(b":%d\\r\\n" % new)
            else:
                self.wfile.write(b"-ERR unknown command\\r\\n")
""",
    ),
    (
        "it sets a key that has no value, and no other",
        """
import socketserver, threading
class S(socketserver.StreamRequestHandler):
    lock = threading.Lock()
    def handle(self):
        for line in self.rfile:
            w = line.split()
            if len(w) == 3 and w[0] == b"SETNX":
                with self.lock:
                    new = not self.server.store.get(w[1])
                    if new: self.server.store.put(w[1], w[2])
                self.wfile.write(b":%d\\r\\n" % new)
            else:
                self.wfile.write(b"-ERR unknown command\\r\\n")
""",
    ),
]  # fmt: skip
