"""Answers to the exercise 'lines in a loop'."""

LOOP = """
import selectors

def serve(listener):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    received = {}
    while True:
        for key, _ in selector.select():
            sock = key.fileobj
            if sock is listener:
                connection, _ = listener.accept()
                selector.register(connection, selectors.EVENT_READ)
                received[connection] = b""
                continue
            data = sock.recv(1024)
            if not data:
                selector.unregister(sock)
                sock.close()
                continue
            *lines, received[sock] = (received[sock] + data).split(b"\\n")
            for line in lines:
                sock.sendall(line.upper() + b"\\n")
"""


def but(old, new):
    """The answer above with a change."""
    assert old in LOOP
    return LOOP.replace(old, new)


RIGHT = [
    LOOP,
    """
import selectors

class Conversation:
    def __init__(self, selector, sock):
        self.selector, self.sock, self.received = selector, sock, bytearray()
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, self.read)

    def read(self):
        data = self.sock.recv(65536)
        if not data:
            self.selector.unregister(self.sock)
            self.sock.close()
        self.received += data
        while (end := self.received.find(b"\\n") + 1):
            line = bytes(self.received[:end])
            del self.received[:end]
            self.sock.send(line.upper())

def serve(listener):
    with selectors.DefaultSelector() as selector:
        def accept():
            Conversation(selector, listener.accept()[0])
        selector.register(listener, selectors.EVENT_READ, accept)
        while True:
            for key, _ in selector.select():
                key.data()
""",
    """
import select

def serve(listener):
    buffers = {listener: b""}
    while True:
        readable, _, _ = select.select(list(buffers), [], [])
        for sock in readable:
            if sock is listener:
                buffers[listener.accept()[0]] = b""
            else:
                data = sock.recv(4096)
                if data == b"":
                    del buffers[sock]
                    sock.close()
                else:
                    whole, newline, rest = (buffers[sock] + data).rpartition(b"\\n")
                    sock.sendall((whole + newline).upper())
                    buffers[sock] = rest
""",
    """
import asyncio

def serve(listener):
    async def talk(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper())
        writer.close()

    async def main():
        server = await asyncio.start_server(talk, sock=listener)
        await server.serve_forever()

    asyncio.run(main())
""",
]

FIRST = "it sends every line of a client back in capitals"
WHOLE = "it waits for a whole line, and answers all that have come"
AT_ONCE = "it serves all clients at once, and keeps their bytes apart"
ENDS = "it closes the connection of a client that has ended its stream, and serves on"

WRONG = [
    (
        FIRST,
        """
import selectors

def serve(listener):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                connection, _ = listener.accept()
                selector.register(connection, selectors.EVENT_READ)
            else:
                connection = key.fileobj
                selector.unregister(connection)
                with connection:
                    connection.sendall(connection.recv(1024).upper())
""",
    ),
    (FIRST, but("line.upper()", "line")),
    (FIRST, but('line.upper() + b"\\n"', "line.upper()")),
    (
        FIRST,
        but(
            "            sock = key.fileobj\n",
            "            sock = key.fileobj\n            selector.unregister(sock)\n",
        ),
    ),
    (
        WHOLE,
        """
import selectors

def serve(listener):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
            elif data := key.fileobj.recv(1024):
                key.fileobj.sendall(data.upper())
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()
""",
    ),
    (WHOLE, but("(received[sock] + data)", "data")),
    (WHOLE, but("for line in lines:", "for line in lines[:1]:")),
    (
        AT_ONCE,
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                connection.sendall(line.upper())
""",
    ),
    (
        AT_ONCE,
        """
import threading

def serve(listener):
    def talk(connection):
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                connection.sendall(line.upper())

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,), daemon=True).start()
""",
    ),
    (AT_ONCE, but("received[sock]", "received[listener]").replace("received = {}", 'received = {listener: b""}')),
    (
        AT_ONCE,
        """
import selectors

def serve(listener):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            line = b""
            while not line.endswith(b"\\n"):
                line += key.fileobj.recv(1)
            key.fileobj.sendall(line.upper())
""",
    ),
    (ENDS, but("                sock.close()\n", "")),
    (ENDS, but("                selector.unregister(sock)\n                sock.close()\n", "")),
    (
        ENDS,
        but(
            "                sock.close()\n                continue\n",
            "                sock.close()\n                return\n",
        ),
    ),
    (ENDS, but("                selector.unregister(sock)\n", "")),
    (
        "it closes the connection of a client that has ended its stream, and serves on",
        """
import selectors
def loop(listener):
    rest = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    c, _ = listener.accept()
                    selector.register(c, selectors.EVENT_READ)
                    continue
                c = key.fileobj
                piece = c.recv(4096)
                if not piece:
                    selector.unregister(c)
                    c.close()
                    continue
                *lines, rest[key.fd] = (rest.get(key.fd, b"") + piece).split(b"\\n")
                for line in lines:
                    c.sendall(line.upper() + b"\\n")
""",
    ),
    (
        "it waits for a whole line, and answers all that have come",
        """
import selectors
def loop(listener):
    rest = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    c, _ = listener.accept()
                    rest[c] = ""
                    selector.register(c, selectors.EVENT_READ)
                    continue
                c = key.fileobj
                piece = c.recv(4096)
                if not piece:
                    selector.unregister(c)
                    c.close()
                    continue
                *lines, rest[c] = (rest[c] + piece.decode()).split("\\n")
                for line in lines:
                    c.sendall((line.upper() + "\\n").encode())
""",
    ),
    (
        "it closes the connection of a client that has ended its stream, and serves on",
        """
import selectors
def loop(listener):
    rest = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    c, _ = listener.accept()
                    rest[c] = b""
                    selector.register(c, selectors.EVENT_READ)
                    continue
                c = key.fileobj
                piece = c.recv(4096)
                if not piece:
                    selector.unregister(c)
                    del rest[c]
                    c.close()
                    if not rest:
                        return
                    continue
                *lines, rest[c] = (rest[c] + piece).split(b"\\n")
                for line in lines:
                    c.sendall(line.upper() + b"\\n")
""",
    ),
]
