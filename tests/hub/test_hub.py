"""A class on the JupyterHub of deploy/jupyterhub: $LEARNERS real users who do the same at the same moment."""

import asyncio
import os
import pwd
import re
import shutil
import subprocess
import time

import pytest
from hub import HUB, ROOT, running_hub, stored, users

# It needs root, makes users of the system, and takes an environment of its own: `make hub-test` sets it up.
pytestmark = [
    pytest.mark.skipif(
        os.environ.get("COURSE_HUB") != "required", reason="the hub has a test of its own: make hub-test"
    ),
    pytest.mark.timeout(3600),
]

LEARNERS = int(os.environ.get("LEARNERS", "3"))
TRIED = ("01", "04", "06", "09", "11", "13")
LESSONS = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if path.name[:2] in TRIED]
TLS_ENDS_EARLY = "SSLEOFError"  # in a cell of lesson 09; before 3.11.4 Python took such an end for a right one
ECHO = """
import socketserver
from course import check
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)
print(check("echo", Echo).passed)
"""
# What one learner may not do to another: each line prints what it got, or the name of the error.
SPY = """
import glob, os
def tried(act):
    try:
        return repr(act())
    except OSError as why:
        return type(why).__name__
print(tried(lambda: os.listdir("/home/{other}")))
print(tried(lambda: open("/home/{other}/many-clients/progress.json").read()))
print(tried(lambda: os.listdir("/home/{other}/.local/share/jupyter/runtime")))
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        if os.stat(f"/proc/{{pid}}").st_uid == {uid}:
            print(tried(lambda: open(f"/proc/{{pid}}/environ", "rb").read()))
            print(tried(lambda: os.listdir(f"/proc/{{pid}}/fd")))
    except FileNotFoundError:
        pass
"""


@pytest.fixture(scope="module")
def passwords():
    with users(LEARNERS) as passwords:
        yield passwords


@pytest.fixture(scope="module")
def hub(passwords, tmp_path_factory):
    with running_hub(tmp_path_factory.mktemp("hub")) as hub:

        async def start():
            await asyncio.gather(*map(hub.start, passwords))

        asyncio.run(start())
        yield hub


def at_once(hub, names, lesson, cells):
    """Run the same cells for each of the learners at the same moment: what each learner's cells showed."""

    async def run():
        return await asyncio.gather(*(hub.run(name, lesson, cells) for name in names))

    return dict(zip(names, asyncio.run(run()), strict=True))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_shows_everybody_what_is_stored(hub, passwords, lesson):
    printed = subprocess.run([HUB / "bin/python", "-V"], capture_output=True, text=True, check=True).stdout
    version = tuple(map(int, re.findall(r"\d+", printed)))
    cells, wanted = zip(*stored(lesson, but=TLS_ENDS_EARLY if version < (3, 11, 4) else None), strict=True)
    differing = [
        f"{name}, cell {number}: {got}"
        for name, shown in at_once(hub, list(passwords), lesson.name, cells).items()
        for number, (want, got) in enumerate(zip(wanted, shown, strict=True))
        if want not in (None, got)
    ]
    assert differing == []


def test_everybodys_right_answer_passes(hub, passwords):
    shown = at_once(hub, list(passwords), LESSONS[0].name, [ECHO])
    assert shown == {name: ["True\n"] for name in passwords}


def test_nobody_reads_what_is_anothers(hub, passwords):
    one, other, *_ = passwords
    spy = SPY.format(other=other, uid=pwd.getpwnam(other).pw_uid)
    [shown] = at_once(hub, [one], LESSONS[0].name, [spy])[one]
    assert len(shown.splitlines()) > 3
    assert set(shown.split()) == {"PermissionError"}, shown


def test_a_teacher_sees_the_class(hub, passwords):
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed, so that learners' notebooks are not run here")
    notebooks = [f"/home/{name}/many-clients/03_five_lines_of_socketserver.ipynb" for name in passwords]
    check = [HUB / "bin/python", "-m", "course", "check", "--csv", *notebooks]
    done = subprocess.run(check, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    assert "not isolated" not in done.stderr
    assert len(re.findall("failed", done.stdout)) == 2 * LEARNERS, done.stdout


def test_two_learners_log_in_in_a_browser(hub, passwords):
    import browser

    with browser.chromium() as context:
        for name, password in list(passwords.items())[:2]:
            context.clear_cookies()
            page = context.new_page()
            page.goto(f"{hub.address}/hub/login")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            browser.wait_until_idle(page)
            browser.run_all_cells(page)
            assert browser.red(page) == []
            page.close()


def running(name):
    """The processes of a user, but for those that have ended and that nobody asks how (in some containers)."""
    listed = subprocess.run(["ps", "-o", "stat=,args=", "-U", name], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if not line.startswith("Z")]


def test_nothing_is_left_when_all_have_gone(hub, passwords):
    async def stop():
        await asyncio.gather(*map(hub.stop, passwords))

    asyncio.run(stop())
    for name in passwords:
        while running(name):  # a kernel that outlives its server looks once a second whether that is there
            time.sleep(0.1)
        mine = ["find", "/tmp", "/var/tmp", "-maxdepth", "1", "-user", name]
        assert subprocess.run(mine, capture_output=True, text=True, check=False).stdout == ""
