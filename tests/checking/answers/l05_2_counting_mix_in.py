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
]
