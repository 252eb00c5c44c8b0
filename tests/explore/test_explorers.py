"""The explorers without a page: what they run, what they say, and that nothing is left."""

import importlib
import re
import socketserver
import subprocess
import sys
import threading
import time

import pytest

from course import explore
from course.explore import run_sentences, stream_exchange, stream_explorer, timeline_run, timeline_server, widgets
from course.explore.timeline_server import Settings
from course.timeline import Lane, Timeline

FORKS = pytest.mark.skipif(not hasattr(socketserver, "ForkingTCPServer"), reason="this system cannot fork")
KINDS = [None, socketserver.TCPServer, socketserver.ThreadingTCPServer]
KINDS += [getattr(socketserver, "ForkingTCPServer", socketserver.TCPServer)]


class Mine(socketserver.ThreadingTCPServer):
    """A learner's own."""


class FailsToStart(socketserver.TCPServer):
    def server_activate(self):
        raise RuntimeError("no server today")


@pytest.fixture
def explorer():
    """Makes explorers, and closes them after the test."""
    made = []

    def make(kind, *args, **settings):
        made.append(getattr(explore, kind)(*args, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


def text(widget):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", widget.value)).strip()


def titles(timeline):
    """What stands above the lanes of a timeline explorer."""
    return [run["title"] for run in timeline.lanes.data["runs"]]


# Trials


@pytest.mark.parametrize("server", KINDS, ids=str)
def test_a_trial_is_a_real_run_of_the_server_with_its_settings(server, nothing_left):
    run = timeline_run.Trial(Settings(server, clients=5, work=0.02)).run()
    assert run.endings == {"replied": 5}
    assert {lane.reply for lane in run} == {b"HELLO\n"}
    threaded = server is socketserver.ThreadingTCPServer
    assert run.workers == ["loop"] if server in (None, socketserver.TCPServer) else len(run.workers) == 5
    assert not threaded or run.peak > 1


@pytest.mark.parametrize("server", KINDS, ids=str)
@pytest.mark.parametrize(
    ("how", "ending"),
    [
        ("silent", "timed out"),
        ("slow", "replied"),
        ("half-closing", "replied"),
        ("leaving", "left"),
        ("flooding", None),
    ],
)
def test_one_client_misbehaves_and_the_others_are_served(server, how, ending, nothing_left):
    run = timeline_run.Trial(Settings(server, clients=3, work=0.02, misbehaving=how)).run()
    assert run.endings.get("replied", 0) >= 2
    assert ending is None or ending in run.endings


def test_a_client_that_resets_ends_the_plain_loop(nothing_left):
    trial = timeline_run.Trial(Settings(None, clients=3, every=0.02, work=0.02, misbehaving="resetting"))
    run = trial.run()
    assert trial.failure.startswith("The server was ended by ConnectionResetError")
    assert "replied" not in run.endings


@pytest.mark.parametrize(
    ("daemon", "words"), [(False, r"Closing waited \d.\d\d s for 1 thread"), (True, "did not wait for the 1 daemon")]
)
def test_daemon_threads_are_not_waited_for(daemon, words):
    orders = Settings(socketserver.ThreadingTCPServer, 1, work=1.0, daemon_threads=daemon, misbehaving="leaving")
    trial = timeline_run.Trial(orders)
    trial.run()
    assert re.search(words, trial.closing)


@pytest.mark.parametrize("computes", [False, True])
@pytest.mark.parametrize("server", KINDS, ids=str)
def test_a_trial_can_be_stopped(server, computes, nothing_left):
    ended = []
    trial = timeline_run.Trial(Settings(server, clients=60, work=0.3, computes=computes), ended.append)
    begun = threading.Event()
    trial_send = trial._send

    def send(*args):
        begun.set()
        return trial_send(*args)

    trial._send = send
    failures = []

    def run():
        with pytest.raises(timeline_run.RunStopped) as caught:
            trial.run()
        failures.append(caught.type)

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(20)
    trial.stop()
    thread.join(20)
    assert failures == [timeline_run.RunStopped]
    assert len(ended) < 60


def test_a_trial_that_is_stopped_before_it_begins_runs_nothing(nothing_left):
    for server in KINDS:
        trial = timeline_run.Trial(Settings(server, clients=60, work=0.3))
        trial.stop()
        with pytest.raises(timeline_run.RunStopped):
            trial.run()


@FORKS
def test_a_program_with_a_server_that_fails_says_so(capfd):
    class Local(socketserver.ForkingTCPServer):
        pass

    with pytest.raises(RuntimeError, match=r"the program with Local ended before it served"):
        timeline_run.Trial(Settings(Local)).run()


@FORKS
def test_a_file_beside_the_notebook_that_is_called_like_a_module_does_no_harm(tmp_path, monkeypatch):
    (tmp_path / "selectors.py").write_text("raise RuntimeError('the wrong file')\n")
    (tmp_path / "my_servers.py").write_text("import socketserver\nclass Own(socketserver.ForkingTCPServer): pass\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    own = importlib.import_module("my_servers").Own
    monkeypatch.delitem(sys.modules, "my_servers")
    assert timeline_run.Trial(Settings(own, clients=2, work=0.01)).run().endings == {"replied": 2}


def test_which_server_classes_can_be_handed_in():
    assert timeline_server.check_server(Mine) is Mine
    for wrong, reason in [
        (int, "int'> is not a server class"),
        (3, "3 is not a server class"),
        (getattr(socketserver, "UnixStreamServer", socketserver.BaseServer), "does not listen on an IPv4 address"),
    ]:
        with pytest.raises(TypeError, match=reason):
            timeline_server.check_server(wrong)
    with Mine(("127.0.0.1", 0), None) as made, pytest.raises(TypeError, match=r"give the class itself.*\(Mine\)"):
        timeline_server.check_server(made)


@FORKS
def test_a_notebooks_own_forking_class_is_refused():
    own = type("Own", (socketserver.ForkingTCPServer,), {"__module__": "__main__"})
    with pytest.raises(TypeError, match="Own forks, and a fork copies the whole notebook"):
        timeline_server.check_server(own)


# Sentences


def lane(number, begin, end, worker="loop", ending="replied", connected=0.0):
    return Lane(
        number,
        None,
        0.0,
        connected,
        end,
        ending,
        accepted=begin,
        began=begin,
        finished=end,
        worker=worker,
        watched=True,
    )


STAIRS = Timeline("Server", [lane(1, 0.0, 0.1), lane(2, 0.1, 0.2), lane(3, 0.2, 0.3)])


def test_a_run_in_numbers():
    assert run_sentences.describe(STAIRS) == (
        "3 of 3 clients were answered, the last after 0.30 s. Half of them were queued for 100 ms or less, the longest "
        "for 200 ms. In service at once: at most 1, by the loop alone."
    )


def test_a_run_that_nobody_survived():
    assert run_sentences.describe(Timeline("Server", [lane(1, 0.0, 0.1, ending="reset")])) == (
        "0 of 1 client was answered. The others: 1 reset. Nobody was queued for longer than a millisecond. In service "
        "at once: at most 1, by the loop alone."
    )


def test_many_in_service_are_counted():
    run = Timeline("Server", [lane(n, 0.0, 0.1, f"worker {n}") for n in range(1, 31)])
    assert run_sentences.describe(run).endswith("In service at once: at most 30, by 30 threads.")


# The runner


class Job:
    def __init__(self, done):
        self.done, self.begun, self.stopped = done, threading.Event(), threading.Event()

    def run(self):
        self.begun.set()
        self.done.append((self, self.stopped.wait(20)))

    def stop(self):
        self.stopped.set()


def test_fast_moves_do_not_queue_up_and_the_last_one_wins(nothing_left):
    done, runner = [], widgets.Runner()
    jobs = [Job(done) for _ in range(10)]
    runner.ask(jobs[0])
    assert jobs[0].begun.wait(20)
    hold = jobs[0].stop
    jobs[0].stop = lambda: None  # it takes its time to end
    for job in jobs[1:]:
        runner.ask(job)
    hold()
    assert jobs[-1].begun.wait(20)
    runner.stop()
    runner.join()
    assert [job for job, _ in done] == [jobs[0], jobs[-1]]


def test_a_runner_that_is_stopped_forgets_what_waits(nothing_left):
    done, runner = [], widgets.Runner()
    first, second = Job(done), Job(done)
    runner.ask(first)
    assert first.begun.wait(20)
    hold, first.stop = first.stop, lambda: None
    runner.ask(second)
    runner.stop()
    hold()
    runner.join()
    assert [job for job, _ in done] == [first]


# The timeline explorer


def test_the_timeline_explorer_shows_a_run_at_once(explorer, nothing_left):
    it = explorer("timeline")
    assert repr(it) == "explore.timeline(): run this cell to play with it"
    assert it.run.peak == 1
    assert titles(it) == [it.run.title]
    assert it.run.title.startswith("TCPServer: 6 clients, one at a time")
    assert text(it.sentence).startswith("6 of 6 clients were answered")


def test_each_control_of_the_timeline_explorer_reaches_the_run(explorer, nothing_left):
    it = explorer("timeline")
    for name, value, field, becomes in [
        ("server", "ThreadingTCPServer", "server", socketserver.ThreadingTCPServer),
        ("clients", 9, "clients", 9),
        ("every", 5, "every", 0.005),
        ("does", "computes", "computes", True),
        ("work", 10, "work", 0.01),
        ("queue", 7, "request_queue_size", 7),
        ("daemon", True, "daemon_threads", True),
        ("misbehaving", "leaving", "misbehaving", "leaving"),
    ]:
        before, run = it.settings(), it.run
        getattr(it, name).value = value
        it.runner.join()
        assert it.run is not run
        assert {field} == {name for name in Settings.__slots__ if getattr(before, name) != getattr(it.settings(), name)}
        assert getattr(it.settings(), field) == becomes
    assert len(it.run) == 9
    assert it.run.endings["left"] == 1


def test_fast_moves_of_a_slider_end_in_the_last_run(explorer, nothing_left):
    it = explorer("timeline")
    for clients in range(10, 60, 5):
        it.clients.value = clients
    it.runner.join()
    assert len(it.run) == 55
    assert it.complaint.value == ""


def test_a_run_is_held_beside_the_next_and_let_go(explorer, nothing_left):
    it = explorer("timeline")
    it.hold.click()
    it.server.value = "ThreadingTCPServer"
    it.runner.join()
    assert it.held.name == "TCPServer"
    assert titles(it) == [it.held.title, it.run.title]
    assert it.run.name == "ThreadingTCPServer"
    assert text(it.sentence).startswith("Held: 6 of 6 clients were answered")
    it.let_go.click()
    assert titles(it) == [it.run.title]


def test_a_long_run_is_stopped_and_the_picture_stays(explorer, nothing_left):
    it = explorer("timeline")
    shown = it.lanes.data
    it.work.value = 500
    it.clients.value = 60
    while it.progress.max != 60 or not it.progress.value:  # until a client of the last run has ended
        time.sleep(0.01)
    assert it.progress.layout.visibility == "visible"
    assert it.progress.max == 60
    it.stop.click()
    it.runner.join()
    assert text(it.sentence) == "Stopped. The picture is that of the run before."
    assert it.lanes.data == shown
    assert it.progress.layout.visibility == "hidden"


def test_a_failing_run_shows_its_reason(explorer, nothing_left):
    it = explorer("timeline", FailsToStart)
    assert text(it.complaint) == "The run failed: RuntimeError: no server today"
    it.server.value = "TCPServer"
    it.runner.join()
    assert it.complaint.value == ""
    assert it.run


def test_ones_own_server_class_is_chosen_at_first(explorer, nothing_left):
    it = explorer("timeline", Mine)
    assert it.server.value == "Mine"
    assert it.run.name == "Mine"


def test_closing_an_explorer_ends_its_run(explorer, nothing_left):
    it = explorer("timeline")
    it.clients.value = 60
    it.close()
    assert not [thread for thread in threading.enumerate() if "course" in thread.name]


def test_two_explorers_do_not_disturb_each_other(explorer, nothing_left):
    one, other = explorer("timeline"), explorer("timeline")
    one.clients.value, other.clients.value = 12, 15
    one.server.value = "ThreadingTCPServer"
    for each in (one, other):
        each.runner.join()
    assert (len(one.run), len(other.run)) == (12, 15)
    assert (one.run.name, other.run.name) == ("ThreadingTCPServer", "TCPServer")


def test_where_a_cell_is_run_again_the_explorer_before_is_closed(explorer, monkeypatch, nothing_left):
    monkeypatch.setattr(widgets, "_cell", lambda: "the same cell")
    first = explorer("stream")
    second = explorer("stream")
    assert first.comm is None
    assert second.comm is not None


@pytest.mark.parametrize("kind", ["timeline", "call_chain", "mro", "stream"])
def test_every_control_has_a_name_and_a_tooltip(explorer, kind):
    def controls(widget):
        for child in getattr(widget, "children", ()):
            if not hasattr(child, "children") and type(child).__name__ not in ("HTML", "Improved", "TimelineView"):
                yield child
            yield from controls(child)

    found = list(controls(explorer(kind)))
    assert found
    assert [control for control in found if not (control.description and control.tooltip)] == []


# The explorer of call chains


def test_the_call_chain_is_walked_call_by_call(explorer, nothing_left):
    it = explorer("call_chain")
    titles = []
    for _ in it.calls:
        titles.append(re.search(r"thread ([\w ]+): ([\w.]+)", text(it.sentence))[2])
        assert it.source.value.count("<mark>") == 1
        assert it.ladder.value.count('class="here"') == 1
        it.on.click()
    assert titles == [call.title for call in it.chain.calls]
    assert it.step.value == it.step.max
    it.begin.click()
    assert it.step.value == 1
    it.back.click()
    assert it.step.value == 1
    it.end.click()
    assert it.step.value == it.step.max


def test_the_marked_line_is_the_one_that_calls(explorer):
    it = explorer("call_chain")
    it.step.value = 1 + [call.title for call in it.calls].index("ThreadingMixIn.process_request")
    assert re.search(r"<mark>&gt; +self.process_request\(request, client_address\)</mark>", it.source.value)
    assert "It hands the request to worker 1." in it.sentence.value
    row = re.search(r'<tr class="here">(.*?)</tr>', it.ladder.value)[1]
    assert "2 ThreadingMixIn" in row
    top, height = it.chain.draw().rows
    assert f"top:{100 * (top + (it.step.value - 1) * height):.2f}%" in it.picture.cursor.value


def test_a_call_by_super_is_told_from_the_ladder(explorer):
    it = explorer("call_chain")
    it.end.click()
    assert "this call used super() to get the next one, that of TCPServer" in it.ladder.value


@pytest.mark.parametrize(
    "server", [socketserver.TCPServer, socketserver.ThreadingUDPServer, KINDS[-1], Mine], ids=lambda cls: cls.__name__
)
def test_any_server_class_can_be_handed_in(explorer, server, nothing_left):
    it = explorer("call_chain", server)
    assert f"on an object of {server.__name__}" in it.sentence.value


def test_a_server_that_cannot_be_served_is_refused():
    with pytest.raises(TypeError):
        explore.call_chain(int)


# The explorer of method resolution orders


def test_swapping_the_bases_says_what_changes(explorer):
    it = explorer("mro")
    assert "process_request of New comes from ThreadingMixIn" in text(it.ladder)
    it.swap.click()
    assert it.bases.value == "TCPServer, ThreadingMixIn"
    assert "process_request of New comes from BaseServer" in text(it.ladder)
    assert "Now 2 names come from another class" in text(it.changed)
    assert "process_request from BaseServer, no longer from ThreadingMixIn" in text(it.changed)
    assert 'alt="process_request of New comes from BaseServer' in it.picture.image.value
    it.swap.click()
    assert "process_request from ThreadingMixIn, no longer from BaseServer" in text(it.changed)


def test_names_and_classes_are_typed_or_chosen(explorer):
    it = explorer("mro", Mine, name="handle_error")
    assert "handle_error of Mine comes from BaseServer" in text(it.ladder)
    it.name.value = ""
    assert "names of Mine come from" in text(it.ladder)
    assert {"UDPServer", "Mine"} < set(it.bases.options)
    it.bases.value = "UDPServer"
    it.name.value = "max_packet_size"
    assert "max_packet_size of UDPServer comes from UDPServer" in text(it.ladder)
    assert "max_packet_size" in it.name.options
    it.bases.value = "http.server.HTTPServer"
    assert "max_packet_size is in no class of the MRO of HTTPServer" in text(it.ladder)


def test_bases_without_an_order_say_why(explorer):
    it = explorer("mro")
    it.bases.value = "TCPServer, BaseServer"
    it.swap.click()
    assert "cannot exist" in text(it.ladder)
    assert text(it.changed) == "In this order Python refuses to make the class."
    it.swap.click()
    assert text(it.changed) == "In this order Python makes the class."


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "type the names of one or more classes"),
        ("ThreadingMixin", "there is no class 'ThreadingMixin': did you mean ThreadingMixIn?"),
        ("Qqqq", "there is no class 'Qqqq': write the name of its module before it"),
        ("print", "print is an instance of builtin_function_or_method, not a class"),
        ("no.such.Thing", "there is no class 'no.such.Thing'"),
        ("int, str", "multiple bases have instance lay-out conflict"),
    ],
)
def test_what_is_no_class_is_said_and_the_picture_stays(explorer, typed, reason):
    it = explorer("mro")
    before = it.picture.image.value
    it.bases.value = typed
    assert reason in text(it.complaint).replace("&#x27;", "'")
    assert it.picture.image.value == before
    it.bases.value = "TCPServer"
    assert it.complaint.value == ""


def test_one_base_cannot_be_swapped(explorer):
    it = explorer("mro", Mine)
    it.swap.click()
    assert text(it.changed) == "There is only one base, and nothing to swap."


def test_explore_mro_takes_classes():
    with pytest.raises(TypeError, match=r"explore\.mro\(\) takes classes; this is an instance of int"):
        explore.mro(3)


# The explorer of streams

MESSAGES = [b"hello", "café".encode(), "10 €".encode()]


@pytest.mark.parametrize("framing", stream_exchange.FRAMINGS)
@pytest.mark.parametrize("reading", stream_exchange.READINGS)
@pytest.mark.parametrize("piece", [0, 1, 3])
@pytest.mark.parametrize("recv_size", [1, 4, 64])
def test_framing_decides_what_the_receiver_takes_for_messages(framing, reading, piece, recv_size):
    it = stream_exchange.exchange(MESSAGES, piece=piece, recv_size=recv_size, framing=framing, reading=reading)
    assert b"".join(it.pieces) == b"".join(it.received) == b"".join(stream_exchange.encode(MESSAGES, framing))
    assert max(map(len, it.received)) <= recv_size
    assert it.rest == b""
    if framing in (stream_exchange.NEWLINE, stream_exchange.LENGTH):
        assert list(it.taken) == MESSAGES
    elif framing == stream_exchange.CLOSING:
        assert it.taken == (b"".join(MESSAGES),)
    else:
        assert it.taken == it.received


def test_after_all_has_come_the_pieces_have_melted_together():
    it = stream_exchange.exchange(MESSAGES, reading=stream_exchange.AFTERWARDS)
    assert it.received == (b"".join(MESSAGES),)
    it = stream_exchange.exchange(MESSAGES, reading=stream_exchange.AS_THEY_COME)
    assert list(it.received) == MESSAGES


def test_what_a_framing_cannot_end_is_left_over():
    assert stream_exchange.decode([b"one\ntw", b"o"], stream_exchange.NEWLINE) == ([b"one"], b"two")
    assert stream_exchange.decode([b"\x00\x03on"], stream_exchange.LENGTH) == ([], b"\x00\x03on")


def test_a_character_that_is_cut_is_seen_and_told(explorer, nothing_left):
    it = explorer("stream")
    assert "The receiver has the same 3 messages." in text(it.result)
    it.recv_size.value = 4
    assert "caf\\xc3" in it.result.value
    assert "In 4 of them a character is cut, so that decode() would raise UnicodeDecodeError." in it.result.value
    it.framing.value = stream_exchange.NEWLINE
    assert "The receiver has the same 3 messages." in text(it.result)
    assert "hell" in it.result.value


@pytest.mark.parametrize(
    ("typed", "reason"), [(" , ", "type at least one message"), ("x" * 401, "these are 401 bytes")]
)
def test_messages_that_cannot_be_shown_are_refused(explorer, typed, reason):
    it = explorer("stream")
    it.messages.value = typed
    assert reason in text(it.complaint)


def test_what_cannot_be_seen_is_written_as_python_writes_it():
    assert stream_explorer.readable(b"a\n\x00\xc3") == r"a\n\x00\xc3"
    assert stream_explorer.readable(b"") == "(nothing)"


def test_importing_explore_imports_no_widgets():
    program = "from course import explore; import sys; print({'ipywidgets', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"
