"""The record against the kernel's own account: how many connections wait in the accept queue (proc(5))."""

import socket
import socketserver
import sys
import threading
from time import perf_counter

import pytest

from course import crowd, serve

pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(sys.platform != "linux", reason="Linux shows its accept queues in /proc/net/tcp"),
]
CLIENTS = 60
LISTEN = "0A"


def count_waiting(port):
    """The connections that the kernel has made and no program has accepted: of a listening socket, rx_queue.

    Listening sockets come first, so the thousands of connections that earlier tests have left are not read.
    """
    with open("/proc/net/tcp") as table:
        next(table)
        for line in table:
            _, local, _, state, queues, *_ = line.split()
            if state == LISTEN and int(local.split(":")[1], 16) == port:
                return int(queues.split(":")[1], 16)
    raise LookupError(port)


def count_queued(run, moment):
    return sum(lane.connected <= moment < lane.accepted for lane in run)


class Hold(socketserver.BaseRequestHandler):
    """Serves a client when the test says so."""

    def handle(self):
        self.server.inside.release()
        assert self.server.go_on.acquire(timeout=60)
        self.request.recv(100)
        self.request.sendall(b"x")


class OneAtATime(socketserver.TCPServer):
    request_queue_size = 128
    inside, go_on = threading.Semaphore(0), threading.Semaphore(0)


def one_at_a_time(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            OneAtATime.inside.release()
            assert OneAtATime.go_on.acquire(timeout=60)
            connection.recv(100)
            connection.sendall(b"x")


@pytest.mark.parametrize("kind", [(OneAtATime, Hold), (one_at_a_time,)], ids=["class", "function"])
def test_as_many_are_queued_as_the_kernel_says(kind):
    samples = []

    def sample_between_services(port, crowd_begins):
        assert OneAtATime.inside.acquire(timeout=60)  # the first is in service; the others come to wait
        while count_waiting(port) < CLIENTS - 1:
            assert not crowd_begins.wait(0.001)  # it is never set: this waits for the kernel without turning in circles
        for _ in range(CLIENTS):
            samples.append((perf_counter(), count_waiting(port)))
            OneAtATime.go_on.release()
            if len(samples) < CLIENTS:
                assert OneAtATime.inside.acquire(timeout=60)

    with serve(*kind) as server:
        sampler = threading.Thread(target=sample_between_services, args=(server.address[1], threading.Event()))
        sampler.start()
        run = crowd(server, CLIENTS, timeout=60)
        sampler.join(60)
        zero = server.visits[0].accepted - min(lane.accepted for lane in run)
    assert run.endings == {"replied": CLIENTS}
    assert [waiting for _, waiting in samples] == list(range(CLIENTS - 1, -1, -1))
    wrong = [(count_queued(run, moment - zero), waiting) for moment, waiting in samples]
    assert [pair for pair in wrong if abs(pair[0] - pair[1]) > 1] == []


def test_nobody_waits_before_the_first_client_comes():
    with serve(OneAtATime, Hold) as server:
        assert count_waiting(server.address[1]) == 0
        with socket.create_connection(server.address):
            assert OneAtATime.inside.acquire(timeout=60)
            assert count_waiting(server.address[1]) == 0
            OneAtATime.go_on.release()
