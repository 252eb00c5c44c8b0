"""Small mistakes, made on purpose in the reference solutions, one at a time.

A statement is dropped, a constant, an operator or a condition is changed. SURVIVORS lists the mutants that the checks
let pass, each with the reason; EQUAL are those that are as right as the solution.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator

from answers import last_defined

SWAPPED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Mod: ast.Add,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.USub: ast.UAdd, ast.Not: ast.UAdd,
}  # fmt: skip


def changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    """What can be changed at a node: words for it, and a function that changes a copy of the node in place."""
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | type(None) | type(...)):
        new = other(node.value)
        yield f"{node.value!r} -> {new!r}", lambda it: setattr(it, "value", new)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield f"{node.value!r} -> {node.value + '_'!r}", lambda it: setattr(it, "value", it.value + "_")
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SWAPPED:
        yield f"{ast.unparse(node)}: the operator", lambda it: setattr(it, "op", SWAPPED[type(it.op)]())
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED:
        yield f"{ast.unparse(node)}: the operator", lambda it: it.ops.__setitem__(0, SWAPPED[type(it.ops[0])]())
    if isinstance(node, ast.If | ast.While):
        yield (
            f"{'if' if isinstance(node, ast.If) else 'while'} {ast.unparse(node.test)}: negated",
            lambda it: setattr(it, "test", ast.UnaryOp(ast.Not(), it.test)),
        )
    for name in ("body", "orelse", "finalbody"):
        for place, statement in enumerate(getattr(node, name, None) or []):
            if isinstance(statement, ast.stmt) and not isinstance(statement, ast.Pass):
                first = ast.unparse(statement).splitlines()[0]
                yield (
                    f"dropped: {first}",
                    lambda it, name=name, place=place: getattr(it, name).__setitem__(place, ast.Pass()),
                )


def other(value: object) -> object:
    """Another constant of the same type."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case bytes():
            return value + b"_"
    raise TypeError(value)


def mutants(exercise) -> Iterator[tuple[str, str]]:
    """Each mutant of the reference solution: words for what was changed, different for each, and its text."""
    tree = ast.parse(exercise.source)
    seen, words_seen = set(), Counter()
    for number, node in enumerate(ast.walk(tree.body[-1])):  # what stands before the definition are imports
        for which, (words, _) in enumerate(changes(node)):
            mutant = copy.deepcopy(tree)
            twin = list(ast.walk(mutant.body[-1]))[number]
            list(changes(twin))[which][1](twin)
            text = ast.unparse(ast.fix_missing_locations(mutant))
            if text != ast.unparse(tree) and text not in seen:
                seen.add(text)
                words_seen[words] += 1
                yield f"{words} ({words_seen[words]})" if words_seen[words] > 1 else words, text


def made(exercise, text):
    """The answer that a mutant's text defines."""
    it = last_defined(text)
    return it() if exercise.takes.is_value else it


PIECE = "equal: how large a piece may be changes nothing"
SURVIVORS = {
    ("reverse", "1024 -> 1025"): PIECE,
    ("stop word", "1024 -> 1025"): PIECE,
    ("echo", "1024 -> 1025"): PIECE,
    ("running total", "1024 -> 1025"): PIECE,
    ("slow client", "1024 -> 1025"): PIECE,
    ("many at once", "128 -> 129"): "equal: the task asks for at least 100",
    ("where it lives", "dropped: return None"): "equal: a function that ends returns None",
    ("ask a server", "'utf-8' -> 'utf-8_'"): "equal: Python takes both names for the same encoding",
    ("last words", "65536 -> 65537"): PIECE,
    ("read a reply", "1 -> 2"): "equal: the shortest reply has three bytes",
    ("lines in a loop", "1024 -> 1025"): PIECE,
    ("lines in a loop", "dropped: del received[connection]"): "it only keeps memory for clients who have left",
    ("slow work", "dropped: await writer.drain()"): "equal: close sends what is left",
    ("slow work", "dropped: writer.close()"): "equal: Python closes the connection of a writer that nobody refers to",
    ("error log", "dropped: daemon_threads = True"): "only closing is different, and the task does not ask for that",
    ("error log", "True -> False"): "only closing is different, and the task does not ask for that",
    ("full house", "dropped: daemon_threads = True"): "only closing is different, and the task does not ask for that",
    ("full house", "True -> False"): "only closing is different, and the task does not ask for that",
}
SURVIVORS |= dict.fromkeys(
    [("slow client", f"dropped: {what}") for what in ("raise TimeoutError", "if left <= 0:")]
    + [("slow client", "left <= 0: the operator")],
    "only a byte that comes at the very end of the fifth of a second makes a difference",
)
SURVIVORS |= dict.fromkeys(
    [("slow client", f"dropped: {what}") for what in ("return", "if not piece:")],
    "only a client who leaves early makes a difference, and the task does not say what becomes of it",
)
EQUAL = {key for key, reason in SURVIVORS.items() if reason.startswith("equal: ")}
