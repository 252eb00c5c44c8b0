"""Find exercises: each is a file of course/exercises, named after its lesson, its number and its name."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil

import course.exercises
from course.checking.exercise import Exercise


@functools.cache
def files() -> dict[str, str]:
    """The module of each exercise by its name in file form ('stop_word'), in the course's order."""
    modules = sorted(module.name for module in pkgutil.iter_modules(course.exercises.__path__))
    return {module.split("_", 2)[2]: module for module in modules}


def file_form(name: str) -> str:
    """An exercise's name as it stands in file names: 'stop word' becomes 'stop_word'."""
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
