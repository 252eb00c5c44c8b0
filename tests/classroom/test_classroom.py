"""`python -m course check`: a class at a glance, whatever the notebooks do."""

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import course
from course.classroom import notebooks

RIGHT = """
import socketserver
from course import check

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
"""
ONCE = RIGHT.replace("while data := self.request.recv(1024):", "data = self.request.recv(1024)\n        if data:")
CHECK = 'check("echo", Echo)'
LIST = 'calls = ["process_request_thread"]\ncheck("predict the calls", calls)'


def written(path, *cells):
    """A notebook with these cells of code."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [nbformat.v4.new_markdown_cell("# Answers"), *map(nbformat.v4.new_code_cell, cells)]
    nbformat.write(notebook, path)
    return path


CLASS = {
    "right": [RIGHT, CHECK],
    "wrong": [ONCE, CHECK, LIST],
    "unsolved": ["from course import check", CHECK],
    "raises": [RIGHT, "1 / 0", CHECK],
    "broken": [RIGHT, "def (", CHECK],
    "hangs": [RIGHT, CHECK, "while True: pass", LIST],
    "dies": [RIGHT, CHECK, "import os; os._exit(1)", LIST],
    "claims": [ONCE, 'print("echo: passed")', CHECK],
    "patches": [ONCE, "import course.checking.check as v; v.pickling.steps_of = lambda *a: []", CHECK],
    "fakes": [ONCE, "check = lambda *a: 'passed'", CHECK],
    "edits": [
        ONCE,
        "import course.exercises as e, pathlib\n"
        "path = pathlib.Path(e.__path__[0], 'l03_1_echo.py')\n"
        "path.write_text(path.read_text().replace('raise Wrong', 'Wrong'))",
        CHECK,
    ],
    "last counts": [ONCE, CHECK, RIGHT, CHECK],
}
EXPECTED = {
    "right": ("passed", None, []),
    "wrong": ("failed: it goes on until", "failed: it begins with the first calls: the first is right", []),
    "unsolved": ("failed: NameError: name 'Echo' is not defined", None, []),
    "raises": ("passed", None, []),
    "broken": ("passed", None, []),
    "hangs": ("passed", "missing", ["hangs in cell 4: stopped after 12 seconds in all"]),
    "dies": ("passed", "missing", ["its kernel died in cell 4"]),
    "claims": ("failed: it goes on until", None, []),
    "patches": ("failed: it goes on until", None, []),
    "fakes": ("failed: it goes on until", None, []),
    "edits": ("failed: it goes on until", None, []),
    "last counts": ("passed", None, []),
}


EDITED = "the files of the course were changed while it ran, which was undone"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the course, for one of the notebooks edits it."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(Path(course.__file__).parent, folder / "course", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def rows(tmp_path_factory, copy):
    """What the command says of the class: the results by exercise, and the notes."""
    folder = tmp_path_factory.mktemp("class")
    paths = [written(folder / f"{name}.ipynb", *cells) for name, cells in CLASS.items()]
    command = [sys.executable, "-m", "course", "check", "--csv", "--deadline", "12", *map(str, paths)]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False, env=environment, cwd=copy)
    assert done.returncode == 1, done.stderr
    head, *body = csv.reader(io.StringIO(done.stdout))
    assert head == ["learner", "echo", "predict the calls", "notes"]
    return {Path(name).stem: (echo, calls, notes.split("; ")) for name, echo, calls, notes in body}


@pytest.mark.parametrize("name", CLASS)
def test_each_notebook_gets_its_row_honestly(rows, name):
    echo, calls, notes = rows[name]
    wanted_echo, wanted_calls, wanted_notes = EXPECTED[name]
    assert echo.startswith(wanted_echo)
    assert calls.startswith(wanted_calls or "missing")
    assert [note for note in notes if note not in (EDITED, "")] == wanted_notes


def test_an_edit_of_the_course_is_told(rows):
    assert any(EDITED in notes for _, _, notes in rows.values())  # of those that ran at that time


def test_the_course_is_as_it_was(rows, copy):
    for path in Path(course.__file__).parent.rglob("*.py"):
        assert (copy / "course" / path.relative_to(Path(course.__file__).parent)).read_bytes() == path.read_bytes()


def test_the_table_has_a_row_for_each_learner_and_a_column_for_each_exercise():
    table = notebooks.as_table(
        [
            notebooks.Row("ada", {"running total": "passed", "echo": "passed"}),
            notebooks.Row(
                "bob", {"echo": "failed: it sends back what came: it sent nothing"}, ["its kernel died in cell 4"]
            ),
        ]
    )
    assert table.splitlines() == [
        "learner  echo  running total  passed",
        "ada      yes   yes            2 of 2",
        "bob      no    -              0 of 2",
        "",
        "bob: its kernel died in cell 4",
    ]


def test_the_command(tmp_path):
    good, odd = written(tmp_path / "good.ipynb", RIGHT, CHECK), tmp_path / "odd.ipynb"
    odd.write_text("not a notebook")
    command = [sys.executable, "-m", "course", "check", str(good), str(odd), str(tmp_path / "none.ipynb")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[1].split()[1:] == ["yes", "1", "of", "1"]
    assert any("odd.ipynb: cannot be read: NotJSONError" in line for line in lines)
    assert any("none.ipynb: cannot be read: FileNotFoundError" in line for line in lines)
    assert "Traceback" not in done.stderr


def test_checks_are_found_in_cells():
    found = notebooks.checks_in(
        '%matplotlib inline\nx = check("echo", A)\ncourse.check("read a line", f(1))\n'
        'check("no such", B)\ncheck("echo")'
    )
    assert list(found) == [("echo", "A"), ("read a line", "f(1)")]
