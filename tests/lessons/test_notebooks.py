"""Every lesson keeps every rule, and every rule catches a notebook that breaks it."""

import functools
import re
import runpy
import tomllib
from pathlib import Path

import nbformat
import pytest
from guards import GUARDS, code_cells, is_ignored, minutes_stated

from course.checking.exercise_files import find_all

ROOT = Path(__file__).resolve().parent.parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BAD = Path(__file__).resolve().parent / "bad_notebooks"

# What each of the bad notebooks is told, word for word.
SAID = {
    "run_in_order": [
        "the execution counts are [1, 3, 2, 4], not 1 to 4: run `make notebooks`",
        "cell-005 is empty: remove it",
    ],
    "outputs_are_stored": [
        "cell-004 prints, and no output is stored: run `make notebooks`",
        "cell-006 draws, and no picture is stored: run `make notebooks`",
        "cell-007 shows its last line, and no output is stored: run `make notebooks`, or write `_ = ...`",
        "cell-008 shows its last line, and no output is stored: run `make notebooks`, or write `_ = ...`",
    ],
    "drawn_runs_are_asserted": [
        "cell-004 draws run: print or assert what the picture shows of it",
        "cell-006 draws other: print or assert what the picture shows of it",
        "cell-008 draws serve_and_crowd(): print or assert what the picture shows of it",
    ],
    "errors_are_meant": [
        "cell-004 raises: mend it, or tag it raises-exception",
        "cell-005 raises nothing: drop its tag raises-exception",
    ],
    "ends_with_nothing_left": [
        "the last code cell has to import nothing_left from course.leftovers and call it, and no more",
        "the last code cell has to show that nothing is left, and no more",
    ],
    "threads_do_not_print": [
        "cell-004: handle prints, and may run in a thread: note it, and print from the cell",
        "cell-005: one_at_a_time prints, and may run in a thread: note it, and print from the cell",
        "cell-007: helper prints, and may run in a thread: note it, and print from the cell",
        "cell-008: a lambda prints, and may run in a thread: note it, and print from the cell",
    ],
    "widgets_show_values": [
        "cell-005 uses interact: show results in Image and HTML values",
        "cell-006 uses Output: show results in Image and HTML values",
    ],
    "no_trailing_semicolon": [
        "cell-004 ends with a semicolon: write `_ = ...`",
        "cell-005 ends with a semicolon: write `_ = ...`",
    ],
    "no_updated_displays": [
        "cell-004 updates a display: show the result once",
        "cell-005 updates a display: show the result once",
        "cell-006 updates a display: show the result once",
    ],
    "no_magics": [
        "cell-004 is not plain Python: no magics and no shell escapes",
        "cell-005 is not plain Python: no magics and no shell escapes",
        "cell-006 is not plain Python: no magics and no shell escapes",
        "cell-007 is not plain Python: no magics and no shell escapes",
    ],
    "no_mermaid": [
        "cell-004 has mermaid in it: draw with matplotlib",
        "cell-005 has mermaid in it: draw with matplotlib",
    ],
    "no_svg": [
        "cell-004 shows an SVG: show a PNG",
    ],
    "nothing_on_stderr": [
        "cell-004 has output on stderr: print what matters, remove the cause of the rest",
    ],
    "nothing_of_this_machine": [
        "cell-004 has '/home/' in its source",
        'cell-005 has "127.0.0.1\', 40123" in its output',
        "cell-006 has 'port 40123' in its output",
        "cell-007 has 'pid=4512' in its output",
        "cell-008 has '0x7f3a5c1d2e80' in its output",
        "cell-009 has 'python3.11/' in its output",
        "cell-010 has 'C:\\\\' in its output",
    ],
    "plain_metadata": [
        "the metadata is more than kernel and language: run `make notebooks`",
        "cell-004 has a traceback with lines of this machine: run `make notebooks`",
        "cell-005 has metadata of its own: run `make notebooks`",
        "a1b2c3d4 is an id that an editor made: run `make notebooks`",
    ],
    "short_cells": [
        "cell-004 has 21 lines, more than 20: split it",
    ],
    "fixed_widget_texts": [
        "cell-004 has a stored view of a widget, which nobody can see: run `make notebooks`",
        "cell-004 shows a widget without a fixed text: give it a `__repr__`",
    ],
    "ignored_cells_say_why": [
        "cell-004 is ignored and does not say why: add a comment why its output is 'not compared'",
        "cell-005 has the marker '#NBVAL_IGNORE_OUTPUT': use the tag 'nbval-ignore-output'",
        "cell-006 has the marker '# NBVAL_SKIP': use the tag 'nbval-ignore-output'",
        "cell-007 has the tag 'nbval-skip': the only ones are 'raises-exception', 'nbval-ignore-output', "
        "'needs-haproxy', 'needs-linux'",
    ],
    "shape": [
        "it lacks a first cell with the only title",
        "it lacks a last cell with a link to another notebook",
        "it lacks three lines under **You will**",
        "it lacks verbs at the beginning of these lines",
        "it lacks its minutes",
        "it lacks what is needed first",
        "it lacks a question to predict",
        "it lacks five questions with folded answers",
        "it lacks five key points",
        "it lacks the link to the next",
    ],
    "predictions_are_decided": [
        "cell-005 asks for a prediction, and nothing decides it before the next part",
        "cell-005 asks for a change, and has no folded answer",
    ],
    "minutes": [
        "it promises 46 minutes, and takes 65",
        "it takes 46 minutes, and no cell begins with **Half way.**",
    ],
    "voice": [
        "cell-003 says 'Simply run it.': no exclamation marks, no 'simply', no 'just'",
        "cell-005 says 'It printed it! Just so.': no exclamation marks, no 'simply', no 'just'",
    ],
    "links_lead_somewhere": [
        "cell-001 links to 99_nowhere.ipynb, which is not there",
        "cell-003 links to #Nowhere, where there is no such part",
        "cell-003 links to good.ipynb#cell-004, where there is no such part",
        "cell-003 links to nowhere.html, which is not there",
        "cell-003 links to nowhere.png, which is not there",
    ],
}

read = functools.cache(functools.partial(nbformat.read, as_version=4))


@pytest.mark.parametrize("rule", GUARDS)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_keeps_every_rule(lesson, rule):
    assert list(GUARDS[rule](read(lesson), lesson)) == []


def table_of(text):
    """The minutes of each lesson as a table gives them."""
    rows = re.findall(r"^\| \[[^]]+\]\((?:notebooks/)?(\w+\.ipynb)\) \| (\d+) \|", text, re.MULTILINE)
    return {name: int(minutes) for name, minutes in rows}


def test_the_tables_give_the_minutes_that_the_lessons_state():
    stated = {path.name: minutes_stated(read(path)) for path in LESSONS if not path.name.startswith("appendix")}
    assert table_of((ROOT / "README.md").read_text(encoding="utf-8")) == stated
    ahead = dict(list(stated.items())[1:])
    assert table_of("\n".join(cell.source for cell in read(LESSONS[0]).cells)) == ahead


def broken(path):
    return {rule: said for rule, guard in GUARDS.items() if (said := list(guard(read(path), path)))}


def test_every_rule_has_a_bad_notebook():
    assert {path.stem for path in BAD.glob("*.ipynb")} == {"good", *GUARDS}
    assert SAID.keys() == GUARDS.keys()


@pytest.mark.parametrize("rule", GUARDS)
def test_a_bad_notebook_breaks_its_rule_and_no_other(rule):
    assert broken(BAD / f"{rule}.ipynb") == {rule: SAID[rule]}


def test_a_good_notebook_breaks_none():
    assert broken(BAD / "good.ipynb") == {}


def test_at_most_three_cells_in_a_hundred_are_not_compared():
    cells = [cell for lesson in LESSONS for cell in code_cells(read(lesson))]
    ignored = [cell for cell in cells if is_ignored(cell)]
    assert len(ignored) <= 0.03 * len(cells)


def stands_in(exercise):
    """The cell with the check of an exercise, and the text of its lesson."""
    (lesson,) = (path for path in LESSONS if path.stem.startswith(f"{exercise.lesson:02}_"))
    notebook = read(lesson)
    (cell,) = (cell for cell in code_cells(notebook) if f'check("{exercise.name}", ' in cell.source)
    return cell, "\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("exercise", find_all(), ids=lambda exercise: exercise.name)
def test_an_exercise_stands_in_its_lesson_unsolved(exercise):
    cell, text = stands_in(exercise)
    (output,) = cell.outputs
    said = output.data["text/plain"]
    assert said.startswith(f"{exercise.name}: not yet")
    (step,) = (step for step in exercise.steps if f"failed  {step.name}: " in said)
    assert f"Hint: {step.hints[0]}" in said
    assert said.count("Hint: ") == 1
    assert exercise.task in text.replace("`", "")


def test_cells_have_a_deadline():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["addopts"].split()
    assert "--nbval" in options
    assert any(option.startswith("--nbval-cell-timeout=") for option in options)


def test_a_cell_keeps_its_id_when_others_are_inserted_before_it():
    ids = ["cell-001", "4ad3c2f1", "text-and-bytes", "cell-003", "6f1b9c1e-3a57-4c44-9d07-0f5d2e6a7b11", "cell-002"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(id=each) for each in ids])
    runpy.run_path(str(ROOT / "tools" / "store.py"))["normalise"](notebook)
    assert [cell.id for cell in notebook.cells] == [
        "cell-001",
        "cell-004",
        "text-and-bytes",
        "cell-003",
        "cell-005",
        "cell-002",
    ]
