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
    """
import socketserver, threading


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True
    busy = 0
    lock = threading.Lock()

    def process_request_thread(self, request, client_address):
        with self.lock:
            if self.busy >= 2:
                self.shutdown_request(request)
                return
            self.busy += 1
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.lock:
                self.busy -= 1
""",
    """
import socketserver, threading


class F(socketserver.ThreadingTCPServer):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.workers = []

    def verify_request(self, request, client_address):
        self.workers = [t for t in self.workers if t.is_alive()]
        return len(self.workers) < 2

    def process_request(self, request, client_address):
        t = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self.workers.append(t)
        t.start()
""",
    """
import socketserver, threading
from concurrent.futures import ThreadPoolExecutor


class F(socketserver.TCPServer):
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(2)
        self.seats = threading.BoundedSemaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(False)

    def process_request(self, request, client_address):
        self.pool.submit(self.work, request, client_address)

    def work(self, request, client_address):
        try:
            super().process_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
            self.shutdown_request(request)
        finally:
            self.seats.release()
""",
    """
import socketserver


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *a, **k):
        self.inside = set()
        super().__init__(*a, **k)

    def process_request(self, request, client_address):
        if len(self.inside) >= 2:
            self.shutdown_request(request)
        else:
            self.inside.add(request)
            super().process_request(request, client_address)

    def close_request(self, request):
        self.inside.discard(request)
        super().close_request(request)
""",
    """
import socketserver


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def server_bind(self):
        super().server_bind()
        self.free = [1, 2]

    def verify_request(self, request, client_address):
        try:
            self.free.pop()
            return True
        except IndexError:
            return False

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.append(1)
""",
    """
import socketserver, threading


class F(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def server_bind(self):
        super().server_bind()
        self.cond = threading.Condition()
        self.n = 0

    def verify_request(self, request, client_address):
        with self.cond:
            ok = self.n < 2
            self.n += ok
            return ok

    def finish_request(self, request, client_address):
        try:
            self.RequestHandlerClass(request, client_address, self)
        finally:
            with self.cond:
                self.n -= 1
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
    (
        "it turns the third away at once",
        """
import socketserver


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True
    busy = 0

    def verify_request(self, request, client_address):
        return self.busy < 2

    def process_request_thread(self, request, client_address):
        self.busy += 1
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.busy -= 1
""",
    ),
    (
        "it turns the third away at once",
        """
import socketserver


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True
    busy = 0

    def process_request_thread(self, request, client_address):
        if self.busy >= 2:
            self.shutdown_request(request)
            return
        self.busy += 1
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.busy -= 1
""",
    ),
    (
        "it turns the third away at once",
        """
import socketserver, threading


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *a):
        super().__init__(*a)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        ok = self.seats.acquire(blocking=False)
        if not ok:
            request.sendall(b"full\\n")
        return ok

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.seats.release()
""",
    ),
    (
        "a client whose handler failed has gone too",
        """
import socketserver, threading


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *a):
        super().__init__(*a)
        self.seats = threading.Semaphore(2)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)

    def finish_request(self, request, client_address):
        try:
            super().finish_request(request, client_address)
        except Exception:
            self.seats.release()
            raise
        finally:
            self.seats.release()
""",
    ),
    (
        "it turns the third away at once",
        """
import socketserver, threading


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *a):
        super().__init__(*a)
        self.seats = threading.Semaphore(3)

    def verify_request(self, request, client_address):
        return self.seats.acquire(blocking=False)

    def process_request_thread(self, request, client_address):
        super().process_request_thread(request, client_address)
        self.seats.release()
""",
    ),
    (
        "when one has gone, the next is served",
        """
import socketserver


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True
    busy = 0

    def verify_request(self, request, client_address):
        if self.busy == 2:
            return False
        self.busy += 1
        return True

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.busy -= 1
""",
    ),
    (
        "when one has gone, the next is served",
        """
import socketserver


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True
    n = 0

    def verify_request(self, request, client_address):
        self.n += 1
        return self.n <= 2
""",
    ),
    (
        "when one has gone, the next is served",
        """
import socketserver, threading


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True
    n = 0
    lock = threading.Lock()

    def verify_request(self, request, client_address):
        with self.lock:
            self.n += 1
            return self.n <= 2

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.lock:
                self.n -= 1
""",
    ),
    (
        "when one has gone, the next is served",
        """
import socketserver, threading


class F(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *a):
        super().__init__(*a)
        self.n = 0
        self.gone = 0
        self.lock = threading.Lock()

    def verify_request(self, request, client_address):
        with self.lock:
            if self.gone == 2:
                self.n = self.gone = 0
            if self.n == 2:
                return False
            self.n += 1
            return True

    def finish_request(self, request, client_address):
        try:
            super().finish_request(request, client_address)
        finally:
            with self.lock:
                self.gone += 1
""",
    ),
]
