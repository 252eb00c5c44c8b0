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
        "it serves one client after another",
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
]
