"""Notebooks that learners hand in, for the tests."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys

import pytest

from course.classroom.isolation import NotIsolatedError, Prepared

RIGHT = """
import socketserver
from course import check

class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
"""
ONCE = RIGHT.replace("while data := self.request.recv(1024):", "data = self.request.recv(1024)\n        if data:")
CHECK = 'check("echo", Echo)'
LIST = 'calls = ["process_request_thread"]\ncheck("predict the calls", calls)'
FAILS = "failed: it goes on until"
PASSES, UNJUDGED = "passed", "could not be judged: "


def cell(source, kind="code"):
    more = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "source": source, "metadata": {}, **more}


def written(path, *sources):
    """A notebook with these cells of code, below one of text."""
    cells = [cell("# Answers", "markdown"), *map(cell, sources)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return path


def why_not_isolated():
    try:
        Prepared(trust=False)
    except NotIsolatedError as why:
        return str(why)
    return ""


# Where learners' code cannot be isolated these tests are skipped, unless COURSE_ISOLATION=required lets them fail.
needs_isolation = pytest.mark.skipif(
    os.environ.get("COURSE_ISOLATION") != "required" and why_not_isolated() != "", reason=why_not_isolated()
)


def path_without_bubblewrap(folder):
    """A search path on which there is no bwrap."""
    folder.mkdir()
    if found := shutil.which("ls"):
        (folder / "ls").symlink_to(found)
    return str(folder)


def command(*arguments, cwd=None, **environment):
    """Run `python -m course check` in a folder."""
    line = [sys.executable, "-m", "course", "check", *map(str, arguments)]
    return subprocess.run(
        line, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=100, check=False
    )


def rows(printed):
    """The rows of printed CSV, by learner: what became of each exercise, and the note."""
    head, *body = csv.reader(io.StringIO(printed))
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in body}
