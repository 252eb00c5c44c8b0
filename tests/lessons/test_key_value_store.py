"""The key-value store of lesson 13: the same replies as Redis, no input that harms it, and nothing lost."""

import ast
import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
import redis
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
PROGRAM = NOTEBOOKS / "programs" / "key_value_store.py"
SPEC = importlib.util.spec_from_file_location("key_value_store", PROGRAM)
store_program = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(store_program)

# Lets a file have so many bytes, as a disk does that is nearly full, and runs the program.
NEARLY_FULL = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def needs(command, package):
    missing = shutil.which(command) is None
    return pytest.mark.skipif(missing, reason=f"no {command} here: install it (on Debian and Ubuntu in {package})")


def connect(port):
    return redis.Redis(port=port, protocol=2, retry=None, socket_timeout=60)


@contextmanager
def running(file, *python):
    """The program as a process, and its port; killed at the end if it still runs."""
    command = [sys.executable, *python, str(PROGRAM), "--port", "0", "--file", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.kill()


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with running(tmp_path_factory.mktemp("store") / "keys.aof") as (_, port):
        yield port


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A client of a Redis that nobody else uses."""
    folder = tmp_path_factory.mktemp("redis")
    options = ["--port", "0", "--unixsocket", "here", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        try:
            for line in process.stdout:
                if "ready to accept connections" in line.lower():
                    break
            with redis.Redis(unix_socket_path=str(folder / "here"), protocol=2, retry=None) as client:
                yield client
        finally:
            process.kill()


COMMANDS = """
PING
PING hello
PING one two
ECHO hello
ECHO
set key value
Get key
GET nothing
GET
SET key
SET key value EX 100
SET key value ex 0
SET key value EX -1
SET key value EX x
SET key value EX 9223372036854775807
SET key value EX 9223372036854775
SET key value EX
SET key value NONSENSE 5
MGET key nothing key
MGET
DEL key nothing key
DEL key
DEL
INCR n
INCR n
INCRBY n 40
INCRBY n x
INCRBY n -2
GET n
INCR
INCR n n
SET n 9223372036854775807
INCR n
INCRBY n -9223372036854775808
SET n -9223372036854775808
INCRBY n -1
SET text hello
INCR text
SET text 1.5
INCR text
SET zeros 007
INCR zeros
SET plus +1
INCR plus
EXPIRE nothing 10
EXPIRE text 100
GET text
EXPIRE text 0
GET text
SET text again
EXPIRE text -1
GET text
EXPIRE n x
EXPIRE n 9223372036854775807
EXPIRE n
SHOUT hello
"""


def reply(client, words):
    """What a client gets for a command: a value, or the text of the error as far as the servers say the same."""
    try:
        return client.execute_command(*words)
    except redis.ResponseError as error:
        return f"error: {str(error).partition(', with args')[0]}"


@needs("redis-server", "redis-server")
def test_every_reply_is_that_of_redis(port, real):
    with connect(port) as ours:
        for line in COMMANDS.strip().splitlines():
            assert reply(ours, line.split()) == reply(real, line.split()), line
        odd = [b"\r\n", b"", b"\0\xff", "亲".encode()]
        for client in (ours, real):
            for key, value in itertools.product(odd, odd[:2]):
                assert client.set(key, value)
        assert ours.mget(odd) == real.mget(odd) == [b""] * 4


@needs("redis-server", "redis-server")
def test_a_pipeline_gets_the_same_replies_in_the_same_order(port, real):
    with connect(port) as ours:
        replies = []
        for client in (ours, real):
            pipeline = client.pipeline(transaction=False)
            pipeline.delete("many", "text")
            for number in range(100):
                pipeline.incr("many").set("text", f"{number}").get("text").mget("many", "text")
            pipeline.set("text", "no number").incr("text").get("text")
            replies.append(list(map(str, pipeline.execute(raise_on_error=False))))
    assert replies[0] == replies[1]
    assert len(replies[0]) == 404


@needs("redis-server", "redis-server")
def test_a_deadline_passes_as_in_redis(port, real):
    with connect(port) as ours:
        for client in (ours, real):
            client.set("short", "1", ex=1)
            client.incr("short")  # which leaves the deadline as it is
            client.set("long", "1", ex=1000)
            client.incr("long")
        for client in (ours, real):
            while client.get("short"):  # for a second
                pass
            assert client.mget("short", "long") == [None, b"2"]
            assert client.incr("short") == 1


def test_what_is_not_a_command_gets_an_error_or_the_end(port):
    for data, start in [
        (b"PING\r\nECHO  hello \n\r\n\n*0\r\n*1\r\n$4\r\nping\r\n", b"+PONG\r\n$5\r\nhello\r\n+PONG\r\n"),
        (b"*-1\r\n", b"-ERR Protocol error: invalid multibulk length\r\n"),
        (b"*1001\r\n", b"-ERR Protocol error: invalid multibulk length\r\n"),
        (b"*1_0\r\n", b"-ERR Protocol error: invalid multibulk length\r\n"),
        (b"*" + b"9" * 900 + b"\r\n", b"-ERR Protocol error: invalid multibulk length\r\n"),
        (b"*1\r\n$-5\r\n", b"-ERR Protocol error: invalid bulk length\r\n"),
        (b"*1\r\n$2000000000\r\n" + b"x" * 3_000_000, b"-ERR Protocol error: invalid bulk length\r\n"),
        (b"*3\r\n$600000\r\n" + b"x" * 600_000 + b"\r\n$600000\r\n", b"-ERR Protocol error: invalid bulk length\r\n"),
        (b"*1\r\nPING\r\n", b"-ERR Protocol error: expected '$'\r\n"),
        (b"x" * 3_000_000, b"-ERR Protocol error: too big inline request\r\n"),
        (b"a\rb\0'\"\r\n", b"-ERR unknown command 'a'\r\n"),
        (b"*2\r\n$3\r\nGET\r\n$8\r\nke", b""),
        (b"*2\r\n$3\r\nGET", b""),
        (b"PIN", b""),
    ]:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as sock, sock.makefile("rb") as replies:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            assert replies.read() == start, data[:50]
    with connect(port) as client:
        assert client.ping()


SYNTAX = (
    b"*1\r\n|*2\r\n|*-1\r\n|$3\r\n|$0\r\n|$-1\r\n|$99\r\n|*|$|\r\n|\n| |GET|SET|INCR|EXPIRE|EX|ECHO|key|5|\0|\xff"
).split(b"|")
STRANGER = st.one_of(st.binary(max_size=16), st.lists(st.sampled_from(SYNTAX), max_size=6).map(b"".join))


class OnAPair(store_program.Handler):
    disable_nagle_algorithm = False  # which a pair of sockets without TCP does not have


class OfOne:
    """What a handler needs of its server."""

    def __init__(self):
        self.store, self.lock = store_program.Store(), threading.Lock()


def read_reply(file):
    """Read one reply of any kind; False at the end of the stream."""
    line = file.readline()
    assert line.endswith(b"\r\n") or not line
    if line[:1] == b"$" and line != b"$-1\r\n":
        assert file.read(int(line[1:]) + 2).endswith(b"\r\n")
    elif line[:1] == b"*":
        assert all(read_reply(file) for _ in range(int(line[1:])))
    else:
        assert line[:1] in (b"+", b"-", b":", b"$", b"")
    return bool(line)


@pytest.mark.filterwarnings("ignore:It looks like `register_random`")  # on Python 3.15, of hypothesis about itself
@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STRANGER, min_size=100, max_size=100))
@example([b"*1\r\n$-5\r\n" + b"x" * 100_000, b"x" * 100_000])
def test_ten_thousand_strangers_get_well_formed_replies(strangers):
    server = OfOne()
    for stranger in strangers:
        here, there = socket.socketpair()
        with here, there, here.makefile("rb") as replies:
            here.sendall(stranger)
            here.shutdown(socket.SHUT_WR)
            OnAPair(there, None, server)  # serves the whole conversation
            assert there.recv(1) == b""  # it has read all, so closing resets nothing
            there.close()
            while read_reply(replies):
                pass


def test_killed_in_the_middle_of_a_thousand_writes_it_loses_none_that_it_acknowledged(tmp_path):
    file, kept, half = tmp_path / "keys.aof", [], threading.Event()

    def write(client, first):
        with contextlib.suppress(redis.ConnectionError):
            for key in range(first, 1000, 4):
                client.set(f"key {key}", key)
                kept.append(key)
                if len(kept) == 500:
                    half.set()

    with running(file) as (process, port), connect(port) as client:
        threads = [threading.Thread(target=write, args=(client, first)) for first in range(4)]
        for thread in threads:
            thread.start()
        assert half.wait(60)
        process.kill()
        for thread in threads:
            thread.join()
    assert 500 <= len(kept) < 1000
    with file.open("ab") as torn:
        torn.write(b"*3\r\n$3\r\nSET\r\n$5\r\nkey 1\r\n$9\r\nha")
    for _ in range(2):  # what was torn is cut off, and what comes after it can be read
        with running(file) as (_, port), connect(port) as client:
            assert client.mget([f"key {key}" for key in kept]) == [str(key).encode() for key in kept]
            client.set("key 1", 1)


def test_it_is_the_same_store_after_a_restart(tmp_path):
    file = tmp_path / "keys.aof"
    with running(file) as (process, port), connect(port) as client:
        client.set("name", "亲")
        client.set("soon", "x", ex=1)
        client.set("later", "x", ex=1000)
        client.set("large", b"x" * 999_990)
        client.expire("large", 1000)
        client.incr("later name", 5)
        client.set("gone", 1)
        client.delete("gone")
        while client.get("soon"):
            pass
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
        assert errors == ""
        if os.name != "nt":
            assert (output, process.returncode) == ("ended\n", 0)
    with running(file) as (_, port), connect(port) as client:
        assert client.mget("name", "soon", "later name", "gone") == ["亲".encode(), None, b"5", None]
        assert client.get("later") == b"x"
        assert client.get("large") == b"x" * 999_990


@pytest.mark.parametrize(
    "content", [b"not ours\n", b"not ours", b"*1\r\n$4\r\nNONE\r\n", b"*2\r\n$3\r\nDEL\r\n$1\r\na\r\nx"]
)
def test_a_file_that_is_damaged_is_left_as_it_is(tmp_path, content):
    file = tmp_path / "keys.aof"
    file.write_bytes(content)
    command = [sys.executable, str(PROGRAM), "--port", "0", "--file", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cannot use {file}: it is damaged at byte {20 if content.endswith(b'x') else 0}")
    assert file.read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit for the size of a file")
def test_a_full_disk_is_an_error_reply_and_costs_no_key(tmp_path):
    file = tmp_path / "keys.aof"
    with running(file, "-c", NEARLY_FULL) as (_, port), connect(port) as client:
        client.set("small", 1)
        with pytest.raises(redis.ResponseError, match="the change could not be written"):
            client.set("small", "x" * 500)
        assert client.incr("small") == 2
    with running(file) as (_, port), connect(port) as client:
        assert client.get("small") == b"2"


@needs("redis-cli", "redis-tools")
@needs("redis-benchmark", "redis-tools")
def test_the_programs_of_redis_can_use_it(port):
    def run(*command, text=None):
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=True).stdout

    here = ("-p", str(port))
    assert run("redis-cli", *here, text="SET cli 41\nINCR cli\nGET cli\nMGET cli no\nNO\n").splitlines() == [
        "OK", "42", "42", "42", "", "ERR unknown command 'NO'", ""
    ]  # fmt: skip
    said = run("redis-benchmark", *here, "-c", "10", "-n", "100", "-P", "4", "-t", "ping,set,get,incr", "-q")
    assert said.count("requests per second") == 5


def test_the_lesson_shows_the_program_as_it_is():
    def definitions(tree):
        return {node.name: ast.dump(node) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}

    (path,) = NOTEBOOKS.glob("13_*.ipynb")
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    shown = definitions(ast.parse("\n".join(cells)))
    program = definitions(ast.parse(PROGRAM.read_text(encoding="utf-8")))
    simpler = {"read_command", "Handler", "Server"}  # they grow in the course of the lesson
    same = (shown.keys() & program.keys()) - simpler
    assert same == {"encode", "execute", "ping", "echo", "Store", "get", "mget", "incr"}
    assert {name: shown[name] for name in same} == {name: program[name] for name in same}
