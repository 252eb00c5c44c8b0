"""The project itself: its lists of dependencies agree, `make` explains what is missing, and imports point one way."""

import ast
import graphlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
SUPPORTED = [found[1] for line in PROJECT["classifiers"] if (found := re.search(r"Python :: (3\.\d+)$", line))]
EVERYTHING = RUNTIME + [Requirement(line) for lines in PROJECT["optional-dependencies"].values() for line in lines]


def named(requirement):
    return requirement.name


# Dependencies


@pytest.mark.parametrize("requirement", EVERYTHING, ids=named)
def test_a_dependency_has_a_lower_bound_and_a_reason(requirement):
    assert [specifier.operator for specifier in requirement.specifier] == [">="]
    line = next(line for line in (ROOT / "pyproject.toml").read_text().splitlines() if f'"{requirement}"' in line)
    assert re.search(r",\s+# \w", line), line


@pytest.mark.parametrize("python", SUPPORTED)
@pytest.mark.parametrize("requirement", EVERYTHING, ids=named)
def test_a_dependency_is_pinned_within_its_bound_for_each_python(requirement, python):
    here = {"python_version": python, "python_full_version": f"{python}.0"}
    pins = [
        pin
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if not line.lstrip().startswith("#")
        if canonicalize_name((pin := Requirement(line)).name) == canonicalize_name(requirement.name)
        if not pin.marker or pin.marker.evaluate(here)
    ]
    [pin] = pins
    [exactly] = pin.specifier
    assert exactly.operator == "=="
    assert requirement.specifier.contains(exactly.version)


def test_conda_and_binder_get_the_same_dependencies():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    on_conda = {"matplotlib": "matplotlib-base"}
    wanted = {f"{on_conda.get(r.name, r.name)}{r.specifier}" for r in RUNTIME}
    *packages, from_pip = environment["dependencies"]
    assert set(packages) == wanted | {f"python{PROJECT['requires-python']}", "pip"}
    assert from_pip == {"pip": ["-e ."]}
    assert environment["channels"] == ["conda-forge"]


def test_the_setting_that_silences_jupyterlab_is_installed():
    installed = json.loads(Path(sys.prefix, "share/jupyter/lab/settings/overrides.json").read_text())
    assert installed == json.loads((ROOT / "overrides.json").read_text())
    assert installed["@jupyterlab/apputils-extension:notification"] == {"checkForUpdates": False, "fetchNews": "false"}


# make


needs_make = pytest.mark.skipif(os.name == "nt" or not shutil.which("make"), reason="there is no `make` here to try")


def make(*arguments):
    """Run make as if nobody else ran it: without the arguments of a make that runs these tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def python_that(folder, lines):
    """A command that is this Python, but for what these lines of shell do first."""
    command = folder / "python"
    command.write_text(f'#!/bin/sh\n{lines}\nexec {shlex.quote(sys.executable)} "$@"\n')
    command.chmod(0o755)
    return command


IS_OLD = """\
[ "$1" = -V ] && echo Python 3.10.13 && exit
[ "$1" = -c ] && set -- -c "import sys; sys.version_info = (3, 10, 13); $2"
"""
LACKS_VENV = 'case "$2" in *ensurepip*) echo "No module named ensurepip" >&2; exit 1;; esac'


@needs_make
@pytest.mark.parametrize(
    ("what_it_does", "sentence"),
    [
        (IS_OLD, "The course needs Python 3.11 or later and {0} is Python 3.10.13: name a newer one: make PYTHON="),
        (LACKS_VENV, "{0} lacks its venv module: install it (on Debian and Ubuntu the package python3-venv), then"),
        (None, "There is no '{0}' here: install Python 3.11 or later, or name yours: make PYTHON=/path/to/python3"),
    ],
    ids=["old", "without venv", "not there"],
)
def test_a_python_that_will_not_do_is_named_in_one_sentence(tmp_path, what_it_does, sentence):
    python = python_that(tmp_path, what_it_does) if what_it_does else tmp_path / "python"
    result = make("setup", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}")
    assert result.returncode != 0
    assert result.stdout.startswith(sentence.format(python))
    assert result.stdout.count("\n") == 1
    assert result.stderr.startswith("make: ***")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "venv").exists()


@needs_make
def test_make_help_lists_the_targets():
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert {line.split()[1] for line in make("help").stdout.splitlines()} == set(phony) - {"help"}


# The workflow on GitHub


def test_the_workflow_runs_every_python_that_the_package_names():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    assert PROJECT["requires-python"] == f">={SUPPORTED[0]}"
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == SUPPORTED


# What no file says


def files():
    """Every file that is in git or would be added to it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout, so it cannot tell which files are the project's")
    return [path for name in names if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize(
    "unwanted",
    [
        r"(pypi|pythonhosted|npmjs|debian|anaconda)\.(org|com)",  # each reader's pip, conda and npm know their own
        r"/(work|root|tmp/w)/\w",
        r"\b(TO[D]O|FIX[M]E)\b",
    ],
    ids=["package registries", "paths of one machine", "notes to oneself"],
)
def test_no_file_says(unwanted):
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files()
        for match in re.finditer(unwanted, path.read_text(encoding="utf-8", errors="replace"))
    }
    assert found == set()


# The package


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted((ROOT / "course").rglob("*.py"))}


def imported(nodes):
    """The modules that import statements among these nodes name; of a package's parts, the parts."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            for alias in node.names:
                part = f"{node.module}.{alias.name}"
                yield part if part in MODULES else node.module


def imports_anywhere(name):
    return set(imported(ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8")))))


def imports_at_once(name):
    """What importing the module imports: all but what stands in functions or is for type checkers only."""

    def run(nodes):
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            yield node
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                yield from run(node.orelse)
            else:
                yield from run(ast.iter_child_nodes(node))

    return set(imported(run(ast.parse(MODULES[name].read_text(encoding="utf-8")).body)))


def within(package, name):
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("path", MODULES.values(), ids=MODULES)
def test_a_module_is_one_room(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_importing_the_course_costs_next_to_nothing():
    program = "import course, sys; print({'asyncio', 'ipywidgets', 'matplotlib', 'numpy', 'tqdm'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "set()\n"


@pytest.mark.parametrize(
    ("library", "package"), [("matplotlib", "course.drawing"), ("ipywidgets", "course.explore")], ids=lambda name: name
)
def test_one_room_has_the_library_to_itself(library, package):
    users = {name for name in MODULES if any(within(library, other) for other in imports_anywhere(name))}
    assert all(within(package, name) for name in users), users


def test_imports_point_one_way():
    graph = {name: {other for other in imports_at_once(name) if within("course", other)} for name in MODULES}
    list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError if any import each other
    assert graph["course"] == set(), "the face imports a helper only when it is used"
    assert [name for name, others in graph.items() if "course" in others] == [], "who imports the face goes in a circle"
    for aside in ("course.drawing", "course.explore"):
        importers = {name for name, others in graph.items() if any(within(aside, other) for other in others)}
        assert all(within(aside, name) for name in importers), f"{aside} is reached only by who draws, when they draw"


def test_the_record_knows_no_socket_and_no_plot():
    assert not imports_anywhere("course.timeline") & {
        "socket",
        "socketserver",
        "course.serving.server",
        "course.crowds.crowd",
    }
    assert {name for name in imports_at_once("course.timeline") if within("course", name)} == {"course.text"}
