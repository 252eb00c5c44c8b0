"""JupyterLab as `make lab` opens it, in a real browser: for the tests, and for looking at lessons.

    python tests/browser.py FOLDER [--dark] [--run] [--height PIXELS] [LESSON ...]

writes a picture of each lesson into the folder, whole or in pages of that height.
"""

import argparse
import json
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTH = 1280

# The prompts say whether the cells have begun to run. Whether all have ended only the notebook's sign knows: an error
# makes JupyterLab empty the prompts of those that follow, though they run.
ALL_HAVE_RUN = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(prompt => prompt.textContent);
    const begun = prompts.some(text => /\\d/.test(text)) && !prompts.some(text => text.includes("*"));
    return begun && document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]') !== null;
}"""
# Of the page's height, what the lesson's scrolled panel hides and what stands above and below the panel.
WHOLE_HEIGHT = """() => {
    const panel = document.querySelector(".jp-Notebook .jp-WindowedPanel-outer");
    return window.innerHeight - panel.clientHeight + panel.scrollHeight;
}"""


def settings(dark: bool) -> dict[str, dict[str, object]]:
    """All cells stand in the page, also those out of sight, and nothing below the last."""
    return {
        "notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
        "apputils-extension/themes": {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"},
    }


@contextmanager
def make_lab(folder: Path, *, dark: bool = False):
    """Run `make lab` on a copy of the lessons, for somebody who never used JupyterLab before: its address."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for name, values in settings(dark).items():
        file = folder / f"config/lab/user-settings/@jupyterlab/{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("IPYTHON", "JUPYTER", "MAKE", "TQDM"))}
    # Two that start at the same moment find the same port free, and one of them ends when it cannot have it.
    first_port = 8888 + 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = {
        "BROWSER": "true",  # a command that does nothing
        "JUPYTER_PORT": str(first_port),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
    }
    log = folder / "lab.log"
    # The environment that runs this is taken as set up: --old-file keeps make from building it anew.
    ready = Path(sys.prefix, ".lab")
    command = ["make", f"--makefile={ROOT / 'Makefile'}", f"--old-file={ready}", "lab", f"VENV={sys.prefix}"]
    with log.open("w") as output:
        lab = subprocess.Popen(
            command, cwd=folder, env=inherited | own, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield wait_for_address(lab, log)
    finally:
        end(lab, folder / "runtime")


def wait_for_address(lab: subprocess.Popen, log: Path) -> str:
    """The address, token included, that JupyterLab tells its user, a moment before it listens there."""
    deadline = time.monotonic() + 60
    while lab.poll() is None and time.monotonic() < deadline:
        if told := re.search(r"(http://127\.0\.0\.1:(\d+)/lab\S+)\s", log.read_text()):
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", int(told[2]))):
                return told[1]
        time.sleep(0.1)
    raise RuntimeError(f"`make lab` gave no address that answers:\n{log.read_text()}")


def end(lab: subprocess.Popen, runtime: Path) -> None:
    """End JupyterLab, which ends its kernels; then make has nothing left to wait for."""
    for server in runtime.glob("jpserver-*.json"):
        with suppress(ProcessLookupError):  # it has ended by itself; what it left, the caller looks for
            os.kill(json.loads(server.read_text())["pid"], signal.SIGTERM)
    try:
        lab.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(lab.pid, signal.SIGKILL)
        lab.wait()
        raise


@contextmanager
def chromium():
    """A browser that nobody has used; its pages share what they have loaded."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu"]) as browser,
        browser.new_context(viewport={"width": WIDTH, "height": 900}) as context,
    ):
        yield context


def wait_until_idle(page: Page) -> None:
    """Wait for a kernel that has nothing to do; the notebook's own sign also says idle while there is no kernel."""
    page.get_by_text(re.compile(r"^Python 3.* \| Idle$")).wait_for()


def wait_for_notebook_7(page: Page) -> None:
    """Wait for a notebook of Notebook 7 and its kernel; it has no line that says both."""
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
    page.locator(".jp-NotebookKernelStatus-fade, .jp-KernelName:has-text('Python 3')").first.wait_for(state="attached")


def open_lesson(page: Page, address: str, lesson: str | None = None) -> None:
    """Open what the address opens, or a lesson in a workspace of its own, and wait for the kernel."""
    if lesson is not None:
        address = re.sub(r"/lab/tree/[^?]+", f"/lab/workspaces/{Path(lesson).stem}/tree/{lesson}", address)
    page.goto(address)
    wait_until_idle(page)


def choose(page: Page, menu: str, entry: str) -> None:
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def run_all_cells(page: Page) -> None:
    """Forget the stored outputs and run all cells, by the menus; return when no cell waits or runs."""
    choose(page, "Edit", "Clear Outputs of All Cells")
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(ALL_HAVE_RUN, timeout=60_000)


def restart_and_run_all_cells(page: Page) -> None:
    """A new kernel, and all cells, by the menu; return when no cell waits or runs."""
    choose(page, "Edit", "Clear Outputs of All Cells")
    choose(page, "Kernel", "Restart Kernel and Run All Cells…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    page.wait_for_function(ALL_HAVE_RUN, timeout=60_000)


def red(page: Page) -> list[str]:
    """What stands in red below the cells: errors, and warnings."""
    return page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').all_inner_texts()


class Explorer:
    """An explorer in a page, and what a reader does with it. Each control is known by the name before it."""

    def __init__(self, page: Page, number: int = 0):
        self.page = page
        self.box = page.locator(".course-explorer").nth(number)
        self.box.wait_for()
        self.picture = self.box.locator("img, .runs canvas")

    def control(self, name: str, option: str | None = None) -> Locator:
        """The part of a control that is operated; of a row of buttons the first, or that of an option."""
        label = self.page.locator(f'.widget-label:text-is("{name}"), .widget-label-basic:has-text("{name}")')
        widget = self.box.locator(".jupyter-widgets, .widget-toggle-buttons").filter(has=label).last
        if option is not None:
            return widget.get_by_role("button", name=option, exact=True)
        return widget.locator(".noUi-handle, button, input").first

    def button(self, name: str) -> Locator:
        return self.box.get_by_role("button", name=name, exact=True)

    def drag(self, name: str, fraction: float) -> None:
        """Take a slider's handle with the mouse and let it go at a fraction of the slider's length."""
        handle = self.control(name)
        handle.scroll_into_view_if_needed()
        track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
        knob = handle.bounding_box()
        self.page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + fraction * track["width"], track["y"] + track["height"] / 2, steps=5)
        self.page.mouse.up()

    def keys(self, name: str, *keys: str) -> None:
        """Press keys in a control."""
        self.control(name).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def cursor(self) -> float:
        """How far the band stands from above, in hundredths of the picture."""
        style = self.box.locator(".course-cursor").get_attribute("style")
        return float(re.match(r"top:([\d.]+)%", style)[1])

    def types(self, name: str, number: str) -> None:
        """Type a number into the field beside a slider."""
        field = (
            self.box.locator(".jupyter-widgets").filter(has=self.page.locator(f'.widget-label:text-is("{name}")')).last
        )
        field.locator(".widget-readout").fill(number)
        self.page.keyboard.press("Enter")

    def says(self, text: str | re.Pattern) -> None:
        """Wait until the explorer's text has this in it."""
        expect(self.box).to_contain_text(text, timeout=10_000)

    def shows(self, title: str) -> None:
        """Wait until the picture's text, or the titles above the lanes, have this in them."""
        self.picture.first.wait_for()
        if (runs := self.box.locator(".runs")).count():
            expect(runs).to_contain_text(re.compile(title), timeout=10_000)
        else:
            expect(self.picture).to_have_attribute("alt", re.compile(title), timeout=10_000)

    def changes(self, act: Callable[[], object]) -> None:
        """Do something, and wait until the picture is another one."""
        self.picture.first.evaluate("picture => picture.classList.add('seen')")
        act()
        expect(self.box.locator(".seen")).to_have_count(0, timeout=10_000)


def found_by_axe(page: Page, within: str | None = None) -> list[str]:
    """What shuts readers out of a page, or of the parts of it that a selector finds, as axe-core reports it."""
    from axe_playwright_python.sync_playwright import Axe

    if within:
        page.locator(within).first.wait_for()
    said = Axe().run(page, context=within, options={"resultTypes": ["violations"], "preload": False}).response
    assert said["passes"], "axe found nothing to look at"
    return [
        f"{violation['impact']}, {violation['id']}: {violation['nodes'][0]['target']} and others: "
        f"{violation['nodes'][0]['failureSummary']}"
        for violation in said["violations"]
    ]


def take_pictures(page: Page, folder: Path, name: str, height: int | None) -> None:
    whole = math.ceil(page.evaluate(WHOLE_HEIGHT))
    page.set_viewport_size({"width": WIDTH, "height": whole})
    page.locator(".jp-Notebook .jp-Cell").first.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # to draw what has come into sight
    if height is None:
        page.screenshot(path=folder / f"{name}.png")
        return
    for number, top in enumerate(range(0, whole, height), 1):
        clip = {"x": 0, "y": top, "width": WIDTH, "height": min(height, whole - top)}
        page.screenshot(path=folder / f"{name}-{number:02}.png", clip=clip)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a picture of each lesson as JupyterLab shows it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("lessons", nargs="*", default=[lesson.name for lesson in LESSONS])
    parser.add_argument("--dark", action="store_true", help="in the dark theme")
    parser.add_argument("--run", action="store_true", help="run all cells first, instead of showing the stored outputs")
    parser.add_argument("--height", type=int, help="cut each lesson into pages of so many pixels")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        make_lab(Path(scratch), dark=options.dark) as address,
        chromium() as context,
    ):
        for lesson in options.lessons:
            page = context.new_page()
            open_lesson(page, address, Path(lesson).name)
            if options.run:
                run_all_cells(page)
            take_pictures(page, options.folder, Path(lesson).stem, options.height)
            page.close()


if __name__ == "__main__":
    main()
