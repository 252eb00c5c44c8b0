"""The judge: run the steps of an exercise against an answer and collect the results.

It runs in the caller's process and never unpickles the answer, which runs in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from course.checking.answer_under_test import GONE, AnswerUnderTest, NotJudged
from course.checking.error_hints import hint_for
from course.checking.exercise import Exercise, Wrong

KIND = "it is the right kind of answer"
BUSY = "the machine was too busy"
CALM = 0.05  # seconds; if judge and answer waited less than this for a processor, a failure is the answer's own
ROUGH = 0.25  # seconds; if they waited longer in every attempt, nothing is known about the answer
PACES = 1, 2, 4, 8  # factors for all timeouts, one for each attempt
ENOUGH = 12.0  # seconds; no attempt begins later than this


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of one step.

    passed: None if the step was not reached, or could not be judged, which `did` then explains.
    did: what the answer did, as a clause. hint: a hint for exactly that, '' if there is none.
    """

    name: str
    passed: bool | None = None
    did: str = ""
    hint: str = ""


def as_it_is(command: list[str]) -> list[str]:
    """The command that starts an answer's process, unchanged."""
    return command


def judge(
    exercise: Exercise, pickled: bytes, *, command: Callable[[list[str]], list[str]] = as_it_is, folder: str = ""
) -> list[StepResult]:
    """Judge a pickled answer; returns a result for its kind, and one for each step of the exercise.

    command: changes the command line that starts the answer's process, so that it can be isolated. The process needs
    Python with its packages, this package without its folder `exercises`, and a loopback network that it shares with
    the caller. folder: the last folder on the path on which the answer's imports are found.

    A failure on a busy machine does not count: the answer is judged again, with longer timeouts. If the machine was too
    busy in every attempt, the answer could not be judged.
    """
    end = monotonic() + ENOUGH
    best, least = could_not_be_judged(exercise, BUSY), ROUGH
    for pace in PACES:
        try:
            with AnswerUnderTest(exercise, pickled, command, folder, pace=pace) as subject:
                results = _take_steps(exercise, subject)
                if results[-1].passed or subject.lost < CALM or subject.had_its_time:
                    return results
                if subject.lost < least:
                    best, least = results, subject.lost
        except (NotJudged, OSError) as error:
            best = could_not_be_judged(exercise, str(error))
        if monotonic() > end:
            break
    return best


def _take_steps(exercise: Exercise, subject: AnswerUnderTest) -> list[StepResult]:
    """Run the steps in turn, up to the first that fails."""
    wrong = subject.ready()
    results = [StepResult(KIND, not wrong, wrong), *(StepResult(step.name) for step in exercise.steps)]
    if wrong:
        return results
    for number, step in enumerate(exercise.steps, 1):
        try:
            step.check(subject)
        except Wrong as failure:
            subject.note_failure()
            did = _with_errors(str(failure), subject)
            results[number] = replace(results[number], passed=False, did=did, hint=failure.hint or hint_for(did))
            break
        except Exception as error:
            if isinstance(error, NotJudged | OSError) and not isinstance(error, ConnectionError):
                raise
            subject.note_failure()
            did = f"the check could not read what it did ({type(error).__name__}: {error})"
            results[number] = replace(results[number], passed=False, did=did)
            break
        results[number] = replace(results[number], passed=True)
    return results


def stopped_at_first(exercise: Exercise, did: str) -> list[StepResult]:
    """The results of an answer of the wrong kind."""
    return [StepResult(KIND, False, did), *(StepResult(step.name) for step in exercise.steps)]


def could_not_be_judged(exercise: Exercise, why: str) -> list[StepResult]:
    """The results of an answer that could not be judged."""
    return [
        StepResult(KIND, None, why),
        *(StepResult(step.name) for step in exercise.steps),
    ]


def why_not_judged(results: Sequence[StepResult]) -> str:
    """Why an answer could not be judged: a clause such as 'the machine was too busy'; '' if it was."""
    return next((result.did for result in results if result.passed is None and result.did), "")


def _with_errors(did: str, subject: AnswerUnderTest) -> str:
    """What the answer did, and the exception that it raised, if any."""
    if subject.ended():
        return GONE
    errors = subject.errors()
    return f"{did}. Your code raised {errors[0]}" if errors and errors[0] not in did else did
