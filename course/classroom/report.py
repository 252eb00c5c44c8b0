"""What a teacher reads: a table, or CSV. Learners' words are shown as plain text of one line, whatever is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from course.checking import exercise_files
from course.classroom.notebooks import FAILED, MISSING, PASSED, UNJUDGED, Row

WIDE = 80  # characters for the exercises: wider tables have signs in place of words
LONGEST = 200  # characters of a learner's words
SIGNS = {PASSED: "+", FAILED: "x", MISSING: "-", UNJUDGED: "?"}


def plain(text: str, most: int = LONGEST) -> str:
    """Text for a line in a terminal: control characters and the like are escaped, and the rest is cut off."""
    text = "".join(each if each.isprintable() else each.encode("unicode_escape", "replace").decode() for each in text)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def columns(rows: Iterable[Row]) -> list[str]:
    """The exercises that any row has, in the order of the lessons."""
    found = {name for row in rows for name in row.results}
    return [exercise.name for exercise in exercise_files.find_all() if exercise.name in found]


def all_judged(rows: Sequence[Row]) -> bool:
    """Whether every exercise of every row has been judged."""
    names = columns(rows)
    return not any(row.status(name).startswith(UNJUDGED) for row in rows for name in names) and not any(
        row.note and not row.results for row in rows
    )


def as_table(rows: Sequence[Row]) -> str:
    """A line for each learner and a column for each exercise; below it why answers failed or could not be judged."""
    names = columns(rows)
    words = [[row.status(name).partition(":")[0] for name in names] for row in rows]
    passed = [f"{line.count(PASSED)} of {len(names)}" for line in words]
    learners = [plain(row.learner) for row in rows]
    full = _aligned(
        [["learner", *names, PASSED], *([a, *b, c] for a, b, c in zip(learners, words, passed, strict=True))]
    )
    legend = []
    if max(map(len, full)) - max(map(len, learners)) > WIDE and names:
        exercises = [exercise_files.find(name) for name in names]
        heads = [f"{exercise.lesson}.{exercise.number}" for exercise in exercises]
        body = ([a, *(SIGNS[word] for word in b), c] for a, b, c in zip(learners, words, passed, strict=True))
        full = _aligned([["learner", *heads, PASSED], *body])
        legend = ["", ", ".join(f"{sign} {word}" for word, sign in SIGNS.items())]
        legend += [f"{head:4} {name}" for head, name in zip(heads, names, strict=True)]
    return "\n".join([*full, *legend, *_remarks(rows, names)])


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _remarks(rows: Sequence[Row], names: Sequence[str]) -> list[str]:
    """What there is to say of each row: why it did not come to its end, and why answers did not pass."""
    lines = []
    for row in rows:
        said = [row.note] if row.note else []
        said += [f"{name}: {row.results[name]}" for name in names if row.results.get(name, PASSED) != PASSED]
        lines += [f"{plain(row.learner)}: {plain(text)}" for text in said]
    return ["", *lines] if lines else []


def as_csv(rows: Sequence[Row]) -> str:
    """The same as CSV. No cell begins like a formula, which a spreadsheet would compute."""
    names = columns(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", *names, "note"])
    for row in rows:
        writer.writerow([_cell(row.learner), *(_cell(row.status(name)) for name in names), _cell(row.note)])
    return text.getvalue()


def _cell(text: str) -> str:
    text = plain(text, 1000)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
