"""Answers to the exercise 'stop word'."""

RIGHT = [
    """
def serve(listener):
    running = True
    while running:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            running = line != b"stop\\n"
            connection.sendall(line.upper() if running else b"bye\\n")
""",
    """
def one(listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rw", newline="\\n") as file:
        line = file.readline()
        if line == "stop\\n":
            file.write("bye\\n")
            return False
        file.write(line.upper())
        return True

def serve(listener):
    while one(listener):
        pass
""",
    """
def serve(listener):
    with listener:
        for connection, _ in iter(listener.accept, None):
            line = connection.recv(1024)
            if line.strip() == b"stop":
                connection.sendall(b"bye\\n")
                connection.close()
                break
            connection.sendall(line.upper())
            connection.close()
""",
    """
import threading

def serve(listener):
    stopped = threading.Event()

    def talk(connection):
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                stopped.set()
                connection.sendall(b"bye\\n")
            else:
                connection.sendall(line.upper())

    while not stopped.is_set():
        connection, _ = listener.accept()
        thread = threading.Thread(target=talk, args=(connection,), daemon=True)
        thread.start()
        thread.join()
""",
    """
ANSWERS = {b"stop\\n": b"bye\\n"}

def serve(listener):
    line = b""
    while line != b"stop\\n":
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(ANSWERS.get(line, line.upper()))
""",
    """
class Stop(Exception):
    pass

def talk(connection):
    match connection.recv(1024):
        case b"stop\\n":
            connection.sendall(b"bye\\n")
            raise Stop
        case line:
            connection.sendall(line.upper())

def serve(listener):
    try:
        while True:
            connection, _ = listener.accept()
            with connection:
                talk(connection)
    except Stop:
        return "stopped"
""",
    """
def lines(listener):
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb", buffering=0) as file:
            yield file, file.readline()

def serve(listener):
    for file, line in lines(listener):
        if line == b"stop\\n":
            file.write(b"bye\\n")
            break
        file.write(line.upper())
""",
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
            selector.unregister(key.fileobj)
            with key.fileobj as connection:
                text = connection.recv(1024).decode()
                if text == "stop\\n":
                    connection.send("bye\\n".encode())
                    return
                connection.send(text.upper().encode())
""",
    """
class Server:
    goes_on = True

    def answer(self, line):
        if line == b"stop\\n":
            self.goes_on = False
            return b"bye\\n"
        return line.upper()

    def run(self, listener):
        while self.goes_on:
            connection, _ = listener.accept()
            try:
                connection.sendall(self.answer(connection.recv(4096)))
            finally:
                connection.close()

def serve(listener):
    Server().run(listener)
""",
    """
def serve(listener):
    connection, _ = listener.accept()
    with connection:
        line = connection.recv(1024)
        stop = line == b"stop\\n"
        connection.sendall(b"bye\\n" if stop else line.upper())
    if not stop:
        serve(listener)
""",
]

WRONG = [
    (
        "it sends a line back in capitals, and closes the connection",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line)
""",
    ),
    (
        "it sends a line back in capitals, and closes the connection",
        """
open_connections = []

def serve(listener):
    while True:
        connection, _ = listener.accept()
        open_connections.append(connection)
        line = connection.recv(1024)
        if line == b"stop\\n":
            connection.sendall(b"bye\\n")
            return
        connection.sendall(line.upper())
""",
    ),
    (
        "it serves one client after another",
        """
def serve(listener):
    connection, _ = listener.accept()
    with connection:
        line = connection.recv(1024)
        if line == b"stop\\n":
            connection.sendall(b"bye\\n")
            return
        connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if b"stop" in line:
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "it answers bye to the stop word",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == "stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "it answers bye to the stop word",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "it answers bye to the stop word",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "after the stop word it returns",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
            else:
                connection.sendall(line.upper())
""",
    ),
    (
        "after the stop word it returns",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                continue
            connection.sendall(line.upper())
""",
    ),
    (
        "it sends a line back in capitals, and closes the connection",
        """
def serve(listener):
    pass
""",
    ),
    (
        "it sends a line back in capitals, and closes the connection",
        """
import socket

def serve(listener):
    own = socket.create_server(("127.0.0.1", 0))
    while True:
        connection, _ = own.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "it sends a line back in capitals, and closes the connection",
        """
def serve(listener):
    connection, _ = listener.accept()
    while True:
        line = connection.recv(1024)
        if line == b"stop\\n":
            connection.sendall(b"bye\\n")
            return
        connection.sendall(line.upper())
""",
    ),
    (
        "it sends a line back in capitals, and closes the connection",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.strip().upper())
""",
    ),
    (
        "it sends a line back in capitals, and closes the connection",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024).decode()
            if line == "stop\\n":
                connection.sendall("bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "it sends a line back in capitals, and closes the connection",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.title())
""",
    ),
    (
        "it serves one client after another",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
            else:
                connection.sendall(line.upper())
            return
""",
    ),
    (
        "it serves one client after another",
        """
def serve(listener):
    for _ in range(3):
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "it answers bye to the stop word",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "it answers bye to the stop word",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            connection.sendall(line.upper())
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
""",
    ),
    (
        "it answers bye to the stop word",
        """
kept = []

def serve(listener):
    while True:
        connection, _ = listener.accept()
        kept.append(connection)
        line = connection.recv(1024)
        if line == b"stop\\n":
            connection.sendall(b"bye\\n")
            return
        connection.sendall(line.upper())
        connection.close()
""",
    ),
    (
        "it answers bye to the stop word",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line.upper() == b"STOP":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line.startswith(b"stop"):
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line.endswith(b"stop\\n"):
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line.lower() == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024).upper()
            if line == b"STOP\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line)
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if b"stop" in line.split():
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            if not line:
                break
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line in (b"stop\\n", b""):
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line[-1] == 10 and line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "after the stop word it returns",
        """
import threading

def serve(listener):
    def talk(connection):
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,), daemon=True).start()
""",
    ),
    (
        "after the stop word it returns",
        """
def serve(listener):
    stopped = False
    while not stopped:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                stop = True
            else:
                connection.sendall(line.upper())
""",
    ),
    (
        "after the stop word it returns",
        """
import sys

def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                sys.exit()
            connection.sendall(line.upper())
""",
    ),
    (
        "after the stop word it returns",
        """
def serve(listener):
    while True:
        connection, _ = listener.accept()
        line = connection.recv(1024)
        if line == b"stop\\n":
            connection.sendall(b"bye\\n")
            connection.close()
        else:
            connection.sendall(line.upper())
        connection.close()
""",
    ),
    (
        "no other line stops it",
        """
def f(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(10)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
    (
        "no other line stops it",
        """
def f(listener):
    for _ in range(10):
        connection, _ = listener.accept()
        with connection:
            line = connection.recv(1024)
            if line == b"stop\\n":
                connection.sendall(b"bye\\n")
                return
            connection.sendall(line.upper())
""",
    ),
]
