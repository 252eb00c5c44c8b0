"""The command line of `python -m course`."""

from __future__ import annotations

import argparse
import math
import sys
import threading
from pathlib import Path

from tqdm import tqdm

from course.classroom import notebooks, report
from course.classroom.isolation import NotIsolatedError, NotStartedError
from course.classroom.lessons import copy_lessons


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 if all rows could be judged, 1 if some could not, 2 if nothing could be begun."""
    parser = argparse.ArgumentParser(
        prog="python -m course",
        description="The exercises of a class at a glance, and the lessons for a learner's folder.",
    )
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="check the exercises in learners' notebooks")
    check.add_argument("notebooks", nargs="+", type=Path, help="a notebook for each row")
    check.add_argument("--csv", action="store_true", help="print CSV, for a spreadsheet")
    check.add_argument(
        "--deadline", type=_seconds, default=notebooks.DEADLINE, metavar="SECONDS", help="for running one notebook"
    )
    check.add_argument("--trust", action="store_true", help="go on where learners' code cannot be isolated")
    check.add_argument("--dask", metavar="ADDRESS", help="hand the notebooks to the Dask scheduler at this address")
    lessons = commands.add_parser(
        "lessons", help="copy the lessons into a folder, or renew them; nobody's work is lost"
    )
    lessons.add_argument("folder", type=Path, help="where they go; it is made if it is not there")
    options = parser.parse_args(arguments)
    if "folder" in options:
        return _copy_lessons(options.folder)
    tqdm.set_lock(threading.RLock())  # its own would be one of multiprocessing, for which Python 3.14 starts a process
    with tqdm(total=len(options.notebooks), unit="notebook", disable=None) as bar:
        try:
            if options.dask:
                from course.classroom.cluster import check_on_cluster

                rows, why_not = check_on_cluster(
                    options.dask, options.notebooks, deadline=options.deadline, trust=options.trust, told=bar.update
                )
            else:
                with notebooks.Classroom(deadline=options.deadline, trust=options.trust) as room:
                    rows, why_not = room.check_all(options.notebooks, told=bar.update), room.why_not_isolated
        except (NotStartedError, ImportError) as why:
            bar.close()
            advice = "\nTo run them all the same, as yourself and with all your rights, add --trust."
            print(f"{why}{advice if isinstance(why, NotIsolatedError) else ''}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            bar.close()
            print("interrupted", file=sys.stderr)
            return 130
    print(report.as_csv(rows) if options.csv else report.as_table(rows), end="" if options.csv else "\n", flush=True)
    if why_not:
        print(f"not isolated: {why_not}", file=sys.stderr if options.csv else sys.stdout)
    return int(not report.all_judged(rows))


def _copy_lessons(folder: Path) -> int:
    try:
        print(*copy_lessons(folder) or ["The lessons are as new as can be."], sep="\n")
    except (OSError, ValueError) as why:
        print(f"the lessons could not be copied: {why}", file=sys.stderr)
        return 2
    return 0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds
