"""Answers to the exercise 'error log'."""

RIGHT = [
    """
import socketserver
import sys

class ErrorLog(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, address, handler, bind_and_activate=True):
        self.errors = []
        super().__init__(address, handler, bind_and_activate)

    def handle_error(self, request, client_address):
        kind, error, _ = sys.exc_info()
        if issubclass(kind, ConnectionError):
            return
        self.errors.append((client_address, f"{kind.__name__}: {error}"))
""",
    """
import socketserver

class ErrorLog(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def server_activate(self):
        self.errors = []
        super().server_activate()

    def finish_request(self, request, client_address):
        try:
            super().finish_request(request, client_address)
        except ConnectionError:
            pass
        except Exception as error:
            self.errors.append((client_address, type(error).__name__ + ": " + str(error)))
""",
    """
import socketserver
import sys
import threading
import traceback

class ErrorLog(socketserver.ThreadingTCPServer):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.errors, self.lock = [], threading.Lock()

    def handle_error(self, request, client_address):
        error = sys.exception()
        text = traceback.format_exception_only(error)[-1].strip()
        if not isinstance(error, ConnectionError):
            with self.lock:
                self.errors += [(client_address, text)]
""",
]

START = """
import socketserver
import sys

class ErrorLog(socketserver.ThreadingTCPServer):
    daemon_threads = True
"""
INIT = """
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.errors = []
"""

WRONG = [
    ("its log is empty at first", START),
    (
        "its log is empty at first",
        START
        + """
    errors = None

    def handle_error(self, request, client_address):
        self.errors = [(client_address, str(sys.exception()))]
""",
    ),
    ("it notes an exception, and whose it was", START + INIT),
    (
        "it notes an exception, and whose it was",
        START
        + INIT
        + """
    def handle_error(self, request, client_address):
        self.errors.append((client_address, str(sys.exception())))
""",
    ),
    (
        "it notes an exception, and whose it was",
        START
        + INIT
        + """
    def handle_error(self, request, client_address):
        error = sys.exception()
        self.errors.append(f"{client_address} {type(error).__name__}: {error}")
""",
    ),
    (
        "it notes an exception, and whose it was",
        START
        + INIT
        + """
    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, OSError):
            self.errors.append((client_address, f"{type(error).__name__}: {error}"))
""",
    ),
    (
        "it notes an exception, and whose it was",
        START
        + INIT
        + """
    def handle_error(self, request, client_address):
        error = sys.exception()
        self.errors = [(client_address, f"{type(error).__name__}: {error}")]
""",
    ),
    (
        "each server has a log of its own",
        START
        + """
    errors = []

    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.errors.append((client_address, f"{type(error).__name__}: {error}"))
""",
    ),
    (
        "a client that is gone is not noted",
        START
        + INIT
        + """
    def handle_error(self, request, client_address):
        error = sys.exception()
        self.errors.append((client_address, f"{type(error).__name__}: {error}"))
""",
    ),
    (
        "a client that is gone is not noted",
        START
        + INIT
        + """
    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, ConnectionResetError):
            self.errors.append((client_address, f"{type(error).__name__}: {error}"))
""",
    ),
    (
        "it serves in threads, also after errors",
        START.replace("Threading", "")
        + INIT
        + """
    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.errors.append((client_address, f"{type(error).__name__}: {error}"))
""",
    ),
    (
        "a client that is gone is not noted",
        """
import socketserver
import sys

class S(socketserver.ThreadingTCPServer):
    daemon_threads = True
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.errors = []
    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, (ConnectionResetError, BrokenPipeError)):
            self.errors.append((client_address, f"{type(error).__name__}: {error}"))
""",
    ),
    (
        "it notes an exception, and whose it was",
        """
import socketserver
import sys

class S(socketserver.ThreadingTCPServer):
    daemon_threads = True
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.errors = []
    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.errors.append((request, f"{type(error).__name__}: {error}"))
""",
    ),
    (
        "it notes an exception, and whose it was",
        """
import socketserver, sys
class E(socketserver.ThreadingTCPServer):
    daemon_threads = True
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.errors = []
    def handle_error(self, request, client_address):
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.errors.append(client_address)
            self.errors.append(f"{type(error).__name__}: {error}")
""",
    ),
]
