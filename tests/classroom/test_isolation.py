"""What a learner's notebook and an answer can reach when they are isolated, and how they are stopped."""

import base64
import os
import pickle
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from attacks import ATTACKS
from handed_in import RIGHT, UNJUDGED, command, needs_isolation, rows, written

import course
from course.classroom.isolation import Guard, Isolation, Prepared
from course.classroom.notebooks import HandIn, KernelProcess, read

pytestmark = needs_isolation

# Each tells what it could do: None or False is what we want.
PROBES = """
import glob, os, pathlib, socket, subprocess, sys

def tried(function):
    try:
        return function()
    except Exception as error:
        return None

def connects(family, address):
    with socket.socket(family) as client:
        client.settimeout(2)
        client.connect(address)
        return True

def files_with(words):
    roots = [path for path in glob.glob("/*") if path not in ("/proc", "/usr", "/dev", "/lib", "/lib64", "/bin")]
    known = [f"--exclude-dir={os.path.basename(path)}" for path in (sys.prefix, sys.base_prefix, "site-packages")]
    done = subprocess.run(["grep", "-rlsF", *known, words, *roots], capture_output=True, text=True)
    return done.stdout.splitlines()

found = {
    "another learner": tried(lambda: open(OTHER).read()),
    "the teacher's home": tried(lambda: [
        name for name in os.listdir(TEACHER)
        if not (sys.prefix + sys.base_prefix + COURSE).count(os.path.join(TEACHER, name))]),
    "the exercises": tried(lambda: [name for name in os.listdir(os.path.join(COURSE, "exercises"))] or None),
    "a solution": files_with("@exercise" + ".solution") or None,
    "writing to the course": tried(lambda: open(os.path.join(COURSE, "__init__.py"), "a").write("#")),
    "a .pyc in the course": tried(lambda: open(glob.glob(COURSE + "/__pycache__/*.pyc")[0], "r+b").write(b"#")),
    "writing to this Python": tried(lambda: open(os.path.join(sys.prefix, "new"), "w").write("#")),
    "writing to the root": tried(lambda: open("/new", "w").write("#")),
    "a server of the machine": tried(lambda: connects(socket.AF_INET, ("127.0.0.1", PORT))),
    "an abstract socket": tried(lambda: connects(socket.AF_UNIX, chr(0) + ABSTRACT)),
    "a secret of the teacher's": b"a-secret-of-the-teacher" in b"".join(
        pathlib.Path(path).read_bytes() for path in glob.glob("/proc/[0-9]*/environ") if os.access(path, os.R_OK)),
    "many processes": len(glob.glob("/proc/[0-9]*")) > 8,
    "a network": [name for _, name in socket.if_nameindex()] != ["lo"],
    "rights": "CapEff:\\t" + 16 * "0" not in open("/proc/self/status").read(),
    "mounting": subprocess.run(["mount", "-t", "tmpfs", "x", "/tmp"], capture_output=True).returncode == 0,
    "the host's temporary files": [name for name in os.listdir("/tmp") if "pytest" in name] or None,
    "a link out of the folder": os.path.exists("link.py"),
}
reached = {name: result for name, result in found.items() if result}
"""
COURSE = str(Path(course.__file__).parent)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """What there is to be reached: a server, an abstract socket, a secret, another learner; returns the probes."""
    monkeypatch.setenv("TOKEN", "a-secret-of-the-teacher")
    other = written(tmp_path / "other" / "lesson.ipynb", RIGHT)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0course-{os.getpid()}")
        abstract.listen()
        names = {
            "OTHER": str(other),
            "TEACHER": str(Path.home()),
            "COURSE": COURSE,
            "PORT": server.getsockname()[1],
            "ABSTRACT": f"course-{os.getpid()}",
        }
        yield "\n".join(f"{name} = {value!r}" for name, value in names.items()) + PROBES


@pytest.fixture(params=["as one is", "as a user with few rights"])
def isolation(request, monkeypatch):
    """Root isolates in another way than all others."""
    if request.param != "as one is":
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with Prepared(trust=False) as prepared:
        yield prepared.isolation


def test_a_notebook_reaches_nothing_but_its_own(machine, isolation, tmp_path):
    path = written(tmp_path / "mine" / "lesson.ipynb", machine, 'import course; course.check("echo", reached)')
    (path.parent / "link.py").symlink_to(tmp_path / "other" / "lesson.ipynb")
    with Guard() as guard, KernelProcess(isolation, read(path), ["echo"]) as kernel:
        assert kernel.wait(60, guard) == ""
    assert kernel.reasons == {}
    assert pickle.loads(base64.b64decode(kernel.answers["echo"][0])) == {}


def test_an_answer_reaches_nothing_but_its_own(machine, isolation, tmp_path, monkeypatch):
    """The judge starts it, in the judge's network, with nothing in its environment."""
    (tmp_path / "scratch").mkdir()
    code = f"{machine}\nprint(reached)"
    inner = isolation.of_answer([sys.executable, "-I", "-c", code], isolation.scratch)
    start = f"import subprocess; subprocess.run({inner!r}, check=True)"
    done = subprocess.run(
        isolation.of_judge([sys.executable, "-P", "-c", start]),
        env=isolation.environment(isolation.scratch),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("{}\n", "")


def test_what_is_written_as_text_is_read_the_same():
    isolation = Isolation(("bwrap", "--x"), "/scratch")
    assert Isolation.read(isolation.written) == isolation


def test_another_learners_files_do_not_come_along(tmp_path):
    """Where two learners share a folder, modules in it are for both, and all else stays away."""
    ada, bob = written(tmp_path / "ada.ipynb", RIGHT), written(tmp_path / "bob" / "bob.ipynb", RIGHT)
    cy = written(tmp_path / "cy.ipynb", RIGHT)
    for name in ("helper.py", "notes.txt", ".env", "bob/secret.py"):
        (tmp_path / name).write_text("")
    assert list(read(ada, [bob, cy]).files) == ["helper.py"]
    assert sorted(read(ada, [bob]).files) == ["helper.py", "notes.txt"]
    assert sorted(read(ada).files) == ["bob/secret.py", "helper.py", "notes.txt"]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attacks")
    paths = [written(folder / name / "lesson.ipynb", *cells) for name, (cells, _, _) in ATTACKS.items()]
    before = {path: path.read_bytes() for path in Path(COURSE).rglob("*.py")}
    done = command("--csv", "--deadline", "40", *paths)
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in Path(COURSE).rglob("*.py")} == before
    return {name.split("/")[-2]: row for name, row in rows(done.stdout).items()}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_its_own_row_and_no_more(attacked, name):
    _, echo, note = ATTACKS[name]
    assert attacked[name]["echo"].startswith(echo), attacked[name]
    assert note in attacked[name]["note"], attacked[name]
    assert attacked[name]["echo"].isprintable()


def test_nothing_is_left_of_a_sandbox(isolation):
    """A kernel that is ended takes all its processes along."""
    mark = f"left-over-{os.getpid()}"
    cells = [f"import subprocess\nsubprocess.Popen(['sleep', '99'], start_new_session=True, env={{'MARK': '{mark}'}})"]
    path = Path(isolation.scratch, "a.ipynb")
    with Guard() as guard, KernelProcess(isolation, read(written(path, *cells)), ["echo"]) as kernel:
        assert kernel.wait(60, guard) == ""
    left = [each for each in Path("/proc").glob("[0-9]*/environ") if mark.encode() in _bytes(each)]
    assert left == []


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_an_interrupt_ends_the_kernels(tmp_path):
    """Ctrl-C: the command ends soon, and no kernel goes on."""
    path = written(tmp_path / "a.ipynb", "open('/dev/null'); import time; time.sleep(1000)")
    line = [sys.executable, "-m", "course", "check", str(path)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not _kernels_of(process.pid):
            assert process.poll() is None
            threading.Event().wait(0.02)
        process.send_signal(2)
        process.communicate(timeout=30)
        assert process.returncode == 130


def _kernels_of(pid):
    children = [child for path in Path(f"/proc/{pid}/task").glob("*/children") for child in _bytes(path).split()]
    return [
        child for child in children if b"course.classroom.kernel" in _bytes(Path(f"/proc/{child.decode()}/cmdline"))
    ]


def test_a_hand_in_that_could_not_be_read_is_a_row():
    from course.classroom.notebooks import Classroom

    with Classroom() as room:
        assert room.check(HandIn("ada", trouble="no")).status("echo") == UNJUDGED + "no"
