"""Turn a lesson into the source of an nbgrader assignment: `python convert.py lesson.ipynb source/lesson/lesson.ipynb`.

A cell with a check becomes a locked test that is worth one point, and raises unless the answer passes. The reference
solution goes into the cell before it, between the marks that nbgrader cuts out.
"""

import ast
import sys
from pathlib import Path

import nbformat

from course.checking.exercise_files import find


def convert(lesson: Path, source: Path) -> list[str]:
    """Write the source; returns the names of its exercises. Raises ValueError if a cell before a check is no code."""
    notebook = nbformat.read(lesson, as_version=4)
    names = []
    for number, cell in enumerate(notebook.cells):
        call = checked(cell.source) if cell.cell_type == "code" else None
        if call is None:
            continue
        answer = notebook.cells[number - 1]
        if answer.cell_type != "code":
            raise ValueError(f"cell {number} of {lesson} is no cell for an answer")
        name = ast.literal_eval(call.args[0])
        exercise = find(name)
        solution = exercise.source
        if exercise.takes.is_value:  # the reference solution is a function that makes the value
            solution += f"\n{ast.unparse(call.args[1])} = {exercise.solved!r}"
        answer.source += f"\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
        cell.source = cell.source.replace(ast.unparse(call).replace("'", '"'), "").rstrip()
        cell.source += f'\ncheck("{name}", {ast.unparse(call.args[1])}).must_pass()'
        mark(answer, f"{name} answer", solution=True)
        mark(cell, name, grade=True, locked=True, points=1)
        names.append(name)
    source.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, source)
    return names


def checked(source: str) -> ast.Call | None:
    """The call `check("name", answer)` that is the last line of a cell."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, IndexError):
        return None
    match last:
        case ast.Expr(ast.Call(func=ast.Name("check"), args=[ast.Constant(str()), _]) as call):
            return call
    return None


def mark(cell: nbformat.NotebookNode, name: str, **more: object) -> None:
    """Say what a cell is to nbgrader."""
    known = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = {**known, "grade_id": name.replace(" ", "-"), **more}


if __name__ == "__main__":
    print(f"exercises: {', '.join(convert(Path(sys.argv[1]), Path(sys.argv[2])))}")
