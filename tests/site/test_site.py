"""The site that `make site` has built: links, weight, and every page in a real browser, from disk and below a path."""

import functools
import http.server
import io
import os
import re
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import CHROMIUM, found_by_axe
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "site"
HEAVIEST = 1_500_000  # bytes of a page with everything that it loads
PAGES = sorted(BUILT.rglob("*.html"))
LESSON = "notebooks/04_many_clients.html"
ABORTED = "net::ERR_ABORTED"  # by the reader, who has gone to the next page
IN_THE_DARK = [
    BUILT / name for name in ("index.html", LESSON, "notebooks/08_a_complete_service.html", "reference.html")
]

# Sphinx brings a lot along, and a page is opened many times: `make test` does without.
pytestmark = pytest.mark.skipif(
    os.environ.get("COURSE_SITE") != "required", reason="the site has a test of its own: make site-test"
)


class Links(HTMLParser):
    """What a page has: the names that a link may lead to, the links, and the files that a browser loads with it."""

    def __init__(self, page):
        super().__init__()
        self.names, self.links, self.loaded = {""}, [], []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.names.add(attributes.get("id", ""))
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "link" and attributes.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(attributes["href"])
        elif "src" in attributes:
            self.loaded.append(attributes["src"])


read = functools.cache(Links)


def target(page, link):
    """The file that a link in a page leads to, and the name in it; None for another site."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    return (page.parent / unquote(parts.path)).resolve() if parts.path else page, unquote(parts.fragment)


def test_every_link_leads_to_a_page_and_a_place_in_it():
    assert len(PAGES) > 15
    astray = []
    for page in PAGES:
        for link in read(page).links:
            if not (found := target(page, link)):
                assert link.startswith("https://"), link
                continue
            file, name = found
            if not file.is_file() or (file.suffix == ".html" and name not in read(file).names):
                astray.append(f"{page.relative_to(BUILT)}: {link}")
    assert astray == []


def test_no_page_loads_anything_from_elsewhere_and_none_is_heavy():
    for page in PAGES:
        files = [target(page, link) for link in read(page).loaded if not link.startswith("data:")]
        assert all(files), page
        assert page.stat().st_size + sum(path.stat().st_size for path in {path for path, _ in files}) < HEAVIEST, page
    for style in BUILT.rglob("*.css"):
        assert not re.findall(r"""(?:url\(|@import\s*)["']?(?:https?:)?//""", style.read_text(encoding="utf-8")), style


def test_every_lesson_is_there_with_its_pictures_described():
    lessons = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.stem for path in (BUILT / "notebooks").glob("*.html")} == lessons
    for page in PAGES:
        for picture in re.findall(r"<img[^>]*>", page.read_text(encoding="utf-8")):
            assert re.search(r'alt="[^"]{20,}"', picture), (page, picture)
            assert not re.search(r'alt="[^"]*\.png"', picture), (page, picture)
    with_recording = {page.stem[:2] for page in PAGES if 'class="recorded"' in page.read_text(encoding="utf-8")}
    assert {"01", "03", "04", "09"} <= with_recording


# In a browser


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM) as browser:
        yield browser


@pytest.fixture
def open_page(chromium):
    """Open pages as a reader of one kind: a function; at the end nothing has been loaded from elsewhere, or failed."""
    contexts, wrong = [], []

    def open_page(scheme="light", width=1280):
        context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url) if request.failure != ABORTED else None)
        page.on("request", lambda request: wrong.append(request.url) if elsewhere(request.url) else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def elsewhere(url):
    return urlsplit(url).scheme not in ("file", "data", "blob") and urlsplit(url).hostname != "127.0.0.1"


@pytest.fixture
def below_a_path(tmp_path):
    """The address of the site below a path of a web server."""
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "where").symlink_to(BUILT)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/some/where"
        server.shutdown()
        thread.join()


def search_for_backlog(page):
    page.get_by_placeholder("Search").fill("backlog")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="01 One client at a time").last.click()
    page.get_by_role("heading", name="01 One client at a time").wait_for()


def test_search_finds_a_word_from_disk_and_below_a_path(open_page, below_a_path):
    page = open_page()
    for address in (BUILT.as_uri(), below_a_path):
        page.goto(f"{address}/reference.html")
        search_for_backlog(page)
        page.get_by_role("link", name="Next").click()
        page.get_by_role("heading", name="02 A stream is not messages").wait_for()


def corner(picture):
    """The brightness of a picture's corner as it is shown, from 0 to 255."""
    from PIL import Image

    return Image.open(io.BytesIO(picture.screenshot())).convert("L").getpixel((3, 3))


def make_dark(page):
    """Press the page's button until the theme is the dark one."""
    while page.locator("body").get_attribute("data-theme") != "dark":
        page.locator("button.theme-toggle:visible").click()


def test_pictures_are_dark_on_a_dark_page_and_light_in_print(open_page):
    page = open_page("dark")
    for name in (LESSON, "index.html"):
        page.goto(f"{BUILT.as_uri()}/{name}")
        picture = page.locator(".content img:visible").first
        assert corner(picture) < 40
        page.emulate_media(media="print", color_scheme="light")
        assert corner(page.locator(".content img:visible").first) > 230
        page.emulate_media(media="screen", color_scheme="dark")
    page = open_page("light")
    page.goto(f"{BUILT.as_uri()}/{LESSON}")
    picture = page.locator(".content img").first
    assert corner(picture) > 230
    make_dark(page)
    assert corner(picture) < 40


def test_a_recorded_run_is_hovered_over_scrubbed_and_dark_on_a_dark_page(open_page):
    page = open_page("light")
    page.goto(f"{BUILT.as_uri()}/{LESSON}")
    lanes = page.locator(".course-lanes")
    expect(lanes.locator(".title")).to_contain_text([re.compile("^TCPServer: 6"), re.compile("^ThreadingTCPServer: 6")])
    canvas = lanes.locator("canvas[role=img]").first
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    page.mouse.move(place["x"] + place["width"] * 0.6, place["y"] + place["height"] * 0.5)
    expect(lanes.locator(".tip")).to_contain_text("client ")
    before = lanes.locator(".said").inner_text()
    lanes.locator("input[type=range]").fill("500")
    expect(lanes.locator(".said")).not_to_have_text(before)
    expect(lanes.locator(".said")).to_contain_text("in service: client")
    assert corner(canvas) > 230
    make_dark(page)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    assert corner(canvas) < 40


def test_pages_fit_on_a_phone(open_page):
    page = open_page(width=390)
    for path in PAGES:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path.name
    page.goto(f"{BUILT.as_uri()}/index.html")
    page.locator("label.nav-overlay-icon").click()
    page.get_by_role("link", name="04 Many clients").first.click()
    page.get_by_role("heading", name="04 Many clients").wait_for()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, below_a_path, scheme):
    page, found = open_page(scheme), []
    for path in PAGES if scheme == "light" else IN_THE_DARK:
        page.goto(f"{below_a_path}/{path.relative_to(BUILT)}")
        wrong = [said for said in found_by_axe(page) if said.startswith(("serious", "critical"))]
        found += [f"{path.relative_to(BUILT)}: {said}" for said in wrong]
    assert found == []
