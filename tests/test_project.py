"""The project itself: its lists of dependencies agree, `make` and the package explain what is missing."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
LEARNERS = RUNTIME + [Requirement(line) for line in PROJECT["optional-dependencies"]["lab"]]
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


def test_conda_and_binder_get_what_learners_need():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    on_conda = {"matplotlib": "matplotlib-base", "redis": "redis-py"}
    wanted = {f"{on_conda.get(r.name, r.name)}{r.specifier}" for r in LEARNERS}
    *packages, from_pip = environment["dependencies"]
    assert set(packages) == wanted | {f"python{PROJECT['requires-python']}", "pip"}
    assert from_pip == {"pip": ["-e ."]}
    assert environment["channels"] == ["conda-forge"]


def test_the_setting_that_silences_jupyterlab_is_installed():
    installed = json.loads(Path(sys.prefix, "share/jupyter/lab/settings/overrides.json").read_text())
    assert installed == json.loads((ROOT / "overrides.json").read_text())
    assert installed["@jupyterlab/apputils-extension:notification"] == {"checkForUpdates": False, "fetchNews": "false"}


# The version


def test_the_wheel_has_every_file_of_the_package(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    wanted = {path.relative_to(ROOT).as_posix() for path in (ROOT / "course").rglob("*.*") if path.suffix != ".pyc"}
    assert {"course/explore/lanes.js", "course/explore/lanes.css", "course/py.typed"} < wanted
    assert wanted - names == set()


def test_the_version_is_the_same_everywhere():
    version = PROJECT["version"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == version
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[:2] == ["Unreleased", version]


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
def test_make_without_a_target_explains_them_and_each_of_them_exists():
    result = make()
    targets = [line.split()[1] for line in result.stdout.splitlines()]
    assert {"lab", "test"} <= set(targets)
    for target in targets:
        planned = make("--dry-run", target)
        assert planned.returncode == 0, planned.stderr


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


@pytest.mark.parametrize("path", MODULES.values(), ids=MODULES)
def test_a_module_is_one_room(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def python(program, *, without=()):
    """Run a program in a Python of its own, in which the modules `without` cannot be imported."""
    block = f"import sys; sys.modules.update(dict.fromkeys({list(without)}))\n"
    return subprocess.run([sys.executable, "-c", block + program], capture_output=True, text=True, timeout=60)


def test_importing_the_course_costs_next_to_nothing():
    result = python("import course; print({'asyncio', 'ipywidgets', 'matplotlib', 'numpy', 'tqdm'} & set(sys.modules))")
    assert result.stdout == "set()\n"


def test_no_name_of_the_face_imports_what_draws_before_it_is_drawn():
    imports = "from course import check, crowd, explore, lookup, serve, trace"
    result = python(f"{imports}; print({{'ipywidgets', 'matplotlib', 'numpy'}} & set(sys.modules))")
    assert result.stdout == "set()\n"


# What only an extra brings.


def modules_of_extras():
    """The modules that the extras `lab` and `classroom` bring."""
    lines = PROJECT["optional-dependencies"]["lab"] + PROJECT["optional-dependencies"]["classroom"]
    return [Requirement(line).name for line in lines]


RUN = """
import socketserver
from course import crowd, serve

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline())

with serve(socketserver.ThreadingTCPServer, Handler) as server:
    run = crowd(server, clients=2, send=b"hello\\n")
print(run.endings)
"""


def test_a_server_and_a_crowd_need_no_extra():
    result = python(RUN, without=modules_of_extras())
    assert result.stdout == "{'replied': 2}\n", result.stderr


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (RUN + "run.draw()", "matplotlib is needed to draw a picture: pip install 'many-clients[lab]'"),
        ("from course import explore", "ipywidgets is needed to show an explorer: pip install 'many-clients[lab]'"),
        ("from course import check", "cloudpickle is needed to check an answer: pip install 'many-clients[lab]'"),
        ("import course.classroom", "ipykernel is needed to check notebooks: pip install 'many-clients[classroom]'"),
    ],
    ids=["draw", "explore", "check", "class"],
)
def test_a_missing_extra_is_named_with_the_command_that_installs_it(program, sentence):
    result = python(program, without=modules_of_extras())
    assert result.stderr.splitlines()[-1] == f"ImportError: {sentence}"
