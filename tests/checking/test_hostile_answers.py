"""Hostile and broken answers: check() returns a verdict, says what they did, and kills all that they started."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from answers import last_defined as answer
from together import judged as steps_of

from course import check
from course.checking import judge, pickling, plain_values
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise_files import find, find_all, program
from course.checking.judge import why_not_judged

pytestmark = pytest.mark.usefixtures("nothing_left")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="no subreaper here")
SLEEPS = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60) # MARK']"
HANDLER = """
import socketserver
{before}
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        {body}
"""
HOSTILE = {
    "raises": ("1 / 0", "it closed the connection and sent nothing. Your code raised ZeroDivisionError"),
    "blocks for ever": ("import threading; threading.Event().wait()", "it sent nothing"),
    "spins": ("while True: pass", "it sent nothing"),
    "floods": ("while True: self.request.sendall(bytes(65536))", "and b'\\x00\\x00"),
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
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60) # MARK'])",
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
    "stops itself": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP); os.read(0, 1)", None),
    "stops its parent": ("import os, signal; os.kill(os.getppid(), signal.SIGSTOP)", "it closed the connection"),
    "kills its parent": ("import os; os.kill(os.getppid(), 9)", "it ended the whole program"),
    "forks again and again": (
        "import os, time\n        for _ in range(7): os.fork()\n        time.sleep(60)",
        "it sent nothing",
    ),
    "starts a process in a session of its own": (f"{SLEEPS}, start_new_session=True)", "it closed the connection"),
    "starts a process without an environment": (f"{SLEEPS}, start_new_session=True, env={{}})", "it closed the"),
    "starts a daemon that forks twice": (
        "import os\n        if not os.fork():\n            os.setsid()\n            if not os.fork():\n"
        f"                {SLEEPS}).wait()\n            os._exit(0)",
        "it closed the connection and sent nothing",
    ),
    "starts a process and kills its parent": (
        f"{SLEEPS}, start_new_session=True)\n        import os; os.kill(os.getppid(), 9)",
        "it ended the whole program",
    ),
    "writes to the pipes of its parents": (
        "import os, stat\n        for process in os.getpid(), os.getppid():\n            for number in range(20):\n"
        "                try:\n                    path = f'/proc/{process}/fd/{number}'\n"
        "                    if stat.S_ISFIFO(os.stat(path).st_mode):  # a file may be the system's\n"
        "                        os.write(os.open(path, os.O_WRONLY | os.O_NONBLOCK), b'[]\\n(True, 1)\\n')\n"
        "                except OSError: pass",
        None,
    ),
    "patches the modules of the check": (
        "import course.checking.answer_process as a, course.checking.served_answers as s\n"
        "        a.literal = lambda value: '(True, 1)'\n        s.Stay = s.serve = None\n"
        "        from course.checking import answer_process as a\n        a.literal = lambda value: '(True, 1)'\n"
        "        1 / 0",
        "Your code raised ZeroDivisionError",
    ),
    "uses the reference solution": (
        "from course.exercises.l03_1_echo import Echo; Echo.handle(self)",
        "Your code raised ModuleNotFoundError",
    ),
    "finds the reference solution": (
        "from course.checking.exercise_files import find; find('echo').solved.handle(self)",
        "Your code raised ModuleNotFoundError",
    ),
}
NOT_HERE = {
    "kills its group": not hasattr(os, "killpg"),
    "forks again and again": not hasattr(os, "fork"),
    "starts a daemon that forks twice": not hasattr(os, "fork"),
    **dict.fromkeys(("stops itself", "stops its parent", "kills its parent"), os.name == "nt"),
    **dict.fromkeys((how for how, (body, _) in HOSTILE.items() if SLEEPS in body), sys.platform != "linux"),
}


def failed(steps):
    """The step that failed; the machine was not too busy."""
    assert why_not_judged(steps) == ""
    (step,) = (step for step in steps if step.passed is False)
    return step


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_answer_gets_a_verdict_and_nothing_is_left_of_it(how, mark):
    if NOT_HERE.get(how):
        pytest.skip("this system has no such thing")
    body, did = HOSTILE[how]
    step = failed(steps_of(find("echo"), answer(HANDLER.format(before="", body=body.replace("MARK", mark)))))
    assert did is None or did in step.did
    assert processes(mark) == []


@pytest.fixture
def mark(monkeypatch):
    """A word that stands in the environment or the command line of all processes that a test starts."""
    word = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    monkeypatch.setenv("COURSE_TEST", word)
    return word


def processes(mark):
    """The processes with this mark, where the system shows them (Linux). What is dead but not buried is none."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            shown = path.read_bytes() + (path.parent / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in shown and path.parent.name != str(os.getpid()):
            found.append(shown)
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
        ("import sys; sys.exit()", "it cannot be loaded in a process of its own: SystemExit"),
        ("import os; [os.write(fd, b'\\n0 (True, 1)\\n') for fd in (1, 2)]", "you gave None"),
    ],
)
def test_what_happens_while_an_answer_is_loaded_is_reported(code, did, mark):
    steps = judge.judge(find("echo"), pickling.pickled(Evil(code)))
    assert failed(steps).did.startswith(did)
    assert processes(mark) == []


class Endless(list):
    """A list that never ends when it is walked through."""

    def __iter__(self):
        while True:
            yield "x"


class Pickled:
    """Does something when it is pickled."""

    def __init__(self, function):
        self.function = function

    def __reduce__(self):
        self.function()
        return int, ()


def spin():
    while True:
        pass


def leave():
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("before", "did"),
    [
        ("given = Pickled(spin)", "copying it to a process of its own did not end"),
        ("given = Pickled(leave)", "it refers to something that cannot be copied to a process of its own"),
        ("given = bytes(300_000_000)", "it refers to more than 20 MB of data"),
        ("given = list(range(10_000_000))", "it refers to more than 20 MB of data"),
        ("import socket; given = socket", ""),
        ("given = (number for number in range(3))", "it refers to something that cannot be copied"),
        ("import sys; given = sys._getframe()", "it refers to something that cannot be copied"),
    ],
)
def test_what_an_answer_refers_to_is_pickled_in_time_or_refused(before, did):
    text = HANDLER.format(before="", body="given; self.request.sendall(self.request.recv(99))")
    cls = answer(text)
    exec(before, namespace := {"Pickled": Pickled, "spin": spin, "leave": leave})
    cls.handle.__globals__["given"] = namespace["given"]
    assert failed(steps_of(find("echo"), cls)).did.startswith(did)


def test_pickling_that_sleeps_is_left_behind():
    woken = threading.Event()
    with pytest.raises(pickling.NotPicklable, match="copying it to a process of its own did not end"):
        pickling.pickled(Pickled(woken.wait))
    woken.set()
    (thread,) = (each for each in threading.enumerate() if each.name == "course pickling")
    thread.join()


def test_a_list_that_never_ends_is_judged_by_what_is_in_it():
    right = [*find("predict the calls").solved]
    assert steps_of(find("predict the calls"), Endless(right))[-1].passed
    assert "your list says 'a'" in failed(steps_of(find("predict the calls"), Endless(["a"]))).did


class Odd(type):
    """A class of classes that raise when they are looked at."""

    @property
    def __class__(cls):
        raise ZeroDivisionError("odd")


@pytest.mark.parametrize(
    ("name", "make", "did"),
    [
        ("where it lives", lambda: min, "it raised TypeError: '<' not supported"),
        ("echo", lambda: Odd("It", (), {}), "looking at it raised ZeroDivisionError: odd"),
    ],
)
def test_an_odd_answer_gets_a_true_sentence(name, make, did):
    assert failed(steps_of(find(name), make())).did.startswith(did)


SERVER = """
import socketserver

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 5
    {}
"""


@pytest.mark.parametrize(
    ("body", "did"),
    [
        ("request_queue_size = property(lambda self: 1 / 0)", "it raised ZeroDivisionError"),
        (
            "def server_bind(self):\n        super().server_bind()\n        self.server_address = 'x'",
            "its queue has room for 5",
        ),
        ("def __init__(self, *given): raise SystemExit", "it raised SystemExit"),
        (
            "def server_close(self): 1 / 0",
            "3 clients were in service, and when it was closed, it raised ZeroDivisionError",
        ),
    ],
)
def test_an_odd_server_gets_a_true_sentence(body, did):
    assert did in failed(steps_of(find("many at once"), answer(SERVER.format(body)))).did


HELPERS = {
    "cache": "import functools\n@functools.cache\ndef given(n=5): return n if n < 2 else given(n - 1) + given(n - 2)",
    "lru_cache": "import functools\n@functools.lru_cache(maxsize=3)\ndef given(): return 5",
    "singledispatch": "import functools\n@functools.singledispatch\ndef shown(n): return n\n"
    "@shown.register\ndef _(n: int): return n\nshown(3)\ndef given(): return shown('x'), shown(3)",
    "Struct": "import struct\nformat = struct.Struct('!I')\ndef given(): return format.unpack(bytes(4))",
    "SimpleQueue": "import queue\nqueue = queue.SimpleQueue()\ndef given(): queue.put(1); return queue.get()",
    "Queue": "import queue\nqueue = queue.Queue(3)\ndef given(): queue.put(1); return queue.get()",
    "WeakKeyDictionary": "import weakref\nclass It: pass\nit = It()\nnames = weakref.WeakKeyDictionary({it: 1})\n"
    "def given(): return names[it]",
    "WeakValueDictionary": "import weakref\nclass It: pass\nit = It()\nthings = weakref.WeakValueDictionary({1: it})\n"
    "def given(): return it, things[1]",
    "WeakSet": "import weakref\nclass It: pass\nit = It()\nthings = weakref.WeakSet([it])\n"
    "def given(): return it in things",
    "ThreadPoolExecutor": "from concurrent.futures import ThreadPoolExecutor\n"
    "class It:\n    pool = ThreadPoolExecutor(2)\n"
    "def given(): return It.pool.submit(len, 'abc').result()",
    "count": "import itertools\nnumbers = itertools.count(3, 2)\ndef given(): return next(numbers)",
    "Semaphore": "import threading\nsemaphore = threading.BoundedSemaphore(2)\ndef given():\n    with semaphore: pass",
    "local": "import threading\nlocal = threading.local()\ndef given(): local.x = 3",
    "dataclass": "import dataclasses\n@dataclasses.dataclass\nclass It:\n    x: int = 3\ndef given(): return It().x",
    "enum": "import enum\nclass It(enum.Enum): x = 3\ndef given(): return It.x",
}


@pytest.mark.parametrize("helper", HELPERS)
def test_an_answer_may_use_what_its_notebook_defines(helper):
    body = "given()\n        while data := self.request.recv(1024): self.request.sendall(data)"
    steps = steps_of(find("echo"), answer(HANDLER.format(before=HELPERS[helper], body=body)))
    assert [step for step in steps if not step.passed] == []


@pytest.mark.parametrize("moment", ["ready", "served", "ended"])
def test_an_interrupted_check_leaves_nothing(moment, mark, monkeypatch):
    usual = getattr(AnswerUnderTest, moment)

    def interrupted(subject, *given):
        usual(subject, *given)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(AnswerUnderTest, moment, interrupted)
    with pytest.raises(KeyboardInterrupt):
        check("echo", answer(HANDLER.format(before="import threading", body="threading.Event().wait()")))
    assert processes(mark) == []


@LINUX
def test_nothing_is_left_when_the_notebook_itself_is_killed(mark):
    program = (
        "from course import check\nimport threading, socketserver\n"
        "class Hangs(socketserver.BaseRequestHandler):\n    def handle(self): threading.Event().wait()\n"
        "check('echo', Hangs)"
    )
    notebook = subprocess.Popen([sys.executable, "-c", program])
    while len(processes(mark)) < 3:  # the keeper and the answer, too
        time.sleep(0.01)
    notebook.kill()
    notebook.wait()
    while processes(mark):
        time.sleep(0.01)


def test_the_answers_process_gets_no_solution_no_steps_and_no_hints():
    for exercise in find_all():
        constants = all_constants(program(exercise.name))
        for step in exercise.steps:
            assert not {step.name, *step.hints} & constants
        assert exercise._solution.__name__ not in constants


def test_an_answer_does_not_see_what_the_check_expects():
    text = "import sys\ndef cheat(cls, name):\n    frame = sys._getframe()\n    while frame := frame.f_back:\n"
    cheat = answer(text + "        if 'wanted' in frame.f_locals: return frame.f_locals['wanted']")
    assert failed(steps_of(find("where it lives"), cheat)).name == find("where it lives").steps[0].name
    raises = answer("def raises(cls, name): raise ZeroDivisionError")
    assert failed(steps_of(find("where it lives"), raises)).did == "it raised ZeroDivisionError"


def all_constants(code):
    found = set(code.co_names)
    for constant in code.co_consts:
        found |= all_constants(constant) if hasattr(constant, "co_consts") else {str(constant)}
    return found


def test_a_file_beside_the_notebook_that_is_called_like_a_module_does_no_harm(tmp_path, monkeypatch):
    for name in ("socket", "queue", "select", "json", "socketserver", "pickle", "marshal"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('the wrong file')\n")
    (tmp_path / "my_helper.py").write_text("def size(): return 1024\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    body = "while data := self.request.recv(my_helper.size()): self.request.sendall(data)"
    try:
        steps = steps_of(find("echo"), answer(HANDLER.format(before="import my_helper", body=body)))
    finally:
        sys.modules.pop("my_helper", None)
    assert [step for step in steps if not step.passed] == []


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "None"),
        ((1, "a", b"b", True), "(1, 'a', b'b', True)"),
        ({"a": [1.5, {2}]}, "{'a': [1.5, {2}]}"),
        (bytearray(b"ab"), "b'ab'"),
        (Endless("ab"), "['a', 'b']"),
        (object(), "(1j, 'object')"),
        ([float("nan")], "[(1j, 'float')]"),
        ("é" * 2, "'\\xe9\\xe9'"),
        ("x" * 2_000_000, "(1j, 'a very long str')"),
    ],
)
def test_what_an_answer_returns_comes_back_as_a_plain_value(value, literal):
    assert plain_values.literal(value) == literal


def test_what_an_answer_returns_that_is_no_plain_value_is_named():
    assert repr(plain_values.read_literal(plain_values.literal([object()]))) == "[an object of type object]"


def test_a_process_that_does_not_start_is_no_fault_of_the_answer(monkeypatch):
    ended = judge.judge(find("echo"), b"", command=lambda _: [sys.executable, "-c", ""])
    assert why_not_judged(ended) == "the process for the answer did not start"
    missing = judge.judge(find("echo"), b"", command=lambda _: ["/no/such/program"])
    assert "No such file" in why_not_judged(missing)
    assert [step.passed for step in missing] == [None] * len(missing)


def test_a_failure_on_a_busy_machine_is_not_believed(monkeypatch):
    paces = []

    class Busy(AnswerUnderTest):
        def __init__(self, *given, pace):
            super().__init__(*given, pace=pace)
            paces.append(pace)

        def _seconds_lost(self):
            return 100.0 if hasattr(self, "lost") and self.waits else 0.0

        waits = False

        def ready(self):
            wrong = super().ready()
            self.waits = True
            return wrong

    monkeypatch.setattr(judge, "AnswerUnderTest", Busy)
    wrong = pickling.pickled(answer(HANDLER.format(before="", body="self.request.sendall(b'no, no, no')")))
    assert why_not_judged(judge.judge(find("echo"), wrong)) == "the machine was too busy"
    assert paces == [1, 2, 4, 8]
    right = pickling.pickled(find("echo").solved)
    assert judge.judge(find("echo"), right)[-1].passed
    assert paces[4:] == [1]
