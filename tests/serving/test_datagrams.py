"""serve and crowd with datagrams: what was sent, waited, was served, answered, not answered or cut."""

import socket
import socketserver
import threading
from itertools import pairwise

import pytest

from conftest import nothing_left  # noqa: F401
from course import crowd, serve

UNIX = hasattr(socketserver, "UnixDatagramServer")


class Capitals(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(data.upper(), self.client_address)


class Mute(socketserver.BaseRequestHandler):
    def handle(self):
        pass


class Fails(socketserver.BaseRequestHandler):
    def handle(self):
        raise ValueError("no")


CLASSES = [socketserver.UDPServer, socketserver.ThreadingUDPServer]
if UNIX:
    CLASSES += [socketserver.UnixDatagramServer, socketserver.ThreadingUnixDatagramServer]
if hasattr(socketserver, "ForkingUDPServer"):
    CLASSES.append(socketserver.ForkingUDPServer)


@pytest.mark.parametrize("server_class", CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of fork beside threads, from Python 3.12 on
def test_answered(server_class, nothing_left):  # noqa: F811
    with serve(server_class, Capitals) as server:
        run = crowd(server, clients=4, send=b"hello")
    assert run.endings == {"answered": 4}
    assert {lane.reply for lane in run} == {b"HELLO"}
    for lane in run:
        assert lane.connecting <= lane.connected
        assert lane.connecting <= lane.accepted <= lane.began <= lane.finished
        assert [phase for phase, _, _ in lane.spans()][-1] in ("in service", "over")
    assert run.datagrams
    assert "answered" not in run.title


def test_each_part_is_a_datagram_of_its_own_and_waits_for_its_answer():
    with serve(socketserver.UDPServer, Capitals) as server:
        run = crowd(server, clients=1, send=[b"one ", 0.01, b"two"])
        visits = server.visits
    assert run[0].reply == b"ONE TWO"
    assert [visit.size for visit in visits] == [4, 3]
    assert run[0].finished - run[0].accepted >= visits[1].began - visits[0].accepted  # it reaches to the last of them


def test_one_at_a_time_and_all_at_once():
    barrier = threading.Barrier(3)

    class Meet(Capitals):
        def handle(self):
            barrier.wait(10)
            super().handle()

    with serve(socketserver.ThreadingUDPServer, Meet) as server:
        assert crowd(server, clients=3).peak == 3
    with serve(socketserver.UDPServer, Capitals) as server:
        run = crowd(server, clients=3)
    assert run.peak == 1
    served = sorted(run, key=lambda lane: lane.began)
    assert all(after.began >= before.finished for before, after in pairwise(served))


def test_no_answer():
    with serve(socketserver.UDPServer, Mute) as server:
        run = crowd(server, clients=2, timeout=0.2)
    assert run.endings == {"no answer": 2}
    assert "(2 no answer)" in run.title


def test_longer_than_the_server_reads_is_cut():
    with serve(socketserver.UDPServer, Capitals) as server:
        run = crowd(server, clients=1, send=b"x" * 9000)
        assert server.visits[0].size == 8192
    assert run.endings == {"cut": 1}
    assert len(run[0].reply) == 8192


def test_a_handler_that_raises_is_named():
    with serve(socketserver.ThreadingUDPServer, Fails) as server:
        run = crowd(server, clients=1, timeout=0.2)
    assert run.endings == {"handler raised": 1}
    assert run[0].error == "ValueError: no"


def test_nobody_there():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    run = crowd(address, clients=1, timeout=0.2, datagrams=True)
    assert run.endings == {"refused": 1}


def test_a_bare_address_is_recognised_and_a_strangers_is_not():
    with serve(socketserver.UDPServer, Capitals) as server:
        assert crowd(server.address, clients=1).peak == 1
    with socketserver.UDPServer(("127.0.0.1", 0), Capitals) as stranger:
        thread = threading.Thread(target=stranger.handle_request)
        thread.start()
        run = crowd(stranger.server_address, clients=1, datagrams=True)
        thread.join()
    assert (run.peak, run.endings) == (None, {"answered": 1})


def test_a_port_may_be_used_for_both_kinds_at_once():
    with (
        serve(socketserver.TCPServer, Mute) as stream,
        serve(socketserver.UDPServer, Capitals, port=stream.address[1]) as datagrams,
    ):
        assert crowd(datagrams, clients=1).endings == {"answered": 1}
        assert crowd(stream, clients=1, send=b"").endings == {"closed": 1}


def test_a_taken_port_is_said():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is taken by another server: leave out port="):
            serve(socketserver.UDPServer, Capitals, port=port)


def test_a_function_talks_over_a_socket_that_knows_its_peer():
    def ask(sock):
        sock.send(b"hello")
        return sock.recv(100)

    with serve(socketserver.UDPServer, Capitals) as server:
        run = crowd(server, clients=2, send=ask)
    assert run.endings == {"answered": 2}
    assert {lane.reply for lane in run} == {b"HELLO"}


def test_many_clients_in_a_process_of_their_own():
    class Roomy(socketserver.UDPServer):
        max_packet_size = 1024

    with serve(Roomy, Capitals) as server:
        run = crowd(server, clients=150, every=0.001)
    assert run.endings == {"answered": 150}


def test_table_and_picture_say_waiting():
    with serve(socketserver.UDPServer, Capitals) as server:
        run = crowd(server, clients=3)
    assert "waiting" in repr(run).splitlines()[1]
    assert "queued" not in repr(run)
    assert len(run.draw().png()) > 1000


@pytest.mark.parametrize(
    ("word", "endings"),
    [
        ("silent", {"closed"}),
        ("slow", {"replied"}),
        ("half-closing", {"replied"}),
        ("resetting", {"left", "handler raised"}),
        ("flooding", {"reset", "client failed"}),
        ("leaving", {"left"}),
    ],
)
def test_clients_that_misbehave(word, endings, nothing_left):  # noqa: F811
    class Patient(socketserver.StreamRequestHandler):
        timeout = 0.3

        def handle(self):
            try:
                line = self.rfile.readline(100)
                self.wfile.write(line.upper())
            except TimeoutError:
                pass

    with serve(socketserver.ThreadingTCPServer, Patient) as server:
        run = crowd(server, clients=2, send=word)
    assert set(run.endings) <= endings


def test_a_slow_client_sends_a_byte_at_a_time():
    pieces = []

    class Pieces(socketserver.BaseRequestHandler):
        def handle(self):
            while piece := self.request.recv(100):
                pieces.append(piece)
            self.request.sendall(b"".join(pieces))

    with serve(socketserver.TCPServer, Pieces) as server:
        assert crowd(server, clients=1, send="slow")[0].reply == b"hello\n"
    assert pieces == [b"h", b"e", b"l", b"l", b"o", b"\n"]


def test_a_resetting_client_resets():
    reset = threading.Event()

    class Notes(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                while self.request.recv(100):
                    pass
            except ConnectionResetError:
                reset.set()

    with serve(socketserver.TCPServer, Notes) as server:
        crowd(server, clients=1, send="resetting")
        assert reset.wait(20)


def test_another_word_is_no_manner():
    with serve(socketserver.TCPServer, Mute) as server, pytest.raises(TypeError, match="words 'silent', 'slow', 'half"):
        crowd(server, send="rude")
