"""Answers to the exercise 'thread pool'."""

RIGHT = [
    """
import queue
import threading

class Pool:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.SimpleQueue()
        for _ in range(3):
            threading.Thread(target=self.work, daemon=True).start()

    def process_request(self, request, client_address):
        self.waiting.put((request, client_address))

    def work(self):
        while True:
            request, client_address = self.waiting.get()
            try:
                self.finish_request(request, client_address)
            except Exception:
                self.handle_error(request, client_address)
            finally:
                self.shutdown_request(request)
""",
    """
import socketserver
from concurrent.futures import ThreadPoolExecutor

class Pool(socketserver.ThreadingMixIn):
    def __init__(self, *args, **kwargs):
        self.pool = ThreadPoolExecutor(max_workers=3)
        super().__init__(*args, **kwargs)

    def process_request(self, *request):
        self.pool.submit(self.process_request_thread, *request)
""",
    """
from multiprocessing.pool import ThreadPool

class Pool:
    threads = 3

    def process_request(self, request, client_address):
        if "_pool" not in vars(self):
            self._pool = ThreadPool(self.threads)
        self._pool.apply_async(self.one, (request, client_address))

    def one(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        except BaseException:
            self.handle_error(request, client_address)
        self.shutdown_request(request)
""",
]

WRONG = [
    (
        "it serves a client, and closes the connection at the end",
        """
from concurrent.futures import ThreadPoolExecutor

class Pool:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(3)

    def process_request(self, request, client_address):
        self.pool.submit(self.finish_request, request, client_address)
""",
    ),
    (
        "it serves a client, and closes the connection at the end",
        """
from concurrent.futures import ThreadPoolExecutor

class Pool:
    def server_activate(self):
        self.pool = ThreadPoolExecutor(3)

    def process_request(self, request, client_address):
        self.pool.submit(super().process_request, request, client_address)
""",
    ),
    (
        "it serves a client, and closes the connection at the end",
        """
from concurrent.futures import ThreadPoolExecutor

class Pool:
    pool = 3

    def process_request(self, request, client_address):
        self.pool.submit(super().process_request, request, client_address)
""",
    ),
    (
        "it serves three at once, and never more",
        """
from concurrent.futures import ThreadPoolExecutor

class Pool:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(3)

    def process_request(self, request, client_address):
        self.pool.submit(super().process_request, request, client_address).result()
""",
    ),
    (
        "it serves three at once, and never more",
        """
import socketserver

class Pool(socketserver.ThreadingMixIn):
    daemon_threads = True
    max_children = 3
""",
    ),
    (
        "it serves three at once, and never more",
        """
from concurrent.futures import ThreadPoolExecutor

class Pool:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(4)

    def process_request(self, request, client_address):
        self.pool.submit(super().process_request, request, client_address)
""",
    ),
    (
        "it serves three at once, and never more",
        """
from concurrent.futures import ThreadPoolExecutor

class Pool:
    def process_request(self, request, client_address):
        ThreadPoolExecutor(3).submit(super().process_request, request, client_address)
""",
    ),
    (
        "the threads are used again, also after errors of handlers",
        """
import queue
import threading

class Pool:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.SimpleQueue()
        for _ in range(3):
            threading.Thread(target=self.work, daemon=True).start()

    def process_request(self, request, client_address):
        self.waiting.put((request, client_address))

    def work(self):
        while True:
            request, client_address = self.waiting.get()
            try:
                self.finish_request(request, client_address)
            finally:
                self.shutdown_request(request)
""",
    ),
    (
        "the threads are used again, also after errors of handlers",
        """
from concurrent.futures import ThreadPoolExecutor

class Pool:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(3)

    def process_request(self, request, client_address):
        self.pool.submit(super().process_request, request, client_address)
""",
    ),
    (
        "the threads are used again, also after errors of handlers",
        """
import socketserver
import threading

class Pool(socketserver.ThreadingMixIn):
    daemon_threads = True

    def server_activate(self):
        super().server_activate()
        self.places = threading.BoundedSemaphore(3)

    def process_request_thread(self, request, client_address):
        with self.places:
            super().process_request_thread(request, client_address)
""",
    ),
]
