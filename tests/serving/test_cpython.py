"""CPython's own tests of what is built on socketserver pass while their servers are traced, and while watched."""

import importlib.util
import os
import subprocess
import sys

import pytest

PROGRAM = """
import contextlib, importlib, socket, socketserver, sys, threading, unittest
from course import trace
from course.serving.watch import ServerWatch

watched = []

def with_watch(original):
    def method(self, *arguments, **more):
        if any(watch.server is self for watch in watched):
            return original(self, *arguments, **more)
        watch = ServerWatch(self)
        watch.loop = threading.current_thread()
        watched.append(watch)
        try:
            return original(self, *arguments, **more)
        finally:
            watched.remove(watch)
            seen.extend(watch.visits)
            watch.unhook()
    return method

def spared(original):
    # These servers wait for two requests, or three seconds, and most of their tests send one: be the second client.
    def tearDown(self):
        with contextlib.suppress(OSError):
            socket.create_connection((tests.ADDR, tests.PORT)).close()
        original(self)
    return tearDown

seen = []
module, way = sys.argv[1:]
tests = importlib.import_module(module)
if slow := getattr(tests, "MultiPathServerTestCase", None):
    slow.tearDown = spared(slow.tearDown)
if way == "watched":
    for name in ("serve_forever", "handle_request"):
        setattr(socketserver.BaseServer, name, with_watch(getattr(socketserver.BaseServer, name)))
    done = unittest.main(module, argv=["test"], exit=False)
else:
    with trace() as chain:
        done = unittest.main(module, argv=["test"], exit=False)
    seen = chain.calls
ran = done.result.testsRun - len(done.result.skipped)
print(f"seen: {bool(seen)}, enough run: {ran > 20}")
sys.exit(not done.result.wasSuccessful())
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ["traced", "watched"])
@pytest.mark.parametrize("name", ["socketserver", "httpservers", "xmlrpc", "wsgiref"])
def test_the_tests_of_python_itself_pass(name, way, tmp_path):
    module = f"test.test_{name}"
    if importlib.util.find_spec("test") is None or importlib.util.find_spec(module) is None:
        pytest.skip(f"this Python comes without {module}")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, module, way],
        check=False, capture_output=True, text=True, timeout=240, cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert "dangling" not in done.stderr
    assert done.stdout.endswith("seen: True, enough run: True\n")
