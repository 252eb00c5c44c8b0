"""The programs of lesson 08, run as processes: what they print, and the status with which they end."""

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from course import crowd

PROGRAMS = Path(__file__).resolve().parent.parent.parent / "notebooks" / "programs"


@contextmanager
def running(*options):
    """The server as a process, and its port; killed at the end if it still runs."""
    command = [sys.executable, str(PROGRAMS / "upper_server.py"), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.kill()


def run(program, *options, text=""):
    command = [sys.executable, str(PROGRAMS / program), *options]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)


def test_the_programs_of_lesson_08_are_one_screen_each():
    for path in PROGRAMS.glob("upper_*.py"):
        assert len(path.read_text().splitlines()) <= 60, path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_ends_well_with_a_client_connected(number):
    with running() as (process, port), socket.create_connection(("127.0.0.1", port)) as idle:
        idle.sendall(b"half a line")
        process.send_signal(number)
        assert process.communicate(timeout=60) == ("ended\n", "")
        assert process.returncode == 0


def test_a_conversation_of_any_length_in_any_pieces():
    with running() as (_, port), socket.create_connection(("127.0.0.1", port)) as sock, sock.makefile("rb") as answers:
        for line in (b"one\n", b"\n", b"x" * 200_000 + b"\n", "är 亲\n".encode()):
            for start in range(0, len(line), 50_001):
                sock.sendall(line[start : start + 50_001])
            assert answers.readline() == line.upper()


def test_many_clients_at_once():
    with running() as (_, port):
        run_ = crowd(("127.0.0.1", port), clients=50, send=b"hello\n")
    assert run_.endings == {"replied": 50}


def test_the_server_outlives_clients_that_vanish():
    with running() as (process, port):
        crowd(("127.0.0.1", port), clients=5, send="resetting")
        assert run("upper_client.py", "--port", str(port), text="still there?\n").stdout == "STILL THERE?\n"
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60)[1] == ""


@pytest.mark.parametrize("port", ["taken", "70000"])
def test_a_port_that_cannot_be_had_is_one_line_and_status_1(port):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1]) if port == "taken" else port
        done = run("upper_server.py", "--port", port)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"cannot listen on 127.0.0.1:{port}: ")
    assert done.stderr.count("\n") == 1


def test_the_client_answers_every_line_even_the_last_without_a_newline():
    with running() as (_, port):
        done = run("upper_client.py", "--port", str(port), text="one\n\ntwo")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ONE\n\nTWO\n", "")


def test_a_line_that_no_buffer_holds():
    """Client and server would wait for each other for ever if both only sent."""
    line = "x" * 50_000_000 + "\n"
    with running() as (_, port):
        done = run("upper_client.py", "--port", str(port), text=line)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == line.upper()


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("127.0.0.1", "free", "nobody listens on {}: start upper_server.py first\n"),
        ("127.0.0.1", "70000", "cannot talk to {}: "),
    ],
)
def test_the_client_says_what_is_wrong(host, port, sentence):
    if port == "free":
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
    done = run("upper_client.py", "--host", host, "--port", port, text="hello\n")
    assert done.returncode == 1
    assert done.stderr.startswith(sentence.format(f"{host}:{port}"))
    assert done.stderr.count("\n") == 1


def test_the_client_says_that_the_server_has_gone():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, str(PROGRAMS / "upper_client.py"), "--port", str(port)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client:
            connection, _ = listener.accept()
            client.stdin.write("hello\n")
            client.stdin.flush()
            assert connection.recv(100) == b"hello\n"
            connection.close()
            assert client.stderr.read() == f"the server at 127.0.0.1:{port} has closed the connection\n"
            assert client.wait(60) == 1
