"""The rules that a lesson keeps, each a function from a notebook to sentences that say what breaks it, and where.

nbval compares outputs; these see what it does not.
"""

import ast
import io
import itertools
import math
import re
import tokenize
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import nbformat

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
IGNORED = "nbval-ignore-output"  # a tag
TAGS = ("raises-exception", IGNORED, "needs-haproxy", "needs-linux")  # conftest.py skips what a machine does not have
ID = r"cell-\d{3}|[a-z]+(-[a-z]+)+"  # `make notebooks` gives the first kind to new cells; the second an author may give
PART = r"^## |^\*\*(?:Predict|Change it)\.\*\*"  # where another part of a lesson begins
LONGEST = 20  # lines of a cell
WORDS_A_MINUTE = 180
LINES_A_MINUTE = 6  # of code
MINUTES_AN_EXERCISE = 5
WITHOUT_A_STOP = 45  # minutes
QUIET = {"close", "join", "server_close", "set", "shutdown", "start", "stop"}  # methods that return None
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)

GUARDS: dict[str, Callable[..., Iterator[str]]] = {}


def guard(function):
    GUARDS[function.__name__] = function
    return function


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def without_fences(text):
    return re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)


def without_code(text):
    return re.sub(r"`[^`]*`|<code>.*?</code>", "", without_fences(text), flags=re.DOTALL)


def tree_of(cell):
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.parse("")


def running(tree):
    """The nodes that run when a cell or a definition runs: not the definitions within it."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, DEFINITIONS):
            yield from running(node)


def called(node):
    """The name of the function or method that a node calls."""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", None) if isinstance(node, ast.Call) else None


def calls(nodes, name):
    return [node for node in nodes if called(node) == name]


def names(*trees):
    """What expressions speak of: names, and names with dots."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {ast.unparse(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute)}


def shown(tree):
    """The last line's value, if a notebook shows it."""
    match tree.body:
        case [*_, ast.Expr(value)] if called(value) not in {"print", *QUIET}:
            return value
    return None


def outputs(cell, kind):
    return [output for output in cell.get("outputs", []) if output.output_type == kind]


def kinds(cell):
    """The MIME types in a cell's outputs."""
    return {kind for output in cell.get("outputs", []) for kind in output.get("data", {})}


def texts(cell):
    """Everything in the outputs that can be read."""
    for output in cell.get("outputs", []):
        yield output.get("text", "")
        yield output.get("evalue", "")
        yield from output.get("traceback", [])
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield value


@guard
def run_in_order(notebook, path):
    """A lesson is stored as it ran: whole, from top to bottom, in one go."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the execution counts are {counts}, not 1 to {len(counts)}: run `make notebooks`"
    for cell in code_cells(notebook):
        if not cell.source.strip():
            yield f"{cell.id} is empty: remove it"


@guard
def outputs_are_stored(notebook, path):
    """Without stored outputs there is nothing to compare, and nbval is content."""
    for cell in code_cells(notebook):
        if outputs(cell, "error"):
            continue
        tree = tree_of(cell)
        if calls(running(tree), "print") and not outputs(cell, "stream"):
            yield f"{cell.id} prints, and no output is stored: run `make notebooks`"
        if called(shown(tree)) == "draw" and "image/png" not in kinds(cell):
            yield f"{cell.id} draws, and no picture is stored: run `make notebooks`"
        elif shown(tree) and not cell.outputs:
            yield f"{cell.id} shows its last line, and no output is stored: run `make notebooks`, or write `_ = ...`"


def is_ignored(cell):
    return IGNORED in cell.metadata.get("tags", [])


def stated(cell):
    """The names of which a cell prints, asserts or shows something that is compared."""
    if is_ignored(cell):
        return set()
    tree = tree_of(cell)
    nodes = list(running(tree))
    spoken = names(*calls(nodes, "print"), *(node for node in nodes if isinstance(node, ast.Assert)))
    if (value := shown(tree)) and called(value) != "draw":
        spoken |= names(value)
    for node in reversed(nodes):  # what is said of a name is said of what it was made from
        match node:
            case ast.For(target=name, iter=source) | ast.Assign(targets=[name], value=source) if names(name) & spoken:
                spoken |= names(source) - {ast.unparse(n.func) for n in ast.walk(source) if isinstance(n, ast.Call)}
    return spoken


def bound(cell):
    """The names that a cell gives to something."""
    nodes = [node for node in running(tree_of(cell)) if isinstance(node, ast.Name)]
    return {node.id for node in nodes if isinstance(node.ctx, ast.Store)}


@guard
def drawn_runs_are_asserted(notebook, path):
    """Pictures are not compared, so what they show has to be printed or asserted while it has its name."""
    cells = code_cells(notebook)
    for here, cell in enumerate(cells):
        for call in calls(ast.walk(tree_of(cell)), "draw"):
            for drawn in [call.func.value, *call.args]:
                binding = [number for number in range(len(cells)) if bound(cells[number]) & names(drawn)]
                first = max((number for number in binding if number <= here), default=0)
                until = min((number for number in binding if number > here), default=len(cells))
                if not any(names(drawn) <= stated(cell) for cell in cells[first:until]):
                    yield f"{cell.id} draws {ast.unparse(drawn)}: print or assert what the picture shows of it"


@guard
def errors_are_meant(notebook, path):
    """An error stands in a cell that says so, and a cell that says so has one."""
    for cell in code_cells(notebook):
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        if tagged != bool(outputs(cell, "error")):
            what = "raises nothing: drop its tag" if tagged else "raises: mend it, or tag it"
            yield f"{cell.id} {what} raises-exception"


@guard
def ends_with_nothing_left(notebook, path):
    """A leaked thread or socket passes under nbval; the last cell looks for them and shows that there is none."""
    last = code_cells(notebook)[-1:]
    if "".join(cell.source for cell in last) != "from course.leftovers import nothing_left\n\nnothing_left()":
        yield "the last code cell has to import nothing_left from course.leftovers and call it, and no more"
    if not re.fullmatch(r"Nothing is left: .*\.\n", "".join(text for cell in last for text in texts(cell))):
        yield "the last code cell has to show that nothing is left, and no more"


@guard
def threads_do_not_print(notebook, path):
    """What a thread prints lands in one cell or another; so a function prints only if cells, and none else, call it."""
    trees = [tree_of(cell) for cell in code_cells(notebook)]
    by_cells = {id(node.func) for tree in trees for node in running(tree) if isinstance(node, ast.Call)}
    used = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)]
    handed_on = {node.id for node in used if isinstance(node.ctx, ast.Load) and id(node) not in by_cells}
    for cell, tree in zip(code_cells(notebook), trees, strict=True):
        safe = [node for node in running(tree) if isinstance(node, ast.FunctionDef) and node.name not in handed_on]
        for node in ast.walk(tree):
            if isinstance(node, DEFINITIONS) and node not in safe and calls(running(node), "print"):
                name = getattr(node, "name", "a lambda")
                yield f"{cell.id}: {name} prints, and may run in a thread: note it, and print from the cell"


@guard
def widgets_show_values(notebook, path):
    """nbval has no front end: what an Output widget should swallow becomes output of the cell."""
    for cell in code_cells(notebook):
        mentioned = {name.rpartition(".")[2] for name in names(tree_of(cell))}
        for name in sorted(mentioned & {"Output", "interact", "interactive", "interactive_output"}):
            yield f"{cell.id} uses {name}: show results in Image and HTML values"


@guard
def no_trailing_semicolon(notebook, path):
    """nbval does not honour it."""
    for cell in code_cells(notebook):
        if tree_of(cell).body:
            tokens = tokenize.generate_tokens(io.StringIO(cell.source).readline)
            code = [token.string for token in tokens if token.type != tokenize.COMMENT and token.string.strip()]
            if code[-1] == ";":
                yield f"{cell.id} ends with a semicolon: write `_ = ...`"


@guard
def no_updated_displays(notebook, path):
    """nbval fails on display(...).update()."""
    for cell in code_cells(notebook):
        nodes = list(ast.walk(tree_of(cell)))
        by_id = any(isinstance(node, ast.keyword) and node.arg == "display_id" for node in nodes)
        at_once = any(called(getattr(call.func, "value", None)) == "display" for call in calls(nodes, "update"))
        if by_id or at_once or calls(nodes, "update_display"):
            yield f"{cell.id} updates a display: show the result once"


@guard
def no_magics(notebook, path):
    """A line magic that does not exist lets the rest of its cell pass; a shell escape depends on the shell."""
    for cell in code_cells(notebook):
        try:
            plain = "get_ipython" not in names(ast.parse(cell.source))
        except SyntaxError:
            plain = False
        if not plain:
            yield f"{cell.id} is not plain Python: no magics and no shell escapes"


@guard
def no_mermaid(notebook, path):
    """JupyterLab adds a drawing of its own when it saves one, and GitHub does not draw it."""
    for cell in notebook.cells:
        if re.search(r"^\s*(```|~~~)\s*mermaid", cell.source, re.MULTILINE) or "text/vnd.mermaid" in kinds(cell):
            yield f"{cell.id} has mermaid in it: draw with matplotlib"


@guard
def no_svg(notebook, path):
    """Unlike other pictures it is compared, and it is not the same each time."""
    for cell in code_cells(notebook):
        if "image/svg+xml" in kinds(cell):
            yield f"{cell.id} shows an SVG: show a PNG"


@guard
def nothing_on_stderr(notebook, path):
    """A warning is either worth a sentence of the lesson, or to be removed."""
    for cell in code_cells(notebook):
        if any(output.name == "stderr" for output in outputs(cell, "stream")):
            yield f"{cell.id} has output on stderr: print what matters, remove the cause of the rest"


@guard
def nothing_of_this_machine(notebook, path):
    """No path, port, process id or memory address of the machine on which the outputs were made."""
    file = r"(?<![\w.])/(?:home|opt|root|tmp|usr|Users|work)/|\b[A-Z]:\\|site-packages|\.pyenv|\bpython3\.\d+/"
    port = r"(?:(?:127\.0\.0\.1|0\.0\.0\.0|::1|localhost)['\"]?(?::|, )|\bport[ :=]{1,3})(?!9999\b)[1-9]\d{3,4}\b"
    process = r"\b(?:pid|process id)\W{1,3}\d+|0x[0-9a-fA-F]{6,}"
    for cell in notebook.cells:
        if found := re.search(file, cell.source):
            yield f"{cell.id} has {found[0]!r} in its source"
        for text in texts(cell):
            if found := re.search(f"{file}|{port}|{process}", text):
                yield f"{cell.id} has {found[0]!r} in its output"


@guard
def plain_metadata(notebook, path):
    """What an editor, a day or a machine left behind would hide in a diff what an author did."""
    if notebook.metadata != {"kernelspec": KERNEL, "language_info": {"name": "python"}}:
        yield "the metadata is more than kernel and language: run `make notebooks`"
    for cell in notebook.cells:
        if not re.fullmatch(ID, cell.id):
            yield f"{cell.id} is an id that an editor made: run `make notebooks`"
        if cell.metadata.keys() - {"tags"}:
            yield f"{cell.id} has metadata of its own: run `make notebooks`"
        for error in outputs(cell, "error"):
            if error.traceback != [f"{error.ename}: {error.evalue}"]:
                yield f"{cell.id} has a traceback with lines of this machine: run `make notebooks`"


@guard
def short_cells(notebook, path):
    """One thing per cell."""
    for cell in code_cells(notebook):
        if (lines := cell.source.count("\n") + 1) > LONGEST:
            yield f"{cell.id} has {lines} lines, more than {LONGEST}: split it"


@guard
def fixed_widget_texts(notebook, path):
    """nbval compares the text form of widgets, so it must not hold values; their views need a kernel that runs."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if "application/vnd.jupyter.widget-view+json" in data:
                yield f"{cell.id} has a stored view of a widget, which nobody can see: run `make notebooks`"
            if re.match(r"[A-Z]\w*\(.*\b(value|children)=", data.get("text/plain", "")):
                yield f"{cell.id} shows a widget without a fixed text: give it a `__repr__`"


@guard
def ignored_cells_say_why(notebook, path):
    """A cell whose output is not compared is an exception; it gives its reason, and is marked in one way only."""
    for cell in code_cells(notebook):
        for line in re.findall(r"^\s*#+\s*(?:NBVAL_|PYTEST_VALIDATE_).*", cell.source, re.MULTILINE):
            yield f"{cell.id} has the marker {line.strip()!r}: use the tag {IGNORED!r}"
        for tag in cell.metadata.get("tags", []):
            if tag not in TAGS:
                yield f"{cell.id} has the tag {tag!r}: the only ones are {', '.join(map(repr, TAGS))}"
        if is_ignored(cell) and not re.search(r"# .*\bnot compared\b", cell.source):
            yield f"{cell.id} is ignored and does not say why: add a comment why its output is 'not compared'"


@guard
def shape(notebook, path):
    """Every lesson has the same shape, so that readers stop noticing the shape."""
    first, last = notebook.cells[0].source, notebook.cells[-1].source
    text = "\n\n".join(without_fences(cell.source) for cell in markdown_cells(notebook))
    promises = re.findall(r"^- (.*)", first.partition("**You will**")[2], re.MULTILINE)
    no_verb = r"[A-Z]|(?:an?|the|how|what|when|where|which|why|to|your)\b|\w{3,}(?:ing|tion)\b"
    questions, _, ending = last.partition("## Key points")
    folded = r"^(\d)\. [^\n]*\n\n<details><summary>Answer</summary>[^\n]+</details>$"
    answered = re.findall(folded, questions, re.MULTILINE)
    parts = {
        "a first cell with the only title": re.match(r"# \S", first)
        and len(re.findall(r"^# ", text, re.MULTILINE)) == 1,
        "a last cell with a link to another notebook": re.search(r"\[[^]]+\]\([^)]+\.ipynb\)$", last),
    }
    if not path.name.startswith("appendix"):
        parts |= {
            "three lines under **You will**": len(promises) == 3,
            "verbs at the beginning of these lines": not any(re.match(no_verb, line) for line in promises),
            "its minutes": re.search(r"\*\*Minutes:\*\* \d+\.", first),
            "what is needed first": re.search(r"\*\*You need first:\*\* \S", first),
            "a question to predict": re.search(r"\*\*Predict\.\*\*.*\?", text),
            "five questions with folded answers": answered == list("12345") and "## Questions\n" in questions,
            "five key points": len(re.findall(r"^- \S", ending, re.MULTILINE)) == 5,
            "the link to the next": re.search(r"\*\*Next:\*\* \[[^]]+\]\([^)]+\)$", last),
        }
    for part, found in parts.items():
        if not found:
            yield f"it lacks {part}"


@guard
def predictions_are_decided(notebook, path):
    """What the reader has to predict is decided by the next cells, and what to change has a folded answer."""
    for here, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and re.search(r"^\*\*Predict\.\*\*", cell.source, re.MULTILINE):
            following = itertools.takewhile(
                lambda c: not re.search(PART, c.source, re.MULTILINE), notebook.cells[here + 1 :]
            )
            if not any(each.get("outputs") for each in following):
                yield f"{cell.id} asks for a prediction, and nothing decides it before the next part"
        change = re.search(r"^\*\*Change it\.\*\*.*", cell.source, re.MULTILINE | re.DOTALL)
        if change and "<details>" not in change[0]:
            yield f"{cell.id} asks for a change, and has no folded answer"


def minutes_stated(notebook):
    return int(re.search(r"\*\*Minutes:\*\* (\d+)|$", notebook.cells[0].source)[1] or 0)


def minutes_needed(notebook):
    """What readers needed, within a few minutes, when they were watched."""
    prose = "\n".join(re.sub(r"<[^>]+>|\]\([^)]*\)", " ", cell.source) for cell in markdown_cells(notebook))
    code = [line for cell in code_cells(notebook) for line in cell.source.splitlines() if line.strip()]
    exercises = sum(len(re.findall(r'\bcheck\("[^"]+", ', cell.source)) for cell in code_cells(notebook))
    spent = len(prose.split()) / WORDS_A_MINUTE + len(code) / LINES_A_MINUTE + exercises * MINUTES_AN_EXERCISE
    return math.ceil(spent)


@guard
def minutes(notebook, path):
    """A lesson says how long it takes, and where to stop if that is long."""
    stated, needed = minutes_stated(notebook), minutes_needed(notebook)
    if 0 < stated < needed:
        yield f"it promises {stated} minutes, and takes {needed}"
    if stated > WITHOUT_A_STOP and not any(c.source.startswith("**Half way.** ") for c in markdown_cells(notebook)):
        yield f"it takes {stated} minutes, and no cell begins with **Half way.**"


@guard
def voice(notebook, path):
    """Plain words: no exclamation marks, and nothing that calls itself easy."""
    for cell in markdown_cells(notebook):
        prose = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", without_code(cell.source))
        for found in re.findall(r".*(?:!(?!=)|\bsimply\b|\bjust\b).*", prose, re.IGNORECASE):
            yield f"{cell.id} says {found.strip()!r}: no exclamation marks, no 'simply', no 'just'"


def anchors(path):
    """What a link may name in a notebook: its cells, and its headings as JupyterLab writes them."""
    notebook = nbformat.read(path, as_version=4)
    text = "\n\n".join(without_fences(cell.source) for cell in markdown_cells(notebook))
    headings = re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)
    return {f"cell-id={cell.id}" for cell in notebook.cells} | {
        re.sub(r"[`*]", "", heading).replace(" ", "-") for heading in headings
    }


@guard
def links_lead_somewhere(notebook, path):
    """A link to a file that is not there looks like any other."""
    for cell in markdown_cells(notebook):
        targets = re.findall(r"\]\(([^)\s]+)|(?:href|src)=[\"']([^\"']+)", without_code(cell.source))
        for target in map("".join, targets):
            file, _, part = unquote(target).partition("#")
            place = path.parent / file if file else path
            if re.match(r"https?:|mailto:", target):
                continue
            if not place.exists():
                yield f"{cell.id} links to {file}, which is not there"
            elif part and (place.suffix != ".ipynb" or part not in anchors(place)):
                yield f"{cell.id} links to {target}, where there is no such part"
