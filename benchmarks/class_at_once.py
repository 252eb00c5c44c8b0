"""Check all exercises in many processes at the same moment: `python -m benchmarks.class_at_once [learners] [rounds]`.

Each process stands for a learner's notebook. It checks the reference solutions of all exercises, one after another.
Prints how many passed and what became of the others. It is too heavy to be part of `make bench`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from time import perf_counter

from course.checking.exercise_files import find_all

LEARNERS, ROUNDS = 30, 1
LEARNER = """
import sys, time
from course.checking.check import steps_of
from course.checking.exercise_files import find_all
from course.checking.judge import why_not_judged

answers = [(exercise, exercise.solved) for exercise in find_all()]
print("ready", flush=True)
sys.stdin.readline()
for exercise, answer in answers:
    begun = time.perf_counter()
    steps = steps_of(exercise, answer)
    failed = next((f"{step.name}: {step.did}" for step in steps if not step.passed), "passed")
    kind = "not judged" if why_not_judged(steps) else "passed" if failed == "passed" else "failed"
    print(kind, f"{time.perf_counter() - begun:.3f}", f"{exercise.name}: {failed}", sep="\\t", flush=True)
"""


def one_round(learners: int) -> tuple[Counter[str], list[float], list[str]]:
    """How many checks passed, failed or were not judged; their times in seconds; and those that did not pass."""
    started = [
        subprocess.Popen([sys.executable, "-c", LEARNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(learners)
    ]
    for learner in started:
        assert learner.stdout
        learner.stdout.readline()
    for learner in started:
        assert learner.stdin
        learner.stdin.write("go\n")
        learner.stdin.flush()
    lines = [line.split("\t") for learner in started for line in learner.communicate()[0].splitlines()]
    others = [what for kind, _, what in lines if kind != "passed"]
    return Counter(kind for kind, _, _ in lines), sorted(float(took) for _, took, _ in lines), others


def main(learners: int = LEARNERS, rounds: int = ROUNDS) -> int:
    """Run the rounds and print what became of them; returns 1 unless every answer passed."""
    wanted = learners * len(find_all())
    missed = 0
    print(f"{learners} learners, {wanted} checks in each of {rounds} rounds, {os.cpu_count()} processors", flush=True)
    for number in range(1, rounds + 1):
        begun = perf_counter()
        kinds, times, others = one_round(learners)
        missed += wanted - kinds["passed"]
        words = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        took = f"median {times[len(times) // 2]:.1f} s, slowest {times[-1]:.1f} s, all {perf_counter() - begun:.0f} s"
        print(f"round {number}: {words}; {took}", *others, sep="\n  ", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
