"""What tests of servers share."""

import gc
import os
import socketserver
import threading

import pytest

collect_ignore_glob = ["bad_notebooks/*"]  # they are data


class Quick(socketserver.BaseRequestHandler):
    """Answers what it received in capital letters."""

    def handle(self):
        self.request.sendall(self.request.recv(1024).upper())


class Gate(socketserver.BaseRequestHandler):
    """Keeps its client until the server's `gate` is opened, and counts in its `inside` who is in."""

    def handle(self):
        self.request.recv(1024)
        self.server.inside.release()
        assert self.server.gate.wait(20)
        self.request.sendall(b"through")


def gated(server_class, **attributes):
    """A made server of a class with a closed gate for its handlers."""
    server = type(server_class.__name__, (server_class,), {"request_queue_size": 128, **attributes})(
        ("127.0.0.1", 0), Gate
    )
    server.gate, server.inside = threading.Event(), threading.Semaphore(0)
    return server


def count_threads_and_descriptors():
    gc.collect()
    return threading.active_count(), len(os.listdir("/dev/fd")) if os.path.exists("/dev/fd") else 0


@pytest.fixture
def nothing_left():
    """Fail a test that leaves threads or file descriptors behind."""
    before = count_threads_and_descriptors()
    yield
    assert count_threads_and_descriptors() == before, threading.enumerate()
