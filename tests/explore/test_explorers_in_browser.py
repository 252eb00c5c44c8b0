"""The explorers in a real browser, by mouse and by keyboard."""

import re
import socket
import sys
from urllib.parse import urlsplit

import browser
import nbformat
import pytest
from playwright.sync_api import expect

from conftest import strict_page
from course.explore.view import MODULE, lanes_data
from course.timeline import Lane, Timeline

SWAPPED = "import socketserver\n\nclass Swapped(socketserver.TCPServer, socketserver.ThreadingMixIn):\n    pass"
NOTHING_LEFT = "from course.leftovers import nothing_left\n\nnothing_left()"
# Where a number can be typed beside a slider, and the other buttons of a row.
WITHIN_A_CONTROL = """() => {
    const now = document.activeElement;
    return now.classList.contains("widget-readout") ||
        now.classList.contains("widget-toggle-button") && now !== now.parentElement.querySelector("button");
}"""


@pytest.fixture(scope="module")
def write(lab_folder):
    """Write a notebook with these cells of code beside the lessons; returns its name."""

    def write(name, *sources):
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
        notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(notebook, lab_folder / "notebooks" / f"{name}.ipynb")
        return f"{name}.ipynb"

    return write


ALL = ["timeline", "stream", "mro", "call_chain", "timeline"]


class Notebook:
    """A notebook with all explorers, in one page for all tests. Its cells run again when no fresh explorer is left."""

    def __init__(self, page, errors):
        self.page = page
        self.errors = errors
        self.run_all_cells()

    def run_all_cells(self, run=browser.run_all_cells):
        run(self.page)
        self.fresh = list(range(len(ALL)))

    def explorers(self, *names):
        """Explorers that nobody has used yet."""
        fresh = [number for number in self.fresh if ALL[number] in names]
        if len(fresh) < len(names):
            self.run_all_cells()
            fresh = [number for number in self.fresh if ALL[number] in names]
        for number in fresh[: len(names)]:
            self.fresh.remove(number)
        return [browser.Explorer(self.page, number) for number in fresh[: len(names)]]


@pytest.fixture(scope="module")
def one_notebook(chromium, address, write):
    show = [f"from course import explore\n\nexplore.{name}()" for name in ALL]
    with strict_page(chromium, address) as (page, errors):
        browser.open_lesson(page, address, write("all", SWAPPED, *show, NOTHING_LEFT))
        yield Notebook(page, errors)


@pytest.fixture
def notebook(one_notebook):
    """The notebook with all explorers, which may report no error."""
    yield one_notebook
    assert browser.red(one_notebook.page) == []
    assert one_notebook.errors == []


@pytest.fixture
def explorer(request, notebook):
    (explorer,) = notebook.explorers(request.param)
    return explorer


def by_name(name):
    return pytest.mark.parametrize("explorer", [name], indirect=True)


def last_output(page):
    return page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").inner_text().strip()


# The timeline


@by_name("timeline")
def test_the_timeline_by_mouse(explorer):
    explorer.shows("TCPServer: 6 clients, one at a time")
    explorer.changes(lambda: explorer.control("server", "ThreadingTCPServer").click())
    explorer.shows("ThreadingTCPServer: 6 clients, all at once")
    explorer.changes(lambda: explorer.drag("clients", 0.2))
    explorer.shows(r"ThreadingTCPServer: 1\d clients")
    explorer.changes(lambda: explorer.drag("apart (ms)", 0.9))
    explorer.shows(r"ThreadingTCPServer: 1\d clients, (never two|at most \d) at once by 1\d threads")
    explorer.changes(lambda: explorer.control("the handler", "computes").click())
    explorer.changes(lambda: explorer.drag("for (ms)", 0.02))
    explorer.changes(lambda: explorer.drag("queue size", 0.5))
    explorer.changes(lambda: explorer.control("daemon threads").check())
    explorer.changes(lambda: explorer.control("misbehaving", "leaving").click())
    explorer.says("The others: 1 left")
    explorer.changes(explorer.button("Run").click)
    explorer.button("Hold").click()
    explorer.says("Held: ThreadingTCPServer")
    explorer.changes(lambda: explorer.control("server", "one at a time").click())
    explorer.shows("ThreadingTCPServer: .*one at a time: ")
    explorer.box.locator(".runs canvas").last.click(position={"x": 300, "y": 50})
    explorer.says(re.compile(r"At 0\.\d*[1-9]\d* s: ThreadingTCPServer: in service: .* one at a time: in service: "))
    explorer.changes(explorer.button("Let go").click)
    explorer.shows("^one at a time: ")
    explorer.drag("for (ms)", 1)
    expect(explorer.box.get_by_role("progressbar").or_(explorer.box.locator(".progress"))).to_be_visible()
    explorer.button("Stop").click()
    explorer.says("Stopped. The picture is that of the run before.")
    expect(explorer.box.locator(".progress")).to_be_hidden()


@by_name("timeline")
def test_the_timeline_by_keyboard(explorer):
    page = explorer.page
    moment = explorer.box.get_by_role("slider", name="moment")
    explorer.control("server").focus()
    for name in [
        "server",
        "clients",
        "apart (ms)",
        "the handler",
        "for (ms)",
        "queue size",
        "misbehaving",
        "daemon threads",
    ]:
        expect(explorer.control(name)).to_be_focused()
        page.keyboard.press("Tab")
        while page.evaluate(WITHIN_A_CONTROL):
            page.keyboard.press("Tab")
    for name in ("Run", "Stop", "Hold", "Let go"):
        expect(explorer.button(name)).to_be_focused()
        page.keyboard.press("Tab")
    expect(explorer.box.get_by_role("button", name="Zoom in")).to_be_focused()

    explorer.changes(lambda: explorer.control("server", "ThreadingTCPServer").press("Enter"))
    explorer.shows("ThreadingTCPServer: 6 clients")
    explorer.changes(lambda: explorer.keys("clients", "ArrowRight"))
    explorer.shows("ThreadingTCPServer: 7 clients")
    explorer.changes(lambda: explorer.keys("apart (ms)", "ArrowRight"))
    explorer.changes(lambda: explorer.control("the handler", "computes").press("Enter"))
    explorer.changes(lambda: explorer.keys("for (ms)", "ArrowLeft"))
    explorer.changes(lambda: explorer.keys("queue size", "ArrowLeft"))
    explorer.changes(lambda: explorer.keys("daemon threads", "Space"))
    explorer.changes(lambda: explorer.control("misbehaving", "silent").press("Enter"))
    explorer.says("The others: 1 timed out")
    explorer.changes(lambda: explorer.button("Run").press("Enter"))
    explorer.button("Hold").press("Space")
    explorer.says("Held: ThreadingTCPServer")
    explorer.changes(lambda: explorer.control("server", "TCPServer").press("Space"))
    explorer.shows("ThreadingTCPServer: 7.*TCPServer: 7")
    for _ in range(10):
        moment.press("ArrowRight")
    explorer.says(re.compile(r"At 0\.\d*[1-9]\d* s: ThreadingTCPServer: in service"))
    explorer.changes(lambda: explorer.button("Let go").press("Enter"))
    explorer.keys("clients", "End")
    expect(explorer.box.locator(".progress")).to_be_visible()
    explorer.button("Stop").press("Enter")
    explorer.says("Stopped.")


def test_after_a_restart_all_is_as_before_and_nothing_is_left(notebook):
    notebook.run_all_cells(browser.restart_and_run_all_cells)
    (again,) = notebook.explorers("timeline")
    again.changes(lambda: again.control("server", "ThreadingTCPServer").click())
    again.shows("ThreadingTCPServer: 6 clients, all at once")
    notebook.run_all_cells()
    browser.Explorer(notebook.page).shows("TCPServer: 6 clients, one at a time")
    assert last_output(notebook.page).startswith("Nothing is left")


# The others


@by_name("stream")
def test_the_stream_by_mouse_and_by_keyboard(explorer):
    page = explorer.page
    explorer.says("The receiver has the same 3 messages.")
    explorer.drag("recv size", 0.05)
    explorer.says("a character is cut")
    explorer.control("framing", "a newline after each").click()
    explorer.says("The receiver has the same 3 messages.")
    explorer.drag("bytes per send", 0.1)
    explorer.says("sent (")
    explorer.control("receiver reads", "after all has come").click()
    explorer.control("messages").fill("ab, cd")
    page.keyboard.press("Enter")
    explorer.says("2 messages were sent")

    explorer.keys("bytes per send", "Home", "ArrowRight")
    explorer.says("sent (6)")
    explorer.keys("recv size", "End")
    explorer.says("recv returned (1)")
    explorer.control("framing", "its length before each").press("Enter")
    explorer.says("sent (8)")
    explorer.control("receiver reads", "each piece as it comes").press("Space")
    explorer.says("recv returned (8)")
    explorer.control("messages").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    explorer.says("taken for messages (1)")
    page.keyboard.press("Control+A")
    page.keyboard.type(",")
    page.keyboard.press("Enter")
    explorer.says("type at least one message to send")


@by_name("mro")
def test_the_mro_by_mouse_and_by_keyboard(explorer):
    page = explorer.page
    explorer.shows("process_request of New comes from ThreadingMixIn")
    explorer.changes(explorer.button("Swap the bases").click)
    explorer.says("Now 2 names come from another class")
    explorer.shows("process_request of New comes from BaseServer")
    explorer.control("bases").fill("UDPServer")
    page.keyboard.press("Enter")
    explorer.shows("process_request of UDPServer comes from BaseServer")
    explorer.control("name").fill("get_request")
    page.keyboard.press("Enter")
    explorer.shows("get_request of UDPServer comes from UDPServer")
    explorer.control("bases").fill("Swapped")
    page.keyboard.press("Enter")
    explorer.shows("get_request of Swapped comes from TCPServer")

    explorer.control("bases").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("ThreadingMixIn, UDPServer")
    page.keyboard.press("Enter")
    explorer.shows("get_request of New comes from UDPServer")
    explorer.changes(lambda: explorer.button("Swap the bases").press("Enter"))
    explorer.control("name").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("fileno")
    page.keyboard.press("Enter")
    explorer.says("fileno")
    explorer.control("bases").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("ThreadingMixin")
    page.keyboard.press("Enter")
    explorer.says("did you mean ThreadingMixIn?")


@by_name("call_chain")
def test_the_call_chain_by_mouse_and_by_keyboard(explorer):
    source, ladder = explorer.box.locator("pre mark"), explorer.box.locator("tr.here")
    explorer.says(re.compile("Call 1 of 20, in thread main: TCPServer.__init__"))
    explorer.button("Next").click()
    explorer.says("Call 2 of 20, in thread main: BaseServer.__init__")
    place = explorer.cursor()
    explorer.button("Last").click()
    explorer.says("Call 20 of 20")
    expect(ladder).to_contain_text("TCPServer")
    assert explorer.cursor() > place + 20
    controls, band = explorer.control("call").bounding_box(), explorer.box.locator(".course-cursor").bounding_box()
    assert band["y"] + band["height"] - controls["y"] < 700  # what JupyterLab leaves of a window 900 pixels high
    explorer.button("Back").click()
    explorer.says("Call 19 of 20")
    explorer.button("First").click()
    explorer.says("Call 1 of 20")
    explorer.drag("call", 0.42)
    explorer.says("ThreadingMixIn.process_request ")
    expect(source).to_contain_text("self.process_request(request, client_address)")
    expect(ladder).to_contain_text("ThreadingMixIn")

    explorer.keys("call", "ArrowRight")
    explorer.says("Call 10 of 20, in thread worker 1: ThreadingMixIn.process_request_thread")
    explorer.keys("call", "ArrowLeft", "ArrowLeft")
    explorer.says("Call 8 of 20")
    for name, number in [("First", 1), ("Next", 2), ("Last", 20), ("Back", 19)]:
        explorer.button(name).press("Enter")
        explorer.says(f"Call {number} of 20")


def test_a_screen_reader_gets_names_states_and_what_is_said(notebook):
    (explorer,) = notebook.explorers("timeline")
    for name in ("clients", "apart (ms)", "for (ms)", "queue size"):
        expect(explorer.control(name)).to_have_attribute("aria-label", name)
    servers = explorer.box.get_by_role("group", name="server")
    expect(servers.get_by_role("button", name="TCPServer", exact=True)).to_have_attribute("aria-pressed", "true")
    region = explorer.box.locator("[role=status]").last
    node = region.element_handle()
    explorer.changes(lambda: explorer.control("server", "ThreadingTCPServer").click())
    expect(servers.get_by_role("button", name="ThreadingTCPServer")).to_have_attribute("aria-pressed", "true")
    expect(servers.get_by_role("button", name="TCPServer", exact=True)).to_have_attribute("aria-pressed", "false")
    expect(region).to_contain_text("by 6 threads.")
    assert "by 6 threads." in node.text_content()  # the same node, which is why it is read out


# The lanes of a run

RUN_OF_FOUR = """\
from course.timeline import Lane, Timeline

def lane(n, end="replied"):
    return Lane(n, None, 0, 0.001, n / 10, end, accepted=(n - 1) / 10 + 0.002, began=(n - 1) / 10 + 0.002,
                finished=n / 10, worker="loop", watched=True)

run = Timeline("Server", [lane(1), lane(2), lane(3, "reset"), lane(4)])
"""


def try_the_lanes(page):
    """By keyboard, then by mouse: the cursor, the lanes, zoom, and the order."""
    box = page.locator(".course-lanes")
    lanes, said, tip, heard = (
        box.locator("canvas").first,
        box.locator(".said"),
        box.locator(".tip"),
        box.locator(".heard"),
    )
    expect(box.locator(".title")).to_have_text("Server: 4 clients, one at a time, 0.40 s (1 reset)")
    expect(box.get_by_role("listitem").filter(has_text="queued: connected, not accepted")).to_be_visible()
    lanes.focus()
    region = heard.element_handle()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("At 0.065 s: in service: client 1 by the loop; queued: clients 2 to 4.")
    expect(heard).to_contain_text("At 0.065 s")
    assert "At 0.065 s" in region.text_content()  # the same node as before, which is why it is read out
    page.keyboard.press("ArrowDown")
    expect(tip).to_have_text("client 1: connecting 1.0 ms, queued 1.0 ms, in service 98.0 ms by the loop; replied")
    page.keyboard.press("ArrowDown")
    expect(tip).to_contain_text("client 2: connecting 1.0 ms, queued 0.10 s")
    box.get_by_role("button", name="Longest wait first").press("Enter")
    lanes.focus()
    page.keyboard.press("ArrowDown")
    expect(tip).to_contain_text("client 4: connecting 1.0 ms, queued 0.30 s")
    page.keyboard.press("End")
    expect(said).to_contain_text("queued: nobody; gone: clients 1 to 4")
    box.get_by_role("slider", name="moment").press("Home")
    expect(said).to_contain_text("At 0.000 s")

    frame = lanes.bounding_box()
    lanes.hover(position={"x": 300, "y": 34 + 11})
    expect(tip).to_contain_text("client 4")
    lanes.click(position={"x": 84 + (frame["width"] - 96) / 2, "y": 50})
    expect(said).to_contain_text("At 0.204 s: in service: client 3 by the loop; queued: client 4")
    box.get_by_role("button", name="Zoom in").click()
    lanes.click(position={"x": 86, "y": 50})
    expect(said).to_contain_text("At 0.10")
    box.get_by_role("button", name="Show all").click()
    lanes.click(position={"x": 86, "y": 50})
    expect(said).to_contain_text("At 0.00")


def test_a_view_in_a_notebook_and_the_page_that_it_saves(page, chromium, address, write, lab_folder):
    browser.open_lesson(page, address, write("lanes", RUN_OF_FOUR + "run.save('run.html')\nrun.view()"))
    browser.run_all_cells(page)
    try_the_lanes(page)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    expect(page.locator(".course-lanes")).to_have_css("background-color", "rgb(17, 17, 17)")
    assert browser.red(page) == []

    saved = chromium.new_page()
    asked = []
    saved.on("request", lambda request: asked.append(request.url))
    saved.goto((lab_folder / "notebooks/run.html").as_uri())
    try_the_lanes(saved)
    assert browser.found_by_axe(saved) == []
    for width in (600, 1600):
        saved.set_viewport_size({"width": width, "height": 900})
        saved.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    assert len(asked) == 1
    saved.close()


LIVE = """\
import socketserver
from course import explore

class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            self.wfile.write(line.upper())

explore.live(socketserver.TCPServer, Upper)
"""


def try_it_live(page):
    """Be two clients, by mouse and by keyboard, with a third from another program."""
    box = page.locator(".course-lanes").last
    client = [box.locator(f"tr[data-number='{number}']") for number in range(3)]
    box.get_by_role("button", name="New client").click()
    expect(client[1]).to_contain_text("in service")
    box.get_by_role("button", name="New client").press("Enter")
    expect(client[2]).to_contain_text("queued")
    expect(box.locator(".heard")).to_contain_text("in service: client 1 by the loop; queued: client 2")
    client[2].get_by_role("button", name="client 2: send a line").click()
    client[1].get_by_role("button", name="client 1: send half a line").press("Enter")
    client[1].get_by_role("button", name="client 1: send a line").press("Space")
    expect(client[1]).to_contain_text("HELHELLO")
    expect(client[2]).to_contain_text("nothing yet")
    host, port = box.locator("code").inner_text().removeprefix("nc ").split()
    with socket.create_connection((host, int(port)), timeout=20) as stranger:
        expect(box.locator(".title")).to_contain_text("3 clients" if sys.platform == "linux" else "clients")
        stranger.sendall(b"me too\n")
        client[1].get_by_role("button", name="client 1: close").click()
        expect(client[2]).to_contain_text("HELLO")
        client[2].get_by_role("button", name="client 2: reset").click()
        assert stranger.recv(100) == b"ME TOO\n"
        expect(box.locator(".said")).to_contain_text("in service: stranger 3 by the loop")
    expect(client[1]).to_contain_text("left")
    box.get_by_role("button", name="Five at once").click()
    expect(box.locator("tr[data-number]")).to_have_count(7)
    # The one that the kernel connected first is in service.
    expect(box.locator(".said")).to_contain_text(
        re.compile("in service: client [4-8] by the loop; queued: clients [4-8]")
    )


# Draws a live server's lanes and counts the frames that they ask for; what is to happen later never does by itself.
DRAW_LIVE = """async ([source, data]) => {
    const { show } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    const frame = window.requestAnimationFrame.bind(window);
    window.sent = [];
    window.later = [];
    let asked = 0;
    window.setTimeout = (act, delay) => later.push([act, delay]);
    window.requestAnimationFrame = (act) => (asked++, frame(act));
    window.askedInFiveFrames = async () => {
        const before = asked;
        for (let n = 0; n < 5; n++) await new Promise(frame);
        return asked - before;
    };
    window.shown = show(document.body, data, (order) => sent.push(order.do));
    await new Promise(frame);
    await askedInFiveFrames();
}"""


def test_live_lanes_are_paused_and_move_once_a_second_where_motion_is_unwanted(chromium):
    none, one, two = (Timeline("S", [Lane(n, None, 0, 0, 1, "replied") for n in range(1, n)]) for n in (1, 2, 3))
    live = {"now": 1.0, "command": "", "deeds": {}, "over": ""}

    def receive(page, run, over=""):
        data = lanes_data([run])
        lanes = {"lanes": data["runs"][0]["lanes"], "workers": [], "legend": data["legend"], "title": run.title}
        page.evaluate("report => shown.receive(report)", lanes | {"now": 1.0, "over": over, "all": True, "command": ""})

    page = chromium.new_page()
    page.evaluate(DRAW_LIVE, [MODULE, lanes_data([none]) | {"live": live, "words": {"lost": "lost"}}])
    title, pause = page.locator(".title"), page.get_by_role("button", name="Pause")
    receive(page, one)
    expect(title).to_have_text(one.title)
    assert page.evaluate("askedInFiveFrames()") >= 4
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    page.evaluate("askedInFiveFrames()")
    assert page.evaluate("askedInFiveFrames()") == 0
    receive(page, two)
    expect(title).to_have_text(one.title)
    pause.press("Enter")
    assert page.evaluate("sent") == ["hello"]
    receive(page, two)
    expect(title).to_have_text(two.title)
    assert page.evaluate("askedInFiveFrames()") >= 4
    pause.click()
    receive(page, none, over="The server is gone.")  # that is shown even now
    expect(page.get_by_role("alert")).to_have_text("The server is gone.")

    page.reload()
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(DRAW_LIVE, [MODULE, lanes_data([one]) | {"live": live, "words": {"lost": "lost"}}])
    assert page.evaluate("askedInFiveFrames()") == 0
    assert page.evaluate("later.map(([, delay]) => delay)") == [1000]
    page.evaluate("later[0][0]()")
    page.evaluate("askedInFiveFrames()")
    assert page.evaluate("later.map(([, delay]) => delay)") == [1000, 1000]
    page.close()


def test_live_in_a_notebook_until_its_kernel_is_restarted(page, address, write):
    browser.open_lesson(page, address, write("live", LIVE))
    browser.run_all_cells(page)
    try_it_live(page)
    wrong = page.locator(".course-lanes .wrong")
    expect(wrong).to_be_hidden()
    assert browser.found_by_axe(page, ".course-lanes") == []
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile(r"^Restart Kernel(…|\.\.\.)")).click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(wrong).to_contain_text("The kernel has not reported for some seconds", timeout=20_000)
    browser.run_all_cells(page)
    page.get_by_role("button", name="New client").click()
    expect(page.locator("tr[data-number='1']")).to_contain_text("in service")
    assert browser.red(page) == []


# Where else they are opened


@pytest.fixture
def three(write):
    """A notebook with two timelines and a live server."""
    return write("three", "from course import explore\n\nexplore.timeline()", "explore.timeline()", LIVE)


def change_one_of_two(first, second):
    second.shows("TCPServer: 6 clients")
    first.changes(lambda: first.types("for (ms)", "300"))  # so that all are in service before the first is done
    first.changes(lambda: first.control("server", "ThreadingTCPServer").click())
    first.shows("ThreadingTCPServer: 6 clients, all at once")
    second.shows("^TCPServer: 6 clients, one at a time")
    second.changes(lambda: second.types("clients", "7"))
    second.shows("^TCPServer: 7 clients")
    first.shows("^ThreadingTCPServer: 6 clients")


def test_two_in_one_notebook(notebook):
    change_one_of_two(*notebook.explorers("timeline", "timeline"))


def test_in_a_narrow_window_and_a_wide_one_on_a_light_page_and_a_dark_one(notebook):
    page = notebook.page
    usual = page.viewport_size
    for width in (640, 1280, 2200):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            """() => {
            const box = document.querySelector(".course-explorer");
            const image = box.querySelector(".runs canvas").getBoundingClientRect();
            return box.scrollWidth <= box.clientWidth + 1 && image.right <= box.getBoundingClientRect().right + 1;
        }"""
        )
    look = """() => [getComputedStyle(document.querySelector('.course-explorer img')).filter,
                     getComputedStyle(document.querySelector('.course-lanes')).backgroundColor]"""
    assert page.evaluate(look) == ["none", "rgb(255, 255, 255)"]
    assert browser.found_by_axe(page, ".course-explorer") == []
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate(look) == ["invert(1) hue-rotate(180deg)", "rgb(17, 17, 17)"]
    assert browser.found_by_axe(page, ".course-lanes") == []
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    page.set_viewport_size({"width": 600, "height": 900})  # beside JupyterLab's side bar little is left
    page.wait_for_function(
        """() => {
            const all = (what, holds) => [...document.querySelectorAll(`.course-explorer ${what}`)].every(holds);
            return all(".noUi-target", (track) => track.getBoundingClientRect().width > 150) &&
                all("pre, .course-picture", (text) => text.scrollWidth <= text.clientWidth || text.tabIndex === 0);
        }"""
    )
    assert browser.found_by_axe(page, ".course-explorer") == []
    page.set_viewport_size(usual)


# What these two report of themselves, before an explorer is there: extensions made for JupyterLab, and icons and
# formulas that Voilà would load from elsewhere.
THEIR_OWN = (
    r"reading '(schema|last_modified)'|filebrowser:open-path|[Ss]hared module|@jupyter-notebook/lab-extension|"
    r"Failed to load resource"
)


@pytest.fixture
def other_page(chromium):
    """A page of another front end, which may report no error of the explorers."""
    page = chromium.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert [error for error in errors if not re.search(THEIR_OWN, error)] == []


def test_in_notebook_7(other_page, address, three):
    parts = urlsplit(address)
    other_page.goto(f"{parts.scheme}://{parts.netloc}/notebooks/{three}?{parts.query}")
    browser.wait_for_notebook_7(other_page)
    browser.run_all_cells(other_page)
    change_one_of_two(browser.Explorer(other_page, 0), browser.Explorer(other_page, 1))
    try_it_live(other_page)


def test_in_voila(other_page, address, three):
    parts = urlsplit(address)
    other_page.goto(f"{parts.scheme}://{parts.netloc}/voila/render/{three}?{parts.query}")
    change_one_of_two(browser.Explorer(other_page, 0), browser.Explorer(other_page, 1))
    try_it_live(other_page)
