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
        connection.sendall(line.strip()[::-1] + b"\\n")
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
            connection.sendall(line.strip()[::-1] + b"\\n")
        break
""",
    ),
]
