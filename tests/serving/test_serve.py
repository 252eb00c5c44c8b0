"""serve(): every kind of server, watched without being changed, stopped without a trace."""

import functools
import gc
import http.server
import inspect
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
import xmlrpc.client
import xmlrpc.server
from itertools import pairwise

import pytest

from conftest import Quick, count_threads_and_descriptors, gated
from course import crowd, serve

pytestmark = pytest.mark.usefixtures("nothing_left")
unix = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def upper(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(1024).upper())


def upper_in_threads(listener):
    def talk(connection):
        with connection:
            connection.sendall(connection.recv(1024).upper())

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,)).start()


KINDS = [
    (upper,),
    (upper_in_threads,),
    (socketserver.TCPServer, Quick),
    (socketserver.ThreadingTCPServer, Quick),
    *(
        [(socketserver.UnixStreamServer, Quick), (socketserver.ThreadingUnixStreamServer, Quick)]
        if os.name == "posix"
        else []
    ),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind[0].__name__)
def test_serves_and_watches(kind):
    with serve(*kind) as server:
        run = crowd(server, clients=4, send=b"hello")
    assert [lane.reply for lane in run] == [b"HELLO"] * 4
    assert run.endings == {"replied": 4}
    for lane in run:
        assert lane.connecting <= lane.accepted <= lane.began <= lane.finished
        assert lane.worker


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind[0].__name__)
def test_says_where_it_listens(kind):
    with serve(*kind) as server:
        assert server.name == kind[0].__name__
        assert "serving at" in repr(server)
        if not isinstance(server.address, str):
            assert server.address[0] == "127.0.0.1"
            assert server.address[1] > 0
    assert "stopped" in repr(server)


def test_serves_a_server_that_is_made_already():
    with serve(socketserver.TCPServer(("127.0.0.1", 0), Quick)) as server:
        assert crowd(server, 2).endings == {"replied": 2}


def test_serves_ipv6():
    class Six(socketserver.TCPServer):
        address_family = socket.AF_INET6

    try:
        server = serve(Six, Quick, host="::1")
    except OSError:
        pytest.skip("this system has no IPv6")
    with server:
        run = crowd(server, 2)
    assert run.peak == 1


class QuietPages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"page")

    def log_message(self, *_):
        pass


def test_serves_http():
    with serve(http.server.ThreadingHTTPServer, QuietPages) as server:
        host, port = server.address
        with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as answer:
            assert answer.read() == b"page"
        run = crowd(server, 3, send=b"GET / HTTP/1.0\r\n\r\n")
    assert run.endings == {"replied": 3}
    assert {lane.reply[-4:] for lane in run} == {b"page"}


def test_serves_http_with_a_partial_for_a_handler(tmp_path):
    class Files(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Files, directory=tmp_path)
    (tmp_path / "a").write_bytes(b"file")
    with serve(http.server.ThreadingHTTPServer, handler) as server:
        assert crowd(server, 1, send=b"GET /a HTTP/1.0\r\n\r\n")[0].reply.endswith(b"file")


def test_serves_xmlrpc():
    made = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    made.register_function(str.upper, "upper")
    with serve(made) as server, xmlrpc.client.ServerProxy("http://{}:{}".format(*server.address)) as proxy:
        assert proxy.upper("hello") == "HELLO"
        assert server.visits[0].worker == "loop"


def test_serves_werkzeugs_threaded_server():
    from werkzeug.serving import WSGIRequestHandler, make_server

    barrier = threading.Barrier(3)

    class Quiet(WSGIRequestHandler):
        def log(self, *_):
            pass

    def application(_environ, start_response):
        barrier.wait(20)
        start_response("200 OK", [])
        return [b"met"]

    with serve(make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)) as server:
        run = crowd(server, 3, send=b"GET / HTTP/1.0\r\n\r\n")
    assert run.endings == {"replied": 3}
    assert run.peak == 3


@forks
@pytest.mark.parametrize("name", ["ForkingTCPServer", "ForkingUnixStreamServer"])
def test_serves_forking_servers(name):
    """In a process of its own: a process with threads should not fork."""
    if not hasattr(socketserver, name):
        pytest.skip(f"{name} came with Python 3.12")
    program = f"""
import os, socketserver, threading
from course import crowd, serve
class Hold(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(100)
        os.write(inside, b".")
        os.read(gate, 1)
        self.request.sendall(str(os.getpid()).encode())
        if self.server.fail:
            raise ValueError("in a child")
at, inside = os.pipe()
gate, opener = os.pipe()
def open_gate():
    for _ in range(4):
        os.read(at, 1)
    os.write(opener, b"....")
with serve(socketserver.{name}, Hold) as server:
    server._running.server.fail = False
    threading.Thread(target=open_gate).start()
    run = crowd(server, 4)
    assert run.endings == {{"replied": 4}}, run
    assert run.peak == 4, run
    assert run.workers == ["process 1", "process 2", "process 3", "process 4"], run
    server._running.server.fail = True
    os.write(opener, b".")
    run = crowd(server, 1)
    assert run[0].error == "ValueError: in a child", run
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


# One at a time, and at once.


def test_one_at_a_time_serves_each_client_after_the_other():
    with serve(socketserver.TCPServer, Quick) as server:
        run = crowd(server, clients=6)
    assert run.peak == 1
    for before, after in pairwise(sorted(run, key=lambda lane: lane.began)):
        assert before.finished <= after.accepted <= after.began


def test_a_function_serves_each_client_after_the_other():
    with serve(upper) as server:
        run = crowd(server, clients=20)
    assert run.peak == 1
    for before, after in pairwise(sorted(run, key=lambda lane: lane.began)):
        assert before.finished <= after.began


@pytest.mark.parametrize("clients", [2, 8, 40])
def test_threads_serve_all_clients_at_once(clients):
    barrier = threading.Barrier(clients)

    class Meet(Quick):
        def handle(self):
            barrier.wait(20)
            super().handle()

    many = type("Many", (socketserver.ThreadingTCPServer,), {"request_queue_size": 128})
    with serve(many, Meet) as server:
        run = crowd(server, clients=clients, timeout=30)
    assert run.peak == clients
    assert run.endings == {"replied": clients}
    assert run.workers == [f"worker {n}" for n in range(1, clients + 1)]


def test_a_client_in_the_backlog_is_queued_while_its_connect_has_returned():
    made = gated(socketserver.TCPServer)
    with serve(made) as server, socket.create_connection(server.address) as first:
        first.sendall(b"first")
        assert made.inside.acquire(timeout=20)  # from here on the loop is held
        second = socket.create_connection(server.address)
        connected = time.perf_counter()
        held = [visit.began for visit in server.visits]
        made.gate.set()
        assert first.recv(100) == b"through"
        second.sendall(b"second")
        assert second.recv(100) == b"through"
        second.close()
        assert len(held) == 1
        assert server.visits[1].accepted > connected
        assert server.visits[1].accepted >= server.visits[0].ended


def test_a_queued_lane_says_so():
    made = gated(socketserver.TCPServer)
    all_connected = threading.Barrier(3, action=made.gate.set)

    def client(sock):
        sock.sendall(b"x")
        all_connected.wait(20)
        return sock.recv(100)

    with serve(made) as server:
        run = crowd(server, 3, send=client)
    first, *others = sorted(run, key=lambda lane: lane.accepted)
    assert len(others) == 2
    for lane in others:
        assert lane.connected < lane.accepted
        assert lane.queued > 0
        assert [phase for phase, _, _ in lane.spans()][1] == "queued"
        assert lane.accepted >= first.finished


def test_threads_that_come_after_each_other_are_told_apart():
    with serve(socketserver.ThreadingTCPServer, Quick) as server:
        for _ in range(30):
            crowd(server, 1)
        workers = [visit.worker for visit in server.visits]
    assert workers == [f"worker {n}" for n in range(1, 31)]


# Watching changes nothing.


def test_a_handler_sees_what_it_would_see_without_being_watched():
    def look(handler):
        return {
            "request": type(handler.request),
            "listener": type(handler.server.socket),
            "server": type(handler.server),
            "mro": type(handler.server).__mro__,
            "class": dict(vars(type(handler.server))),
            "handler class": dict(vars(type(handler))),
            "names": {name: getattr(handler.server, name).__qualname__ for name in ("get_request", "finish_request")},
            "source": inspect.getsource(handler.server.finish_request),
            "stdout": (sys.stdout, sys.stderr, threading.excepthook, sys.getprofile(), type(sys.gettrace())),
        }

    class Look(socketserver.BaseRequestHandler):
        def handle(self):
            seen.append(look(self))

    seen = []
    plain = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Look)
    with socket.create_connection(plain.server_address):
        plain.handle_request()
        plain.server_close()
    with serve(socketserver.ThreadingTCPServer, Look) as server:
        crowd(server, 1)
    assert seen[0] == seen[1]


def test_a_function_gets_plain_connections():
    seen = []

    def look(listener):
        connection, address = listener.accept()
        seen.extend([isinstance(listener, socket.socket), type(connection), connection.getpeername() == address])
        connection.close()

    with serve(look) as server:
        crowd(server, 1)
    assert seen == [True, socket.socket, True]


def test_a_handlers_exception_is_the_one_it_raised(capfd):
    errors = []

    class Server(socketserver.ThreadingTCPServer):
        def handle_error(self, _request, _client_address):
            errors.append(sys.exc_info()[1])

    class Fail(socketserver.BaseRequestHandler):
        def handle(self):
            raise LookupError("nothing there")

    with serve(Server, Fail) as server:
        run = crowd(server, 2)
    assert [repr(error) for error in errors] == ["LookupError('nothing there')"] * 2
    assert run.endings == {"handler raised": 2}
    assert run[0].error == "LookupError: nothing there"
    assert 'raise LookupError("nothing there")' in run[0].traceback
    assert capfd.readouterr() == ("", "")


def test_the_instance_is_as_it_was_after_stop():
    made = socketserver.TCPServer(("127.0.0.1", 0), Quick)
    before = dict(vars(made))
    serve(made).stop()
    assert vars(made) == before | {"_BaseServer__shutdown_request": False}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # Python itself ignores SystemExit
@pytest.mark.parametrize("kind", [socketserver.TCPServer, socketserver.ThreadingTCPServer])
@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_no_server_thread_prints(kind, error, capfd):
    class Fail(socketserver.BaseRequestHandler):
        def handle(self):
            raise error("on purpose")

    with serve(kind, Fail) as server:
        run = crowd(server, 1)
    assert run.endings == {"handler raised": 1}
    assert run[0].error == f"{error.__name__}: on purpose"
    assert capfd.readouterr() == ("", "")


def test_system_exit_ends_the_loop_of_a_plain_server_and_is_recorded():
    class Leave(socketserver.BaseRequestHandler):
        def handle(self):
            raise SystemExit("gone")

    with serve(socketserver.TCPServer, Leave) as server:
        crowd(server, 1)
        server._running._loop.join(20)
        assert "SystemExit: gone" in server.failure
        assert "ended by SystemExit: gone" in repr(server)
        assert crowd(server, 1, timeout=0.1).endings == {"timed out": 1}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its socket is not closed
def test_a_function_that_raises_cuts_off_its_client(capfd):
    def fail(listener):
        connection, _ = listener.accept()
        connection.recv(10)
        raise ValueError("not today")

    with serve(fail) as server:
        run = crowd(server, 1)
        server._running._loop.join(20)
        assert "ValueError: not today" in server.failure
    assert run[0].ending == "handler raised" or server.visits[0].error == "ValueError: not today"
    assert capfd.readouterr() == ("", "")


# Stopping.


def test_nothing_is_left_after_two_hundred_starts_and_stops():
    serve(socketserver.TCPServer, Quick).stop()
    before = count_threads_and_descriptors()
    for turn in range(200):
        with serve(*KINDS[turn % len(KINDS)]) as server:
            if turn % 10 == 0:
                crowd(server, 2)
    assert count_threads_and_descriptors() == before


def test_stop_may_be_called_twice_and_from_two_threads():
    server = serve(socketserver.ThreadingTCPServer, Quick)
    threads = [threading.Thread(target=server.stop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    server.stop()
    assert "stopped" in repr(server)


@pytest.mark.parametrize("kind", [socketserver.TCPServer, socketserver.ThreadingTCPServer])
def test_a_handler_that_waits_for_its_client_ends_with_stop(kind):
    ended = []

    class Wait(socketserver.BaseRequestHandler):
        def handle(self):
            began.set()
            ended.append(self.request.recv(10))
            self.request.sendall(b"bye")

    began = threading.Event()
    server = serve(kind, Wait)
    with socket.create_connection(server.address) as client:
        assert began.wait(20)
        server.stop()
        assert ended == [b""]
        assert client.recv(10) == b"bye"
    assert server.left == ()


@pytest.mark.parametrize("kind", [socketserver.TCPServer, socketserver.ThreadingTCPServer])
def test_a_handler_that_hangs_is_named_and_not_waited_for(kind):
    class Hang(socketserver.BaseRequestHandler):
        def handle(self):
            began.set()
            release.wait(60)

    began, release = threading.Event(), threading.Event()
    threads = set(threading.enumerate())
    server = serve(kind, Hang)
    with socket.create_connection(server.address):
        assert began.wait(20)
        with pytest.warns(RuntimeWarning, match=r"still in wait\(\) \(threading.py, line \d+\), called by handle\(\)"):
            server.stop(deadline=0.1)
    assert len(server.left) == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.address)
    release.set()
    for thread in set(threading.enumerate()) - threads:
        thread.join(20)
    assert set(threading.enumerate()) <= threads


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its socket is not closed
def test_a_function_that_hangs_is_named():
    def hang(listener):
        listener.accept()
        began.set()
        release.wait(60)

    began, release = threading.Event(), threading.Event()
    server = serve(hang)
    with socket.create_connection(server.address):
        assert began.wait(20)
        with pytest.warns(RuntimeWarning, match=r"called by hang\(\)"):
            server.stop(deadline=0.1)
    release.set()
    server._running._loop.join(20)


def test_a_thread_per_client_written_by_hand_is_stopped():
    with serve(upper_in_threads) as server:
        assert crowd(server, 3).endings == {"replied": 3}
    assert sorted(visit.worker for visit in server.visits) == ["worker 1", "worker 2", "worker 3"]


def test_a_forgotten_server_is_stopped():
    server = serve(socketserver.TCPServer, Quick)
    address = server.address
    del server
    gc.collect()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def wait_for_the_end(sock):
    """A client that lets the server close first, so that its connection lingers on the server's port (TIME_WAIT)."""
    sock.sendall(b"hello")
    return b"".join(iter(lambda: sock.recv(100), b""))


def test_serving_a_port_again_replaces_the_server():
    with serve(socketserver.ThreadingTCPServer, Quick) as server:
        port = server.address[1]
    old = None
    for kind in [(socketserver.ThreadingTCPServer, Quick), (upper,), (socketserver.TCPServer, Quick), (upper,)]:
        new = serve(*kind, port=port)
        assert crowd(new, 2, send=wait_for_the_end).endings == {"replied": 2}
        assert new.address == ("127.0.0.1", port)
        assert old is None or "stopped" in repr(old)
        old = new
    old.stop()


def test_an_interrupt_leaves_nothing():
    """The reader interrupts a cell that waits for a crowd: its server and its clients end."""

    def interrupt():
        assert made.inside.acquire(timeout=20)
        signal.raise_signal(signal.SIGINT) if os.name == "nt" else os.kill(os.getpid(), signal.SIGINT)

    # What a shell starts in the background ignores the signal, unless it says otherwise.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    made = gated(socketserver.ThreadingTCPServer)
    helper = threading.Thread(target=interrupt)
    helper.start()
    with serve(made) as server:
        with pytest.raises(KeyboardInterrupt):
            crowd(server, 3)
        made.gate.set()
    helper.join(20)
    signal.signal(signal.SIGINT, before)


def test_stop_from_a_handler_does_not_hang():
    class StopMe(socketserver.BaseRequestHandler):
        def handle(self):
            servers[0].stop(deadline=0.1)

    servers = [serve(socketserver.ThreadingTCPServer, StopMe)]
    run = crowd(servers[0], 1)
    servers[0].stop()
    assert run.endings == {"closed": 1}


# What cannot be served.


class Empty(socketserver.BaseRequestHandler):
    def hanlde(self):
        pass


class ClosedServer(socketserver.TCPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Quick)
        self.server_close()


async def coroutine(_listener):
    pass


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((42,), TypeError, "42 is no server: serve() takes a socketserver class"),
        ((socketserver.TCPServer,), TypeError, "TCPServer needs a handler class as well: serve("),
        ((Quick,), TypeError, "Quick is a handler class; the server class comes first"),
        ((int, Quick), TypeError, "int is no server class"),
        ((socketserver.TCPServer, int), TypeError, "int is no handler class: derive one from"),
        ((socketserver.TCPServer, 42), TypeError, "42 is no handler class"),
        ((socketserver.TCPServer, Empty), TypeError, "Empty has no method named 'handle', which the server calls; did"),
        ((socketserver.TCPServer, socketserver.StreamRequestHandler), TypeError, "has no method named 'handle'"),
        ((upper, Quick), TypeError, "takes no handler class"),
        ((lambda: None,), TypeError, "has to take one argument, the listening socket"),
    ],
)  # fmt: skip
def test_what_cannot_be_served_is_said_in_one_sentence(arguments, error, words):
    with pytest.raises(error) as caught:
        serve(*arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_closed_server_and_one_that_is_served_already():
    with pytest.raises(ValueError, match="this ClosedServer is closed: make a new one"):
        serve(ClosedServer())
    made = socketserver.TCPServer(("127.0.0.1", 0), Quick)
    with serve(made):
        with pytest.raises(ValueError, match="is being served already"):
            serve(made)
        with pytest.raises(TypeError, match="has its handler already"):
            serve(made, Quick)


def test_a_handler_instance_is_no_handler_class():
    instance = Quick.__new__(Quick)
    with pytest.raises(TypeError, match="the handler is an instance of Quick; give the class itself"):
        serve(socketserver.TCPServer, instance)


@pytest.mark.parametrize("kind", [(upper,), (socketserver.TCPServer, Quick)])
def test_a_taken_port_is_named_with_the_way_out(kind):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is taken by another server: leave out port="):
            serve(*kind, port=port)


@pytest.mark.parametrize("port", [-1, 65536, "80", None])
def test_a_port_that_is_none(port):
    with pytest.raises(ValueError, match="is no port: give a number from 1 to 65535"):
        serve(upper, port=port)


@pytest.mark.parametrize("kind", [(upper,), (socketserver.TCPServer, Quick)])
def test_an_address_that_is_not_of_this_machine(kind):
    with pytest.raises(OSError, match="is no address of this machine: leave out host="):
        serve(*kind, host="192.0.2.1")


@unix
def test_a_unix_server_leaves_no_file():
    with serve(socketserver.UnixStreamServer, Quick) as server:
        folder = os.path.dirname(server.address)
        assert os.path.exists(server.address)
    assert not os.path.exists(folder)
