"""`python -m course check`: a class at a glance, whatever the notebooks do, isolated and not."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from handed_in import (
    CHECK,
    FAILS,
    LIST,
    ONCE,
    PASSES,
    RIGHT,
    UNJUDGED,
    cell,
    command,
    needs_isolation,
    path_without_bubblewrap,
    rows,
    written,
)

WAYS = RIGHT.replace(
    "from course import check", "import course\nfrom course.checking.check import check as examine\nsame = course.check"
)
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(20)
    os._exit(0)
"""
# What a learner wrote, and what becomes of 'echo' and 'predict the calls' (by its beginning).
CLASS = {
    "right": ([RIGHT, CHECK], PASSES, "not found"),
    "wrong": ([ONCE, CHECK, LIST], FAILS, "failed: it begins with"),
    "unsolved": (["from course import check", CHECK], "failed: NameError: name 'Echo' is not defined", "not found"),
    "raises": ([RIGHT, "1 / 0", CHECK], PASSES, "not found"),
    "broken": ([RIGHT, "def (", CHECK], PASSES, "not found"),
    "hangs": ([RIGHT, CHECK, "while True: pass", LIST], PASSES, UNJUDGED + "it hangs in cell 4: stopped after 10 sec"),
    "dies": ([RIGHT, CHECK, "import os; os._exit(1)", LIST], PASSES, UNJUDGED + "its kernel died in cell 4"),
    "claims": ([ONCE, 'print("echo: passed")', CHECK], FAILS, "not found"),
    "last counts": ([ONCE, CHECK, RIGHT, CHECK], PASSES, "not found"),
    "leaves a daemon": ([DAEMON, RIGHT, CHECK], PASSES, "not found"),
    # The ways to call check().
    "by keyword": ([WAYS, 'course.check(answer=Echo, name="echo")'], PASSES, "not found"),
    "name in a variable": ([WAYS, 'name = "echo"', "same(name, Echo)"], PASSES, "not found"),
    "in a function": ([WAYS, 'def f(): examine("echo", answer=Echo)', "f()"], PASSES, "not found"),
    "in a loop": ([WAYS, 'for n, a in {"echo": Echo, "predict the calls": []}.items(): same(n, a)'], PASSES, "failed"),
    "shell and help": ([WAYS, 'x = !ls\nsame("echo", Echo)\nsame?', "import asyncio; await asyncio.sleep(0)"],
                       PASSES, "not found"),
    "uses its verdict": ([WAYS, 'v = same("echo", Echo)\nassert v.passed and v.hints[:1]\nprint(v.steps[0].did)\n'
                          'same("predict the calls", [])'], PASSES, "failed"),
    "an open socket": ([WAYS, 'import socket; same("echo", socket.socket())'], "failed: it refers to", "not found"),
    "nothing": (["pass"], "not found", "not found"),
}  # fmt: skip


NAMES = {
    "isolated": [*CLASS, "with a module"],
    "trusted": ["right", "wrong", "hangs", "dies", "leaves a daemon", "with a module"],
}


def checked(strength, folder):
    """What the command prints for the class, with modules beside one of the notebooks, from another folder."""
    paths = [written(folder / name / "lesson.ipynb", *CLASS[name][0]) for name in NAMES[strength] if name in CLASS]
    cells = ["from course import check\nfrom helper import Echo", CHECK]
    paths.append(written(folder / "with a module" / "lesson.ipynb", *cells))
    (folder / "with a module" / "helper.py").write_text(RIGHT.replace("from course import check", "import another"))
    (folder / "with a module" / "another.py").write_text("")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    for name in ("json", "typing", "socket", "tqdm", "sitecustomize"):  # none of them must be imported
        (elsewhere / f"{name}.py").write_text(f"open('imported', 'w').write('{name}')\nraise SystemExit('imported')")
    arguments = ["--csv", "--deadline", "10", *paths]
    if strength == "isolated":
        result = command(*arguments, cwd=elsewhere)
    else:
        result = command("--trust", *arguments, cwd=elsewhere, PATH=path_without_bubblewrap(folder / "bin"))
    assert result.returncode == 1, result.stderr
    imported = elsewhere / "imported"
    assert not imported.exists(), imported.read_text()
    return strength, {name.split("/")[-2]: row for name, row in rows(result.stdout).items()}, result


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    """The smaller class, checked beside the other one: most of the time it waits for the notebook that hangs."""
    with ThreadPoolExecutor(1) as background:
        yield background.submit(checked, "trusted", tmp_path_factory.mktemp("trusted"))


@pytest.fixture(scope="module", params=[pytest.param("isolated", marks=needs_isolation), "trusted"])
def done(request, tmp_path_factory, trusted):
    if request.param == "trusted":
        return trusted.result()
    return checked("isolated", tmp_path_factory.mktemp("isolated"))


def test_each_notebook_gets_its_row(done):
    strength, found, _ = done
    others = {}
    for name in NAMES[strength]:
        _, echo, calls = CLASS.get(name, ([], PASSES, "not found"))
        if not (found[name]["echo"].startswith(echo) and found[name]["predict the calls"].startswith(calls)):
            others[name] = found[name]
    assert others == {}


def test_the_last_line_says_when_nothing_is_isolated(done):
    strength, _, result = done
    last = (result.stdout + result.stderr).splitlines()[-1]
    assert last.startswith("not isolated: ") == (strength == "trusted")


def test_without_isolation_it_needs_trust(tmp_path):
    path = path_without_bubblewrap(tmp_path / "bin")
    done = command(written(tmp_path / "a.ipynb", RIGHT, CHECK), PATH=path)
    assert done.returncode == 2
    assert "apt-get install bubblewrap" in done.stderr or sys.platform != "linux"
    assert "--trust" in done.stderr
    assert not done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_files_that_are_no_notebooks_get_a_row_with_a_sentence(tmp_path):
    good = written(tmp_path / "good.ipynb", RIGHT, CHECK)
    odd = {
        "none.ipynb": "the file cannot be read: No such file",
        "text.ipynb": "it is not a notebook: JSONDecodeError",
        "list.ipynb": "it is not a notebook: ",
        "latin.ipynb": "it is not a notebook: UnicodeDecodeError",
        "folder.ipynb": "the file cannot be read: ",
        "pipe.ipynb": "the file cannot be read: it is not a regular file",
        "huge.ipynb": "the file cannot be read: it is too large: 42,949,672,960 bytes",
        "link.ipynb": "the file cannot be read: it is a symbolic link",
    }
    (tmp_path / "text.ipynb").write_text("not a notebook")
    (tmp_path / "list.ipynb").write_text("[]")
    (tmp_path / "latin.ipynb").write_bytes(b'{"cells": "\xe4"}')
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    with open(tmp_path / "huge.ipynb", "wb") as file:
        file.truncate(40 << 30)
    (tmp_path / "link.ipynb").symlink_to(good)
    bare = tmp_path / "no source.ipynb"
    cells = [{"cell_type": "code"}, {}, *map(cell, (RIGHT.splitlines(keepends=True), CHECK))]
    bare.write_text(json.dumps({"cells": cells}))
    done = command("--trust", "--csv", good, bare, *(tmp_path / name for name in odd))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    found = {os.path.basename(name): row for name, row in rows(done.stdout).items()}
    assert found["good.ipynb"]["echo"] == found["no source.ipynb"]["echo"] == "passed"
    for name, words in odd.items():
        assert found[name]["echo"].startswith(UNJUDGED + words), name
        assert found[name]["note"].startswith(words)


def test_the_status_is_0_if_all_were_judged(tmp_path):
    good, bad = written(tmp_path / "good.ipynb", RIGHT, CHECK), written(tmp_path / "bad\n.ipynb", ONCE, CHECK)
    done = command("--trust", good, bad)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["learner", "echo", "passed"]
    assert [line.split()[-4:] for line in lines[1:3]] == [["passed", "1", "of", "1"], ["failed", "0", "of", "1"]]
    assert lines[2].startswith(str(tmp_path / "bad\\n.ipynb"))
    assert "bad\\n.ipynb: echo: failed: it goes on until" in lines[4]


@pytest.mark.parametrize("arguments", [["--deadline", "0"], ["--deadline", "nan"], ["--deadline", "soon"]])
def test_orders_that_make_no_sense_get_a_sentence(arguments):
    done = command(*arguments, "a.ipynb")
    assert done.returncode == 2
    assert repr(arguments[1]) in done.stderr.splitlines()[-1]
