"""Answers to the exercise 'counting mix in'."""

RIGHT = [
    """
class Counting:
    def __init__(self, *args, **kwargs):
        self.served = 0
        super().__init__(*args, **kwargs)

    def process_request(self, *args):
        super().process_request(*args)
        self.served = self.served + 1
""",
    """
import itertools

class Counting:
    served = 0

    def server_activate(self):
        self._numbers = itertools.count(1)
        super().server_activate()

    def process_request(self, request, client_address):
        self.served = next(self._numbers)
        return super().process_request(request, client_address)
""",
    """
class Counter:
    def verify_request(self, request, client_address):
        good = super().verify_request(request, client_address)
        self._count = self.served + good
        return good

    @property
    def served(self):
        return vars(self).get("_count", 0)
""",
    """
import threading


class C:
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.served = 0
        self.lock = threading.Lock()

    def finish_request(self, request, client_address):
        with self.lock:
            self.served += 1
        super().finish_request(request, client_address)
""",
    """
import threading


class C:
    served = 0
    lock = threading.RLock()

    def shutdown_request(self, request):
        with self.lock:
            self.served = self.served + 1
        super().shutdown_request(request)
""",
    """
import threading

lock = threading.Lock()


class C:
    served = 0

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with lock:
                self.served += 1

    def process_request(self, request, client_address):
        if hasattr(self, "daemon_threads"):
            super().process_request(request, client_address)
        else:
            self.served += 1
            super().process_request(request, client_address)
""",
    """
class C:
    def server_activate(self):
        self.all = []
        super().server_activate()

    @property
    def served(self):
        return len(getattr(self, "all", ()))

    def finish_request(self, request, client_address):
        self.all.append(client_address)
        return super().finish_request(request, client_address)
""",
    """
import threading


class Counter:
    def __init__(self):
        self.n = 0
        self.lock = threading.Lock()

    def up(self):
        with self.lock:
            self.n += 1


class C:
    def server_activate(self):
        self.counter = Counter()
        super().server_activate()

    @property
    def served(self):
        return self.counter.n

    def finish_request(self, request, client_address):
        self.counter.up()
        return super().finish_request(request, client_address)
""",
    """
import threading


class C:
    served = 0

    def server_bind(self):
        self.lock = threading.Condition()
        super().server_bind()

    def finish_request(self, request, client_address):
        super().finish_request(request, client_address)
        with self.lock:
            self.served += 1
""",
    """
class C:
    served = 0

    def get_request(self):
        got = super().get_request()
        self.served += 1
        return got
""",
]

WRONG = [
    (
        "its count is 0 at first",
        """
class Counting:
    def process_request(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "its count is 0 at first",
        """
class Counting:
    served = 1

    def process_request(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "its count is 0 at first",
        """
class Counting:
    def served(self):
        return self.count

    def process_request(self, request, client_address):
        self.count += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "clients are served as before",
        """
class Counting:
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
""",
    ),
    (
        "clients are served as before",
        """
class Counting:
    served = 0

    def process_request(self):
        self.served += 1
        super().process_request()
""",
    ),
    (
        "clients are served as before",
        """
class Counting:
    served = 0

    def verify_request(self, request, client_address):
        self.served += 1
""",
    ),
    (
        "it counts every request",
        """
class Counting:
    served = 0

    def process_requests(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "it counts every request",
        """
class Counting:
    served = 0

    def process_request(self, request, client_address):
        served = self.served + 1
        super().process_request(request, client_address)
""",
    ),
    (
        "it counts every request",
        """
class Counting:
    served = 0

    def server_activate(self):
        self.served += 1
        super().server_activate()
        self.served = 0

    def process_request(self, request, client_address):
        self.served = 1
        super().process_request(request, client_address)
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
import socketserver

class Counting:
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
        socketserver.TCPServer.process_request(self, request, client_address)
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
class Counting:
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
        self.finish_request(request, client_address)
        self.shutdown_request(request)
""",
    ),
    (
        "each server has a count of its own",
        """
class Counting:
    counted = []

    @property
    def served(self):
        return len(self.counted)

    def process_request(self, request, client_address):
        self.counted.append(client_address)
        super().process_request(request, client_address)
""",
    ),
    (
        "each server has a count of its own",
        """
class Counting:
    served = 0

    def process_request(self, request, client_address):
        Counting.served += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "each server has a count of its own",
        """
class Counting:
    served = 0

    def server_activate(self):
        Counting.served = 0
        super().server_activate()

    def process_request(self, request, client_address):
        Counting.served += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
class C:
    served = 0

    def finish_request(self, request, client_address):
        self.served += 1
        super().finish_request(request, client_address)
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
class C:
    served = 0

    def finish_request(self, request, client_address):
        super().finish_request(request, client_address)
        self.served += 1
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
class C:
    served = 0

    def shutdown_request(self, request):
        self.served += 1
        super().shutdown_request(request)
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
import threading


class C:
    served = 0

    def finish_request(self, request, client_address):
        with threading.Lock():
            self.served += 1
        super().finish_request(request, client_address)
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
import threading


class C:
    served = 0
    lock = threading.Lock()

    def finish_request(self, request, client_address):
        with self.lock:
            n = self.served
        self.served = n + 1
        super().finish_request(request, client_address)
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
import threading

lock = threading.Lock()


class C:
    served = 0

    def finish_request(self, request, client_address):
        n = self.served
        with lock:
            self.served = n + 1
        super().finish_request(request, client_address)
""",
    ),
    (
        "each server has a count of its own",
        """
class C:
    served = 0

    def process_request(self, request, client_address):
        type(self).served += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "clients are served as before",
        """
import socketserver


class C(socketserver.ThreadingMixIn):
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)
""",
    ),
    (
        "it counts every request",
        """
class C:
    served = 0

    def process_request(self, request, client_address):
        self.served += 1
        super().process_request(request, client_address)
        self.served += 1
""",
    ),
    (
        "with ThreadingTCPServer many are still served at once",
        """
import threading

class M:
    served = 0
    def get(self):
        with self.lock: return self.served
    def put(self, n):
        with self.lock: self.served = n
    lock = threading.Lock()
    def finish_request(self, request, client_address):
        n = self.get()
        self.put(n + 1)
        super().finish_request(request, client_address)
""",
    ),
    (
        "its count is 0 at first",
        """
import threading

class M:
    n = 0
    def served(self): return self.n
    lock = threading.Lock()
    def process_request(self, request, client_address):
        self.n += 1
        super().process_request(request, client_address)
""",
    ),
]
