"""A client's own report and the server's visit become one lane."""

import pytest

from course.crowds.client_loop import ClientReport
from course.crowds.match_visits import match_visits
from course.timeline import Ending, Visit


def report(number, connecting=0.0, connected=0.0, ended=1.0, ending=Ending.REPLIED, **more):
    return ClientReport(number, connecting, connected, ended, ("127.0.0.1", 50000 + number), ending, **more)


def test_a_visit_is_matched_with_the_client_of_its_address():
    endings = (Ending.TIMED_OUT, Ending.REPLIED)
    clients = [report(n, connecting=100.0, connected=100.5, ended=104.0, ending=endings[n - 1]) for n in (1, 2)]
    visits = [Visit(["127.0.0.1", 50002], 101.0, 102.0, 103.0, "worker 1")]
    first, second = match_visits("S", clients, visits)
    assert first.began is None
    assert (second.connected, second.accepted, second.began, second.finished) == (0.5, 1.0, 2.0, 3.0)
    assert second.worker == "worker 1"


@pytest.mark.parametrize(
    "visits",
    [
        pytest.param([], id="none"),
        pytest.param([Visit(("127.0.0.1", 50001), 0.1, 0.2, 0.3, "loop")], id="one of two"),
        pytest.param([Visit(("127.0.0.1", 50000 + n), 0.1) for n in (1, 2)], id="accepted and never served"),
    ],
)
def test_replies_that_nobody_has_sent_show_that_somebody_was_not_watched(visits):
    run = match_visits("S", [report(1), report(2)], visits)
    assert (run.watched, run.peak, run.workers) == (False, None, [])
    assert {lane.watched for lane in run} == {False}


def test_an_address_that_came_back_is_not_mistaken():
    old = Visit(("127.0.0.1", 50001), 90.0, 91.0, 92.0, "worker 1")
    new = Visit(("127.0.0.1", 50001), 101.0, 102.0, 103.0, "worker 2")
    (found,) = match_visits("S", [report(1, connecting=100.0, connected=100.1, ended=104.0)], [old, new])
    assert found.worker == "worker 2"


def test_a_client_whose_reset_took_its_address_gets_what_nobody_else_claims():
    visits = [Visit(("127.0.0.1", 50000 + n), 0.1 * n, 0.1 * n, 0.1 * n + 0.05, f"worker {n}") for n in (1, 2)]
    lost = ClientReport(1, 0.0, None, 0.3, ("0.0.0.0", 0), Ending.RESET)
    first, second = match_visits("S", [lost, report(2)], visits)
    assert (first.worker, second.worker) == ("worker 1", "worker 2")
    assert first.connected == first.accepted == pytest.approx(0.1)


def test_a_handlers_exception_is_the_ending():
    visit = Visit(("127.0.0.1", 50001), 0.1, 0.2, 0.3, "loop", "ValueError: no", "Traceback ...")
    (found,) = match_visits("S", [report(1, ending=Ending.CLOSED)], [visit])
    assert (found.ending, found.error, found.traceback) == ("handler raised", "ValueError: no", "Traceback ...")
