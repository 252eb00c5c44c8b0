"""What an exercise is made of: a task, the kind of answer it takes, the steps of its check, a reference solution.

The steps run in the process that calls check(): they connect to the answer as clients do, and `AnswerUnderTest.do`
calls the functions that the exercise marks with `inside`. These run in the answer's process, which gets them and what
they use, but neither the steps nor the solution.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from course.checking.answer_kinds import AnswerKind

if TYPE_CHECKING:
    from course.checking.answer_under_test import AnswerUnderTest

Check = Callable[["AnswerUnderTest"], None]
Anything = TypeVar("Anything")


ON_PURPOSE = "raised by the check on purpose"  # an error with these words is no fault of the answer


class Wrong(Exception):  # noqa: N818 - it is a verdict, not an error
    """Raised by a step: what the answer did, as a sentence. `hint` is shown before the hints of the step."""

    def __init__(self, did: str, *, hint: str = "") -> None:
        super().__init__(did)
        self.hint = hint


def fail_if(wrong: object, did: str, hint: str = "") -> None:
    """Raise Wrong if `wrong` is true."""
    if wrong:
        raise Wrong(did, hint=hint)


@contextmanager
def when(words: str, hint: str = "") -> Iterator[None]:
    """Begin the sentence of a Wrong with these words, as in 'a line came, and it sent nothing'.

    hint: for a Wrong that has none.
    """
    try:
        yield
    except Wrong as wrong:
        raise Wrong(f"{words}, and {wrong}", hint=wrong.hint or hint) from None


@contextmanager
def instead(did: str, hint: str = "") -> Iterator[None]:
    """Say this in place of the sentence and the hint of a Wrong."""
    try:
        yield
    except Wrong:
        raise Wrong(did, hint=hint) from None


@dataclass(frozen=True, slots=True)
class Step:
    """One requirement. Each failed try shows one hint more."""

    name: str
    hints: tuple[str, ...]
    check: Check


@dataclass(slots=True)
class Exercise:
    """One exercise: `number` in a `lesson`, whose answer must be of the kind `takes`.

    Each file of course/exercises creates one, named `exercise`, and adds to it with the decorators.
    """

    name: str
    lesson: int
    number: int
    task: str
    takes: AnswerKind
    steps: list[Step] = field(default_factory=list)
    insides: dict[str, Callable[..., object]] = field(default_factory=dict)
    _solution: Any = None

    def step(self, name: str, *hints: str) -> Callable[[Check], Check]:
        """Add a step. Its function raises Wrong if the answer fails."""

        def add(check: Check) -> Check:
            self.steps.append(Step(name, hints, check))
            return check

        return add

    def inside(self, function: Callable[..., object]) -> Callable[..., object]:
        """Add a function for the answer's process, which gets the answer first. It returns plain values or a Server."""
        self.insides[function.__name__] = function
        return function

    def solution(self, answer: Anything) -> Anything:
        """Set the reference solution: a class or a function. If the answer is a value, a function that returns it."""
        self._solution = answer
        return answer

    @property
    def module(self) -> str:
        """The name of the module that defines the exercise."""
        return str(self.steps[0].check.__module__)

    @property
    def solved(self) -> Any:
        """The reference solution as an object that is defined in `__main__`, as an answer in a notebook is."""
        namespace: dict[str, Any] = {"__name__": "__main__"}
        exec(self.source, namespace)
        solution = namespace[self._solution.__name__]
        return solution() if self.takes.is_value else solution

    @property
    def source(self) -> str:
        """The source code of the reference solution, with the imports that it needs."""
        lines = inspect.getsource(self._solution).splitlines(keepends=True)
        code = textwrap.dedent("".join(line for line in lines if not line.startswith("@exercise"))).strip()
        names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
        imports = []
        for node in ast.parse(inspect.getsource(sys.modules[self.module])).body:
            if isinstance(node, ast.Import | ast.ImportFrom) and narrow(node, names):
                imports.append(ast.unparse(node))
        return "\n".join([*imports, "", "", code]) if imports else code


def narrow(node: ast.Import | ast.ImportFrom, wanted: set[str]) -> bool:
    """Leave in an import only what binds one of these names; returns whether anything is left."""
    node.names = [each for each in node.names if (each.asname or each.name.partition(".")[0]) in wanted]
    return bool(node.names)
