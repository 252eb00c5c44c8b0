"""`python -m course lessons FOLDER`: copied, renewed, and a learner's work left alone."""

import sys
from pathlib import Path

import pytest

from course.classroom import lessons
from course.classroom.command import main


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A small course that is shipped; a test may change it."""
    folder = tmp_path / "shipped"
    (folder / "pictures").mkdir(parents=True)
    for name in ("00_start.ipynb", "01_work.ipynb", "pictures/one.png", ".ruff.toml", "progress.json"):
        (folder / name).write_text(f"{name}, first edition")
    monkeypatch.setattr(lessons, "shipped", lambda: folder)
    return folder


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != lessons.RECORD)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_what_a_learner_changed_stays_and_everything_else_is_renewed(shipped, tmp_path, capsys):
    mine = tmp_path / "home" / "lessons"
    assert main(["lessons", str(mine)]) == 0
    first = {name: f"{name}, first edition" for name in ("00_start.ipynb", "01_work.ipynb", "pictures/one.png")}
    assert contents(mine) == first
    (mine / "01_work.ipynb").write_text("my work")
    (mine / "notes.txt").write_text("my notes")
    assert lessons.copy_lessons(mine) == []  # nothing is new

    for name in first:
        (shipped / name).write_text(f"{name}, second edition")
    (shipped / "02_more.ipynb").write_text("more")
    capsys.readouterr()
    assert main(["lessons", str(mine)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "00_start.ipynb: renewed",
        "01_work.ipynb has your work in it and stays; the new one is 01_work.new.ipynb",
        "02_more.ipynb: copied",
        "pictures/one.png: renewed",
    ]
    renewed = {name: f"{name}, second edition" for name in ("00_start.ipynb", "pictures/one.png")}
    own = {"01_work.ipynb": "my work", "notes.txt": "my notes", "02_more.ipynb": "more"}
    assert contents(mine) == renewed | own | {"01_work.new.ipynb": "01_work.ipynb, second edition"}
    assert lessons.copy_lessons(mine) == []

    (mine / "01_work.new.ipynb").write_text("my work on the second edition")
    (shipped / "01_work.ipynb").write_text("third edition")
    (mine / "02_more.ipynb").unlink()
    assert len(lessons.copy_lessons(mine)) == 2
    assert contents(mine)["01_work.ipynb"] == "my work"
    assert contents(mine)["01_work.new.ipynb"] == "my work on the second edition"
    assert contents(mine)["01_work.new2.ipynb"] == "third edition"
    assert contents(mine)["02_more.ipynb"] == "more"


def test_a_folder_that_cannot_be_written_is_named_in_a_sentence(shipped, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["lessons", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.startswith("the lessons could not be copied: ")


def test_an_installed_package_brings_the_lessons():
    installed = {path.name for path in Path(sys.prefix, "share", "many-clients", "lessons").glob("*.ipynb")}
    assert "04_many_clients.ipynb" in installed
