"""Answers to the exercise 'ask a server'."""

RIGHT = [
    """
import socket

def ask(address, texts):
    answers = []
    with socket.create_connection(address) as sock:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answer = b""
            while not answer.endswith(b"\\n"):
                answer += sock.recv(1024)
            answers.append(answer[:-1].decode())
    return answers
""",
    """
import socket

def ask(address, texts):
    with socket.socket() as sock:
        sock.connect(tuple(address))
        sock.sendall("".join(f"{text}\\n" for text in texts).encode("utf-8"))
        sock.shutdown(socket.SHUT_WR)
        with sock.makefile("rb") as file:
            return [line.decode("utf-8").removesuffix("\\n") for line in file]
""",
    """
import contextlib
import socket

def ask(address, texts):
    with contextlib.ExitStack() as stack:
        sock = stack.enter_context(socket.create_connection(address, timeout=5))
        file = stack.enter_context(sock.makefile("rwb", buffering=0))
        answers = []
        for text in texts:
            file.write(f"{text}\\n".encode())
            line = bytearray()
            while (byte := file.read(1)) != b"\\n":
                line += byte
            answers.append(str(line, "utf-8"))
        return answers
""",
]

WRONG = [
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            print(sock.recv(1024))
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock:
        answers = []
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answers.append(sock.recv(1024).decode().strip())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("rwb", buffering=0) as file:
        answers = []
        for text in texts:
            file.write(text.encode() + b"\\n")
            answers.append(file.readline().strip())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("rw") as file:
        answers = []
        for text in texts:
            file.write(text + "\\n")
            file.flush()
            answers.append(file.readline())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        answers = []
        for text in texts:
            sock.sendall(text + "\\n")
            answers.append(file.readline().strip())
        return answers
""",
    ),
    (
        "it returns the answer to one text",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            return file.readline().strip()
""",
    ),
    (
        "it returns all answers, in order",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            return [file.readline().strip()]
""",
    ),
    (
        "it returns all answers, in order",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r") as file:
        answers = []
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answers.insert(0, file.readline().strip())
        return answers
""",
    ),
    (
        "it takes one connection for all of them",
        """
import socket

def ask(address, texts):
    answers = []
    for text in texts:
        with socket.create_connection(address) as sock, sock.makefile("r") as file:
            sock.sendall(text.encode() + b"\\n")
            answers.append(file.readline().strip())
    return answers
""",
    ),
    (
        "it takes one connection for all of them",
        """
import socket

def one(address, text):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="utf-8") as file:
        sock.sendall(text.encode() + b"\\n")
        return file.readline().rstrip()

def ask(address, texts):
    return [one(address, text) for text in texts]
""",
    ),
    (
        "characters beyond ASCII come back whole",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock:
        answers = []
        for text in texts:
            sock.sendall(text.encode() + b"\\n")
            answer = ""
            while not answer.endswith("\\n"):
                answer += sock.recv(1).decode(errors="replace")
            answers.append(answer.strip())
        return answers
""",
    ),
    (
        "characters beyond ASCII come back whole",
        """
import socket

def ask(address, texts):
    with socket.create_connection(address) as sock, sock.makefile("r", encoding="ascii") as file:
        answers = []
        for text in texts:
            sock.sendall(text.encode("ascii") + b"\\n")
            answers.append(file.readline().strip())
        return answers
""",
    ),
    (
        "it closes its connection",
        """
import socket

kept = []

def ask(address, texts):
    sock = socket.create_connection(address)
    kept.append(sock)
    file = sock.makefile("r", encoding="utf-8")
    answers = []
    for text in texts:
        sock.sendall(text.encode() + b"\\n")
        answers.append(file.readline().strip())
    return answers
""",
    ),
]
