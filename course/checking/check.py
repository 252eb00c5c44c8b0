"""check(): grade an answer, show the result and record the learner's progress."""

from __future__ import annotations

import html
import os
from typing import Any

from course.checking import progress
from course.checking.exercise import Exercise
from course.checking.exercise_files import find, find_all
from course.checking.judge import StepResult, judge, stopped_at_first, why_not_judged
from course.checking.pickling import NotPicklable, in_time, pickled

TRIES = 3  # after this many failed tries the solution is shown
MISSING: Any = object()
SIGNS = {True: "passed", False: "failed", None: "not yet"}
MARKS = {True: "✓", False: "✗", None: "·"}
COLOURS = {True: "#009e73", False: "#d55e00", None: "#767676"}


def check(name: str | None = None, answer: Any = MISSING) -> Verdict | Standing | Overview:
    """Check an answer to an exercise, or show the learner's progress.

    With a name and an answer (a class, a function or a list): grade the answer and return a Verdict, which a notebook
    shows. It is true if the answer passed; `must_pass()` raises an AssertionError if not. The answer runs in a process
    of its own, which is killed within two seconds with everything that it started (longer on a busy machine). Nothing
    that the answer raises comes out of check().
    With a name only: return the Standing in this exercise. Its `solution` is shown after a pass or three failed tries.
    With nothing: return the Overview of all exercises.

    Progress is kept in the file progress.json in the working folder, which is the notebooks'. The environment variable
    COURSE_PROGRESS names another file, or is `off` to keep progress in memory only.

    Raises ValueError if no exercise has this name, KeyboardInterrupt if it is interrupted.
    """
    __tracebackhide__ = True  # from IPython: the sentence says it all
    if name is None:
        return Overview()
    exercise = find(name)
    if answer is MISSING:
        return Standing(exercise)
    steps = tuple(steps_of(exercise, answer))
    if why_not_judged(steps):  # this does not count as a try
        return Verdict(exercise, steps, progress.of(exercise.name)["tries"])
    record = progress.note(exercise.name, passed=all(step.passed for step in steps))
    return Verdict(exercise, steps, record["tries"])


def steps_of(exercise: Exercise, answer: Any) -> list[StepResult]:
    """Judge an answer that is an object of this process."""
    takes = exercise.takes
    try:
        if wrong := in_time(lambda: takes.wrong(answer)):
            return stopped_at_first(exercise, wrong)
        data = pickled(takes.plain(answer) if takes.plain else answer)
    except NotPicklable as why:
        return stopped_at_first(exercise, str(why))
    except TimeoutError:
        return stopped_at_first(exercise, "finding out what kind of answer it is did not end")
    except Exception as error:  # a fault of the answer's own: a property that raises, for example
        return stopped_at_first(exercise, f"looking at it raised {type(error).__name__}: {error}")
    return judge(exercise, data, folder=os.getcwd())


class Source(str):
    """Source code, which a notebook shows as text and not as a quoted string."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Standing:
    """A learner's progress in one exercise. It is true if the exercise has been passed."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise

    @property
    def passed(self) -> bool:
        """Whether an answer has ever passed."""
        return progress.of(self.exercise.name)["passed"]

    def __bool__(self) -> bool:
        return self.passed

    @property
    def tries(self) -> int:
        """How many answers were checked."""
        return progress.of(self.exercise.name)["tries"]

    @property
    def solution(self) -> Source:
        """The reference solution after a pass or three tries; before that, a sentence that says so."""
        if self.passed or self.tries >= TRIES:
            return Source(self.exercise.source)
        more = TRIES - self.tries
        return Source(
            f"The solution is shown when you have passed, or after {more} more tr{'y' if more == 1 else 'ies'}."
        )

    def __repr__(self) -> str:
        state = "passed" if self.passed else f"{self.tries} tr{'y' if self.tries == 1 else 'ies'} so far"
        return f"{self.exercise.name} ({state}): {self.exercise.task}"


class Verdict(Standing):
    """The result of a check. `steps` has the result of each step.

    As a condition it is true if the answer passed: `assert check("echo", Echo)` fails if it did not.
    """

    def __init__(self, exercise: Exercise, steps: tuple[StepResult, ...], tries: int) -> None:
        super().__init__(exercise)
        self.steps = steps
        self._tries = tries

    @property
    def passed(self) -> bool:
        """Whether this answer passed every step."""
        return all(step.passed for step in self.steps)

    @property
    def judged(self) -> bool:
        """Whether the answer could be judged. If not, the machine was the reason, and it does not count as a try."""
        return not why_not_judged(self.steps)

    def must_pass(self) -> Verdict:
        """Return the verdict if the answer passed. Raises AssertionError, which says what failed, if it did not."""
        __tracebackhide__ = True
        if not self.passed:
            raise AssertionError(repr(self))
        return self

    @property
    def failed(self) -> StepResult | None:
        """The step that this answer failed."""
        return next((step for step in self.steps if step.passed is False), None)

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints for that step, one more with each try: first the one for what the answer did, if there is one."""
        if not self.failed:
            return ()
        known = {step.name: step.hints for step in self.exercise.steps}.get(self.failed.name, ())
        return tuple(filter(None, (self.failed.hint, *known)))[: self._tries]

    @property
    def _shown(self) -> list[StepResult]:
        """The steps to show: all if the answer was judged, and the first, about its kind, only if it failed."""
        if not self.judged:
            return []
        return [step for number, step in enumerate(self.steps) if number or not step.passed]

    @property
    def _title(self) -> str:
        if why := why_not_judged(self.steps):
            return f"{self.exercise.name}: could not be judged, because {why}. Run the check again"
        return f"{self.exercise.name}: {'passed' if self.passed else 'not yet'}"

    def __repr__(self) -> str:
        lines = [self._title]
        for step in self._shown:
            lines.append(f"  {SIGNS[step.passed]:8}{step.name}{f': {step.did}' if step.did else ''}")
            if step.passed is False:
                lines += [f"          Hint: {hint}" for hint in self.hints]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = []
        for step in self._shown:
            did = f": {html.escape(step.did)}" if step.did else ""
            mark = f'<span aria-hidden="true">{MARKS[step.passed]}</span> {SIGNS[step.passed]}:'
            hints = [f"<br><em>Hint:</em> {html.escape(hint)}" for hint in self.hints] if step.passed is False else []
            parts.append(f"<li>{mark} {html.escape(step.name)}{did}{''.join(hints)}</li>")
        look = f"border-left: 5px solid {COLOURS[self.passed if self.judged else None]}; padding-left: 10px"
        items = f'<ul style="list-style: none; padding-left: 0; margin: 4px 0">{"".join(parts)}</ul>'
        return f'<div role="status" style="{look}"><strong>{html.escape(self._title)}</strong>{items}</div>'


class Overview:
    """The learner's progress in the whole course."""

    def __init__(self) -> None:
        self.standings = tuple(Standing(exercise) for exercise in find_all())

    @property
    def passed(self) -> int:
        """How many exercises have been passed."""
        return sum(standing.passed for standing in self.standings)

    def _rows(self) -> list[tuple[str, str, str]]:
        return [
            (
                f"{standing.exercise.lesson:02}",
                standing.exercise.name,
                "passed" if standing.passed else f"tried {standing.tries}" if standing.tries else "",
            )
            for standing in self.standings
        ]

    @property
    def _title(self) -> str:
        return f"{self.passed} of {len(self.standings)} exercises passed"

    def __repr__(self) -> str:
        width = max(len(name) for _, name, _ in self._rows())
        return "\n".join([self._title, *(f"  {a}  {b:{width}}  {c}".rstrip() for a, b, c in self._rows())])

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col" style="text-align: left">{text}</th>' for text in ("lesson", "exercise", "so far")
        )
        rows = "".join(
            f'<tr>{"".join(f"""<td style="text-align: left">{html.escape(cell)}</td>""" for cell in row)}</tr>'
            for row in self._rows()
        )
        return f"<table><caption>{self._title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
