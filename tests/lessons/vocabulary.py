"""Finds the words and the Python that a lesson uses before the course has explained them.

vocabulary.toml lists them, each with the cell that explains it. What is read, in the order in which a reader meets it:
the prose of every cell, and as code its cells, its comments, the code within prose, and of an exercise its task, its
hints and its solution. The first cell of a lesson is not read: it names what the reader will learn. Nor are cells of
code that the text before them says need not be read, the text that the vocabulary lists under `previews`, and the
link to the next lesson.
"""

import ast
import io
import re
import textwrap
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

VOCABULARY = tomllib.loads((Path(__file__).resolve().parent / "vocabulary.toml").read_text(encoding="utf-8"))
NEED_NOT_READ = "need not read"

CONSTRUCTS = {
    ast.AsyncFor: "async for",
    ast.AsyncFunctionDef: "async def",
    ast.AsyncWith: "async with",
    ast.Await: "await",
    ast.Assert: "assert",
    ast.DictComp: "comprehension",
    ast.GeneratorExp: "generator expression",
    ast.Global: "global",
    ast.IfExp: "conditional expression",
    ast.Lambda: "lambda",
    ast.ListComp: "comprehension",
    ast.Match: "match",
    ast.NamedExpr: ":=",
    ast.Nonlocal: "nonlocal",
    ast.Raise: "raise",
    ast.SetComp: "comprehension",
    ast.Try: "try",
    ast.With: "with",
    ast.Yield: "yield",
    ast.YieldFrom: "yield from",
}


@dataclass
class Said:
    """What a piece of a lesson uses: its prose, and the names and the constructs of its code."""

    prose: str = ""
    names: set[str] = field(default_factory=set)
    constructs: set[str] = field(default_factory=set)

    def add_code(self, code: str) -> bool:
        """Add what a piece of Python uses; False if it is none."""
        try:
            tree = ast.parse(textwrap.dedent(code))
        except SyntaxError:
            return False
        for node in ast.walk(tree):
            self.constructs |= set(constructs(node))
            self.names |= set(names(node))
        return True

    def uses(self) -> Iterator[str]:
        """The entries of the vocabulary that occur."""
        for word, entry in VOCABULARY["words"].items():
            if re.search(rf"\b(?:{entry.get('like', f'{word}s?')})\b", self.prose, 0 if entry.get("case") else re.I):
                yield word
        yield from (self.names & VOCABULARY["names"].keys()) | (self.constructs & VOCABULARY["constructs"].keys())


def constructs(node: ast.AST) -> Iterator[str]:
    if type(node) in CONSTRUCTS:
        yield CONSTRUCTS[type(node)]
    if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
        yield "bytes literal"
    if isinstance(node, ast.FormattedValue) and node.format_spec:
        yield "format width"
    if isinstance(node, ast.ClassDef) and node.bases:
        yield "base class"
    if getattr(node, "decorator_list", []):
        yield "decorator"
    if isinstance(node, ast.Starred):
        yield "star-unpacking" if isinstance(node.ctx, ast.Store) else "star argument"
    if isinstance(node, ast.arguments) and (node.vararg or node.kwarg):
        yield "star argument"
    if isinstance(node, ast.keyword) and node.arg is None:
        yield "star argument"


def names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.FunctionDef(name=name):
            yield name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            yield from (f"self.{name}", name)
        case ast.Attribute(attr=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                yield from alias.name.split(".")
            yield from (getattr(node, "module", None) or "").split(".")
        case ast.keyword(arg=str(name)):
            yield name


def said_by_code(source: str) -> Said:
    """Of a cell of code: what it uses; its comments are prose."""
    said = Said()
    if said.add_code(source):
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        said.prose = "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)
    return said


def said_by_prose(text: str) -> Said:
    """Of a cell of text, or a hint: what it says, and what the code within it uses."""
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", text)
    blocks = r"^(?:```|~~~)\w*\n(.*?)^(?:```|~~~)|(?:(?<=\n\n)|\A)((?:    .*\n|\n)+)"
    spans = r"`([^`]*)`|<code>(.*?)</code>"
    said = Said()
    for pattern in (blocks, spans):
        for found in re.finditer(pattern, text, re.DOTALL | re.MULTILINE if pattern == blocks else re.DOTALL):
            said.add_code(next(filter(None, found.groups()), ""))
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE if pattern == blocks else re.DOTALL)
    said.prose = text
    return said


def said_by_hints(text: str) -> Said:
    """Of an exercise's task and hints, in which code has no marks: what looks like code is taken for it."""
    said = said_by_prose(text)
    for name in re.findall(r"(?<=\.)[A-Za-z]\w*|[A-Za-z]\w*(?=[.(]\w)|\w*[a-z]_?[A-Z_]\w*", text):
        said.names.add(name)
    said.names |= {f"self.{name}" for name in re.findall(r"\bself\.(\w+)", text)}
    return said


def pieces(notebook, lesson, exercises=()) -> Iterator[tuple[str, Said]]:
    """Where -> what is said there, in the order of reading."""
    before = ""
    for cell in notebook.cells[1:]:
        where = f"{lesson} {cell.id}"
        if cell.cell_type == "markdown":
            text = re.sub(r"^\*\*Next:\*\*.*", "", cell.source, flags=re.MULTILINE)
            yield where, Said() if where in VOCABULARY["previews"] else said_by_prose(text)
            before = cell.source
        elif NEED_NOT_READ not in before:
            yield where, said_by_code(cell.source)
        for exercise in exercises:
            if f'check("{exercise.name}", ' in cell.source:
                hints = [hint for step in exercise.steps for hint in step.hints]
                yield f"{where}, a hint,", said_by_hints("\n".join([exercise.task, *hints]))
                yield f"{where}, the solution,", said_by_code(exercise.source)


def used_too_early(lessons, exercises=()) -> Iterator[tuple[str, str, str]]:
    """(lesson, entry, sentence) for each entry of the vocabulary that a lesson uses before the cell that explains it.

    `lessons` are pairs of a lesson's number and its notebook, in the order of reading. Of each lesson the first place.
    """
    entries = VOCABULARY["words"] | VOCABULARY["names"] | VOCABULARY["constructs"]
    explained, told = set(), set()
    for lesson, notebook in lessons:
        here = [exercise for exercise in exercises if f"{exercise.lesson:02}" == lesson]
        for where, said in pieces(notebook, lesson, here):
            explained |= {entry for entry, at in entries.items() if at["where"] == where}
            for entry in sorted(set(said.uses()) - explained):
                if (lesson, entry) not in told:
                    told.add((lesson, entry))
                    at = entries[entry]["where"]
                    yield lesson, entry, f"{where} uses {entry!r}, explained {f'in {at}' if at else 'nowhere'}"


def not_explained(lessons) -> Iterator[str]:
    """A sentence for each entry of the vocabulary whose cell is not there, or says nothing of it."""
    texts = {f"{lesson} {cell.id}": cell.source for lesson, notebook in lessons for cell in notebook.cells}
    for kind in ("words", "names", "constructs"):
        for entry, at in VOCABULARY[kind].items():
            pattern = at.get("like", f"{entry}s?") if kind == "words" else re.escape(at.get("shown", entry))
            if at["where"] and not re.search(pattern, texts.get(at["where"], ""), re.I):
                yield f"{at['where']} does not explain {entry!r}"
