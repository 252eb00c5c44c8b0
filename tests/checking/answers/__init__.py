"""Answers to the exercises, right ones and wrong ones, as data; and how such a text becomes an answer."""

import ast


def last_defined(text):
    """What a text defines last, as if a cell of a notebook had defined it."""
    namespace = {"__name__": "__main__"}
    exec(compile(text, "<cell>", "exec"), namespace)
    last = ast.parse(text).body[-1]
    return namespace[last.name if hasattr(last, "name") else last.targets[0].id]
