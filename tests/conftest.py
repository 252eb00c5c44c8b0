"""What tests of servers share."""

import gc
import os
import shutil
import socketserver
import stat
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import browser
import pytest

collect_ignore_glob = ["lessons/bad_notebooks/*"]  # they are data


class Quick(socketserver.BaseRequestHandler):
    """Answers what it received in capital letters."""

    def handle(self):
        self.request.sendall(self.request.recv(1024).upper())


class Gate(socketserver.BaseRequestHandler):
    """Keeps its client until the server's `gate` is opened, and counts in its `inside` who is in."""

    def handle(self):
        self.request.recv(1024)
        self.server.inside.release()
        assert self.server.gate.wait(20)
        self.request.sendall(b"through")


def gated(server_class, **attributes):
    """A made server of a class with a closed gate for its handlers."""
    server = type(server_class.__name__, (server_class,), {"request_queue_size": 128, **attributes})(
        ("127.0.0.1", 0), Gate
    )
    server.gate, server.inside = threading.Event(), threading.Semaphore(0)
    return server


def is_plain_file(descriptor):
    """Whether it is open on a file, as on a font that matplotlib keeps; or was, as that of the folder being listed."""
    try:
        return stat.S_ISREG(os.fstat(int(descriptor)).st_mode)
    except OSError:
        return True


def count_threads_and_descriptors():
    gc.collect()
    descriptors = os.listdir("/dev/fd") if os.path.exists("/dev/fd") else ()
    return threading.active_count(), sum(not is_plain_file(each) for each in descriptors)


@pytest.fixture
def nothing_left():
    """Fail a test that leaves threads or file descriptors behind."""
    before = count_threads_and_descriptors()
    yield
    assert count_threads_and_descriptors() == before, threading.enumerate()


@pytest.fixture(scope="module")
def lab_folder(tmp_path_factory):
    """Where the JupyterLab of the tests keeps its files; the lessons are in its folder `notebooks`."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def address(lab_folder):
    """The address of a JupyterLab that `make lab` runs, where there is a Chromium to open it with."""
    if os.name == "nt" or not shutil.which("make"):
        pytest.skip("no `make` here, and `make lab` is what this tries")
    if browser.CHROMIUM is None:
        reason = (
            "no Chromium here: install the system's own (on Debian and Ubuntu the package chromium), or Google Chrome"
        )
        if os.environ.get("COURSE_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with browser.make_lab(lab_folder) as address:
        yield address
    assert list(lab_folder.glob("runtime/*-*.json")) == [], (
        "what was running has been left behind: a kernel, or JupyterLab"
    )


@pytest.fixture(scope="module")
def chromium(address):
    with browser.chromium() as context:
        yield context


@contextmanager
def strict_page(chromium, address):
    """A page that may load nothing from elsewhere, and the errors that it reports."""
    page = chromium.new_page()
    errors, hosts = [], set()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    yield page, errors
    page.close()
    assert hosts - {""} == {urlsplit(address).netloc}  # pictures in the page itself have no host


@pytest.fixture
def page(chromium, address):
    """A page that may report no error, and load nothing from elsewhere."""
    with strict_page(chromium, address) as (page, errors):
        yield page
    assert errors == []
