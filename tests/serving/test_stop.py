"""Stopping ends what serve() began, gives back what it took, and says of the rest what it is."""

import socket
import socketserver
import sys
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import Quick
from course import crowd, serve
from course.serving.server import watched

pytestmark = pytest.mark.usefixtures("nothing_left")
unix = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")


def upper(listener):
    while True:
        with listener.accept()[0] as connection:
            connection.sendall(connection.recv(1024).upper())


class Pool(socketserver.TCPServer):
    """Serves with the threads of a pool, which its server_close() ends."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.pool = ThreadPoolExecutor(2)

    def process_request(self, request, client_address):
        self.pool.submit(self.serve_one, request, client_address)

    def serve_one(self, request, client_address):
        try:
            self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)

    def server_close(self):
        super().server_close()
        self.pool.shutdown()


def test_idle_threads_of_a_pool_are_left_to_server_close(recwarn):
    with serve(Pool, Quick) as server:
        assert crowd(server, 4).endings == {"replied": 4}
    assert server.left == ()
    assert list(recwarn) == []


def test_what_server_close_raises_is_raised():
    class Fails(socketserver.TCPServer):
        def server_close(self):
            super().server_close()
            raise ValueError("on purpose")

    server = serve(Fails, Quick)
    with pytest.raises(ValueError, match="on purpose"):
        server.stop()
    server.stop()
    assert "stopped" in repr(server)


def test_a_server_close_that_hangs_is_named():
    class Hangs(socketserver.TCPServer):
        def server_close(self):
            super().server_close()
            release.wait(60)

    release = threading.Event()
    server = serve(Hangs, Quick)
    with pytest.warns(RuntimeWarning, match=r"called by server_close\(\)"):
        server.stop(deadline=0.1)
    release.set()
    for thread in threading.enumerate():
        if thread.name == "course close":
            thread.join(20)


def test_what_was_set_on_an_instance_is_there_again():
    errors = []

    class Fail(socketserver.BaseRequestHandler):
        def handle(self):
            raise LookupError

    made = socketserver.TCPServer(("127.0.0.1", 0), Fail)
    get_request = made.get_request
    made.get_request = types.MethodType(lambda _self: get_request(), made)
    made.handle_error = lambda request, client_address: errors.append(sys.exc_info()[0])
    before = dict(vars(made))
    with serve(made) as server:
        crowd(server, 2)
    assert errors == [LookupError] * 2
    assert vars(made) == before | {"_BaseServer__shutdown_request": False}


@pytest.mark.parametrize("clients", [0, 8], ids=["none has served", "some have served"])
def test_threads_that_wait_in_accept_end_without_a_word(clients, capfd, monkeypatch):
    monkeypatch.setattr("threading.excepthook", threading.__excepthook__)  # Python's own, in place of pytest's

    def accept(listener):
        while True:
            listener.accept()[0].close()

    def several(listener):
        threads.extend(threading.Thread(target=accept, args=(listener,)) for _ in range(4))
        for thread in threads:
            thread.start()
        accept(listener)

    threads = []
    for _ in range(10):  # which of them wakes up first is for the system to say
        with serve(several) as server:
            while len(server._running.watch.threads()) < 4:  # those that have not called accept yet get an error
                time.sleep(0.001)
            if clients:
                crowd(server, clients)
        assert (server.left, *capfd.readouterr()) == ((), "", "")
        for thread in threads:
            thread.join(20)
        threads.clear()


@pytest.mark.parametrize("handled", [True, False])
def test_a_serve_forever_that_knows_no_shutdown_ends_all_the_same(handled):
    class Own(socketserver.TCPServer):
        def serve_forever(self):
            while True:
                if handled:
                    self.handle_request()
                else:
                    self.process_request(*self.get_request())

    with serve(Own, Quick) as server:
        assert crowd(server, 2).endings == {"replied": 2}
    assert server.left == ()


def test_a_serve_forever_that_hears_nothing_is_named():
    class Deaf(socketserver.TCPServer):
        def serve_forever(self):
            release.wait(60)

    release = threading.Event()
    server = serve(Deaf, Quick)
    with pytest.warns(RuntimeWarning, match=r"called by serve_forever\(\)"):
        server.stop(deadline=0.1)
    release.set()
    server._running._loop.join(20)


# Where a server listens.


class Six(socketserver.TCPServer):
    address_family = socket.AF_INET6


def has_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this system has no IPv6")
PLACES = [
    pytest.param((upper,), "localhost", id="function, localhost"),
    pytest.param((socketserver.TCPServer, Quick), "localhost", id="class, localhost"),
    pytest.param((socketserver.TCPServer, Quick), "", id="class, all addresses"),
    pytest.param((upper,), "::1", id="function, IPv6", marks=ipv6),
    pytest.param((Six, Quick), "::1", id="class, IPv6", marks=ipv6),
]


@pytest.mark.parametrize(("kind", "host"), PLACES)
def test_serving_again_on_a_port_replaces_the_server_there(kind, host):
    first = serve(*kind, host=host)
    second = serve(*kind, host=host, port=first.address[1])
    assert "stopped" in repr(first)
    assert crowd(second, 2).endings == {"replied": 2}
    second.stop()


@pytest.mark.parametrize(("kind", "host"), PLACES)
def test_a_server_is_recognised_however_its_address_is_written(kind, host):
    with serve(*kind, host=host) as server:
        port = server.address[1]
        six = ":" in host
        for address in [("::1", port), ("::1", port, 0, 0)] if six else [("localhost", port), ("127.0.0.1", port)]:
            assert crowd(address, 2).peak == 1
        assert watched(("::1" if not six else "127.0.0.1", port)) is None
        assert watched(("192.0.2.1", port)) is None


def test_servers_of_two_families_may_share_a_port():
    if not has_ipv6():
        pytest.skip("this system has no IPv6")
    with serve(upper) as four, serve(Six, Quick, host="::1", port=four.address[1]) as six:
        assert "serving" in repr(four)
        assert f"serving at [::1]:{six.address[1]}" in repr(six)


# What cannot be served.


def test_a_server_that_runs_already_is_refused_and_left_alone():
    class Own(socketserver.TCPServer):
        pass

    with Own(("127.0.0.1", 0), Quick) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, name="mine")
        thread.start()
        with pytest.raises(ValueError, match=r"serve_forever\(\) of this Own is running already, in thread 'mine'"):
            serve(made)
        assert crowd(made.server_address, 1).endings == {"replied": 1}
        made.shutdown()
        thread.join(20)
        with serve(made) as server:
            assert crowd(server, 1).endings == {"replied": 1}


def unbound():
    return socketserver.TCPServer(("127.0.0.1", 0), Quick, bind_and_activate=False)


def not_listening():
    made = unbound()
    made.server_bind()
    return made


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (unbound, ValueError, "this TCPServer has no address yet: call its server_bind() and server_activate() first"),
        (not_listening, ValueError, "this TCPServer does not listen yet: call its server_activate() first"),
        (lambda: socketserver.BaseServer(("127.0.0.1", 0), Quick), TypeError, "this BaseServer has no socket: derive"),
    ],
)  # fmt: skip
def test_instances_that_are_not_ready_are_refused_in_one_sentence(make, error, words):
    made = make()
    with pytest.raises(error) as caught:
        serve(made)
    assert words in str(caught.value)
    if hasattr(made, "socket"):
        made.server_close()


def generator(_listener):
    yield


async def async_generator(_listener):
    yield


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((socketserver.BaseServer, Quick), TypeError, "BaseServer has no socket: derive it from TCPServer or"),
        ((generator,), TypeError, "generator is a generator function (it has a yield): nothing in it would run"),
        ((async_generator,), TypeError, "async_generator is a generator function"),
    ],
)
def test_classes_and_functions_that_cannot_serve_are_refused_in_one_sentence(arguments, error, words):
    with pytest.raises(error) as caught:
        serve(*arguments)
    assert words in str(caught.value)


def test_an_address_of_ipv6_for_a_class_of_ipv4_says_what_to_change():
    with pytest.raises(OSError, match=r"'::1' is an address of IPv6: give the class address_family = socket\.AF_"):
        serve(socketserver.TCPServer, Quick, host="::1")


@unix
def test_a_unix_path_that_is_too_long_is_said(monkeypatch, tmp_path):
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with pytest.raises(OSError, match=r"path of the Unix socket.*is too long: set TMPDIR"):
        serve(socketserver.UnixStreamServer, Quick)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has abstract addresses")
def test_an_abstract_unix_address_is_served():
    with serve(socketserver.UnixStreamServer(b"\0course test", Quick)) as server:
        assert server.address == "\0course test"
        assert "serving at @course test" in repr(server)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(server.address)
            client.sendall(b"x")
            assert client.recv(10) == b"X"
        assert crowd(server, 2).endings == {"replied": 2}
        assert crowd(server.address, 2).peak == 1
