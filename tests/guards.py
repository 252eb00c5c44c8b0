"""The rules that a lesson keeps, each a function from a notebook to sentences that say what breaks it, and where.

nbval compares outputs; these see what it does not.
"""

import ast
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
IGNORED = "# NBVAL_IGNORE_OUTPUT"
LONGEST = 20  # lines of a cell

GUARDS: dict[str, Callable[..., Iterator[str]]] = {}


def guard(function):
    GUARDS[function.__name__] = function
    return function


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    """The markdown without its code and its links' addresses."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"```.*?```|`[^`]*`|<code>.*?</code>|^    .*$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", text)


def tree_of(cell):
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.parse("")


def outputs(cell, kind):
    return [output for output in cell.get("outputs", []) if output.output_type == kind]


def texts(cell):
    """Everything in the outputs that can be read."""
    for output in cell.get("outputs", []):
        yield output.get("text", "")
        yield output.get("evalue", "")
        yield from output.get("traceback", [])
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield value


def calls(tree, name):
    """The calls of a function or method of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) == name:
            yield node


@guard
def run_in_order(notebook, path):
    """A lesson is stored as it ran: whole, from top to bottom, in one go."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the execution counts are {counts}, not 1 to {len(counts)}: run `make notebooks`"


@guard
def outputs_are_stored(notebook, path):
    """Without stored outputs there is nothing to compare, and nbval is content."""
    for cell in code_cells(notebook):
        body = tree_of(cell).body
        prints = any(
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and getattr(node.value.func, "id", "") == "print"
            for node in body
        )
        shows = bool(body) and isinstance(body[-1], ast.Expr) and not isinstance(body[-1].value, ast.Call)
        if (prints or shows) and not cell.outputs:
            yield f"{cell.id} prints or shows something, and no output is stored: run `make notebooks`"


@guard
def drawn_runs_are_asserted(notebook, path):
    """Pictures are not compared, so what they show has to be printed or asserted somewhere."""
    trees = [tree_of(cell) for cell in code_cells(notebook)]
    stated = set()
    for node in chain.from_iterable(map(ast.walk, trees)):
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"):
            stated |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Name):
            stated.add(node.iter.id)
        if isinstance(node, ast.comprehension) and isinstance(node.iter, ast.Name):
            stated.add(node.iter.id)
    for tree, cell in zip(trees, code_cells(notebook), strict=True):
        for call in calls(tree, "draw"):
            drawn = [name for name in [call.func.value, *call.args] if isinstance(name, ast.Name)]
            for name in drawn:
                if name.id not in stated:
                    yield f"{cell.id} draws {name.id}, and no cell prints or asserts anything of it"


@guard
def errors_are_meant(notebook, path):
    """An error stands in a cell that says so, and a cell that says so has one."""
    for cell in code_cells(notebook):
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        if tagged != bool(outputs(cell, "error")):
            yield f"{cell.id} " + ("is tagged raises-exception and raises none" if tagged else "raises, and has no tag")


@guard
def ends_with_nothing_left(notebook, path):
    """A leaked thread or socket passes under nbval; the last cell shows that there is none."""
    last = code_cells(notebook)[-1:]
    shown = "".join(chain.from_iterable(texts(cell) for cell in last))
    if "threads left: []" not in shown or "sockets left: []" not in shown:
        yield "the last code cell has to show `threads left: []` and `sockets left: []`"


@guard
def threads_do_not_print(notebook, path):
    """What a thread prints lands in one cell or in another; so no method prints, and no function that is served."""
    for cell in code_cells(notebook):
        tree = tree_of(cell)
        served = {arg.id for call in calls(tree, "serve") for arg in call.args if isinstance(arg, ast.Name)}
        served |= {
            word.value.id
            for call in calls(tree, "Thread")
            for word in call.keywords
            if word.arg == "target" and isinstance(word.value, ast.Name)
        }
        for node in ast.walk(tree):
            suspects = []
            if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and node.name in served):
                suspects = list(calls(node, "print"))
            if suspects:
                yield f"{cell.id}: {node.name} prints, and may run in a thread: note it, and print from the cell"


@guard
def widgets_show_values(notebook, path):
    """nbval has no front end: what an Output widget should swallow becomes output of the cell."""
    for cell in code_cells(notebook):
        for name in ("Output", "interact", "interactive", "interactive_output"):
            if any(calls(tree_of(cell), name)):
                yield f"{cell.id} uses {name}: show results in Image and HTML values"


@guard
def no_trailing_semicolon(notebook, path):
    """nbval does not honour it."""
    for cell in code_cells(notebook):
        if cell.source.rstrip().endswith(";"):
            yield f"{cell.id} ends with a semicolon: write `_ = ...`"


@guard
def no_updated_displays(notebook, path):
    """nbval fails on display(...).update()."""
    for cell in code_cells(notebook):
        if re.search(r"update_display|display_id|display\(.*\)\.update\(", cell.source, re.DOTALL):
            yield f"{cell.id} updates a display: show the result once"


@guard
def no_magics(notebook, path):
    """A line magic that does not exist lets the rest of its cell pass; a shell escape depends on the shell."""
    for cell in code_cells(notebook):
        if re.search(r"^\s*[%!]|get_ipython\(", cell.source, re.MULTILINE):
            yield f"{cell.id} uses a magic or a shell escape: write Python"


@guard
def no_mermaid_and_no_svg(notebook, path):
    """Neither is the same each time it is stored."""
    for cell in notebook.cells:
        if "```mermaid" in cell.source or any(
            "svg" in k or "mermaid" in k for o in cell.get("outputs", []) for k in o.get("data", {})
        ):
            yield f"{cell.id} has mermaid or SVG in it: draw with matplotlib"


@guard
def nothing_on_stderr(notebook, path):
    """A warning is either worth a sentence of the lesson, or to be removed."""
    for cell in code_cells(notebook):
        if any(output.name == "stderr" for output in outputs(cell, "stream")):
            yield f"{cell.id} has output on stderr"


@guard
def nothing_of_this_machine(notebook, path):
    """No port, process id, memory address or path of the machine on which the outputs were made."""
    own = r"(/home/|/root/|/work/|/tmp/|/Users/|/usr/|[A-Z]:\\|site-packages|\.pyenv|0x[0-9a-f]{6,}|\bpid\b)"
    port = r"127\.0\.0\.1['\"]?(?::|, )(?!9999\b)[1-9]\d{3,4}\b"
    for cell in code_cells(notebook):
        for text in texts(cell):
            if found := re.search(f"{own}|{port}", text):
                yield f"{cell.id} has {found[0]!r} in its output"


@guard
def plain_metadata(notebook, path):
    """What an editor, a day or a machine left behind would hide in a diff what an author did."""
    if notebook.metadata != {"kernelspec": KERNEL, "language_info": {"name": "python"}}:
        yield "the metadata is more than kernel and language: run `make notebooks`"
    for number, cell in enumerate(notebook.cells, 1):
        if cell.id != f"cell-{number:03}" or cell.metadata.keys() - {"tags"}:
            yield f"{cell.id} has metadata or an id of its own: run `make notebooks`"
        for error in cell.get("outputs", []) and outputs(cell, "error"):
            if error.traceback != [f"{error.ename}: {error.evalue}"]:
                yield f"{cell.id} has a traceback with lines of this machine: run `make notebooks`"


@guard
def short_cells(notebook, path):
    """One thing per cell."""
    for cell in code_cells(notebook):
        if (lines := cell.source.count("\n") + 1) > LONGEST:
            yield f"{cell.id} has {lines} lines, more than {LONGEST}"


@guard
def fixed_widget_texts(notebook, path):
    """nbval compares the text form of widgets, so it must not hold values."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if "application/vnd.jupyter.widget-view+json" in data and not data.get("text/plain", "").startswith(
                "<explore"
            ):
                yield f"{cell.id} shows a widget without a fixed text"


@guard
def ignored_cells_say_why(notebook, path):
    """A cell whose output is not compared is an exception, and gives its reason."""
    for cell in code_cells(notebook):
        if IGNORED in cell.source and not re.search(r"^# Why: \w", cell.source, re.MULTILINE):
            yield f"{cell.id} is ignored and does not say why: add a line `# Why: ...`"


@guard
def shape(notebook, path):
    """Every lesson has the same shape, so that readers stop noticing the shape."""
    first, last = notebook.cells[0].source, notebook.cells[-1].source
    if path.name.startswith("appendix"):
        return
    for part, found in {
        "a title of its own": re.match(r"# \S", first),
        "three lines under **You will**": len(re.findall(r"^- [a-z]", first, re.MULTILINE)) == 3
        and "**You will**" in first,
        "its minutes": re.search(r"\*\*Minutes:\*\* \d+\.", first),
        "what is needed first": "**You need first:**" in first,
        "something to predict": any("**Predict.**" in cell.source for cell in notebook.cells),
        "five questions": len(re.findall(r"^\d\. .*\n\n<details><summary>Answer</summary>", last, re.MULTILINE)) == 5,
        "five key points": len(re.findall(r"^- ", last.partition("## Key points")[2], re.MULTILINE)) == 5,
        "the link to the next": "**Next:** " in last,
    }.items():
        if not found:
            yield f"it lacks {part}"


@guard
def voice(notebook, path):
    """Plain words: no exclamation marks, and nothing that calls itself easy."""
    for found in re.findall(r".*(?:!|\bsimply\b|\bjust\b).*", prose(notebook), re.IGNORECASE):
        yield f"the voice: {found.strip()!r}"


@guard
def links_lead_somewhere(notebook, path):
    """A link to a file that is not there looks like any other."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for target in re.findall(r"\]\(([^)\s]+)\)", cell.source):
            file, _, part = target.partition("#")
            if re.match(r"https?:", target):
                continue
            place = path.parent / file if file else path
            if not place.exists():
                yield f"{cell.id} links to {file}, which is not there"
            elif part and part.removeprefix("cell-id=") not in anchors(place):
                yield f"{cell.id} links to {target}, where there is no such part"


def anchors(path: Path) -> set[str]:
    """The ids of a notebook's cells, and its headings as JupyterLab writes them in links."""
    text = path.read_text()
    return set(re.findall(r'"id": "([^"]+)"', text)) | {
        heading.strip().replace(" ", "-") for heading in re.findall(r'"#+ ([^"\\]+)', text)
    }
