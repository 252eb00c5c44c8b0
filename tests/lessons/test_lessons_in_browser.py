"""What a learner meets who types `make lab`: every lesson, opened and run in a real browser."""

import urllib.error
import urllib.request
from urllib.parse import urlsplit

import browser
import nbformat
import pytest

CODE_CELL = ".jp-Notebook .jp-CodeCell"


def interruptions(page):
    """Dialogs and notifications that stand before the lesson."""
    return page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()


def run_from_top_to_bottom(page, lesson):
    cells = [cell for cell in nbformat.read(lesson, as_version=4).cells if cell.cell_type == "code"]
    meant_errors = sum(output.output_type == "error" for cell in cells for output in cell.outputs)
    browser.run_all_cells(page)
    red = browser.red(page)
    assert len(red) == meant_errors, red
    prompts = page.locator(f"{CODE_CELL} .jp-InputPrompt").all_inner_texts()
    assert prompts == [f"[{number}]:" for number in range(1, len(cells) + 1)]
    last = page.locator(CODE_CELL).last.locator(".jp-OutputArea-output").inner_text()
    assert last.startswith("Nothing is left")
    assert interruptions(page) == []


def test_make_lab_opens_the_first_lesson_with_nothing_before_it_and_the_lesson_runs(page, address):
    browser.open_lesson(page, address)
    assert page.locator(".lm-TabBar-tab.jp-mod-current").all_inner_texts() == [browser.LESSONS[0].name]
    assert page.locator(".jp-Notebook h1").inner_text().startswith("Start here")
    assert interruptions(page) == []
    run_from_top_to_bottom(page, browser.LESSONS[0])


def test_nobody_comes_in_without_the_token(address):
    server = urlsplit(address)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://{server.netloc}/api/contents")
    with urllib.request.urlopen(f"http://{server.netloc}{server.path}") as answer:
        assert urlsplit(answer.url).path == "/login"


# All lessons run under nbval; some of them show that they run in a browser, too.
@pytest.mark.parametrize("lesson", browser.LESSONS[3::3], ids=lambda lesson: lesson.stem)
def test_a_lesson_runs_from_top_to_bottom(page, address, lesson):
    browser.open_lesson(page, address, lesson.name)
    run_from_top_to_bottom(page, lesson)
