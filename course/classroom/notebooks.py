"""Checks the notebooks of a class: runs each in a kernel of its own, and judges the answers that it hands in.

What a notebook prints or changes in its kernel counts for nothing: the answers are pickled there, and judged by
processes that the notebook never meets.
"""

from __future__ import annotations

import ast
import asyncio
import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from time import monotonic
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from course.checking import exercise_files
from course.checking.judge import judge, why_not_judged
from course.classroom.hand_in_cell import ANSWER, REASON

DEADLINE = 120.0  # seconds for running one notebook
PASSED, FAILED, MISSING = "passed", "failed", "missing"


@dataclass(slots=True)
class Row:
    """One learner's notebook: what became of each exercise in it, by name, and what there is to say of the run."""

    learner: str
    results: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def check_class(
    paths: Sequence[Path], *, deadline: float = DEADLINE, at_once: int = 0, told: Callable[[], object] = lambda: None
) -> list[Row]:
    """A row for each notebook, in the order of the paths.

    deadline: seconds for running one notebook; what it has answered by then is judged all the same. at_once: how many
    run at the same time, as many as there are processors if 0. told: called when one is done. A notebook that cannot
    be read, hangs or dies raises nothing: its row says so.
    """
    return asyncio.run(_check_class(paths, deadline, at_once or os.cpu_count() or 1, told))


async def _check_class(paths: Sequence[Path], deadline: float, at_once: int, told: Callable[[], object]) -> list[Row]:
    places, seal = asyncio.Semaphore(at_once), Seal(Path(exercise_files.__file__).parent.parent)

    async def one(path: Path) -> Row:
        async with places:
            row = await check_notebook(path, deadline, seal)
        told()
        return row

    return await asyncio.gather(*map(one, paths))


async def check_notebook(path: Path, deadline: float, seal: Seal) -> Row:
    """Run one notebook and judge what it hands in."""
    row = Row(str(path))
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        row.notes.append(f"cannot be read: {type(error).__name__}: {error}".splitlines()[0])
        return row
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        exercises = add_collectors(notebook, folder)
        await _run(notebook, path, deadline, row)
        changed = seal.broken()
        for name in exercises:
            where = Path(folder) / exercise_files.file_form(name)
            row.results[name] = await asyncio.to_thread(_judged, name, where)
            while seal.broken():  # by a notebook that runs at the same time: judge again, by the course as it was
                changed = True
                row.results[name] = await asyncio.to_thread(_judged, name, where)
        if changed:
            row.notes.append("the files of the course were changed while it ran, which was undone")
    return row


def add_collectors(notebook: nbformat.NotebookNode, folder: str) -> list[str]:
    """Let a notebook hand in its answers after each cell with a check; returns the exercises' names, in order."""
    cells, names = [], []
    for number, cell in enumerate(notebook.cells, 1):
        cells.append(cell)
        if cell.cell_type != "code":
            continue
        cell.metadata["course_number"] = number
        for name, answer in checks_in(cell.source):
            names.append(name)
            order = f"hand_in({folder!r}, {exercise_files.file_form(name)!r}, lambda: ({answer}))"
            source = f"from course.classroom.hand_in_cell import hand_in\n{order}"
            cells.append(nbformat.v4.new_code_cell(source, metadata={"course_number": number}))
    notebook.cells = cells
    return list(dict.fromkeys(names))


def checks_in(source: str) -> Iterable[tuple[str, str]]:
    """The exercise and the answer, as source, of each check("name", answer) in a cell. Unknown names are left out."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("check") | ast.Attribute(attr="check"), args=[ast.Constant(str(name)), answer]):
                if exercise_files.file_form(name) in exercise_files.files():
                    yield exercise_files.find(name).name, ast.unparse(answer)


async def _run(notebook: nbformat.NotebookNode, path: Path, deadline: float, row: Row) -> None:
    """Run all cells, those that raise included, and note what stopped it."""
    end = monotonic() + deadline
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        timeout_func=lambda _: max(0.1, end - monotonic()),
        resources={"metadata": {"path": str(path.parent)}},
        interrupt_on_timeout=False,
    )
    now: list[Any] = []
    client.on_cell_execute = lambda cell, cell_index: now.append(cell.metadata.get("course_number"))
    environment = {**os.environ, "COURSE_PROGRESS": "off", "TQDM_DISABLE": "1"}
    try:
        await client.async_execute(env=environment, stdout=DEVNULL, stderr=DEVNULL)
    except CellTimeoutError:
        row.notes.append(f"hangs in cell {now[-1]}: stopped after {deadline:g} seconds in all")
    except DeadKernelError:
        row.notes.append(f"its kernel died in cell {now[-1]}")
    except Exception as error:
        row.notes.append(f"cannot be run: {type(error).__name__}: {error}".splitlines()[0])


def _judged(name: str, where: Path) -> str:
    """What became of one answer in the folder."""
    if not where.with_suffix(ANSWER).exists():
        reason = where.with_suffix(REASON)
        return f"{FAILED}: {reason.read_text(encoding='utf-8')}" if reason.exists() else MISSING
    results = judge(exercise_files.find(name), where.with_suffix(ANSWER).read_bytes())
    if why := why_not_judged(results):
        return f"{FAILED}: {why}"
    failed = next((result for result in results if not result.passed), None)
    return PASSED if failed is None else f"{FAILED}: {failed.name}: {failed.did}"


class Seal:
    """Remembers the files of a folder, and puts them back where somebody has changed them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = self._read()

    def _read(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self._folder.rglob("*.py")}

    def broken(self) -> bool:
        """Whether any file was changed, added or removed since; after that all is as it was."""
        now = self._read()
        if now == self._files:
            return False
        for path in now.keys() - self._files.keys():
            path.unlink()
        for path, data in self._files.items():
            if now.get(path) != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        return True


def columns(rows: Iterable[Row]) -> list[str]:
    """The exercises that any row has, in the order of the lessons."""
    found = {name for row in rows for name in row.results}
    return [exercise.name for exercise in exercise_files.find_all() if exercise.name in found]


def as_table(rows: Sequence[Row]) -> str:
    """A line for each learner and a column for each exercise, in plain text; below it what there is to say."""
    names = columns(rows)
    head = ["learner", *names, "passed"]
    body = []
    for row in rows:
        words = [row.results.get(name, MISSING).partition(":")[0] for name in names]
        body.append([row.learner, *(SHORT[word] for word in words), f"{words.count(PASSED)} of {len(names)}"])
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    ]
    notes = [f"{row.learner}: {note}" for row in rows for note in row.notes]
    return "\n".join([*lines, *([""] if notes else []), *notes])


SHORT = {PASSED: "yes", FAILED: "no", MISSING: "-"}


def as_csv(rows: Sequence[Row]) -> str:
    """The same as CSV, with the step that failed and the notes."""
    names = columns(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", *names, "notes"])
    for row in rows:
        writer.writerow([row.learner, *(row.results.get(name, MISSING) for name in names), "; ".join(row.notes)])
    return text.getvalue()
