"""python -m course check lesson.ipynb ...: the exercises of a class at a glance."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from course.classroom import notebooks


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 if all notebooks could be run to their end, else 1."""
    parser = argparse.ArgumentParser(prog="python -m course", description=__doc__)
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="check the exercises in learners' notebooks")
    check.add_argument("notebooks", nargs="+", type=Path, help="a notebook for each row")
    check.add_argument("--csv", action="store_true", help="as CSV, with the steps that failed")
    check.add_argument(
        "--deadline", type=float, default=notebooks.DEADLINE, metavar="SECONDS", help="for running one notebook"
    )
    options = parser.parse_args(arguments)
    with tqdm(total=len(options.notebooks), unit="notebook", disable=None) as bar:
        rows = notebooks.check_class(options.notebooks, deadline=options.deadline, told=bar.update)
    print(notebooks.as_csv(rows) if options.csv else notebooks.as_table(rows), end="" if options.csv else "\n")
    return int(any(row.notes for row in rows))


if __name__ == "__main__":
    sys.exit(main())
