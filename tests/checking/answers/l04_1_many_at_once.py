"""Answers to the exercise 'many at once'."""

RIGHT = [
    """
import socketserver

class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 100
""",
    """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    block_on_close = False
    request_queue_size = 1000
""",
    """
import socketserver
import threading

class Server(socketserver.TCPServer):
    request_queue_size = 128
    daemon_threads = True

    def process_request(self, request, client_address):
        threading.Thread(target=self.work, args=(request, client_address), daemon=True).start()

    def work(self, request, client_address):
        self.finish_request(request, client_address)
        self.shutdown_request(request)
""",
    """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    def __init__(self, *args, **kwargs):
        self.daemon_threads = True
        self.request_queue_size = 128
        super().__init__(*args, **kwargs)
""",
    """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def server_activate(self):
        self.socket.listen(200)
""",
    """
import socketserver
import threading

class OwnThreads:
    def process_request(self, request, client_address):
        thread = threading.Thread(target=self.serve_one, args=(request, client_address))
        thread.daemon = True
        thread.start()

    def serve_one(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)

class Server(OwnThreads, socketserver.TCPServer):
    request_queue_size = 1024
""",
    """
import socketserver

class Quick:
    daemon_threads = True
    block_on_close = False
    request_queue_size = 100

class Server(Quick, socketserver.ThreadingTCPServer):
    allow_reuse_address = True
""",
    """
import socketserver

class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    @property
    def daemon_threads(self):
        return True

    @property
    def request_queue_size(self):
        return 256
""",
    """
import socketserver

Server = type(
    "Server",
    (socketserver.ThreadingTCPServer,),
    {"daemon_threads": True, "request_queue_size": 500, "__doc__": "many at once"},
)
""",
    """
import _thread
import socketserver

class Server(socketserver.TCPServer):
    request_queue_size = 128

    def process_request(self, request, client_address):
        _thread.start_new_thread(self.work, (request, client_address))

    def work(self, *request):
        try:
            self.finish_request(*request)
        finally:
            self.shutdown_request(request[0])
""",
    """
import http.server

class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
""",
    """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128

    def server_close(self):
        self.socket.close()
""",
]

WRONG = [
    (
        "it serves many clients at once, in threads",
        """
import socketserver

class Server(socketserver.TCPServer):
    request_queue_size = 128
    daemon_threads = True
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver

class Server(socketserver.TCPServer, socketserver.ThreadingMixIn):
    request_queue_size = 128
    daemon_threads = True
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver
import threading

class Server(socketserver.TCPServer):
    request_queue_size = 128
    daemon_threads = True

    def process_request(self, request, client_address):
        thread = threading.Thread(target=super().process_request, args=(request, client_address))
        thread.start()
        thread.join()
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_thread = True
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = False
    block_on_close = True
""",
    ),
    (
        "its queue has room for at least 100",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
""",
    ),
    (
        "its queue has room for at least 100",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    queue_size = 128
""",
    ),
    (
        "its queue has room for at least 100",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 99
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver
from concurrent.futures import ThreadPoolExecutor

class Server(socketserver.TCPServer):
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.pool = ThreadPoolExecutor(5)

    def process_request(self, request, client_address):
        self.pool.submit(self.work, request, client_address)

    def work(self, request, client_address):
        self.finish_request(request, client_address)
        self.shutdown_request(request)

    def server_close(self):
        super().server_close()
        self.pool.shutdown(wait=False)
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver
import threading

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True
    seats = threading.Semaphore(10)

    def process_request_thread(self, request, client_address):
        with self.seats:
            super().process_request_thread(request, client_address)
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True

    def process_request(self, request, client_address):
        self.process_request_thread(request, client_address)
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver
import threading

class Server(socketserver.TCPServer):
    request_queue_size = 128

    def process_request(self, request, client_address):
        thread = threading.Thread(target=self.finish_request(request, client_address), daemon=True)
        thread.start()
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver
import threading

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True
    lock = threading.Lock()

    def finish_request(self, request, client_address):
        with self.lock:
            super().finish_request(request, client_address)
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True
    clients = 0

    def verify_request(self, request, client_address):
        self.clients += 1
        return self.clients <= 20
""",
    ),
    (
        "it serves many clients at once, in threads",
        """
import socketserver

class Server(socketserver.ForkingTCPServer):
    request_queue_size = 128
    block_on_close = False
    max_children = 100
""",
    ),
    (
        "each client has a new thread",
        """
import socketserver
from concurrent.futures import ThreadPoolExecutor

class Server(socketserver.TCPServer):
    request_queue_size = 128

    def __init__(self, *args):
        super().__init__(*args)
        self.pool = ThreadPoolExecutor(100)

    def process_request(self, request, client_address):
        self.pool.submit(self.work, request, client_address)

    def work(self, request, client_address):
        self.finish_request(request, client_address)
        self.shutdown_request(request)
""",
    ),
    (
        "each client has a new thread",
        """
import socketserver
import threading

class Server(socketserver.TCPServer):
    request_queue_size = 128

    requests = []

    def process_request(self, request, client_address):
        self.requests.append(request)
        threading.Thread(target=self.finish_request, args=(request, client_address), daemon=True).start()
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver
import threading

class Server(socketserver.TCPServer):
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.threads = []

    def process_request(self, request, client_address):
        thread = threading.Thread(target=self.work, args=(request, client_address))
        self.threads.append(thread)
        thread.start()

    def work(self, request, client_address):
        self.finish_request(request, client_address)
        self.shutdown_request(request)

    def server_close(self):
        super().server_close()
        for thread in self.threads:
            thread.join()
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128

    def __init__(self, *args):
        super().__init__(*args)
        daemon_threads = True
        block_on_close = False
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    block_on_close = "False"
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True

    def process_request(self, request, client_address):
        self.daemon_threads = False
        super().process_request(request, client_address)
""",
    ),
    (
        "closing does not wait for its threads",
        """
import socketserver
import time

class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True

    def server_close(self):
        while threading_count() > 0:
            time.sleep(0.01)
        super().server_close()

def threading_count():
    import threading
    return sum("process_request" in thread.name for thread in threading.enumerate())

Server = type("Server", (Server,), {})
""",
    ),
    (
        "its queue has room for at least 100",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def server_activate(self):
        self.socket.listen(5)
""",
    ),
    (
        "its queue has room for at least 100",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, *args):
        super().__init__(*args)
        self.request_queue_size = 128
""",
    ),
    (
        "its queue has room for at least 100",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 10
""",
    ),
    (
        "its queue has room for at least 100",
        """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def server_activate(self):
        self.socket.listen()
        self.socket.listen(64)
""",
    ),
    (
        "each client has a new thread",
        """
import socketserver
import threading

class S(socketserver.TCPServer):
    request_queue_size = 128
    def process_request(self, r, a):
        threading.Thread(target=self.finish_request, args=(r, a), daemon=True).start()
""",
    ),
]
