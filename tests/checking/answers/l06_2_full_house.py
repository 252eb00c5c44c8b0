"""Answers to the exercise 'full house'."""

RIGHT = [
    """
import socketserver
import threading

class Full(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def server_activate(self):
        self.inside, self.lock = set(), threading.Lock()
        super().server_activate()

    def verify_request(self, request, client_address):
        with self.lock:
            if len(self.inside) == 2:
                return False
            self.inside.add(client_address)
            return True

    def finish_request(self, request, client_address):
        try:
            super().finish_request(request, client_address)
        finally:
            with self.lock:
                self.inside.remove(client_address)
""",
    """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True
    most = 2

    def __init__(self, *args, **kwargs):
        self.count = 0
        self.lock = threading.RLock()
        super().__init__(*args, **kwargs)

    def change(self, by):
        with self.lock:
            self.count += by

    def process_request(self, request, client_address):
        with self.lock:
            if self.count >= self.most:
                self.shutdown_request(request)
                return
            self.change(1)
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.change(-1)
""",
    """
import queue
import socketserver

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def server_bind(self):
        self.seats = queue.Queue()
        for seat in range(2):
            self.seats.put(seat)
        super().server_bind()

    def verify_request(self, request, client_address):
        try:
            self.seats.get_nowait()
        except queue.Empty:
            return False
        return True

    def process_request_thread(self, *args):
        super().process_request_thread(*args)
        self.seats.put(0)
""",
]

WRONG = [
    (
        "it serves two clients at once",
        """
import socketserver
import threading

class Full(socketserver.TCPServer):
    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)
""",
    ),
    (
        "it serves two clients at once",
        """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True
    seats = threading.Semaphore(1)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)
""",
    ),
    (
        "it serves two clients at once",
        """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        self.seats.acquire(blocking=False)
""",
    ),
    (
        "it turns the third away at once",
        """
import socketserver

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 2
""",
    ),
    (
        "it turns the third away at once",
        """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(timeout=5)
""",
    ),
    (
        "it turns the third away at once",
        """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def finish_request(self, request, client_address):
        with self.seats:
            super().finish_request(request, client_address)
""",
    ),
    (
        "it turns the third away at once",
        """
import socketserver

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True
    count = 0

    def verify_request(self, request, client_address):
        return self.count <= 2

    def process_request(self, request, client_address):
        self.count += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "when one has gone, the next is served",
        """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)
""",
    ),
    (
        "when one has gone, the next is served",
        """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)

    def shutdown_request(self, request):
        super().shutdown_request(request)
        self.seats.release()
""",
    ),
    (
        "a client whose handler failed has gone too",
        """
import socketserver
import threading

class Full(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)

    def finish_request(self, request, client_address):
        super().finish_request(request, client_address)
        self.seats.release()
""",
    ),
]
