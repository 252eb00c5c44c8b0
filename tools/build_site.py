"""Build the site in build/site: lay out its pages in build/site-source, then have Sphinx write them as HTML.

The lessons are shown as they are stored, and none of their cells is run. Where a lesson has an explorer of timelines,
its page has a recording to hover over. The front page and what else is no lesson lies in site/.
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
EXPLORERS = ("explore.timeline(): run this cell", "explore.live(): run this cell")  # the first that a lesson has
MANY_AT_ONCE = "04"  # the lesson in which a second server is met
RECORDED = """<div class="recorded"></div><style>{style}</style><script type="module">
{module}
show(document.querySelector(".recorded"), {data});
</script>
"""
SHOW_RECORDED = """\
On this site no explorer runs. Here is a recording to explore: hover over a bar, zoom, or move the cursor.

```{{raw}} html
:file: ../recorded-{count}.html
```
"""


def label(lesson: str, cell: str) -> str:
    return f"{lesson}-{cell}"


def prepare(notebook: Notebook, lesson: str, linked: set[str]) -> None:
    """Number the title, give pictures their alternative text, and make targets of the cells that links lead to."""
    cells: list[dict[str, Any]] = []
    explorers = [cell["id"] for words in EXPLORERS for cell in notebook["cells"] if words in str(cell.get("outputs"))]
    for cell in notebook["cells"]:
        target = label(lesson, cell["id"])
        if target in linked:
            cells.append({"cell_type": "markdown", "id": f"to-{cell['id']}", "metadata": {}, "source": f"({target})="})
        for output in cell.get("outputs", []):
            if picture := output.get("metadata", {}).get("image/png"):
                cell["metadata"]["mystnb"] = {"image": {"alt": picture["alt"], "width": f"{picture['width']}px"}}
        if cell["cell_type"] == "markdown":
            source = "".join(cell["source"])
            cell["source"] = TO_A_CELL.sub(lambda to: f"(#{label(to[1], to[2])})", source)
        cells.append(cell)
        if cell["id"] in explorers[:1]:
            recorded = SHOW_RECORDED.format(count=1 if lesson < MANY_AT_ONCE else 2)
            cells.append({"cell_type": "markdown", "id": f"to-{cell['id']}", "metadata": {}, "source": recorded})
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
    runs = record()
    for count in (1, 2):
        data = json.dumps(lanes_data(runs[:count])).replace("<", "\\u003c")  # nothing in it ends the script
        page = RECORDED.format(style=STYLE, module=MODULE, data=data)
        (source / f"recorded-{count}.html").write_text(page, encoding="utf-8")
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
