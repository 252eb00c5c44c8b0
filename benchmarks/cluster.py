"""A class on a Dask cluster: two workers against one, each bound to a core of its own. Linux only.

`NOTEBOOKS=300 python -m benchmarks cluster` takes a class of 300; without that it is a class of 40.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from benchmarks.measuring import Row, at_most, seconds
from course.checking.exercise_files import find
from course.classroom import notebooks
from course.classroom.cluster import check_on_cluster

NOTEBOOKS = int(os.environ.get("NOTEBOOKS", "40"))


def solved(path: Path) -> Path:
    """A notebook with a right answer to one exercise."""
    cells = [f"from course import check\n{find('echo').source}", 'check("echo", Echo)']
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(notebook, path)
    return path


@contextmanager
def cluster(workers: int, folder: str) -> Iterator[str]:
    """A scheduler and so many workers, each bound to one core; the scheduler's address."""
    file = str(Path(folder, f"scheduler-{workers}.json"))
    cores = sorted(os.sched_getaffinity(0))
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    quiet = ["--host", "127.0.0.1", "--no-dashboard"]
    lines = [[*dask[:2], f"{dask[2]}scheduler", "--scheduler-file", file, "--port", "0", *quiet]]
    for number in range(workers):
        worker = [*dask[:2], f"{dask[2]}worker", "--scheduler-file", file, "--no-nanny", "--nthreads", "1", *quiet]
        lines.append(["taskset", "--cpu-list", str(cores[number % len(cores)]), *worker])
    programs = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for line in lines]
    try:
        address = next(line.split()[-1] for line in programs[0].stderr or () if "Scheduler at:" in line)
        for program in programs[1:]:
            next(line for line in program.stderr or () if "Registered to" in line)
        yield address
    finally:
        for program in programs:
            program.kill()
            program.communicate()


def measure() -> list[Row]:
    times, passed = {}, 0
    with tempfile.TemporaryDirectory() as folder:
        paths = [solved(Path(folder, f"learner{number}.ipynb")) for number in range(NOTEBOOKS)]
        for workers in (1, 2):
            with cluster(workers, folder) as address:
                rows: list[notebooks.Row] = []

                def check(address: str = address, rows: list[notebooks.Row] = rows) -> None:
                    rows += check_on_cluster(address, paths, deadline=120, trust=False, told=lambda: None)[0]

                times[workers] = seconds(check)
                passed += sum(row.results.get("echo") == notebooks.PASSED for row in rows)
    ratio = times[2] / times[1]
    missed = at_most(ratio, 0.6) or ("" if passed == 2 * NOTEBOOKS else f"only {passed} of {2 * NOTEBOOKS} passed")
    return [
        Row(f"`python -m course check --dask`: {NOTEBOOKS} notebooks, two workers of one core each",
            f"{times[2]:.0f} s", f"one such worker: {times[1]:.0f} s", f"{ratio:.2f}", missed=missed),
    ]  # fmt: skip
