"""Every lesson keeps every rule, and every rule catches a notebook that breaks it."""

import tomllib
from pathlib import Path

import nbformat
import pytest
from guards import GUARDS, IGNORED, code_cells

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BAD = Path(__file__).resolve().parent / "bad_notebooks"

# What each of the bad notebooks must be told.
SAID = {
    "drawn_runs_are_asserted": "cell-004 draws run, and no cell prints or asserts anything of it",
    "ends_with_nothing_left": "the last code cell has to show",
    "errors_are_meant": "cell-004 raises, and has no tag",
    "fixed_widget_texts": "cell-004 shows a widget without a fixed text",
    "ignored_cells_say_why": "cell-004 is ignored and does not say why",
    "links_lead_somewhere": "cell-001 links to 99_nowhere.ipynb, which is not there",
    "no_magics": "cell-004 uses a magic or a shell escape",
    "no_mermaid_and_no_svg": "cell-004 has mermaid or SVG in it",
    "no_trailing_semicolon": "cell-004 ends with a semicolon",
    "no_updated_displays": "cell-004 updates a display",
    "nothing_of_this_machine": 'cell-004 has "127.0.0.1\', 40123" in its output',
    "nothing_on_stderr": "cell-004 has output on stderr",
    "outputs_are_stored": "cell-004 prints or shows something, and no output is stored",
    "plain_metadata": "the metadata is more than kernel and language",
    "run_in_order": "the execution counts are [1, 3, 2], not 1 to 3",
    "shape": "it lacks five questions",
    "short_cells": "cell-004 has 21 lines, more than 20",
    "threads_do_not_print": "cell-004: Upper prints, and may run in a thread",
    "voice": "the voice: 'It is simply a server.'",
    "widgets_show_values": "cell-004 uses interact",
}


def broken(path):
    notebook = nbformat.read(path, as_version=4)
    return {name: found for name, guard in GUARDS.items() if (found := list(guard(notebook, path)))}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_keeps_every_rule(lesson):
    assert broken(lesson) == {}


@pytest.mark.parametrize("rule", GUARDS)
def test_a_bad_notebook_breaks_its_rule_and_no_other(rule):
    found = broken(BAD / f"{rule}.ipynb")
    assert list(found) == [rule]
    assert SAID[rule] in found[rule][0]


def test_a_good_notebook_breaks_none():
    assert broken(BAD / "good.ipynb") == {}


def test_at_most_three_cells_in_a_hundred_are_not_compared():
    cells = [cell for lesson in LESSONS for cell in code_cells(nbformat.read(lesson, as_version=4))]
    ignored = [cell for cell in cells if IGNORED in cell.source]
    assert len(ignored) <= 0.03 * len(cells)


def test_cells_have_a_deadline():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["addopts"]
    assert "--nbval " in options
    assert "--nbval-cell-timeout=" in options
