"""Build the site in build/site: lay out its pages in build/site-source, then have Sphinx write them as HTML.

The lessons are shown as they are stored, and none of their cells is run. Where a lesson has an explorer of timelines,
its page has two recorded runs to hover over. The front page and what else is no lesson lies in site/.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from picture import record

from course.explore.view import MODULE, STYLE, lanes_data

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PAGES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "constraints.txt",
    "deploy",
    "notebooks",
    "pictures",
)
TO_A_CELL = re.compile(r"\((\w+)\.ipynb#cell-id=([\w-]+)\)")
Notebook = dict[str, Any]
EXPLORER = re.compile(r"^explore\.(timeline|live)\(", re.MULTILINE)
RECORDED = """<div class="recorded"></div><style>{style}</style><script type="module">
{module}
show(document.querySelector(".recorded"), {data});
</script>
"""
SHOW_RECORDED = """\
On this site no explorer runs, but two recorded runs can be explored. Hover over a bar, zoom, or move the cursor.

```{raw} html
:file: ../recorded.html
```
"""


def label(lesson: str, cell: str) -> str:
    return f"{lesson}-{cell}"


def prepare(notebook: Notebook, lesson: str, linked: set[str]) -> None:
    """Number the title, give pictures their alternative text, and make targets of the cells that links lead to."""
    cells: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        target = label(lesson, cell["id"])
        if target in linked:
            cells.append({"cell_type": "markdown", "id": f"to-{cell['id']}", "metadata": {}, "source": f"({target})="})
        for output in cell.get("outputs", []):
            if shown := output.get("metadata", {}).get("image/png"):
                cell["metadata"]["mystnb"] = {"image": {"alt": shown["alt"], "width": f"{shown['width']}px"}}
        if cell["cell_type"] == "markdown":
            source = "".join(cell["source"])
            cell["source"] = TO_A_CELL.sub(lambda to: f"(#{label(to[1], to[2])})", source)
        cells.append(cell)
        if EXPLORER.search("".join(cell["source"])) and cell["cell_type"] == "code":
            cells.append({"cell_type": "markdown", "id": f"to-{cell['id']}", "metadata": {}, "source": SHOW_RECORDED})
    if number := re.match(r"\d\d(?=_)", lesson):
        cells[0]["source"] = cells[0]["source"].replace("# ", f"# {number[0]} ", 1)
    notebook["cells"] = cells


def lay_out(source: Path) -> None:
    """Lay out all that the site is made of, so that a link in a page leads to the same file as in the project."""
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(ROOT / "site", source)
    for path in source.glob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("](../", "]("), encoding="utf-8")
    for name in PAGES:
        if (path := ROOT / name).is_dir():
            shutil.copytree(path, source / name)
        else:
            shutil.copy(path, source)
    data = json.dumps(lanes_data(record())).replace("<", "\\u003c")  # nothing in it ends the script
    (source / "recorded.html").write_text(RECORDED.format(style=STYLE, module=MODULE, data=data), encoding="utf-8")
    lessons = sorted((source / "notebooks").glob("*.ipynb"))
    linked = {label(*found) for path in lessons for found in TO_A_CELL.findall(path.read_text(encoding="utf-8"))}
    for path in lessons:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        prepare(notebook, path.stem, linked)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def main() -> int:
    source, built = BUILD / "site-source", BUILD / "site"
    lay_out(source)
    shutil.rmtree(built, ignore_errors=True)
    sphinx = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--jobs=2"]
    done = subprocess.run([*sphinx, f"--doctree-dir={BUILD / 'site-doctrees'}", source, built])
    if not done.returncode:
        print(f"The site is built: open {(built / 'index.html').relative_to(ROOT)}.")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
