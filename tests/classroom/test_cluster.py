"""`python -m course check --dask`: the same rows from workers on other machines."""

import os
import subprocess
import sys
import threading

import pytest
from handed_in import CHECK, FAILS, ONCE, PASSES, RIGHT, UNJUDGED, command, path_without_bubblewrap, rows, written

from course.classroom.command import main
from course.classroom.isolation import NotIsolatedError, Prepared

pytest.importorskip("distributed")
WAITS = "import threading\nopen('/dev/null')\nthreading.Event().wait(1)"


@pytest.fixture
def cluster(tmp_path):
    """A function that starts programs of a cluster on this machine; all are ended after the test."""
    file, programs = tmp_path / "scheduler.json", []

    def start(program, *options):
        line = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--scheduler-file", str(file), *options]
        environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        programs.append(subprocess.Popen(line, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment))
        return programs[-1]

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    address = said(scheduler, "Scheduler at:").split()[-1]
    yield address, lambda: start("worker", "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--no-dashboard")
    for program in programs:
        program.kill()
        program.communicate()


def said(program, words):
    """The first line of a program with these words. What it says later is thrown away."""
    for line in program.stderr:
        if words in line:
            threading.Thread(target=program.stderr.read, daemon=True).start()
            return line
    raise AssertionError(f"it never said {words}")


def is_isolated():
    try:
        Prepared(trust=False)
    except NotIsolatedError:
        return False
    return True


def test_no_row_is_lost_when_a_worker_is_killed(cluster, tmp_path):
    address, start_worker = cluster
    first = start_worker()
    said(first, "Registered to")
    folder = tmp_path / "class"
    paths = [written(folder / f"{n}" / "a.ipynb", RIGHT if n % 2 else ONCE, WAITS, CHECK) for n in range(2)]
    (folder / "0" / "helper.py").write_text("")
    broken = folder / "broken.ipynb"
    broken.write_text("{")
    trust = [] if is_isolated() else ["--trust"]
    done = []
    line = ["--csv", "--dask", address, *trust, *paths, broken]
    thread = threading.Thread(target=lambda: done.append(command(*line)))
    thread.start()
    while not kernels_of(first.pid):
        assert thread.is_alive(), done
        threading.Event().wait(0.02)
    said(start_worker(), "Registered to")
    first.kill()  # in the middle of a notebook
    thread.join()
    found = rows(done[0].stdout)
    assert done[0].returncode == 1
    for number, path in enumerate(paths):
        assert found[str(path)]["echo"].startswith(PASSES if number % 2 else FAILS), done[0].stderr
    assert found[str(broken)]["echo"].startswith(UNJUDGED + "it is not a notebook")


def kernels_of(pid):
    found = subprocess.run(
        ["ps", "-ww", "-o", "args=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return "course.classroom.kernel" in found.stdout


def test_a_notebook_whose_workers_end_gets_its_row(cluster, tmp_path, monkeypatch):
    """It is tried twice here, as often as the scheduler allows."""
    address, start_worker = cluster
    path = written(tmp_path / "class" / "a.ipynb", RIGHT, WAITS.replace("wait(1)", "wait(20)"), CHECK)
    trust = [] if is_isolated() else ["--trust"]
    done = []
    thread = threading.Thread(target=lambda: done.append(command("--csv", "--dask", address, *trust, path)))
    thread.start()
    for _ in range(2):
        worker = start_worker()
        while not kernels_of(worker.pid):
            assert thread.is_alive(), done
            threading.Event().wait(0.02)
        worker.kill()
    thread.join()
    assert "the workers that ran it ended" in done[0].stdout
    assert done[0].returncode == 1


def test_a_worker_without_isolation_needs_trust(cluster, tmp_path, monkeypatch):
    address, start_worker = cluster
    monkeypatch.setenv("PATH", path_without_bubblewrap(tmp_path / "bin"))
    path = written(tmp_path / "class" / "a.ipynb", RIGHT, CHECK)
    start_worker()
    refused = command("--csv", "--dask", address, path)
    assert "no bwrap here" in refused.stdout
    trusted = command("--dask", address, "--trust", path)
    assert trusted.stdout.splitlines()[1].split()[1:] == ["passed", "1", "of", "1"]
    assert trusted.stdout.splitlines()[-1].startswith("not isolated: ")


def test_an_address_where_nobody_answers_gets_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("course.classroom.cluster.REACHED", 0.2)
    assert main(["check", "--dask", "tcp://127.0.0.1:1", str(written(tmp_path / "a.ipynb", RIGHT))]) == 2
    error = capsys.readouterr().err
    assert error.splitlines()[-1].startswith("no Dask scheduler answers at 'tcp://127.0.0.1:1'")
    assert "Traceback" not in error
