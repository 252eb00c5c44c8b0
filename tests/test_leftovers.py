"""nothing_left() says that nothing is left only if nothing is."""

import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from course import leftovers, serve
from course.leftovers import nothing_left

NOTHING = "Nothing is left: no thread of a server or a client, no open socket, no child process.\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(leftovers, "PATIENCE", 0.0)


def said(capsys):
    nothing_left()
    return capsys.readouterr().out


def test_nothing(capsys):
    assert said(capsys) == NOTHING


def test_a_server_that_runs(capsys):
    def accepts(listener):
        while True:
            listener.accept()

    with serve(accepts) as server:
        text = said(capsys)
        assert text.startswith("Something is left: a socket with port ")
        assert f"a socket with port {server.address[1]}; " in text
        assert "the thread 'course loop of accepts'" in text
    assert said(capsys) == NOTHING


def test_a_thread_of_the_notebook(capsys):
    wanted = threading.Event()
    notebook = {"__name__": "__main__", "wanted": wanted}
    exec("def wait(): wanted.wait()", notebook)
    thread = threading.Thread(target=notebook["wait"])
    thread.start()
    assert said(capsys) == f"Something is left: the thread {thread.name!r}.\n"
    wanted.set()
    thread.join()
    assert said(capsys) == NOTHING


def test_a_thread_of_somebody_else(capsys):
    wanted = threading.Event()
    somebody = {"__name__": "ipykernel.heartbeat", "wanted": wanted}
    exec("def wait(): wanted.wait()", somebody)
    thread = threading.Thread(target=somebody["wait"])
    thread.start()
    assert said(capsys) == NOTHING
    wanted.set()
    thread.join()


def test_a_thread_without_python_of_its_own_and_the_sockets(capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here = socket.create_connection(listener.getsockname())
        there, _ = listener.accept()
    with here, there:
        thread = threading.Thread(target=here.sendall, args=(bytes(50_000_000),))
        thread.start()
        text = said(capsys)
        assert f"the thread {thread.name!r}" in text
        assert text.count("a socket with port ") == 2
        left = 50_000_000
        while left:
            left -= len(there.recv(1_000_000))
        thread.join()
    assert said(capsys) == NOTHING


def test_what_is_ending_may_take_its_time(capsys, monkeypatch):
    monkeypatch.setattr(leftovers, "PATIENCE", 60.0)
    looked = []
    states = iter([["a socket with port 9"], ["a socket with port 9"], []])
    monkeypatch.setattr(leftovers, "leftovers", lambda: looked.append("looked") or next(states))
    assert said(capsys) == NOTHING
    assert len(looked) == 3


def test_a_pool(capsys):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        assert said(capsys).startswith("Something is left: the thread 'ThreadPoolExecutor")
    assert said(capsys) == NOTHING


def test_a_child_process(capsys):
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert said(capsys) == f"Something is left: the process {command!r}.\n"
        process.communicate(b"\n")
    assert said(capsys) == NOTHING


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
def test_unix_sockets_count_if_they_have_an_address(capsys, tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(tmp_path / "server"))
        assert said(capsys).startswith("Something is left: a socket at ")
    here, there = socket.socketpair()
    with here, there:
        assert said(capsys) == NOTHING
