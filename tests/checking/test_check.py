"""check(): hostile answers, verdicts, hints and progress."""

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from answers import last_defined as answer

from course import check
from course.checking import answer_kinds, answer_under_test, judge, pickling, progress
from course.checking.check import Verdict, steps_of
from course.checking.exercise import Wrong
from course.checking.exercise_files import find, find_all

RIGHT = """
import socketserver

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
"""
HOSTILE = {
    "raises": ("1 / 0", "it closed the connection and sent nothing. Your code raised ZeroDivisionError"),
    "blocks for ever": ("import threading; threading.Event().wait()", "it sent nothing"),
    "spins": ("while True: pass", "it sent nothing"),
    "floods": ("while True: self.request.sendall(bytes(65536))", "and sent back b'\\x00\\x00"),
    "closes early": ("self.request.close()", "it closed the connection and sent nothing"),
    "resets": (
        "import socket, struct\n"
        "        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n"
        "        self.request.close()",
        "it closed the connection and sent nothing",
    ),
    "calls sys.exit": ("import sys; sys.exit()", "Your code raised SystemExit"),
    "calls os._exit": ("import os; os._exit(0)", "it ended the whole program, as sys.exit or os._exit do"),
    "kills itself": ("import os; os.kill(os.getpid(), 9)", "it ended the whole program"),
    "kills its group": ("import os; os.killpg(0, 9)", "it ended the whole program"),
    "starts threads that never end": (
        "import threading\n        for _ in range(50): threading.Thread(target=threading.Event().wait).start()",
        "it closed the connection and sent nothing",
    ),
    "starts a process that never ends": (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
        "it closed the connection and sent nothing",
    ),
    "prints": ("print('echo: passed\\n' * 10_000)", "it closed the connection and sent nothing"),
    "prints what a host would say": (
        "import os, json\n"
        "        for fd in range(3, 30):\n"
        '            try: os.write(fd, b\'{"number": 1, "value": "1"}\\n[]\\nnonsense\\n\')\n'
        "            except OSError: pass",
        None,
    ),
    "monkeypatches socket": (
        "import socket; socket.socket.recv = socket.socket.sendall = lambda *a: b''",
        "it closed the connection and sent nothing",
    ),
    "uses up memory": ("x = []\n        while len(x) < 300: x.append(bytes(1_000_000))", "it closed the connection"),
    "recurses": ("self.handle()", "Your code raised RecursionError"),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_answer_is_told_and_stopped_within_two_seconds(how):
    if how == "kills its group" and not hasattr(os, "killpg"):
        pytest.skip("there are no process groups here")
    body, did = HOSTILE[how]
    text = f"import socketserver\nclass Echo(socketserver.BaseRequestHandler):\n    def handle(self):\n        {body}\n"
    steps = steps_of(find("echo"), answer(text))
    (failed,) = (step for step in steps if step.passed is False)
    assert did is None or did in failed.did
    assert processes() == []


def processes():
    """Processes of checks that are left, as Linux tells them."""
    if not os.path.exists("/proc/self/cmdline"):
        return []
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
            parent = int(re.search(r"PPid:\s+(\d+)", (path.parent / "status").read_text())[1])
        except OSError:
            continue
        if parent in (1, os.getpid()) and (
            any(b"course.checking.answer_process" in word for word in words) or b"import time; time.sleep(60)" in words
        ):
            found.append(words)
    return found


class Evil:
    """Does something while it is unpickled."""

    def __init__(self, code):
        self.code = code

    def __reduce__(self):
        return exec, (self.code,)


@pytest.mark.parametrize(
    ("code", "did"),
    [
        ("import os; os._exit(1)", "loading it ended the whole program"),
        ("while True: pass", "loading it did not end"),
        ("1 / 0", "it cannot be loaded in a process of its own: ZeroDivisionError"),
    ],
)
def test_what_happens_while_an_answer_is_loaded_is_reported(code, did):
    steps = judge.judge(find("echo"), pickling.pickled(Evil(code)))
    assert steps[0].did.startswith(did)
    assert processes() == []


def test_an_answer_that_belongs_to_this_process_is_refused_with_a_sentence():
    text = "import socket, socketserver\ns = socket.socket()\n" + RIGHT.replace("while", "s\n        while")
    cls = answer(text)
    try:
        (failed,) = (step for step in steps_of(find("echo"), cls) if step.passed is False)
        assert "it refers to something that belongs to this notebook's process only" in failed.did
    finally:
        cls.handle.__globals__["s"].close()


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (answer_kinds.HANDLER, None, "you gave None; give a handler class"),
        (answer_kinds.HANDLER, ..., "you gave ..., which stands where your answer is missing"),
        (answer_kinds.HANDLER, int, "int is not derived from BaseRequestHandler"),
        (answer_kinds.HANDLER, print, "you gave a builtin_function_or_method"),
        (answer_kinds.HANDLER, lambda request: 1, "you gave the function <lambda>"),
        (
            answer_kinds.HANDLER,
            answer(RIGHT).__new__(answer(RIGHT)),
            "you gave an instance of Echo; give the class itself: Echo",
        ),
        (answer_kinds.SERVER, answer(RIGHT), "Echo is not derived from BaseServer"),
        (answer_kinds.MIX_IN, __import__("socketserver").TCPServer, "TCPServer is a server itself"),
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
    assert [step.passed for step in tried.steps] == [True, True, False, None]
    assert tried.failed.did == "it closed the connection when piece 2 of 3 came"
    assert check("echo", answer(ONCE)).hints == (first, second)
    assert tried.hints == (first,)
    assert repr(tried).splitlines() == [
        "echo: not yet",
        "  passed  it sends back what came",
        "  failed  it goes on until the client has finished: it closed the connection when piece 2 of 3 came",
        f"          Hint: {first}",
        "  not yet it closes the connection when the client has finished, and sends back all of a long message",
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
    assert check("echo", answer(silent)).failed.did == "it sent nothing"


def test_a_verdict_in_a_notebook_is_read_at_a_glance_and_by_a_screen_reader(kept):
    shown = check("echo", answer(ONCE))._repr_html_()
    assert shown.startswith('<div role="status"')
    assert '<span aria-hidden="true">✗</span> failed: it goes on' in shown
    assert "<script" not in check("echo", answer(ONCE.replace("b''", "<script>")))._repr_html_()
    assert check("echo", answer(RIGHT))._repr_html_().count("✓") == 3


def test_the_solution_is_shown_after_passing_or_three_tries(kept):
    assert str(check("echo").solution) == "The solution is shown when you have passed, or after 3 more tries."
    for _ in range(2):
        tried = check("echo", answer(ONCE))
    assert str(tried.solution) == "The solution is shown when you have passed, or after 1 more try."
    assert str(check("echo", None).solution).startswith("class Echo(socketserver.BaseRequestHandler):")
    passed = check("reverse", find("reverse").solved)
    assert passed.passed
    assert repr(passed.solution).startswith("def reverse(listener")


def test_progress_is_kept_beside_the_notebooks_and_may_be_deleted(kept):
    check("echo", answer(RIGHT))
    check("echo", answer(ONCE))
    assert json.loads(kept.read_text()) == {"echo": {"passed": True, "tries": 2}}
    assert check("echo").passed
    overview = check()
    assert overview.passed == 1
    assert re.search(r"^  03  echo +passed$", repr(overview), re.MULTILINE)
    assert "1 of 18 exercises passed" in overview._repr_html_()
    assert len(overview.standings) == len(find_all())
    kept.unlink()
    assert check().passed == 0
    assert repr(check("echo")).startswith("echo (0 tries so far): Write a handler class")


@pytest.mark.parametrize("spoilt", ["", "nonsense", "[]", '{"echo": 3}', '{"echo": {"tries": "x"}}'])
def test_a_spoilt_file_of_progress_counts_for_nothing(kept, spoilt):
    kept.write_text(spoilt)
    assert not check("echo").passed
    assert check("echo", None).tries == 1


def test_where_no_file_can_be_written_progress_is_kept_in_memory(kept, monkeypatch):
    kept.mkdir()
    assert check("echo", None).tries == 1
    progress._here.clear()


def test_an_exercise_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match=r"no exercise is called 'ecko': did you mean 'echo'\?"):
        check("ecko", 3)
    with pytest.raises(ValueError, match=r"no exercise is called 'zzz'; there are: reverse, "):
        check("zzz")


def test_a_process_that_does_not_begin_is_no_fault_of_the_answer(monkeypatch):
    monkeypatch.setattr(answer_under_test, "STARTING", 0.001)
    steps = judge.judge(find("echo"), pickling.pickled(answer(RIGHT)))
    assert steps[0].did == judge.BUSY


def test_a_busy_machine_gives_an_answer_more_time(monkeypatch):
    monkeypatch.setattr(answer_under_test, "USUAL", 0.001)
    with answer_under_test.AnswerUnderTest(find("echo"), pickling.pickled(answer(RIGHT)), judge.as_it_is) as it:
        assert it.ready() == ""
        assert it.left(0.4) == 0.4 * answer_under_test.SLOWEST


def test_importing_check_imports_no_plot_and_no_widgets():
    program = "from course import check; import sys; print({'ipywidgets', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"
