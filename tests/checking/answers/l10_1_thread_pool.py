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
    """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(0)
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
import queue, threading


class P:
    def __init__(self, *args, **kwargs):
        self.jobs = queue.Queue()
        self.workers = [threading.Thread(target=self.run) for _ in range(3)]
        super().__init__(*args, **kwargs)
        for w in self.workers:
            w.start()

    def run(self):
        for job in iter(self.jobs.get, None):
            try:
                self.finish_request(*job)
            except Exception:
                self.handle_error(*job)
            self.shutdown_request(job[0])

    def process_request(self, *job):
        self.jobs.put(job)

    def server_close(self):
        super().server_close()
        for w in self.workers:
            self.jobs.put(None)
        for w in self.workers:
            w.join()
""",
    """
from concurrent.futures import ThreadPoolExecutor


class P:
    pool = None

    def process_request(self, request, client_address):
        if self.pool is None:
            self.pool = ThreadPoolExecutor(max_workers=3, thread_name_prefix="pool")
        self.pool.submit(self.one, request, client_address).add_done_callback(lambda f: None)

    def one(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)

    def server_close(self):
        super().server_close()
        if self.pool:
            self.pool.shutdown()
""",
    """
import collections, threading


class P:
    def server_activate(self):
        self.todo = collections.deque()
        self.cond = threading.Condition()
        for n in range(3):
            threading.Thread(target=self.worker, name=f"w{n}", daemon=True).start()
        super().server_activate()

    def process_request(self, request, client_address):
        with self.cond:
            self.todo.append((request, client_address))
            self.cond.notify()

    def worker(self):
        while True:
            with self.cond:
                self.cond.wait_for(lambda: self.todo)
                request, address = self.todo.popleft()
            try:
                super().process_request(request, address)
            except Exception:
                self.handle_error(request, address)
                self.shutdown_request(request)
""",
    """
import socketserver, queue, threading


class P(socketserver.ThreadingMixIn):
    daemon_threads = True

    def process_request(self, request, client_address):
        if not hasattr(self, "q"):
            self.q = queue.LifoQueue() if 0 else queue.SimpleQueue()
            for _ in range(3):
                threading.Thread(target=self.loop, daemon=self.daemon_threads).start()
        self.q.put((request, client_address))

    def loop(self):
        while True:
            self.process_request_thread(*self.q.get())
""",
    """
import threading, queue


class P:
    def server_bind(self):
        super().server_bind()
        self.q = queue.Queue()
        self.threads = []

    def process_request(self, request, client_address):
        self.q.put((request, client_address))
        if len(self.threads) < 3:
            t = threading.Thread(target=self.go, daemon=True)
            self.threads.append(t)
            t.start()

    def go(self):
        while True:
            r, a = self.q.get()
            try:
                self.finish_request(r, a)
            except Exception:
                self.handle_error(r, a)
            finally:
                self.shutdown_request(r)
""",
    """
import concurrent.futures
import contextlib

class M:
    executor = concurrent.futures.ThreadPoolExecutor(3)
    def process_request(self, r, a):
        self.executor.submit(self._go, r, a)
    def _go(self, r, a):
        with contextlib.ExitStack() as s:
            s.callback(self.shutdown_request, r)
            try: self.finish_request(r, a)
            except Exception: self.handle_error(r, a)
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
    (
        "no thread keeps the program from ending",
        """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(0)
        for _ in range(3):
            threading.Thread(target=self.work, daemon=False).start()

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
    ),
    (
        "it serves three at once, and never more",
        """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(3)
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
    ),
    (
        "it serves three at once, and never more",
        """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(3)
        for _ in range(3):
            threading.Thread(target=self.work, daemon=True).start()

    def process_request(self, request, client_address):
        self.waiting.put_nowait((request, client_address))

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
    ),
    (
        "it serves three at once, and never more",
        """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(0)
        for _ in range(4):
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
    ),
    (
        "it serves three at once, and never more",
        """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(0)
        for _ in range(2):
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
    ),
    (
        "the threads are used again, also after errors of handlers",
        """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(0)
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
                pass
            finally:
                self.shutdown_request(request)
""",
    ),
    (
        "the threads are used again, also after errors of handlers",
        """
import queue, threading


class P:
    def server_activate(self):
        super().server_activate()
        self.waiting = queue.Queue(0)
        for _ in range(3):
            threading.Thread(target=self.work, daemon=True).start()

    def process_request(self, request, client_address):
        self.waiting.put((request, client_address))

    def work(self):
        while True:
            request, client_address = self.waiting.get()
            try:
                self.finish_request(request, client_address)
            except OSError:
                self.handle_error(request, client_address)
            finally:
                self.shutdown_request(request)
""",
    ),
    (
        "it serves three at once, and never more",
        """
import threading, socketserver


class P(socketserver.ThreadingMixIn):
    daemon_threads = True

    def server_bind(self):
        super().server_bind()
        self.sem = threading.Semaphore(3)

    def process_request(self, request, client_address):
        self.sem.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.sem.release()
""",
    ),
    (
        "it serves three at once, and never more",
        """
from concurrent.futures import ThreadPoolExecutor
import threading


class P:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(3)
        self.n = 0
        self.lock = threading.Lock()

    def verify_request(self, request, client_address):
        with self.lock:
            if self.n == 3:
                return False
            self.n += 1
            return True

    def process_request(self, request, client_address):
        self.pool.submit(self.work, request, client_address)

    def work(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)
            with self.lock:
                self.n -= 1
""",
    ),
    (
        "it serves three at once, and never more",
        """
from concurrent.futures import ThreadPoolExecutor
import time


class P:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(3)
        self.f = []

    def process_request(self, request, client_address):
        while sum(not f.done() for f in self.f) >= 3:
            time.sleep(0.01)
        self.f.append(self.pool.submit(self.work, request, client_address))

    def work(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)
""",
    ),
    (
        "the threads are used again, also after errors of handlers",
        """
from concurrent.futures import ThreadPoolExecutor


class P:
    def server_activate(self):
        super().server_activate()
        self.pool = ThreadPoolExecutor(3)

    def process_request(self, request, client_address):
        self.pool.submit(self.work, request, client_address)

    def work(self, request, client_address):
        try:
            self.finish_request(request, client_address)
            self.shutdown_request(request)
        except Exception:
            self.handle_error(request, client_address)
""",
    ),
    (
        "it serves three at once, and never more",
        """
from concurrent.futures import ThreadPoolExecutor


class P:
    def process_request(self, request, client_address):
        with ThreadPoolExecutor(3) as pool:
            pool.submit(super().process_request, request, client_address)
""",
    ),
    (
        "the threads are used again, also after errors of handlers",
        """
import threading, socketserver


class P(socketserver.ThreadingMixIn):
    daemon_threads = True

    def server_bind(self):
        super().server_bind()
        self.sem = threading.Semaphore(3)

    def process_request_thread(self, request, client_address):
        with self.sem:
            super().process_request_thread(request, client_address)
""",
    ),
    (
        "no thread keeps the program from ending",
        """
import queue
import threading

class M:
    def __init__(self, *a):
        super().__init__(*a)
        self.q = queue.Queue()
        for _ in range(3): threading.Thread(target=self.loop).start()
    def process_request(self, r, a): self.q.put((r, a))
    def loop(self):
        while True:
            r, a = self.q.get()
            try: self.finish_request(r, a)
            except Exception: self.handle_error(r, a)
            finally: self.shutdown_request(r)
""",
    ),
    (
        "it serves three at once, and never more",
        """
import queue, threading
class P:
    def __init__(self, *args, **kw):
        super().__init__(*args, **kw)
        self.waiting = queue.Queue(10)
        for _ in range(3):
            threading.Thread(target=self.serve_clients, daemon=True).start()
    def process_request(self, request, client_address):
        self.waiting.put((request, client_address))
    def serve_clients(self):
        while True:
            request, address = self.waiting.get()
            try:
                self.finish_request(request, address)
            except Exception:
                self.handle_error(request, address)
            finally:
                self.shutdown_request(request)
""",
    ),
]
