"""explore.live() without a page: what it tells one, of one's own clients and of strangers, and that nothing is left."""

import socket
import socketserver
import sys
import time

import pytest

from course import crowd, explore, serve
from course.explore.accept_queue import CLOSE_WAIT, ESTABLISHED, accept_queue
from course.leftovers import leftovers

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who is in an accept queue")


class Upper(socketserver.StreamRequestHandler):
    """Answers each line in capitals."""

    def handle(self):
        while line := self.rfile.readline():
            if line == b"raise\n":
                raise ValueError("no")
            self.wfile.write(line.upper())


class OneAtATime(socketserver.TCPServer):
    request_queue_size = 128

    def handle_error(self, *_):
        """The record has it."""


class Threading(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True


class Page:
    """A page that shows the explorer, as far as the kernel knows it: what was reported, and orders to the kernel."""

    def __init__(self, explorer):
        self.explorer, self.lanes, self.last = explorer, {}, {}
        explorer.send = self.receive
        self.order(do="hello")

    def receive(self, report):
        self.last = report
        self.lanes = ({} if report["all"] else self.lanes) | {lane["number"]: lane for lane in report["lanes"]}

    def order(self, **order):
        self.explorer._order(self.explorer, {"view": "here", **order}, [])

    def phase(self, number):
        lane = self.lanes.get(number)
        return lane and (lane["spans"][-1][0] if lane["open"] else lane["ending"])

    def wait_for(self, **wanted):
        """Wait until the clients are as wanted: `client_1="queued"`."""
        self.until(lambda: all(self.phase(int(name.split("_")[1])) == phase for name, phase in wanted.items()))

    def until(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, (self.last, self.lanes)
            time.sleep(0.005)


@pytest.fixture
def show(nothing_left):
    made = []

    def make(*arguments):
        made.append(explore.live(*arguments))
        return Page(made[-1])

    yield make
    for each in made:
        each.close()
    assert leftovers() == []


def test_nothing_runs_before_a_page_shows_it():
    live = explore.live(OneAtATime, Upper)
    assert (repr(live), len(live.run), leftovers()) == (
        "explore.live(): run this cell to be the clients yourself",
        0,
        [],
    )
    live.close()


def test_the_second_client_is_queued_until_the_first_one_goes(show):
    page = show(OneAtATime, Upper)
    page.order(do="new", count=2)
    page.wait_for(client_1="in service", client_2="queued")
    page.order(do="line", client=2)
    page.order(do="half", client=1)
    page.order(do="line", client=1)
    page.until(lambda: page.lanes[1]["reply"] == repr(b"HELHELLO\n"))
    assert (page.phase(2), page.lanes[2]["reply"], page.lanes[2]["own"]) == ("queued", "", True)
    assert "end unknown" not in page.last["legend"]
    page.order(do="close", client=1)
    page.wait_for(client_1="left", client_2="in service")
    page.until(lambda: page.lanes[2]["reply"] == repr(b"HELLO\n"))
    page.order(do="reset", client=2)
    page.until(lambda: not page.lanes[2]["open"])
    run = page.explorer.run
    assert [lane.worker for lane in run] == ["loop", "loop"]
    assert run.peak == 1
    assert run[1].accepted >= run[0].finished
    assert "in service" in page.last["legend"]


def test_five_at_once_are_served_at_once_by_threads_and_a_raised_error_is_in_its_lane(show):
    page = show(Threading, Upper)
    page.order(do="new", count=5)
    page.wait_for(**{f"client_{n}": "in service" for n in range(1, 6)})
    assert page.last["workers"] == [f"worker {n}" for n in range(1, 6)]
    with socket.create_connection(page.explorer.server.address) as stranger:
        stranger.sendall(b"raise\n")
        assert stranger.recv(10) == b""
    page.wait_for(client_6="handler raised")
    assert page.lanes[6]["error"] == "ValueError: no"


@LINUX
def test_strangers_are_queued_from_when_they_connected_and_may_leave_before_they_are_accepted(show):
    page = show(OneAtATime, Upper)
    page.order(do="new", count=1)
    page.wait_for(client_1="in service")
    address = page.explorer.server.address
    with socket.create_connection(address) as stays, socket.create_connection(address) as leaves:
        page.wait_for(client_2="queued", client_3="queued")
        names = {page.lanes[number]["from"]: number for number in (2, 3)}
        stayed, left = (names[f"127.0.0.1:{each.getsockname()[1]}"] for each in (stays, leaves))
        assert page.lanes[stayed]["name"] == f"stranger {stayed}"
        leaves.close()
        page.wait_for(**{f"client_{left}": "left", f"client_{stayed}": "queued"})
        page.order(do="close", client=1)
        stays.sendall(b"me\n")
        assert stays.recv(10) == b"ME\n"
        page.wait_for(**{f"client_{stayed}": "in service"})
    page.wait_for(**{f"client_{stayed}": "end unknown"})
    assert page.explorer.run[stayed - 1].queued > 0


@LINUX
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_kernel_names_those_in_the_queue(host):
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        address = listener.getsockname()[:2]
        with socket.create_connection(address), socket.create_connection(address) as second:
            accepted, first = listener.accept()
            assert accept_queue(address) == {second.getsockname()[:2]: ESTABLISHED}
            name = second.getsockname()[:2]
            second.close()
            assert accept_queue(address) == {name: CLOSE_WAIT}
            assert first[:2] != name
            accepted.close()
    assert accept_queue(address) == {}


def test_a_client_of_ones_own_that_has_ended_is_no_stranger_to_a_kernel_that_answered_before(show, monkeypatch):
    page = show(OneAtATime, Upper)
    page.order(do="new", count=2)
    page.wait_for(client_1="in service", client_2="queued")
    clients = page.explorer.clients
    address = clients.own[2].address
    monkeypatch.setattr("course.explore.live_clients.accept_queue", lambda _: {address: ESTABLISHED})
    for number in (1, 2):
        page.order(do="close", client=number)
    page.wait_for(client_1="left", client_2="left")
    looks = clients._next_look
    page.until(lambda: clients._next_look > looks)  # it has asked again, and was told the same
    assert len(clients.reports) == 2


def test_a_server_that_is_there_already_goes_on_and_its_end_is_said(show):
    with serve(Threading, Upper) as server:
        crowd(server, clients=2)
        while not all(visit.ended for visit in server.visits):  # those in service now would have lanes
            time.sleep(0.005)
        page = show(server)
        page.order(do="new", count=1)
        page.wait_for(client_1="in service")
        page.explorer.stop()
        assert page.last["over"] == "Stopped: run the cell again to start anew."
        assert crowd(server, clients=1).endings == {"replied": 1}
        again = show(server)
    again.until(lambda: again.last["over"])
    assert again.last["over"] == "The server is gone: Threading stopped."
    assert again.last["command"] == ""


def test_a_function_that_dies_is_said(show):
    def dies(listener):
        connection, _ = listener.accept()
        connection.close()
        raise ValueError("no more")

    page = show(dies)
    page.order(do="new", count=1)
    page.wait_for(client_1="closed")
    page.until(lambda: page.last["over"])
    assert page.last["over"] == "The server is gone: dies ended by ValueError: no more."


def test_it_stops_when_no_page_shows_it_any_more(show, monkeypatch):
    monkeypatch.setattr("course.explore.live_explorer.GRACE", 0.0)
    page = show(OneAtATime, Upper)
    page.order(do="new", count=1)
    page.wait_for(client_1="in service")
    page.order(do="bye")
    page.until(lambda: "no page showed it" in page.last["over"])
    page.until(lambda: page.explorer.server.state == "stopped" and not leftovers())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((3,), "3 is no server"),
        ((OneAtATime,), "OneAtATime needs a handler class as well"),
        ((socketserver.UDPServer, Upper), "needs a server that listens on a TCP port"),
    ],
    ids=["no server", "no handler", "datagrams"],
)
def test_what_cannot_be_live_is_refused_in_one_sentence(arguments, sentence):
    with pytest.raises(TypeError, match=sentence):
        explore.live(*arguments)
