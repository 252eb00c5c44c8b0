"""The checks reject nearly every small mistake in their own reference solutions; those they let pass are listed."""

import os
from concurrent.futures import ThreadPoolExecutor

import mutants
import pytest

from course.checking.check import steps_of
from course.checking.exercise_files import find, find_all

NAMES = [exercise.name for exercise in find_all()]
# A check waits more than it computes; each worker of pytest-xdist runs this many.
AT_ONCE = max(2, 2 * (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


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
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {(name, words) for (words, _), passed in zip(made, pool.map(passes, made), strict=True) if passed}


@pytest.mark.parametrize("name", NAMES)
def test_all_mutants_are_rejected_but_those_that_are_listed(name):
    assert survivors(name) == {key for key in mutants.SURVIVORS if key[0] == name}


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_itself_passes(name):
    exercise = find(name)
    assert steps_of(exercise, exercise.solved)[-1].passed
    assert steps_of(exercise, mutants.made(exercise, exercise.source))[-1].passed


def test_the_list_of_survivors_is_short_and_gives_a_reason_for_each():
    every = [(name, words) for name in NAMES for words, _ in mutants.mutants(find(name))]
    assert len(set(every)) == len(every)
    assert set(mutants.SURVIVORS) <= set(every)
    assert all(mutants.SURVIVORS.values())
    changed = len(every) - len(mutants.EQUAL)
    assert len(mutants.SURVIVORS.keys() - mutants.EQUAL) <= 0.05 * changed
