"""Take a picture of each explorer at its best, in its lesson and in a real browser, for the README and the lessons."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks" / "pictures"
sys.path.insert(0, str(ROOT / "tests"))

import browser  # noqa: E402 - it stands with the tests
from playwright.sync_api import Locator, Page, expect  # noqa: E402


def staircase(explorer: browser.Explorer) -> None:
    explorer.box.get_by_role("slider", name="moment").fill("440")
    explorer.says("in service: client 3 by the loop")


def two_servers(explorer: browser.Explorer) -> None:
    explorer.control("server", "TCPServer").click()
    explorer.shows("one at a time")
    explorer.button("Hold").click()
    explorer.says("Held")
    explorer.control("server", "ThreadingTCPServer").click()
    explorer.shows("one at a time.*all at once")
    explorer.box.get_by_role("slider", name="moment").fill("127")
    explorer.says("by worker 1")


def cut_characters(explorer: browser.Explorer) -> None:
    explorer.drag("recv size", 0.05)
    explorer.says("a character is cut")


def swapped(explorer: browser.Explorer) -> None:
    explorer.button("Swap the bases").click()
    explorer.says("2 names come from another class")
    explorer.shows("from BaseServer")


def the_hand_over(explorer: browser.Explorer) -> None:
    explorer.keys("call", *["ArrowRight"] * 8)
    explorer.says("hands the request to worker 1")


def be_two_clients(page: Page) -> Locator:
    """Run the cell of explore.live() again, which the lesson has stopped, and let the second client send first."""
    page.locator(".jp-CodeCell").filter(has_text="explore.live(").locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    lanes = page.locator(".course-lanes").filter(has=page.get_by_role("button", name="New client"))
    expect(lanes.get_by_role("button", name="New client")).to_be_enabled()
    for number, phase in [(1, "in service"), (2, "queued"), (3, "queued")]:
        page.wait_for_timeout(600)
        lanes.get_by_role("button", name="New client").click()
        expect(lanes.locator(f"tr[data-number='{number}']")).to_contain_text(phase)
    for number in (2, 1):
        page.wait_for_timeout(600)
        lanes.get_by_role("button", name=f"client {number}: send a line").click()
    expect(lanes.locator("tr[data-number='2']")).to_contain_text("replied")
    page.wait_for_timeout(600)
    return lanes


BEST = {
    "explore-timeline": ("01_one_client_at_a_time.ipynb", staircase),
    "explore-stream": ("02_a_stream_is_not_messages.ipynb", cut_characters),
    "explore-comparison": ("04_many_clients.ipynb", two_servers),
    "explore-mro": ("05_where_methods_come_from.ipynb", swapped),
    "explore-call-chain": ("06_follow_one_request.ipynb", the_hand_over),
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        browser.make_lab(Path(scratch)) as address,
        browser.chromium() as context,
    ):
        for name, (lesson, prepare) in BEST.items():
            page = context.new_page()
            page.set_viewport_size({"width": browser.WIDTH, "height": 1400})
            browser.open_lesson(page, address, lesson)
            browser.run_all_cells(page)
            explorer = browser.Explorer(page)
            prepare(explorer)
            explorer.box.scroll_into_view_if_needed()
            explorer.box.screenshot(path=FOLDER / f"{name}.png")
            if name == "explore-timeline":  # in the same lesson
                be_two_clients(page).screenshot(path=FOLDER / "explore-live.png")
            page.close()


if __name__ == "__main__":
    main()
