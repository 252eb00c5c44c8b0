"""The checks reject nearly every small mistake in their own reference solutions; those they let pass are listed."""

import os
from concurrent.futures import ThreadPoolExecutor

import mutants
import pytest

from course.checking.check import steps_of
from course.checking.exercise_files import find, find_all

NAMES = [exercise.name for exercise in find_all()]


def survivors(name):
    """The mutants of a solution that pass, by what was changed."""
    exercise = find(name)

    def passes(mutant):
        try:
            answer = mutants.made(exercise, mutant[1])
        except Exception:  # a class that cannot even be made
            return False
        return all(step.passed for step in steps_of(exercise, answer))

    made = list(mutants.mutants(exercise))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {(name, words) for (words, _), passed in zip(made, pool.map(passes, made), strict=True) if passed}


@pytest.mark.parametrize("name", NAMES)
def test_all_mutants_are_rejected_but_those_that_are_listed(name):
    assert survivors(name) == {key for key in mutants.SURVIVORS if key[0] == name}


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_itself_passes(name):
    exercise = find(name)
    assert steps_of(exercise, exercise.solved)[-1].passed
    assert steps_of(exercise, mutants.made(exercise, exercise.source))[-1].passed


def test_of_100_mutants_that_change_behaviour_95_or_more_are_rejected():
    changed = sum(len(list(mutants.mutants(find(name)))) for name in NAMES) - len(mutants.EQUAL)
    assert (len(mutants.SURVIVORS) - len(mutants.EQUAL)) / changed <= 0.05
    assert all(mutants.SURVIVORS.values())
