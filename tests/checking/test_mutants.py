"""The checks reject nearly every small mistake in their own reference solutions; those they let pass are listed."""

import mutants
import pytest
from together import chosen, judged, pool

from course.checking.exercise_files import find, find_all

NAMES = [exercise.name for exercise in find_all()]


def passes(name, text):
    """Whether a mutant passes the check."""
    exercise = find(name)
    try:
        answer = mutants.made(exercise, text)
    except Exception:  # a class that cannot even be made
        return False
    return all(step.passed for step in judged(exercise, answer))


@pytest.fixture(scope="module")
def passed(request):
    """Whether each mutant of a solution passes, by the solution's name and what was changed, as futures."""
    names = [it["name"] for it in chosen(request, test_all_mutants_are_rejected_but_those_that_are_listed)]
    with pool() as judges:
        yield {
            name: {words: judges.submit(passes, name, text) for words, text in mutants.mutants(find(name))}
            for name in names
        }


@pytest.mark.parametrize("name", NAMES)
def test_all_mutants_are_rejected_but_those_that_are_listed(passed, name):
    survivors = {(name, words) for words, passes in passed[name].items() if passes.result()}
    assert survivors == {key for key in mutants.SURVIVORS if key[0] == name}


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_itself_passes(name):
    exercise = find(name)
    assert judged(exercise, exercise.solved)[-1].passed


def test_the_list_of_survivors_is_short_and_gives_a_reason_for_each():
    every = [(name, words) for name in NAMES for words, _ in mutants.mutants(find(name))]
    assert len(set(every)) == len(every)
    assert set(mutants.SURVIVORS) <= set(every)
    assert all(mutants.SURVIVORS.values())
    changed = len(every) - len(mutants.EQUAL)
    assert len(mutants.SURVIVORS.keys() - mutants.EQUAL) <= 0.05 * changed
