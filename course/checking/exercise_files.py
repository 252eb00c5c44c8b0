"""Find exercises: each is a file in course/exercises, named after its lesson, its number and its name."""

from __future__ import annotations

import ast
import difflib
import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from course.checking.exercise import Exercise, narrow

FOLDER = Path(__file__).resolve().parent.parent / "exercises"


@functools.cache
def files() -> dict[str, str]:
    """The module names of all exercises by the names' file form ('stop_word'), in the order of the course."""
    modules = sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)]))
    return {module.split("_", 2)[2]: module for module in modules}


def file_form(name: str) -> str:
    """An exercise's name as used in file names: 'stop word' becomes 'stop_word'."""
    return name.replace(" ", "_").replace("-", "_")


def find(name: str) -> Exercise:
    """Return the exercise with this name. Raises ValueError, which lists the names, if there is none."""
    module = files().get(file_form(name))
    if module is None:
        names = [each.replace("_", " ") for each in files()]
        near = difflib.get_close_matches(name, names, 1)
        hint = f": did you mean {near[0]!r}?" if near else f"; there are: {', '.join(names)}"
        raise ValueError(f"no exercise is called {name!r}{hint}")
    exercise: Exercise = importlib.import_module(f"course.exercises.{module}").exercise
    return exercise


def find_all() -> list[Exercise]:
    """All exercises, in the order of the lessons."""
    return [find(name) for name in files()]


@functools.cache
def program(name: str) -> CodeType:
    """The part of an exercise that runs in the answer's process: the functions marked with `inside`, and what they use.

    name: the exercise's name. The steps, the hints and the solution are left out. The code expects an Insides named
    `exercise`.
    """
    module = f"course.exercises.{files()[file_form(name)]}"
    specification = importlib.util.find_spec(module)
    assert specification
    assert specification.loader
    source = specification.loader.get_source(module)  # type: ignore[attr-defined]
    body = [node for node in ast.parse(source).body if not _is_for_the_judge(node)]
    for place, node in enumerate(body):
        match node:
            case ast.Assign(targets=[ast.Name("exercise")], value=ast.Call() as call):
                takes = next(keyword.value for keyword in call.keywords if keyword.arg == "takes")
                body[place] = ast.parse(f"exercise.takes = {ast.unparse(takes)}").body[0]
    wanted, kept = {"exercise"}, set[ast.stmt]()
    while new := [
        node for node in body if node not in kept and wanted & {*_bound(node), *_mentioned(node, "exercise")}
    ]:
        kept.update(new)
        wanted.update(name for node in new for name in _used(node))
    tree = ast.Module([_narrowed(node, wanted) for node in body if node in kept], [])
    return compile(ast.fix_missing_locations(tree), f"<{module}>", "exec", dont_inherit=True)


def _is_for_the_judge(node: ast.stmt) -> bool:
    """Whether it is a step, the solution or a docstring."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return any(ast.unparse(each).startswith(("exercise.step", "exercise.solution")) for each in node.decorator_list)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement of a module binds."""
    match node:
        case ast.Import(names) | ast.ImportFrom(names=names):
            yield from (each.asname or each.name.partition(".")[0] for each in names)
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            yield name
        case _:
            yield from (it.id for it in ast.walk(node) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store))


def _used(node: ast.stmt) -> Iterator[str]:
    """The names that a statement uses. Removes annotations, whose names are not needed."""
    for it in ast.walk(node):
        if isinstance(it, ast.FunctionDef):
            it.returns = None
        elif isinstance(it, ast.arg):
            it.annotation = None
    for it in ast.walk(node):
        if isinstance(it, ast.Name):
            yield it.id


def _mentioned(node: ast.stmt, name: str) -> Iterator[str]:
    yield from (it.id for it in ast.walk(node) if isinstance(it, ast.Name) and it.id == name)


def _narrowed(node: ast.stmt, wanted: set[str]) -> ast.stmt:
    """A statement without what is not needed: other names of an import, the annotation of a variable."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        narrow(node, wanted)
    if isinstance(node, ast.AnnAssign) and node.value:
        return ast.Assign([node.target], node.value)
    return node
