"""Run lessons and store their outputs, normalised so that a diff shows what an author did.

Without arguments: the lessons that differ from the last commit. With paths: those. With --all: all.
"""

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


NUMBERED = r"cell-(\d{3})"
NAMED = r"[a-z]+(-[a-z]+)+"  # an id that an author gave, such as text-and-bytes


def give_ids(notebook: nbformat.NotebookNode) -> None:
    """Number the cells whose ids an editor made; all others keep theirs, wherever they have moved."""
    numbers = [int(found[1]) for cell in notebook.cells if (found := re.fullmatch(NUMBERED, cell.id))]
    unused = itertools.count(max(numbers, default=0) + 1)
    for cell in notebook.cells:
        if not re.fullmatch(f"{NUMBERED}|{NAMED}", cell.id):
            cell.id = f"cell-{next(unused):03}"


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Keep of the metadata what does not depend on the machine, the day or the editor."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    give_ids(notebook)
    for cell in notebook.cells:
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)  # without its kernel JupyterLab could show an error only
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]


def store(path: Path) -> None:
    """Run one lesson in a fresh kernel and write it back, outputs and all; an unexpected error raises."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        resources={"metadata": {"path": LESSONS}},
        coalesce_streams=True,  # what a cell prints is one output, however it came
    )
    client.execute()
    normalise(notebook)
    nbformat.write(notebook, path)


def changed() -> list[Path]:
    command = ["git", "status", "--porcelain", "--untracked-files=all", "--", "notebooks/*.ipynb"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [ROOT / line[3:] for line in lines if not line.startswith((" D", "D "))]


def main(arguments: list[str]) -> None:
    os.environ["COURSE_PROGRESS"] = "off"  # the first hints are stored, whatever was tried before
    lessons = sorted(LESSONS.glob("*.ipynb")) if arguments == ["--all"] else [Path(path) for path in arguments]
    for path in lessons or changed():
        print(f"running {path.name} ...", flush=True)
        store(path)


if __name__ == "__main__":
    main(sys.argv[1:])
