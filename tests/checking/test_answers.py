"""Every check is checked: right answers in several styles pass, wrong ones of the kind that learners write do not.

The answers are data, in answers/, a file for each exercise: RIGHT is a list of texts, WRONG a list of pairs, the
step at which an answer has to fail and its text. What a text defines last is the answer, as in a notebook's cell.
"""

import importlib
import re
import socketserver
from pathlib import Path

import pytest
from answers import last_defined
from together import chosen, judged, pool

from course.checking.check import Verdict
from course.checking.exercise_files import file_form, files, find, find_all
from course.checking.judge import KIND

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
EXERCISES = [exercise.name for exercise in find_all()]


def answers(name):
    return importlib.import_module(f"answers.{files()[file_form(name)]}")


def verdict_on(name, text):
    return judged(find(name), last_defined(text))


def failed(steps):
    """The step at which an answer failed and what it did, '' and '' if it passed."""
    for step in steps:
        if not step.passed:
            return step.name, step.did
    return "", ""


RIGHT = [(name, number) for name in EXERCISES for number in range(len(answers(name).RIGHT))]
WRONG = [(name, number) for name in EXERCISES for number in range(len(answers(name).WRONG))]


@pytest.fixture(scope="module")
def right(request):
    """What comes of judging each right answer, by its name and number, as futures."""
    with pool() as judges:
        yield {
            (it["name"], it["number"]): judges.submit(verdict_on, it["name"], answers(it["name"]).RIGHT[it["number"]])
            for it in chosen(request, test_a_right_answer_passes)
        }


@pytest.fixture(scope="module")
def wrong(request):
    """What comes of judging each wrong answer, by its name and number, as futures."""
    with pool() as judges:
        yield {
            (it["name"], it["number"]): judges.submit(
                verdict_on, it["name"], answers(it["name"]).WRONG[it["number"]][1]
            )
            for it in chosen(request, test_a_wrong_answer_gets_the_hint_meant_for_it)
        }


@pytest.mark.parametrize(("name", "number"), RIGHT)
def test_a_right_answer_passes(right, name, number):
    assert failed(right[name, number].result()) == ("", "")


@pytest.mark.parametrize(("name", "number"), WRONG)
def test_a_wrong_answer_gets_the_hint_meant_for_it(wrong, name, number):
    step, _ = answers(name).WRONG[number]
    if step == "its queue has room for at least 100" and socketserver.TCPServer.request_queue_size >= 100:
        pytest.skip("from Python 3.15 on, the queue of every server has room for as many as the system allows")
    failed_at, did = failed(wrong[name, number].result())
    assert failed_at == step, did
    assert did
    hints = {each.name: each.hints for each in find(name).steps}
    assert hints[step], "a step without a hint"


@pytest.mark.parametrize("name", EXERCISES)
def test_there_are_enough_answers_and_every_step_can_fail(name):
    mine = answers(name)
    assert len(mine.RIGHT) >= 3
    assert len(mine.WRONG) >= 6
    assert {step for step, _ in mine.WRONG} == {step.name for step in find(name).steps}
    texts = [*mine.RIGHT, *(text for _, text in mine.WRONG)]
    assert len(set(texts)) == len(texts)


def test_every_exercise_is_a_file_and_the_lessons_have_two_or_more():
    for exercise in find_all():
        assert (
            files()[file_form(exercise.name)] == f"l{exercise.lesson:02}_{exercise.number}_{file_form(exercise.name)}"
        )
    for lesson in (int(path.name[:2]) for path in NOTEBOOKS.glob("[0-9]*.ipynb") if path.name[:2] != "00"):
        numbers = [exercise.number for exercise in find_all() if exercise.lesson == lesson]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 2


@pytest.mark.parametrize("name", EXERCISES)
def test_the_task_fits_into_eight_lines_and_the_solution_is_the_source_that_runs(name):
    exercise = find(name)
    assert len(exercise.task) <= 8 * 100
    assert "@exercise" not in exercise.source
    assert exercise.source.startswith(("import ", "from ", "class ", "def ", "async def "))
    assert "course" not in exercise.source  # it stands alone: `solved` runs nothing else
    assert KIND not in [step.name for step in exercise.steps]
    assert re.fullmatch(r"[a-z -]+", name)


def test_answers_may_use_what_their_notebook_defines():
    assert failed(verdict_on("echo", HELPED)) == ("", "")


HELPED = """
import socketserver, threading
lock = threading.RLock()
event = threading.Event()
size = 100

def pieces(sock):
    while data := sock.recv(size):
        yield data

class Base(socketserver.BaseRequestHandler):
    pass

class Echo(Base):
    def handle(self):
        event.set()
        for piece in pieces(self.request):
            with lock:
                self.request.sendall(piece)
"""


@pytest.mark.parametrize(
    ("name", "part", "words"),
    [
        ("reverse", "connection.sendall(line[::-1])\n", "The newline is the last byte"),
        ("reverse", "line.strip()[::-1] + ", "strip() takes away all spaces"),
        ("reverse", "sendall(str(line)[::-1])", "text.encode()"),
        ("reverse", "line.reverse()", "slice them"),
        ("stop word", "own.accept()", "on the listener that the function gets"),
        ("stop word", 'if line == "stop\\n"', "with bytes"),
        ("stop word", "if not line:", "a client that leaves without a word"),
        ("read a line", "return str(line[:-1])", "line.decode() is their text"),
        ("read a line", "line.decode().strip()", "strip() takes away more"),
        ("read a line", "global buffer", "belongs to one socket"),
        ("read a frame", '"<I"', "highest byte first"),
        ("read a frame", "header[2] * 256", "All four bytes"),
        ("echo", "data.strip()", "Send back what recv returned"),
        ("echo", "self.rfile.read()", "as soon as it has come"),
        ("echo", "self.request.send(data)", "sendall sends all"),
        ("echo", "def handel", "named handle"),
        ("running total", 'write(b"%d" % total)', "a newline"),
        ("running total", "sum(map(int, data.split()))", "several lines"),
        ("running total", "if total == 0", "0 is a number"),
        ("many at once", "ForkingTCPServer", "A process is no thread"),
        ("shared till", "self.server.lock", "use the lock where you have put it"),
        ("shared till", "self.lock.acquire()\n        amount = int(line)", "releases the lock whatever happens"),
        ("read a line", "n = sock.fileno()", "A socket itself can be a key"),
        ("read a frame", "came.setdefault(sock.fileno()", "A socket itself can be a key"),
        ("count words", 'line.decode("ascii")', "need not be ASCII"),
        ("count words", "set(line.split())", "in the line twice"),
        ("ask a server", ".splitlines()", "A line ends with"),
        ("ask a server", "out[t] = f.readline()", "asked twice"),
        ("last words", "line = self.request.recv(100)", "A receive is not a line"),
        ("error log", "self.errors.append(client_address)", "Each error is a pair"),
        ("lines in a loop", "rest.get(key.fd", "the number (fileno)"),
        ("lines in a loop", "piece.decode()", "end inside a character"),
        ("lines in a loop", "if not rest:", "No end of a stream"),
        ("slow work", "await reader.read(1024)", "A read is not a line"),
        ("proxy line", "fields[0].upper()", "in capitals"),
        ("set if absent", "not in self.keys", "Ask the store itself"),
    ],
)
def test_the_first_hint_fits_the_failure(wrong, name, part, words):
    number = next(number for number, (_, text) in enumerate(answers(name).WRONG) if part in text)
    steps = (
        wrong[name, number].result() if (name, number) in wrong else verdict_on(name, answers(name).WRONG[number][1])
    )
    assert words in Verdict(find(name), steps, 1).hints[0]
