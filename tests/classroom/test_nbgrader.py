"""A lesson graded by nbgrader, as deploy/nbgrader says: what unsolved, wrong, right and cheating notebooks get."""

import csv
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "deploy" / "nbgrader"

# nbgrader brings parts of JupyterLab along, so that it is tested in an environment of its own (.ci/run).
pytestmark = pytest.mark.skipif(
    os.environ.get("COURSE_NBGRADER") != "required" and importlib.util.find_spec("nbgrader") is None,
    reason="nbgrader is not installed: pip install 'many-clients[grading]'",
)
LESSON = [
    ("markdown", "# A lesson"),
    ("code", "import socketserver\n\nclass Echo(socketserver.BaseRequestHandler):\n    pass  # your service"),
    ("code", 'from course import check\n\ncheck("echo", Echo)'),
    ("code", "calls = []  # your list"),
    ("code", 'check("predict the calls", calls)'),
]
RIGHT = """
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
"""
ANSWERS = {
    "unsolved": (LESSON[1][1], 0),
    "wrong": (RIGHT.replace("while data :=", "if data :="), 0),
    "right": (RIGHT, 1),
    "cheating": ("import course\nEcho = 1\ncourse.check = lambda *_: course\ncourse.must_pass = lambda: None", 2),
}


def run(*line, cwd):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_marks(tmp_path):
    shutil.copy(HERE / "nbgrader_config.py", tmp_path)
    cells = [{"cell_type": kind, "id": f"cell-{number}", "source": source, "metadata": {}}
             | ({"outputs": [], "execution_count": None} if kind == "code" else {})
             for number, (kind, source) in enumerate(LESSON)]  # fmt: skip
    lesson = tmp_path / "lesson.ipynb"
    lesson.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    printed = run(sys.executable, str(HERE / "convert.py"), str(lesson), "source/echo/lesson.ipynb", cwd=tmp_path)
    assert printed == "exercises: echo, predict the calls\n"
    nbgrader = [sys.executable, "-m", "nbgrader"]
    run(*nbgrader, "generate_assignment", "echo", cwd=tmp_path)
    released = (tmp_path / "release" / "echo" / "lesson.ipynb").read_text()
    assert "SOLUTION" not in released
    assert "sendall" not in released
    assert "process_request" not in released
    for learner, (answer, _) in ANSWERS.items():
        notebook = json.loads(released)
        notebook["cells"][1]["source"] = answer
        folder = tmp_path / "submitted" / learner / "echo"
        folder.mkdir(parents=True)
        (folder / "lesson.ipynb").write_text(json.dumps(notebook))
    run(*nbgrader, "autograde", "echo", cwd=tmp_path)
    run(*nbgrader, "export", "--to", "marks.csv", cwd=tmp_path)
    with open(tmp_path / "marks.csv") as file:
        marks = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert marks == {learner: (points, 2) for learner, (_, points) in ANSWERS.items()}
