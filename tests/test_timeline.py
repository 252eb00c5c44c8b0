"""The Timeline as data: what is computed from the lanes, and how it is written."""

import pickle
import subprocess
import sys

import pytest

import course
from course.timeline import Ending, Lane, Timeline


def lane(number, **times):
    times = {"connecting": 0.0, "connected": 0.0, "ended": 1.0, "ending": "replied", "watched": True, **times}
    return Lane(number, ("127.0.0.1", 50000 + number), **times)


def served(number, began, finished, **times):
    return lane(number, accepted=began, began=began, finished=finished, ended=finished, **times)


STAIRCASE = Timeline("Server", [served(n, n - 1.0, float(n), worker="loop") for n in (1, 2, 3)])
PARALLEL = Timeline("Server", [served(n, 0.1 * n, 1.0, worker=f"worker {n}") for n in (1, 2, 3)])


def test_peak_and_makespan():
    assert (STAIRCASE.peak, STAIRCASE.makespan) == (1, 3.0)
    assert (PARALLEL.peak, PARALLEL.makespan) == (3, 1.0)


def test_a_service_that_begins_as_another_ends_is_not_at_once():
    assert STAIRCASE.in_service == [(0.0, 0), (0.0, 1), (1.0, 1), (2.0, 1), (3.0, 0)]


def test_a_service_without_an_end_lasts_to_the_clients_end():
    run = Timeline("Server", [lane(1, accepted=0.0, began=0.2, ended=0.7, ending="timed out")])
    assert run[0].service == pytest.approx(0.5)
    assert run.in_service[-1] == (0.7, 0)


def test_the_spans_of_a_lane():
    assert STAIRCASE[2].spans() == [("queued", 0.0, 2.0), ("in service", 2.0, 3.0)]
    waited = lane(1, connected=0.1, accepted=0.2, began=0.5, finished=0.8)
    assert [phase for phase, _, _ in waited.spans()] == ["connecting", "queued", "accepted", "in service", "over"]
    late = lane(1, connected=0.4, accepted=0.3, began=0.5, finished=1.0)  # the client learned of it afterwards
    assert late.spans() == [("connecting", 0.0, 0.3), ("accepted", 0.3, 0.5), ("in service", 0.5, 1.0)]
    assert lane(1, connected=None, ending="refused").spans() == [("connecting", 0.0, 1.0)]
    assert lane(1, watched=False).spans() == [("connected", 0.0, 1.0)]


@pytest.mark.parametrize(
    ("run", "title"),
    [
        (STAIRCASE, "Server: 3 clients, one at a time, 3.00 s"),
        (PARALLEL, "Server: 3 clients, all at once, 1.00 s"),
        (Timeline("S", [lane(1, began=0.1, finished=1.0)]), "S: 1 client, served, 1.00 s"),
        (
            Timeline("S", [lane(1, ending="reset"), lane(2, began=0.0, worker="loop")]),
            "S: 2 clients, one at a time, 1.00 s (1 reset)",
        ),
        (
            Timeline("S", [served(n, n / 1e3, (n + 1) / 1e3, worker=f"worker {n}") for n in (1, 2)]),
            "S: 2 clients, never two at once by 2 threads, 3.0 ms",
        ),
        (
            Timeline("S", [served(n, n / 1e3, (n + 1.5) / 1e3, worker=f"process {n}") for n in (1, 2, 3)]),
            "S: 3 clients, at most 2 at once by 3 processes, 4.5 ms",
        ),
        (Timeline("S", [lane(1)], watched=False), "S: 1 client, seen from their side only, 1.00 s"),
        (Timeline("S", [lane(1, ending="timed out")]), "S: 1 client, none of them served, 1.00 s (1 timed out)"),
        (Timeline("S", [*PARALLEL, lane(4)]), "S: 4 clients, at most 3 at once, 1.00 s"),
    ],
)  # fmt: skip
def test_the_title_is_a_sentence_with_the_number_in_it(run, title):
    assert run.title == title


def test_percentiles_are_of_the_nearest_rank():
    run = Timeline("S", [lane(n, accepted=n / 100) for n in range(1, 101)])
    assert run.percentiles("queued", 50, 95, 99, 100) == [0.5, 0.95, 0.99, 1.0]
    assert run.percentiles("service", 50) == []


def test_workers_are_named_in_the_order_of_their_numbers():
    run = Timeline("S", [lane(n, worker=f"worker {n}") for n in (10, 2, 1)])
    assert run.workers == ["worker 1", "worker 2", "worker 10"]


def test_the_table_in_a_terminal():
    assert (
        repr(STAIRCASE)
        == """\
Server: 3 clients, one at a time, 3.00 s
client  connecting  queued     in service  by    ended    reply  lane
1       0.0 ms      0.0 ms     1000.0 ms   loop  replied  b''    ##########
2       0.0 ms      1000.0 ms  1000.0 ms   loop  replied  b''    ..........###########
3       0.0 ms      2000.0 ms  1000.0 ms   loop  replied  b''    .....................###########
lane: . queued, # in service"""
    )


def test_the_table_of_a_large_crowd_ends_in_percentiles():
    run = Timeline("S", [lane(n, accepted=n / 100, began=n / 100, finished=1.0, worker="loop") for n in range(1, 101)])
    text = repr(run)
    assert "... and 68 more clients" in text
    assert "queued: half under 500.0 ms, 95 in 100 under 950.0 ms, 99 in 100 under 990.0 ms" in text


def test_the_table_in_a_notebook_escapes_what_clients_got():
    run = Timeline("<S>", [lane(1, reply=b"<b>&", worker="loop", began=0.0)])
    page = run._repr_html_()
    assert "&lt;S&gt;: 1 client" in page
    assert "b&#x27;&lt;b&gt;&amp;&#x27;" in page
    assert "<b>" not in page
    assert '<th scope="col" style="text-align: left">client</th>' in page


def test_the_legend_of_the_table_has_every_sign_of_it():
    waited = lane(1, connecting=0.0, connected=0.2, accepted=0.4, began=0.6, finished=0.8, worker="worker 1")
    assert repr(Timeline("S", [waited])).endswith("lane: - connecting, . queued, o accepted, # in service, = over")


@pytest.mark.parametrize(
    ("workers", "words"),
    [
        ([], ""),
        (["loop"], "the loop alone"),
        (["worker 3"], "worker 3 alone"),
        (["worker 1", "worker 2"], "2 threads"),
        (["process 1", "process 2"], "2 processes"),
        (["task 1", "task 2", "task 3"], "3 tasks"),
        (["loop", "worker 1"], "2 workers"),
    ],
)
def test_who_served_in_words(workers, words):
    assert Timeline("S", [lane(number, worker=worker) for number, worker in enumerate(workers)]).served_by == words


def test_an_ending_that_does_not_exist_fails_where_the_lane_is_made():
    with pytest.raises(ValueError, match="'gone' is not an ending; there are: replied, closed, left"):
        lane(1, ending="gone")
    assert lane(1, ending="no answer").ending is Ending.NO_ANSWER
    assert all(ending.meaning for ending in Ending)


def test_a_timeline_travels_between_processes():
    assert repr(pickle.loads(pickle.dumps(STAIRCASE))) == repr(STAIRCASE)


def test_an_empty_timeline():
    run = Timeline("S", [])
    assert (run.peak, run.makespan, run.endings, run.workers) == (0, 0.0, {}, [])


def test_the_face_is_imported_lazily_and_has_nothing_else():
    program = """
import course, sys
print([name for name in ("matplotlib", "tqdm", "asyncio") if name in sys.modules])
print(dir(course))
course.serv
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == f"[]\n{course.__all__}\n"
    assert f"course has no 'serv'; it offers {', '.join(course.__all__)}" in done.stderr
