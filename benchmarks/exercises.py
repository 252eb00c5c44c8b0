"""Checking answers: right ones, a hanging one, and the notebooks of a class."""

from __future__ import annotations

import ast
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import nbformat

from benchmarks.measuring import Row, at_most, in_turns, seconds
from course.checking.check import steps_of
from course.checking.exercise_files import find, find_all
from course.classroom import notebooks

LEARNERS = 30
EXERCISES = find_all()


class Hangs(socketserver.BaseRequestHandler):
    """Never answers."""

    def handle(self) -> None:
        threading.Event().wait()


BY_HAND = """
import os, socket, socketserver, sys, threading, unittest
sys.path.insert(0, {folder!r})
from answer import Echo

class EchoTest(unittest.TestCase):
    def test_echo(self):
        with socketserver.TCPServer(("127.0.0.1", 0), Echo) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            for size in (6, 18, 50_000):
                data = os.urandom(size)
                with socket.create_connection(server.server_address, timeout=2) as sock:
                    sock.sendall(data)
                    sock.shutdown(socket.SHUT_WR)
                    self.assertEqual(b"".join(iter(lambda: sock.recv(65536), b"")), data)
            server.shutdown()
            thread.join()

unittest.main()
"""


def by_hand(folder: str) -> float:
    """Seconds of a unittest of 'echo' in a process of its own, as a teacher would write it."""
    Path(folder, "answer.py").write_text(find("echo").source)
    command = [sys.executable, "-c", BY_HAND.format(folder=folder)]
    return seconds(lambda: subprocess.run(command, check=True, stderr=subprocess.DEVNULL))


def solved(path: Path) -> Path:
    """A notebook with all reference solutions and their checks."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    cells = ["from course import check"]
    for exercise in EXERCISES:
        answer = ast.parse(exercise.source).body[-1].name  # type: ignore[attr-defined]
        call = f"{answer}()" if exercise.takes.is_value else answer
        cells += [exercise.source, f'check("{exercise.name}", {call})']
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(notebook, path)
    return path


def measure() -> list[Row]:
    times = {each.name: seconds(steps_of, each, each.solved) for each in EXERCISES}
    middle = statistics.median(times.values())
    slowest = max(times, key=lambda name: times[name])
    hanging = seconds(steps_of, find("echo"), Hangs)
    echo = find("echo")
    answer = echo.solved
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = in_turns(9, lambda: seconds(lambda: steps_of(echo, answer)), lambda: by_hand(folder))
    with tempfile.TemporaryDirectory() as folder:
        paths = [solved(Path(folder, f"learner{number:02}.ipynb")) for number in range(1, LEARNERS + 1)]
        rows: list[notebooks.Row] = []
        with notebooks.Classroom() as room:
            took = seconds(lambda: rows.extend(room.check_all(paths)))
    passed = sum(result == notebooks.PASSED for row in rows for result in row.results.values())
    all_of_them = LEARNERS * len(EXERCISES)
    missed = at_most(took, 100, "s") or ("" if passed == all_of_them else f"only {passed} of {all_of_them} passed")
    what = f"`python -m course check`: {LEARNERS} notebooks with all {len(EXERCISES)} exercises"
    return [
        Row("`check()` of a right answer to 'echo'", f"{ours:.2f} s",
            f"a unittest that does the same in a process of its own: {theirs:.2f} s", f"{ours / theirs:.2f}",
            missed=at_most(ours / theirs, 1.3)),
        Row("`check()` of a right answer, the median of all exercises", f"{middle:.2f} s",
            missed=at_most(middle, 0.15, "s")),
        Row(f"`check()` of a right answer, the slowest ({slowest})", f"{times[slowest]:.2f} s",
            missed=at_most(times[slowest], 0.5, "s")),
        Row("`check()` of an answer that hangs", f"{hanging:.2f} s", missed=at_most(hanging, 1.2, "s")),
        Row(what, f"{took:.0f} s, {passed} of {all_of_them} passed", missed=missed),
    ]  # fmt: skip
