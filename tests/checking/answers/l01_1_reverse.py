"""Answers to the exercise 'reverse'."""

RIGHT = [
    """
def server(listener):
    while True:
        connection, address = listener.accept()
        text = connection.recv(1024).decode().rstrip("\\n")
        connection.sendall("".join(reversed(text)).encode() + b"\\n")
        connection.close()
""",
    """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as file:
            line = file.readline()
            file.write(line[-2::-1] + line[-1:])
""",
    """
def turned(line):
    return bytes(reversed(line[:-1])) + b"\\n"

def reverse(listener):
    for connection, _ in iter(listener.accept, None):
        with connection:
            connection.sendall(turned(connection.recv(4096)))
""",
    """
import threading

def reverse(listener):
    def talk(connection):
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[:-1][::-1] + line[-1:])

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,), daemon=True).start()
""",
    """
def clients(listener):
    while True:
        connection, address = listener.accept()
        try:
            yield connection
        finally:
            connection.close()

def reverse(listener):
    for connection in clients(listener):
        line = bytearray(connection.recv(1024))
        line.pop()
        line.reverse()
        connection.sendall(line)
        connection.sendall(b"\\n")
""",
    """
class Reverser:
    end = b"\\n"

    def __init__(self, listener):
        self.listener = listener

    def one(self):
        connection, _ = self.listener.accept()
        with connection:
            text = connection.recv(1024).removesuffix(self.end)
            connection.sendall(text[::-1] + self.end)

def reverse(listener):
    reverser = Reverser(listener)
    while True:
        reverser.one()
""",
    """
import selectors

def reverse(listener):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    selector.register(connection, selectors.EVENT_READ)
                else:
                    connection = key.fileobj
                    selector.unregister(connection)
                    line = connection.recv(1024)
                    connection.sendall(line[-2::-1] + b"\\n")
                    connection.close()
""",
    """
import socket

def reverse(listener):
    while True:
        connection, _ = listener.accept()
        line = connection.recv(1024)
        text, newline, rest = line.partition(b"\\n")
        connection.sendall(bytes(text[-1 - i] for i in range(len(text))) + newline)
        connection.shutdown(socket.SHUT_WR)
        connection.close()
""",
    """
import functools

@functools.cache
def turned(line):
    return b"".join(line[i : i + 1] for i in range(len(line) - 2, -1, -1)) + b"\\n"

def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(turned(connection.recv(1024)))
""",
]

WRONG = [
    (
        "it answers a client",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            line[::-1]
""",
    ),
    (
        "it answers a client",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line.decode()[::-1])
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line)
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[::-1])
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line.strip()[::-1])
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(str(line)[::-1].encode() + b"\\n")
""",
    ),
    (
        "it serves the next client too",
        """
def reverse(listener):
    connection, _ = listener.accept()
    with connection:
        line = connection.recv(1024)
        connection.sendall(line[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it serves the next client too",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[:-1][::-1] + b"\\n")
        break
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line.strip()[::-1] + b"\\n")
""",
    ),
    (
        "it answers a client",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line.reverse())
""",
    ),
    (
        "it answers a client",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(str(line)[::-1])
""",
    ),
    (
        "it answers a client",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        line = connection.recv(1024)
        connection.sendall(line[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it answers a client",
        """
import socket

def reverse(listener):
    listener = socket.create_server(("127.0.0.1", 0))
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[:-2][::-1] + b"\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[4::-1] + b"\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(b"olleh\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(b" ".join(line.split()[::-1]) + b"\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line.lower()[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[::-1] + b"\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(5)
            connection.sendall(line[::-1] + b"\\n")
""",
    ),
    (
        "it serves the next client too",
        """
def reverse(listener):
    connection, _ = listener.accept()
    while True:
        line = connection.recv(1024)
        if not line:
            break
        connection.sendall(line[:-1][::-1] + b"\\n")
        connection.close()
""",
    ),
    (
        "it serves the next client too",
        """
def reverse(listener):
    for _ in range(2):
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it serves the next client too",
        """
def reverse(listener):
    lines = b""
    while True:
        connection, _ = listener.accept()
        with connection:
            lines += connection.recv(1024)
            connection.sendall(lines[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it serves the next client too",
        """
def reverse(listener):
    while True:
        connection, _ = listener.accept()
        with connection, listener:
            line = connection.recv(1024)
            connection.sendall(line[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it serves the next client too",
        """
def f(listener):
    buf = b""
    while True:
        connection, _ = listener.accept()
        with connection:
            buf += connection.recv(1024)
            connection.sendall(buf[:-1][::-1] + b"\\n")
""",
    ),
    (
        "it sends the line back reversed",
        """
def f(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line[:-1][::-1] + b"\\n\\n")
""",
    ),
]
