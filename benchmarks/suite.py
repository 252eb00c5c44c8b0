"""The whole of `make test` after set-up, and its slowest lesson."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import Row, at_most, seconds

ROOT = Path(__file__).resolve().parent.parent


def measure() -> list[Row]:
    # The environment that runs this is taken as set up: --old-file keeps make from building it anew.
    command = ["make", f"--old-file={Path(sys.prefix, '.ready')}", "test", f"VENV={sys.prefix}"]
    total = seconds(lambda: subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL))
    rows = [Row("`make test`, all of it", f"{total:.0f} s", missed=at_most(total, 200, "s"))]
    times: dict[str, float] = {}
    for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
        command = [sys.executable, "-m", "pytest", "-q", "--durations=0", "--durations-min=0", str(lesson)]
        report = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        times[lesson.stem] = sum(map(float, re.findall(r"^([\d.]+)s (?:setup|call|teardown)", report, re.MULTILINE)))
    slowest = max(times, key=lambda name: times[name])
    return [
        *rows,
        Row("the slowest lesson in it", f"{slowest}, {times[slowest]:.1f} s", missed=at_most(times[slowest], 12, "s")),
    ]
