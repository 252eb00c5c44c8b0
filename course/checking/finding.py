"""Finds exercises: each is a file of course/exercises, named like the exercise."""

from __future__ import annotations

import difflib
import importlib
import pkgutil

import course.exercises
from course.checking.exercise import Exercise


def files() -> list[str]:
    """The names of the files, in the order of the alphabet."""
    return sorted(module.name for module in pkgutil.iter_modules(course.exercises.__path__))


def file_of(name: str) -> str:
    """The name of an exercise's file."""
    return name.replace(" ", "_").replace("-", "_")


def find(name: str) -> Exercise:
    """The exercise of that name. ValueError if there is none, with the names that there are."""
    file = file_of(name)
    if file not in files():
        names = [each.replace("_", " ") for each in files()]
        near = difflib.get_close_matches(name, names, 1)
        hint = f": did you mean {near[0]!r}?" if near else f"; there are: {', '.join(names)}"
        raise ValueError(f"no exercise is called {name!r}{hint}")
    exercise: Exercise = importlib.import_module(f"course.exercises.{file}").exercise
    return exercise


def find_all() -> list[Exercise]:
    """All exercises, in the order of the lessons."""
    return sorted(map(find, files()), key=lambda exercise: (exercise.lesson, exercise.number))
