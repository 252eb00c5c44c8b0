"""Lesson 12: a simulated queue with several workers."""

import heapq
from collections.abc import Sequence
from typing import Any

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.served_answers import RANDOM

exercise = Exercise(
    name="waiting times",
    lesson=12,
    number=1,
    task="Write a function of two lists and a number that simulates a queue. arrivals has the moments at which clients "
    "come, in order; works has how long the work for each of them takes. All are whole numbers, 0 or more, and several "
    "clients may come at the same moment. workers is the number of workers. Each serves one client at a time; whoever "
    "came first is served first, by the worker that is free first. Return a list: how long each client waits until its "
    "work begins. Leave the two lists as they are.",
    takes=function_of("arrivals", "works", "workers"),
)


@exercise.inside
def simulated(answer, arrivals: list[int], works: list[int], workers: int) -> tuple[object, list[int], list[int]]:
    """What the answer returns, and what has become of its two lists."""
    return answer(arrivals, works, workers), arrivals, works


@exercise.solution
def waiting_times(arrivals, works, workers):
    free = [0] * workers  # when each of them will be free
    waits = []
    for number in range(len(arrivals)):
        first = min(free)
        start = max(arrivals[number], first)
        waits.append(start - arrivals[number])
        free[free.index(first)] = start + works[number]
    return waits


def expected(arrivals: Sequence[int], works: Sequence[int], workers: int) -> list[int]:
    """The same with a heap."""
    free, waits = [0] * workers, []
    for arrival, work in zip(arrivals, works, strict=True):
        waits.append(max(0, free[0] - arrival))
        heapq.heapreplace(free, max(arrival, free[0]) + work)
    return waits


def expect(subject: AnswerUnderTest, arrivals: list[int], works: list[int], workers: int) -> None:
    """Wrong if the answer returns other waits than these clients have."""
    got: Any
    got, *lists = subject.do("simulated", arrivals, works, workers)
    if got is None:
        raise Wrong("it returned None")
    case = f"arrivals {arrivals}, works {works}, workers {workers}"
    if got != (wanted := expected(arrivals, works, workers)):
        hint = "" if isinstance(got, list) else "Return a list: [] makes one, and append() adds to it."
        raise Wrong(f"{case}: the waits are {wanted}, and it returned {got!r}"[:400], hint=hint)
    if lists != [arrivals, works]:
        raise Wrong(
            f"{case}: afterwards the lists were {lists[0]} and {lists[1]}",
            hint="pop, sort and assigning to an item change the caller's list. Read the items, or work on a copy.",
        )


@exercise.step(
    "one worker serves one client after another",
    "Keep in a variable when the worker will be free. The work begins then, or when the client comes if that is later.",
    "start = max(arrivals[number], free). The client waits start - arrivals[number]; then free = start + works[number]",
)
def one(subject: AnswerUnderTest) -> None:
    first = RANDOM.randint(1, 9)
    expect(subject, [first, first, first + 1], [4, 3, RANDOM.randint(5, 9)], 1)


@exercise.step(
    "a worker that is free stands by, and the next client does not wait",
    "The work cannot begin before the client is there: no wait is less than 0, and no worker is free in advance.",
)
def idle(subject: AnswerUnderTest) -> None:
    first = RANDOM.randint(0, 9)
    expect(subject, [first, first + 20, first + 21], [5, 6, 7], 1)


@exercise.step(
    "several workers serve at once",
    "Keep a list: when each of the workers will be free. [0] * workers makes it.",
    "The client gets the worker with the smallest number: min(free).",
)
def several(subject: AnswerUnderTest) -> None:
    expect(subject, [0, 0, 0, 0], [5, 5, 5, 5], 3)
    expect(subject, [0, 1], [9, 9], 5)


@exercise.step(
    "the worker that is free first serves next",
    "Taking the workers in turn is wrong when one of them has long work. Who is free first?",
    "free.index(min(free)) is the place of the worker that is free first.",
)
def first_free(subject: AnswerUnderTest) -> None:
    expect(subject, [0, 0, 0, 0], [RANDOM.randint(20, 30), 1, 2, 3], 2)
    expect(subject, [0, 0, 1, 2, 3], [9, 1, 9, 1, 1], 2)


@exercise.step(
    "it is right for any clients",
    "Try it by hand on the lists above. Clients who come at the same moment, and work that takes 0, are no exceptions.",
)
def any_clients(subject: AnswerUnderTest) -> None:
    expect(subject, [], [], 2)
    expect(subject, [4, 4, 4], [0, 0, 2], 1)
    for workers in (1, 2, 4):
        arrivals = sorted(RANDOM.randint(0, 30) for _ in range(15))
        expect(subject, arrivals, [RANDOM.randint(0, 9) for _ in arrivals], workers)
