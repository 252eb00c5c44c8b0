"""Measure and print the table: `python -m benchmarks`, or some of it: `python -m benchmarks crowd trace`."""

import os
import platform
import sys

from benchmarks import (
    backlog,
    cluster,
    crowds,
    drawing,
    exercises,
    exploring,
    framing,
    key_value_store,
    record,
    startup,
    suite,
    tracing,
    ways_to_serve,
)
from benchmarks.measuring import Row

SUBJECTS = {
    "startup": startup.measure,
    "crowd": crowds.measure,
    "record": record.measure,
    "drawing": drawing.measure,
    "backlog": backlog.measure,
    "trace": tracing.measure,
    "exercises": exercises.measure,
    "cluster": cluster.measure,
    "explore": exploring.measure,
    "framing": framing.measure,
    "redis": key_value_store.measure,
    "ways": ways_to_serve.measure,
    "suite": suite.measure,
}


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - SUBJECTS.keys():
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for subject in wanted or SUBJECTS:
        print(f"measuring {subject} ...", file=sys.stderr, flush=True)
        rows += SUBJECTS[subject]()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores.\n")
    print("| what | the course | instead | ratio |\n|---|---|---|---|")
    for row in rows:
        ratio = " ".join(filter(None, [row.ratio, f"**{row.missed}**" if row.missed else ""]))
        print(f"| {row.what} | {row.course} | {row.beside} | {ratio} |")
    return int(any(row.missed for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
