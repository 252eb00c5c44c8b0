"""No lesson uses a word or a piece of Python before the course has explained it."""

import functools
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import vocabulary
from nbformat.v4 import new_code_cell, new_markdown_cell
from vocabulary import VOCABULARY, not_explained, used_too_early

from course.checking.exercise_files import find_all

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@functools.cache
def lessons():
    """Pairs of a lesson's number and its notebook, in the order of reading."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    return [(path.name.partition("_")[0], nbformat.read(path, as_version=4)) for path in paths]


@functools.cache
def found():
    return list(used_too_early(lessons(), find_all()))


@pytest.mark.parametrize("lesson", [lesson for lesson, _ in lessons()])
def test_a_lesson_uses_what_has_been_explained(lesson):
    assert [sentence for where, _, sentence in found() if where == lesson] == []


def test_every_entry_is_explained_where_the_vocabulary_says():
    assert list(not_explained(lessons())) == []


def test_an_entry_is_of_one_kind():
    kinds = [VOCABULARY[kind].keys() for kind in ("words", "names", "constructs")]
    assert len(set().union(*kinds)) == sum(map(len, kinds))


def test_few_cells_need_not_be_read():
    for lesson, notebook in lessons():
        assert sum(vocabulary.NEED_NOT_READ in cell.source for cell in notebook.cells) <= 3, lesson


@pytest.fixture
def small(monkeypatch):
    """A vocabulary of three entries, all explained in one cell."""
    words, names, constructs = ({each: {"where": "01 explains-it"}} for each in ("port", "struct", "with"))
    small = {"previews": ["01 what-is-ahead"], "words": words, "names": names, "constructs": constructs}
    monkeypatch.setattr(vocabulary, "VOCABULARY", small)


TITLE = new_markdown_cell("# A lesson on ports, with `struct`", id="the-title")
EXPLAINS = new_markdown_cell("A **port** is a number. `struct` packs, `with` closes.", id="explains-it")


def sentences(*cells):
    notebook = SimpleNamespace(cells=[TITLE, *cells])
    return [sentence for _, _, sentence in used_too_early([("01", notebook)])]


@pytest.mark.parametrize(
    ("cell", "entries"),
    [
        (new_markdown_cell("It has two ports."), ["port"]),
        (new_markdown_cell("Try `struct.pack(1)`, or <code>struct</code>."), ["struct"]),
        (new_markdown_cell("So:\n\n    with it:\n        go()\n\nand no more."), ["with"]),
        (new_markdown_cell("So:\n\n```python\nwith it:\n    go()\n```"), ["with"]),
        (new_markdown_cell("[A port](what.ipynb)"), ["port"]),
        (new_markdown_cell("Important: `import_port` is [away](port.ipynb)."), []),
        (new_code_cell("go()  # to the port"), ["port"]),
        (new_code_cell("import struct\nwith it:\n    go()"), ["struct", "with"]),
        (new_code_cell("port = 'with struct'"), []),
        (new_code_cell("self.struct()"), ["struct"]),
        (new_code_cell("print('broken"), []),
    ],
)
@pytest.mark.usefixtures("small")
def test_what_is_used_before_it_is_explained(cell, entries):
    cell.id = "uses-it"
    expected = [f"01 uses-it uses {entry!r}, explained in 01 explains-it" for entry in entries]
    assert sentences(cell, EXPLAINS, cell) == expected
    assert sentences(EXPLAINS, cell) == []


@pytest.mark.usefixtures("small")
def test_what_is_not_read():
    code = new_code_cell("import struct", id="packs-it")
    assert sentences(new_markdown_cell("You need not read the next cell."), code) == []
    assert sentences(new_markdown_cell("Read the next cell."), code) != []
    assert sentences(new_markdown_cell("Ports are next.", id="what-is-ahead"), EXPLAINS) == []
    assert sentences(new_markdown_cell("So.\n\n**Next:** [Ports](ports.ipynb)")) == []


@pytest.mark.usefixtures("small")
def test_an_exercise_is_read_where_it_stands():
    exercise = next(exercise for exercise in find_all() if "    with " in exercise.source)
    stands = new_code_cell(f'check("{exercise.name}", answer)', id="stands-here")
    lesson = f"{exercise.lesson:02}"
    told = list(used_too_early([(lesson, SimpleNamespace(cells=[TITLE, stands]))], [exercise]))
    assert any(f"{lesson} stands-here, the solution, uses 'with'" in sentence for _, _, sentence in told)
    assert list(used_too_early([("99", SimpleNamespace(cells=[TITLE, stands]))], [exercise])) == []


@pytest.mark.usefixtures("small")
def test_a_cell_that_does_not_explain():
    silent = new_markdown_cell("A port is a number, and with closes.", id="explains-it")
    assert list(not_explained([("01", SimpleNamespace(cells=[silent]))])) == [
        "01 explains-it does not explain 'struct'"
    ]
    assert len(list(not_explained([("01", SimpleNamespace(cells=[TITLE]))]))) == 3
