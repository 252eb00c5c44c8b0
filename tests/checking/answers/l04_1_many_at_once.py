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
]

WRONG = [
    (
        "it serves many clients at once",
        """
import socketserver

class Server(socketserver.TCPServer):
    request_queue_size = 128
    daemon_threads = True
""",
    ),
    (
        "it serves many clients at once",
        """
import socketserver

class Server(socketserver.TCPServer, socketserver.ThreadingMixIn):
    request_queue_size = 128
    daemon_threads = True
""",
    ),
    (
        "it serves many clients at once",
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
]
