"""The judge: a process that takes an answer to a task, has it run in another process, and says how it did.

It reads the pickled answer from its standard input and never unpickles it. It prints the verdict as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from course.checking.answer_under_test import GONE, AnswerUnderTest
from course.checking.exercise import Exercise, Wrong
from course.checking.exercise_files import find

KIND = "it is the right kind of answer"
BUSY = "the check did not come to its end: is this machine very busy? Try it again"


def blank(exercise: Exercise) -> list[dict[str, Any]]:
    """The steps before any of them was taken."""
    names = [KIND, *(step.name for step in exercise.steps)]
    return [{"name": name, "passed": None, "did": "", "hint": ""} for name in names]


def judge(exercise: Exercise, pickled: bytes) -> list[dict[str, Any]]:
    """What became of each step: name, whether it passed (None: not reached), what the answer did, a hint for that."""
    steps = blank(exercise)
    with AnswerUnderTest(exercise, pickled) as subject:
        try:
            wrong = subject.ready()
        except TimeoutError:
            wrong = BUSY
        steps[0].update(passed=not wrong, did=wrong)
        if wrong:
            return steps
        for step, result in zip(exercise.steps, steps[1:], strict=True):
            try:
                step.check(subject)
            except Wrong as did:
                result.update(passed=False, did=_did(str(did), subject), hint=did.hint)
                break
            result["passed"] = True
    return steps


def _did(did: str, subject: AnswerUnderTest) -> str:
    """What the answer did, and what it raised meanwhile."""
    if subject.ended():
        return GONE
    errors = subject.errors()
    return f"{did}. Your code raised {errors[0]}" if errors and errors[0] not in did else did


def read(exercise: Exercise, printed: bytes, complaints: bytes) -> list[dict[str, Any]]:
    """The steps that a judge has printed. RuntimeError if it failed, which is no answer's fault."""
    try:
        return list(json.loads(printed))
    except ValueError:
        words = complaints.decode(errors="replace").strip()
        raise RuntimeError(f"the check of {exercise.name!r} itself failed:\n{words}") from None


def main(name: str) -> None:
    """Judge the answer that comes in."""
    print(json.dumps(judge(find(name), sys.stdin.buffer.read())), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
