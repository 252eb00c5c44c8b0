"""crowd(): every way in which a client can end, and every order that makes no sense."""

import functools
import io
import os
import pickle
import socket
import socketserver
import struct
import threading

import pytest

import course.crowds.crowd
from conftest import Gate, Quick, gated
from course import crowd, processor_time, serve
from course.crowds import client_loop

pytestmark = pytest.mark.usefixtures("nothing_left")


class ManyAtOnce(socketserver.ThreadingTCPServer):
    request_queue_size = 512


def handler(function):
    """A handler class whose handle is the function."""
    return type("Handler", (socketserver.BaseRequestHandler,), {"handle": function})


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def reset(connection):
    """End a connection with a reset instead of an end of the stream (socket(7), SO_LINGER)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


# How a client ends.


@pytest.mark.parametrize("clients", [1, 3, 120])
def test_refused(clients):
    run = crowd(("127.0.0.1", free_port()), clients)
    assert run.endings == {"refused": clients}
    assert run.peak is None
    assert all(lane.connected is None for lane in run)


def test_refused_as_a_function():
    assert crowd(("127.0.0.1", free_port()), 2, send=lambda sock: sock.recv(1)).endings == {"refused": 2}


@pytest.mark.parametrize("clients", [3, 120])
def test_replied(clients):
    with serve(ManyAtOnce, Quick) as server:
        run = crowd(server, clients, send=b"hello", every=0.001, timeout=30)
    assert run.endings == {"replied": clients}
    assert {lane.reply for lane in run} == {b"HELLO"}
    assert [lane.number for lane in run] == list(range(1, clients + 1))
    assert run.watched


def test_closed_without_a_word():
    with serve(socketserver.TCPServer, handler(lambda self: self.request.recv(1024))) as server:
        run = crowd(server, 2)
    assert run.endings == {"closed": 2}


def test_reset():
    with serve(socketserver.TCPServer, handler(lambda self: reset(self.request))) as server:
        run = crowd(server, 2)
    assert run.endings == {"reset": 2}
    assert run.peak == 1


def test_timed_out_in_service_and_in_the_queue():
    made = gated(socketserver.TCPServer)
    with serve(made) as server:
        run = crowd(server, 3, timeout=0.3)
        made.gate.set()
    assert run.endings == {"timed out": 3}
    served = [lane for lane in run if lane.began is not None]
    assert len(served) == 1
    assert served[0].finished is None
    for lane in run:
        assert lane.connected is not None
        if lane is not served[0]:
            assert [phase for phase, _, _ in lane.spans()][-1] == "queued"


def test_cut_off_by_a_handlers_exception():
    def fail(self):
        self.request.sendall(b"half an ans")
        raise ZeroDivisionError("division by zero")

    with serve(socketserver.ThreadingTCPServer, handler(fail)) as server:
        run = crowd(server, 3)
    assert run.endings == {"handler raised": 3}
    assert run[0].error == "ZeroDivisionError: division by zero"
    assert "in fail" in run[0].traceback
    assert run[0].finished is not None


def test_a_server_that_never_accepts_gives_a_timeline_and_no_hang():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        run = crowd(listener.getsockname(), 3, timeout=0.2)
    assert run.endings == {"timed out": 3}
    assert not run.watched
    assert run.peak is None


def test_a_function_that_leaves_without_a_reply():
    with serve(socketserver.TCPServer, Quick) as server:
        run = crowd(server, 2, send=lambda sock: sock.sendall(b"bye"))
    assert run.endings == {"left": 2}


def test_a_function_that_fails():
    def fail(_sock):
        raise ValueError("no idea")

    with serve(socketserver.TCPServer, Quick) as server:
        run = crowd(server, 2, send=fail)
    assert run.endings == {"client failed": 2}
    assert run[0].error == "ValueError: no idea"


def test_a_function_that_waits_too_long():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        run = crowd(listener.getsockname(), 2, send=lambda sock: sock.recv(1), timeout=0.1)
    assert run.endings == {"timed out": 2}


def test_a_function_that_overstays_is_cut_off(monkeypatch):
    monkeypatch.setattr(course.crowds.crowd, "GRACE", 0.1)

    def stubborn(sock):
        sock.settimeout(None)
        return sock.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        run = crowd(listener.getsockname(), 2, send=stubborn, timeout=0.1)
    assert run.endings == {"timed out": 2}
    for thread in threading.enumerate():
        if thread.name.startswith("course client"):
            thread.join(20)


# How long they wait on a busy machine.


def losing(monkeypatch, seconds):
    """Let a crowd read so much lost time when a timeout has run out; returns the event of that."""
    run_out = threading.Event()
    begun = []

    def seconds_lost(_threads):
        if not begun:
            begun.append(True)
            return 0.0
        run_out.set()
        return seconds

    monkeypatch.setattr(processor_time, "seconds_lost", seconds_lost)
    return run_out


def wait_for_the_end(sock):
    """A client with a timeout of its own."""
    sock.settimeout(None)
    return sock.recv(1)


@pytest.mark.parametrize("send", [b"hello\n", wait_for_the_end])
def test_lost_time_extends_a_timeout_that_has_run_out(monkeypatch, send):
    monkeypatch.setattr(course.crowds.crowd, "GRACE", 0.1 if callable(send) else 20)
    run_out = losing(monkeypatch, 5.0)

    def reply_late(self):
        assert run_out.wait(60)
        self.request.sendall(b"late")

    with serve(socketserver.ThreadingTCPServer, handler(reply_late)) as server:
        assert crowd(server, 2, send=send, timeout=0.1).endings == {"replied": 2}


def test_lost_time_extends_a_timeout_no_further_than_it_may(monkeypatch):
    lost = iter([0.1, 0.102, 0.5, 1000.0, 2000.0])
    extension = processor_time.Extension(lambda: next(lost))
    assert [round(extension.more(), 6) for _ in range(5)] == [0.1, 0.0, 0.4, processor_time.EXTENSION - 0.5, 0.0]

    monkeypatch.setattr(processor_time, "EXTENSION", 0.05)
    run_out = losing(monkeypatch, 1000.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert crowd(listener.getsockname(), 2, timeout=0.1).endings == {"timed out": 2}
    assert run_out.is_set()


def test_the_child_process_of_a_large_crowd_counts_what_both_sides_lose(monkeypatch):
    read = []
    monkeypatch.setattr(processor_time, "threads_of", lambda processes: read.append(processes) or [])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        orders = client_loop.Orders(listener.getsockname(), 1, [b"hello"], 0.0, 0.01)
        streams = io.TextIOWrapper(io.BytesIO(pickle.dumps(orders))), io.TextIOWrapper(io.BytesIO())
        monkeypatch.setattr("sys.stdin", streams[0])
        monkeypatch.setattr("sys.stdout", streams[1])
        client_loop.main()
    streams[1].buffer.seek(0)
    assert pickle.load(streams[1].buffer).ending == "timed out"
    assert read == [(os.getpid(), os.getppid())] * 2


def test_lost_time_is_read_where_the_system_counts_it(tmp_path):
    (tmp_path / "schedstat").write_text("1500000000 2500000000 7\n")
    assert processor_time.scheduled(str(tmp_path)) == (1.5, 2.5)
    assert processor_time.seconds_lost([str(tmp_path), str(tmp_path), str(tmp_path / "not there")]) == 5.0
    assert processor_time.threads_of([2**31]) == []


# What they send.


def test_a_list_of_parts_and_pauses_arrives_in_that_order():
    received = []

    def listen(self):
        while data := self.request.recv(1024):
            received.append(data)

    with serve(socketserver.TCPServer, handler(listen)) as server:
        crowd(server, 1, send=[b"one", 0.05, b"two", 0, bytearray(b" three")])
    assert b"".join(received) == b"onetwo three"


def test_the_client_ends_its_direction_and_reads_to_the_end():
    def talk(self):
        while line := self.request.recv(1024):
            self.request.sendall(line.upper())
        self.request.sendall(b"that was all")

    with serve(socketserver.TCPServer, handler(talk)) as server:
        run = crowd(server, 1, send=b"hello ")
    assert run[0].reply == b"HELLO that was all"


def test_every_spaces_the_arrivals_in_order():
    with serve(socketserver.ThreadingTCPServer, Quick) as server:
        run = crowd(server, 4, every=0.01)
    starts = [lane.connecting for lane in run]
    assert starts == sorted(starts)
    assert all(start >= (lane.number - 1) * 0.01 - 0.002 for start, lane in zip(starts, run, strict=True))


# Where they go.


def test_the_address_of_a_server_of_ours_is_recognised():
    with serve(socketserver.TCPServer, Quick) as server:
        run = crowd(server.address, 2)
        assert run.peak == 1
        assert run.name == "TCPServer"


def test_a_strangers_server_is_seen_from_one_side():
    class Stranger(socketserver.ThreadingTCPServer):
        pass

    with Stranger(("127.0.0.1", 0), Quick) as stranger:
        thread = threading.Thread(target=stranger.serve_forever, args=(0.01,))
        thread.start()
        run = crowd(stranger.server_address, 3)
        stranger.shutdown()
        thread.join(20)
    assert run.endings == {"replied": 3}
    assert run.peak is None
    assert [phase for phase, _, _ in run[0].spans()][-1] == "connected"
    assert "seen from their side only" in run.title


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
def test_a_unix_servers_short_queue_lets_clients_wait_while_connecting():
    class Short(socketserver.UnixStreamServer):
        request_queue_size = 1

    with serve(Short, Quick) as server:
        run = crowd(server, 12)
    assert run.endings == {"replied": 12}
    assert run.peak == 1


def test_a_crowd_in_a_child_process_is_joined_with_the_servers_side():
    made = gated(socketserver.ThreadingTCPServer, request_queue_size=512)
    clients = course.crowds.crowd.IN_PROCESS + 20

    def open_gate():
        for _ in range(clients):
            assert made.inside.acquire(timeout=60)
        made.gate.set()

    helper = threading.Thread(target=open_gate)
    helper.start()
    with serve(made) as server:
        run = crowd(server, clients, timeout=60)
    helper.join(20)
    assert run.peak == clients
    assert run.endings == {"replied": clients}


def test_two_crowds_at_the_same_server_do_not_mix():
    with serve(socketserver.ThreadingTCPServer, Quick) as server:
        runs = [crowd(server, 3, send=bytes([letter])) for letter in b"abc"]
    for run, letter in zip(runs, "ABC", strict=True):
        assert {lane.reply for lane in run} == {letter.encode()}
        assert all(lane.began is not None for lane in run)


# Orders that make no sense.


@pytest.mark.parametrize(
    ("order", "error", "words"),
    [
        ({"clients": 0}, ValueError, "clients=0: a crowd needs at least one client"),
        ({"clients": -3}, ValueError, "clients=-3: a crowd needs at least one client"),
        ({"clients": 2.5}, TypeError, "clients=2.5 has to be a whole number"),
        ({"clients": True}, TypeError, "clients=True has to be a whole number"),
        ({"send": "hello"}, TypeError, "send='hello' is text, and a socket carries bytes: write send=b'hello'"),
        ({"send": 5}, TypeError, "send=5 has to be bytes, a list of bytes and pauses, or a function"),
        ({"send": [b"x", "y"]}, TypeError, "send has 'y' in it"),
        ({"send": [b"x", -1]}, TypeError, "send has -1 in it"),
        ({"every": -1}, ValueError, "every=-1 has to be a number of seconds, 0 or more"),
        ({"timeout": 0}, ValueError, "timeout=0 has to be a number of seconds"),
        ({"timeout": float("nan")}, ValueError, "timeout=nan has to be"),
    ],
)
def test_orders_that_make_no_sense(order, error, words):
    with serve(socketserver.TCPServer, Quick) as server:
        with pytest.raises(error) as caught:
            crowd(server, **order)
        assert words in str(caught.value)
        assert server.visits == ()


@pytest.mark.parametrize("address", [5, ("127.0.0.1",), ("127.0.0.1", "80"), Gate, None])
def test_what_is_no_address(address):
    with pytest.raises(TypeError, match=r"is not an address: give serve\(\)'s result, an \(ip, port\), or"):
        crowd(address, 1)


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="is not a Unix socket"):
        crowd(str(tmp_path / "nothing"), 1)


def test_too_few_file_descriptors_are_said_before_the_crowd_starts():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (150, before[1]))
    try:
        with serve(socketserver.ThreadingTCPServer, Quick) as server:
            with pytest.raises(OSError, match=r"needs 200 file descriptors and a process may have only 150"):
                crowd(server, 100)
            assert server.visits == ()
            assert crowd(server, 2).endings == {"replied": 2}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


# Progress.


def test_a_progress_bar_follows_the_clients(monkeypatch):
    bars = []

    class Recorded(course.crowds.crowd.Progress):
        def __init__(self, **options):
            bars.append((options, self))
            super().__init__(**{**options, "delay": 0, "disable": False, "file": io.StringIO(), "gui": False})

    monkeypatch.setattr(course.crowds.crowd, "Progress", Recorded)
    clients = course.crowds.crowd.IN_PROCESS + 1
    with serve(ManyAtOnce, Quick) as server:
        crowd(server, clients, every=0.0001)
    ((options, bar),) = bars
    assert options == {"total": clients, "delay": 1, "leave": False, "unit": "client", "disable": True}
    assert bar.n == clients


async def sends_never(sock):
    return b"never"


def yields(sock):
    yield b"never"


@pytest.mark.parametrize("send", [sends_never, yields, functools.partial(sends_never)])
def test_a_function_that_does_not_run_when_it_is_called_is_refused(send):
    with pytest.raises(TypeError, match="is an async function or a generator, which does not run when it is called"):
        crowd(("127.0.0.1", 9), 2, send)


def test_a_function_that_returns_no_bytes_has_failed():
    with serve(socketserver.ThreadingTCPServer, Quick) as server:
        run = crowd(server, 2, lambda sock: "text")
    assert run.endings == {"client failed": 2}
    assert run[0].error == "TypeError: a client's function has to return bytes or None; it returned 'text'"


def test_too_few_file_descriptors_for_the_child_process_are_reported_before_it_starts():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, before[1]))
    try:
        with pytest.raises(OSError, match=r"needs 150 file descriptors and a process may have only 128"):
            crowd(("127.0.0.1", 9), 150)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
