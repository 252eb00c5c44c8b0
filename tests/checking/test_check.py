"""check(): hostile answers, verdicts, hints and progress."""

import dataclasses
import json
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from answers import last_defined as answer

from course import check
from course.checking import answer_kinds, judge, pickling, progress
from course.checking.answer_process import Insides
from course.checking.answer_under_test import NotJudged
from course.checking.check import Verdict
from course.checking.exercise import Wrong
from course.checking.exercise_files import find, find_all, program

RIGHT = """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
"""


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (answer_kinds.HANDLER, None, "you gave None; give a handler class"),
        (answer_kinds.HANDLER, ..., "you gave ..., the placeholder; replace it"),
        (answer_kinds.HANDLER, int, "int is not a subclass of BaseRequestHandler"),
        (answer_kinds.HANDLER, print, "you gave a builtin_function_or_method"),
        (answer_kinds.HANDLER, lambda request: 1, "you gave the function <lambda>"),
        (
            answer_kinds.HANDLER,
            answer(RIGHT).__new__(answer(RIGHT)),
            "you gave an instance of Echo; give the class itself: Echo",
        ),
        (answer_kinds.SERVER, answer(RIGHT), "Echo is not a subclass of BaseServer"),
        (answer_kinds.MIX_IN, __import__("socketserver").TCPServer, "TCPServer is a server class itself"),
        (answer_kinds.MIX_IN, object(), "you gave an object"),
        (answer_kinds.MIX_IN, None, "you gave None"),
        (answer_kinds.TEXTS, None, "you gave None"),
        (answer_kinds.TEXTS, "abc", "you gave a str; give a list of texts"),
        (answer_kinds.TEXTS, ["a", 3], "your list has an int in it"),
        (answer_kinds.function_of("sock"), None, "you gave None; give a function that can be called with (sock)"),
        (answer_kinds.function_of("sock"), lambda: 1, "<lambda>() cannot be called with (sock)"),
        (answer_kinds.function_of("sock"), lambda a, b: 1, "<lambda>(a, b) cannot be called with (sock)"),
        (answer_kinds.function_of("sock"), int, "you gave the class int"),
        (answer_kinds.function_of("sock"), 3, "you gave an int"),
    ],
)
def test_an_answer_of_another_kind_gets_a_sentence_of_its_own(kind, given, said):
    assert kind.wrong(given).startswith(said)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty folder beside which progress is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    return tmp_path / progress.FILE


ONCE = RIGHT.replace("while data := self.request.recv(1024):", "data = self.request.recv(1024)\n        if data:")


def test_a_verdict_shows_one_hint_more_with_each_try(kept):
    first, second = find("echo").steps[1].hints
    tried = check("echo", answer(ONCE))
    assert (tried.passed, tried.tries, tried.hints) == (False, 1, (first,))
    assert [step.passed for step in tried.steps] == [True, True, False, None, None]
    assert tried.failed.did == "piece 2 came, and it closed the connection and sent nothing"
    assert check("echo", answer(ONCE)).hints == (first, second)
    assert tried.hints == (first,)
    assert repr(tried).splitlines() == [
        "echo: not yet",
        "  passed  it sends back what came",
        f"  failed  it goes on until the client has finished: {tried.failed.did}",
        f"          Hint: {first}",
        "  not yet it sends back every byte as it came",
        "  not yet it sends back all of a long message, and closes the connection when the client has finished",
    ]


def test_a_hint_for_what_the_answer_did_comes_before_the_hints_of_the_step(kept, monkeypatch):
    def check_step(subject):
        raise Wrong("it did this", hint="do that")

    exercise = find("echo")
    first = exercise.steps[0]
    monkeypatch.setattr(exercise, "steps", [dataclasses.replace(first, check=check_step), *exercise.steps[1:]])
    steps = judge.judge(exercise, pickling.pickled(answer(RIGHT)))
    assert (steps[1].did, steps[1].hint) == ("it did this", "do that")
    results = tuple(steps)
    assert Verdict(exercise, results, 1).hints == ("do that",)
    assert Verdict(exercise, results, 2).hints == ("do that", first.hints[0])


def test_an_error_that_comes_because_the_check_goes_is_not_told(kept):
    text = RIGHT.replace(
        "while data := self.request.recv(1024):", "while True:\n            data = self.request.recv(1024)"
    )
    silent = text.replace("self.request.sendall(data)", "1 / len(data)")
    assert check("echo", answer(silent)).failed.did == "a piece came, and it sent nothing"


def test_a_verdict_in_a_notebook_is_read_at_a_glance_and_by_a_screen_reader(kept):
    shown = check("echo", answer(ONCE))._repr_html_()
    assert shown.startswith('<div role="status"')
    assert '<span aria-hidden="true">✗</span> failed: it goes on' in shown
    assert "<script" not in check("echo", answer(ONCE.replace("b''", "<script>")))._repr_html_()
    assert check("echo", answer(RIGHT))._repr_html_().count("✓") == 4


def test_the_solution_is_shown_after_passing_or_three_tries(kept):
    assert str(check("echo").solution) == "The solution is shown when you have passed, or after 3 more tries."
    for _ in range(2):
        tried = check("echo", answer(ONCE))
    assert str(tried.solution) == "The solution is shown when you have passed, or after 1 more try."
    assert str(check("echo", None).solution).startswith("import socketserver\n\n\nclass Echo(")
    passed = check("reverse", find("reverse").solved)
    assert passed.passed
    assert repr(passed.solution).startswith("import socket\n\n\ndef reverse(listener")


def test_progress_is_kept_beside_the_notebooks_and_may_be_deleted(kept):
    check("echo", answer(RIGHT))
    check("echo", answer(ONCE))
    assert json.loads(kept.read_text()) == {"echo": {"passed": True, "tries": 2}}
    assert check("echo").passed
    overview = check()
    assert overview.passed == 1
    assert re.search(r"^  03  echo +passed$", repr(overview), re.MULTILINE)
    assert f"1 of {len(find_all())} exercises passed" in overview._repr_html_()
    assert len(overview.standings) == len(find_all())
    kept.unlink()
    assert check().passed == 0
    assert repr(check("echo")).startswith("echo (0 tries so far): Write a handler class")


@pytest.mark.parametrize("spoilt", ["", "nonsense", "[]", '{"echo": 3}', '{"echo": {"tries": "x"}}'])
def test_a_spoilt_file_of_progress_counts_for_nothing(kept, spoilt):
    kept.write_text(spoilt)
    assert not check("echo").passed
    assert check("echo", None).tries == 1


def test_progress_is_kept_in_the_file_that_the_environment_names(kept, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(kept.parent / "mine.json"))
    check("echo", None)
    assert json.loads((kept.parent / "mine.json").read_text()) == {"echo": {"passed": False, "tries": 1}}
    assert not kept.exists()


def test_a_verdict_is_a_condition_and_can_raise_for_graders(kept):
    right, wrong = check("echo", answer(RIGHT)), check("echo", answer(ONCE))
    assert right
    assert right.must_pass() is right
    assert not wrong
    with pytest.raises(AssertionError, match=r"echo: not yet\n(.*\n)*  failed  it goes on until"):
        wrong.must_pass()
    assert check("echo")
    assert not check("reverse")


def test_an_answer_that_could_not_be_judged_is_not_passed_and_no_try(kept, monkeypatch):
    monkeypatch.setattr(judge, "AnswerUnderTest", _does_not_start)
    verdict = check("echo", answer(RIGHT))
    assert (bool(verdict), verdict.judged, verdict.failed, verdict.tries) == (False, False, None, 0)
    said = "echo: could not be judged, because the machine was too busy. Run the check again"
    assert repr(verdict) == said
    assert said in verdict._repr_html_()
    with pytest.raises(AssertionError, match="could not be judged, because the machine"):
        verdict.must_pass()


def _does_not_start(*given, **named):
    raise NotJudged("the machine was too busy")


def test_where_no_file_can_be_written_progress_is_kept_in_memory(kept, monkeypatch):
    kept.mkdir()
    assert check("echo", None).tries == 1
    progress._here.clear()


def test_an_exercise_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match=r"no exercise is called 'ecko': did you mean 'echo'\?"):
        check("ecko", 3)
    with pytest.raises(ValueError, match=r"no exercise is called 'zzz'; there are: reverse, "):
        check("zzz")


def test_importing_check_imports_no_plot_and_no_widgets():
    program = "from course import check; import sys; print({'ipywidgets', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"


def test_the_thread_of_an_earlier_order_is_not_taken_for_the_answers():
    """It may end late on a busy machine."""
    insides = Insides()
    exec(program("lines in a loop"), {"__name__": "exercise", "exercise": insides})
    new_threads = insides.functions["new_threads"]
    carried_out, may_end = threading.Event(), threading.Event()

    def carry_out():
        new_threads(None)
        carried_out.set()
        may_end.wait()

    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(carry_out)
            carried_out.wait()
            assert new_threads(None) == 0
            answers = threading.Thread(target=may_end.wait)
            answers.start()
            assert new_threads(None) == 1
        finally:
            may_end.set()
