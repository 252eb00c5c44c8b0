"""A key-value store that clients of Redis can talk to.

    python key_value_store.py [--host 127.0.0.1] [--port 6379] [--file keys.aof]

It speaks RESP2 and knows PING, ECHO, SET, GET, MGET, DEL, EXPIRE, INCR and INCRBY. Every change is
in the file before it is answered, so it is there again after a restart. One file is for one
server. It ends on Ctrl-C or SIGTERM.
Exit status: 0 if it was asked to end, 1 if it could not listen or could not use the file.
"""

import argparse
import contextlib
import io
import os
import signal
import socket
import socketserver
import sys
import threading
import time

LARGEST = 1_000_000  # bytes in all words of a command
MOST = 1000  # words in a command
LONGEST = 1024  # bytes in a line
INTEGERS = range(-(2**63), 2**63)  # the numbers that Redis calls integers
FOREVER = INTEGERS[-1]


class ProtocolError(Exception):
    """What came is not a command, so nobody knows where the next one begins."""


class CommandError(Exception):
    """A command that cannot be carried out. The text is the reply."""


# 1. Read commands


def read_line(file):
    line = file.readline(LONGEST)
    if line.endswith(b"\n"):
        return line.rstrip(b"\r\n")
    if len(line) == LONGEST:
        raise ProtocolError("ERR Protocol error: too big inline request")
    raise EOFError  # the stream has ended


def read_length(digits, most, what):
    if not digits.isdigit() or int(digits) > most:
        raise ProtocolError(f"ERR Protocol error: invalid {what} length")
    return int(digits)


def read_command(file, room=LARGEST):
    """The words of the next command, as bytes; no words if the line is empty."""
    line = read_line(file)
    if not line.startswith(b"*"):
        return line.split()  # typed by hand
    words = []
    for _ in range(read_length(line[1:], MOST, "multibulk")):
        line = read_line(file)
        if not line.startswith(b"$"):
            raise ProtocolError("ERR Protocol error: expected '$'")
        size = read_length(line[1:], room, "bulk")
        word = file.read(size + 2)
        if len(word) < size + 2:
            raise EOFError
        words.append(word[:size])
        room -= size
    return words


# 2. Answer them


def encode(value):
    """The reply that stands for a value."""
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, bytes):
        return f"${len(value)}\r\n".encode() + value + b"\r\n"
    if isinstance(value, int):
        return f":{value}\r\n".encode()
    if isinstance(value, list):
        parts = [encode(each) for each in value]
        return f"*{len(parts)}\r\n".encode() + b"".join(parts)
    if isinstance(value, Exception):
        return f"-{value}\r\n".encode()
    return f"+{value}\r\n".encode()


def execute(store, words):
    """Carry out a command; returns the value for the reply."""
    name = words[0][:100].decode("latin-1")
    function, least, most = COMMANDS.get(name.upper(), (None, 0, 0))
    if function is None:
        return CommandError(f"ERR unknown command {name!r}")
    if not least <= len(words) - 1 <= most:
        return CommandError(f"ERR wrong number of arguments for '{name.lower()}' command")
    try:
        return function(store, *words[1:])
    except CommandError as error:
        return error


def ping(store, reply="PONG"):
    return reply


def echo(store, word):
    return word


def refuse(handler, error):
    """Reply, end the stream, and read what still comes: a reset could destroy the reply."""
    deadline = time.monotonic() + 1
    with contextlib.suppress(OSError):
        handler.wfile.write(encode(error))
        handler.connection.shutdown(socket.SHUT_WR)
        handler.connection.settimeout(1)
        while handler.rfile.read1(LARGEST) and time.monotonic() < deadline:
            pass


class Handler(socketserver.StreamRequestHandler):
    timeout = 300  # seconds; a client that neither sends nor reads for longer is disconnected
    disable_nagle_algorithm = True  # each reply leaves at once

    def handle(self):
        try:
            while True:
                words = read_command(self.rfile)
                if words:
                    with self.server.lock:
                        value = execute(self.server.store, words)
                    self.wfile.write(encode(value))
        except ProtocolError as error:
            refuse(self, error)
        except (EOFError, TimeoutError, ConnectionError):
            pass  # the client has left, is silent, or is gone


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = sys.platform != "win32"  # old connections do not block the port
    daemon_threads = True  # a client that stays does not keep the server from ending
    request_queue_size = 128

    def __init__(self, address, store=None):
        super().__init__(address, Handler)
        self.store = store
        self.lock = threading.Lock()  # held while a command is carried out


# 3. Keep keys


class Store:
    """Keys and their values. A deadline is a moment in milliseconds since 1970."""

    def __init__(self):
        self.items = {}  # key -> (value, deadline)
        self.now = time.time

    def get(self, key):
        """The value of a key, or None, and its deadline."""
        value, deadline = self.items.get(key, (None, FOREVER))
        if deadline > self.now() * 1000:
            return value, deadline
        del self.items[key]
        return None, FOREVER

    def put(self, key, value, deadline=FOREVER):
        self.items[key] = value, deadline

    def remove(self, key):
        del self.items[key]


def integer(word):
    with contextlib.suppress(ValueError):
        if int(word) in INTEGERS and str(int(word)).encode() == word:
            return int(word)
    raise CommandError("ERR value is not an integer or out of range")


def deadline_in(store, seconds, command):
    deadline = int(store.now() * 1000) + seconds * 1000
    if deadline not in INTEGERS:
        raise CommandError(f"ERR invalid expire time in '{command}' command")
    return deadline


def set_key(store, key, value, *options):
    deadline = FOREVER
    if options:
        if len(options) != 2 or options[0].upper() not in (b"EX", b"PXAT"):
            raise CommandError("ERR syntax error")
        deadline = integer(options[1])
        if deadline <= 0:
            raise CommandError("ERR invalid expire time in 'set' command")
        if options[0].upper() == b"EX":
            deadline = deadline_in(store, deadline, "set")
    store.put(key, value, deadline)
    return "OK"


def get(store, key):
    return store.get(key)[0]


def mget(store, *keys):
    return [get(store, key) for key in keys]


def delete(store, *keys):
    count = 0
    for key in keys:
        if get(store, key) is not None:
            store.remove(key)
            count += 1
    return count


def expire(store, key, seconds):
    deadline = deadline_in(store, integer(seconds), "expire")
    value = get(store, key)
    if value is None:
        return 0
    if deadline > store.now() * 1000:
        store.put(key, value, deadline)
    else:
        store.remove(key)
    return 1


# 4. Change them safely


def incr(store, key, amount=b"1"):
    value, deadline = store.get(key)
    number = integer(amount)
    if value is not None:
        number += integer(value)
    if number not in INTEGERS:
        raise CommandError("ERR increment or decrement would overflow")
    store.put(key, str(number).encode(), deadline)
    return number


COMMANDS = {  # the function, and how many words may follow the name
    "PING": (ping, 0, 1),
    "ECHO": (echo, 1, 1),
    "SET": (set_key, 2, MOST),
    "GET": (get, 1, 1),
    "MGET": (mget, 1, MOST),
    "DEL": (delete, 1, MOST),
    "EXPIRE": (expire, 2, 2),
    "INCR": (incr, 1, 1),
    "INCRBY": (incr, 2, 2),
}


# 5. Lose nothing


class Journal:
    """A file to which commands are only ever added. After append they are on the disk."""

    def __init__(self, file):
        self.file = file  # without a buffer of its own
        self.size = 0  # bytes of whole commands

    def append(self, words):
        data = encode(words)
        try:
            if self.file.write(data) < len(data):
                raise OSError("the disk is full")
            os.fsync(self.file.fileno())
        except OSError as error:
            self.file.truncate(self.size)
            raise CommandError(f"ERR the change could not be written: {error}") from None
        self.size += len(data)


class KeptStore(Store):
    """A store that writes each change to a journal before it makes it."""

    def __init__(self, journal):
        super().__init__()
        self.journal = journal

    def put(self, key, value, deadline=FOREVER):
        words = [b"SET", key, value]
        if deadline != FOREVER:
            words += [b"PXAT", str(deadline).encode()]
        self.journal.append(words)
        super().put(key, value, deadline)

    def remove(self, key):
        self.journal.append([b"DEL", key])
        super().remove(key)


def load(journal):
    """The store that a journal describes. Half a command at its end is cut off."""
    plain, store = Store(), KeptStore(journal)
    journal.file.seek(0)
    file = io.BufferedReader(journal.file)
    with contextlib.suppress(EOFError):
        while start := file.peek(1):
            words = read_command(file, 2 * LARGEST) if start.startswith(b"*") else []
            if not words or isinstance(execute(plain, words), CommandError):
                raise ProtocolError(f"it is damaged at byte {journal.size}")
            journal.size = file.tell()
    file.detach()  # else the file would be closed with its reader
    journal.file.truncate(journal.size)
    store.items = plain.items
    return store


def run(server):
    def end(number, frame):
        # In another thread: shutdown() waits for the loop, which this function interrupts.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    print("listening on {}:{}".format(*server.server_address), flush=True)
    server.serve_forever(poll_interval=0.1)


def main():
    parser = argparse.ArgumentParser(
        description="A key-value store that clients of Redis can talk to."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=6379)
    parser.add_argument("--file", default="keys.aof")
    options = parser.parse_args()
    try:
        server = Server((options.host, options.port))
    except (OSError, OverflowError) as error:
        print(f"cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    try:
        with server, open(options.file, "a+b", buffering=0) as file:
            server.store = load(Journal(file))
            run(server)
            server.lock.acquire()  # whoever is writing finishes, and nobody begins
    except (OSError, ProtocolError) as error:
        print(f"cannot use {options.file}: {error}", file=sys.stderr)
        return 1
    print("ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
