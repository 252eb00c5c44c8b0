"""The record is true, and watching changes nothing, for servers that do it in ways of their own."""

import os
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme

from conftest import Quick
from course import crowd, serve
from course.serving.forked_children import ForkedChildren
from course.timeline import Visit

pytestmark = pytest.mark.usefixtures("nothing_left")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def run_program(program):
    """Run a program that forks in a process of its own, since a process with threads should not fork."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True, timeout=100
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


# Forks.


@forks
def test_a_child_of_the_learners_program_leaves_its_parents_servers_alone():
    run_program("""
import os, socket, socketserver, sys, time
from course import serve
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(100))
servers = [serve(socketserver.UnixStreamServer, Echo), serve(socketserver.ThreadingTCPServer, Echo)]
with serve(socketserver.ForkingTCPServer, Echo) as forking, socket.create_connection(servers[1].address) as client:
    while not servers[1].visits:
        time.sleep(0.001)
    child = os.fork()
    if child == 0:
        begun = time.perf_counter()
        servers[0].stop()
        sys.exit(7)  # runs the finalizers
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    client.sendall(b"hello")
    assert client.recv(100) == b"hello"
    assert os.path.exists(servers[0].address)
    with socket.socket(socket.AF_UNIX) as other:
        other.connect(servers[0].address)
        other.sendall(b"there")
        assert other.recv(100) == b"there"
for server in servers:
    server.stop()
print("done")
""")


@forks
def test_children_with_long_errors_wait_for_nobody():
    run_program("""
import socketserver
from course import crowd, serve
class Fail(socketserver.BaseRequestHandler):
    def handle(self):
        raise ValueError("x" * 2500)
class Forking(socketserver.ForkingTCPServer):
    request_queue_size = 128
    max_children = 100
with serve(Forking, Fail) as server:
    run = crowd(server, 40, timeout=30)
assert run.endings == {"handler raised": 40}, run.endings
assert server.left == ()
assert {len(lane.error) for lane in run} == {2512}
print("done")
""")


@forks
def test_no_visit_is_lost_however_many_read():
    visits = deque()
    children = ForkedChildren(visits)
    known = [Visit(("127.0.0.1", number), float(number)) for number in range(4000)]
    children.expect(known)
    over, readers = threading.Event(), []

    def read():
        while not over.is_set():
            children.collect()

    process = os.getpid()
    children._parent = -1  # what a child would write, without a fork beside threads
    children.tell()
    children._parent = process
    for _ in range(8):
        readers.append(threading.Thread(target=read))
        readers[-1].start()
    pid, os.getpid = os.getpid, lambda: 0 if threading.current_thread() is threading.main_thread() else process
    try:
        children._processes[0] = "process 0"
        for visit in known:
            children.tell(Visit(visit.address, visit.accepted, began=1.0))
            children.tell(Visit(visit.address, visit.accepted, began=1.0, ended=2.0))
    finally:
        os.getpid = pid
        over.set()
    for reader in readers:
        reader.join(20)
    children.close()
    assert [visit for visit in known if visit.ended != 2.0] == []
    assert not visits


FORKING = {
    "a function": """
def server(listener):
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            talk(connection)
            os._exit(0)
        connection.close()
""",
    "a function whose children close": """
def server(listener):
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            talk(connection)
            connection.close()
            os._exit(0)
        connection.close()
""",
    "processes of multiprocessing": """
def server(listener):
    while True:
        connection, _ = listener.accept()
        multiprocessing.get_context("fork").Process(target=talk, args=(connection,)).start()
        connection.close()
""",
    "a server class without ForkingMixIn": """
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        talk(self.request)
class Server(socketserver.TCPServer):
    request_queue_size = 128
    def process_request(self, request, address):
        if os.fork() == 0:
            self.finish_request(request, address)
            os._exit(0)
        self.close_request(request)
server = Server(("127.0.0.1", 0), Handler)
""",
    "prefork": """
def server(listener):
    for _ in range(4):
        if os.fork() == 0:
            while True:
                connection, _ = listener.accept()
                with connection:
                    talk(connection)
    for _ in range(4):
        os.wait()
""",
}


@forks
@pytest.mark.parametrize("way", FORKING)
def test_a_fork_per_connection_is_all_at_once(way):
    run_program(f"""
import multiprocessing, os, socketserver, threading
from course import crowd, serve
at, inside = os.pipe()
gate, opener = os.pipe()
def talk(connection):
    connection.recv(100)
    os.write(inside, b".")
    os.read(gate, 1)
    connection.sendall(b"hello")
def open_gate():
    for _ in range(4):
        os.read(at, 1)
    os.write(opener, b"....")
{FORKING[way]}
with serve(server) as running:
    threading.Thread(target=open_gate).start()
    run = crowd(running, 4, timeout=50)
assert run.endings == {{"replied": 4}}, run
assert (run.manner, run.peak) == ("all at once", 4), run
assert [name.rstrip("?") for name in run.workers] == ["process 1", "process 2", "process 3", "process 4"], run
assert running.left == (), running.left
print("done")
""")


@forks
def test_a_child_that_outlives_stop_is_named():
    run_program("""
import os, signal, warnings
from course import serve
at, begun = os.pipe()
def server(listener):
    if os.fork() == 0:
        os.write(begun, str(os.getpid()).encode())
        while True:
            signal.pause()
    listener.accept()
running = serve(server)
child = int(os.read(at, 100))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    running.stop(deadline=0.1)
assert running.left == (f"child process {child} is still running",), running.left
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print("done")
""")


# What is let go.


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nobody closes them
def test_a_request_that_is_left_to_collection_ends_like_without_watching():
    class Pool(socketserver.TCPServer):
        request_queue_size = 128

        def process_request(self, request, address):
            pool.submit(self.finish_request, request, address)

    with ThreadPoolExecutor(3) as pool, serve(Pool, Quick) as server:
        run = crowd(server, 8, timeout=20)
    assert run.endings == {"replied": 8}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its socket is not closed
@pytest.mark.parametrize("method", ["verify_request", "handle_error"])
def test_a_method_that_raises_lets_its_request_go(method):
    class Server(socketserver.TCPServer):
        pass

    class Fail(socketserver.BaseRequestHandler):
        def handle(self):
            raise LookupError("first")

    def fail(_self, _request, _address):
        raise ValueError("second")

    setattr(Server, method, fail)
    server = serve(Server, Fail)
    with socket.create_connection(server.address) as client:
        client.settimeout(20)
        assert client.recv(10) == b""  # while the server is not stopped
    server.stop()
    assert "ValueError: second" in server.failure


# Connections that change hands.


@pytest.fixture(scope="module")
def tls():
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(client)

    def talk(sock):
        with client.wrap_socket(sock, server_hostname="localhost") as secure:
            secure.sendall(b"hello")
            return secure.recv(100)

    return server, talk


def serve_through(wrap, barrier):
    """A function that serves each connection in a thread, through what `wrap` makes of it."""

    def serve_one(connection):
        with wrap(connection) as wrapped:
            del connection
            message = wrapped.recv(100)
            barrier.wait(20)
            wrapped.sendall(message.upper())

    def function(listener):
        while True:
            threading.Thread(target=serve_one, args=(listener.accept()[0],)).start()

    return function


def test_tls_in_a_function_with_threads_is_all_at_once(tls):
    context, talk = tls
    wrap = serve_through(lambda connection: context.wrap_socket(connection, server_side=True), threading.Barrier(4))
    with serve(wrap) as server:
        run = crowd(server, 4, send=talk)
    assert run.endings == {"replied": 4}
    assert (run.manner, run.peak) == ("all at once", 4)
    assert run.workers == ["worker 1", "worker 2", "worker 3", "worker 4"]
    assert all(visit.ended for visit in server.visits)


def test_a_connection_that_lives_on_by_its_number_is_followed():
    barrier = threading.Barrier(4)
    with serve(serve_through(lambda connection: socket.socket(fileno=connection.detach()), barrier)) as server:
        run = crowd(server, 4)
    assert (run.manner, run.peak, run.endings) == ("all at once", 4, {"replied": 4})
    assert run.workers == ["worker 1", "worker 2", "worker 3", "worker 4"]


def test_closing_one_of_two_duplicates_is_no_end():
    def duplicate(listener):
        while True:
            connection, _ = listener.accept()
            copy = connection.dup()
            connection.close()
            copy.sendall(copy.recv(100).upper())
            closing.wait(20)
            copy.close()

    closing = threading.Event()

    def client(sock):
        sock.sendall(b"hello")
        reply = sock.recv(100)
        visit = server.visits[0]
        ends.append(visit.ended)
        closing.set()
        return reply + sock.recv(100)

    ends = []
    with serve(duplicate) as server:
        run = crowd(server, 1, send=client)
    assert ends == [None]
    assert run[0].reply == b"HELLO"


@pytest.mark.skipif(os.name == "nt", reason="on Windows a program cannot have a socket as its input")
def test_a_program_that_has_the_connection_serves_on_after_the_function_has_closed_it():
    def inetd(listener):
        while True:
            connection, _ = listener.accept()
            program = "import sys; sys.stdout.write(sys.stdin.readline().upper())"
            started = subprocess.Popen([sys.executable, "-S", "-c", program], stdin=connection, stdout=connection)
            connection.close()
            programs.append(started)

    programs = []
    with serve(inetd) as server:
        run = crowd(server, 3)
    for program in programs:
        program.wait(20)
    assert {lane.reply for lane in run} == {b"HELLO\n"}
    assert run.manner != "one at a time"
    assert all(lane.finished == lane.ended for lane in run)


def test_tls_in_the_threads_of_a_server_is_watched(tls):
    context, talk = tls

    class Secure(socketserver.ThreadingTCPServer):
        request_queue_size = 128

        def process_request_thread(self, request, client_address):
            super().process_request_thread(context.wrap_socket(request, server_side=True), client_address)

    with serve(Secure, Quick) as server:
        run = crowd(server, 4, send=talk)
        assert len(server.visits) == 4
        begun = time.perf_counter()
        server.stop()
        assert time.perf_counter() - begun < 1.5  # it has a deadline of 2 s, and nothing to wait for
    assert run.endings == {"replied": 4}
    assert all(lane.watched and lane.worker and lane.finished for lane in run)


@pytest.mark.parametrize("name", [("203.0.113.7", 4711), ("203.0.113.7",), {"ip": "203.0.113.7"}, None])
def test_a_client_goes_by_its_real_address(name):
    class BehindProxy(socketserver.ThreadingTCPServer):
        def get_request(self):
            return super().get_request()[0], name

    class Name(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(100)
            self.request.sendall(repr(self.client_address).encode())

    with serve(BehindProxy, Name) as server:
        run = crowd(server, 3)
    assert {lane.reply for lane in run} == {repr(name).encode()}
    assert all(lane.watched and lane.worker for lane in run)


# A listener in other hands.


def duplicate(listener):
    return listener.dup()


def from_number(listener):
    return socket.fromfd(listener.fileno(), listener.family, listener.type)


def detached(listener):
    return socket.socket(fileno=listener.detach())


@pytest.mark.parametrize("hand_on", [duplicate, from_number, detached])
def test_a_listener_that_is_handed_on_is_watched(hand_on):
    def function(listener):
        with hand_on(listener) as other:
            while True:
                connection, _ = other.accept()
                with connection:
                    connection.sendall(connection.recv(100).upper())

    with serve(function) as server:
        run = crowd(server, 4)
    assert run.endings == {"replied": 4}
    assert (run.manner, run.workers) == ("one at a time", ["loop"])


def test_a_tls_listener_is_watched(tls):
    context, talk = tls

    def function(listener):
        with context.wrap_socket(listener, server_side=True) as secure:
            while True:
                connection, _ = secure.accept()
                with connection:
                    connection.sendall(connection.recv(100).upper())

    with serve(function) as server:
        run = crowd(server, 4, send=talk)
    assert run.endings == {"replied": 4}
    assert (run.manner, run.workers) == ("one at a time", ["loop"])


def test_a_function_gets_a_plain_socket():
    types = []

    def function(listener):
        types.append(type(listener))
        listener.accept()[0].close()

    with serve(function) as server:
        crowd(server, 1)
    assert types == [socket.socket]


def test_what_other_processes_serve_is_not_watched():
    program = """
import socket, sys
with socket.socket(fileno=int(sys.argv[1])) as listener:
    for _ in range(3):
        with listener.accept()[0] as connection:
            connection.sendall(connection.recv(100).upper())
"""

    def function(listener):
        number = listener.fileno()
        subprocess.run([sys.executable, "-S", "-c", program, str(number)], pass_fds=[number], check=True)

    if os.name == "nt":
        pytest.skip("a socket cannot be inherited by its number here")
    with serve(function) as server:
        run = crowd(server, 3)
    assert run.endings == {"replied": 3}
    assert (run.watched, run.peak, run.manner) == (False, None, "seen from their side only")
    assert run.name == "function"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tool ids are those of sys.monitoring")
def test_without_a_free_tool_a_function_is_not_watched():
    def function(listener):
        while True:
            with listener.accept()[0] as connection:
                connection.sendall(connection.recv(100).upper())

    taken = [tool for tool in range(6) if not sys.monitoring.get_tool(tool)]
    for tool in taken:
        sys.monitoring.use_tool_id(tool, "another")
    try:
        with serve(function) as server:
            run = crowd(server, 2)
    finally:
        for tool in taken:
            sys.monitoring.free_tool_id(tool)
    assert run.endings == {"replied": 2}
    assert (run.watched, run.name) == (False, "function")
    assert server.left == ()
