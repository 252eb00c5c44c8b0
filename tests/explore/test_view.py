"""run.view() and run.save(): the same picture as draw()'s, to be touched. The page itself is tried in a browser."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from matplotlib.colors import to_hex

from course.drawing.figure import COLOURS, DARK, HATCHES, LIGHT
from course.explore.view import MODULE, lanes_data
from course.timeline import Ending, Lane, Timeline


def lane(number, ending="replied", worker="loop", **times):
    times = {"accepted": 0.2, "began": 0.4, "finished": 0.8, **times}
    return Lane(number, None, 0.0, 0.1, 1.0, ending, worker=worker, watched=True, **times)


ENDINGS = Timeline("Server", [lane(n, ending, f"worker {n}") for n, ending in enumerate(Ending, 1)])
UNWATCHED = Timeline("127.0.0.1:80", [Lane(1, None, 0.0, 0.1, 1.0, "replied")], watched=False)
DATAGRAMS = Timeline("UDPServer", [lane(1, "answered", sent=5)])


@pytest.mark.parametrize("run", [ENDINGS, UNWATCHED, DATAGRAMS], ids=lambda run: run.name)
@pytest.mark.parametrize("dark", [False, True])
def test_words_colours_hatches_and_marks_are_those_of_the_picture(run, dark):
    data = lanes_data([run])
    figure = run.draw(dark=dark)
    legend = figure.legends[0]
    assert list(data["legend"].values()) == [text.get_text() for text in legend.get_texts()]
    assert data["palette"]["dark" if dark else "light"] == figure.colours == (DARK if dark else LIGHT)
    for (sign, _), handle in zip(data["legend"].items(), legend.legend_handles, strict=True):
        if sign in data["endings"]:
            assert data["endings"][sign]["marker"] == handle.get_marker()
            continue
        how = data["phases"][sign]["dark" if dark else "light"]
        if hasattr(handle, "get_hatch"):
            assert how["fill"] == to_hex(handle.get_facecolor())
            assert how["hatch"] == (handle.get_hatch() or "")
        else:
            assert how["fill"] == to_hex(handle.get_color())
    assert (data["palette"]["colours"], data["palette"]["hatches"]) == (COLOURS, HATCHES)


def test_a_lane_has_the_spans_of_the_record_and_one_that_goes_on_has_no_end():
    (run,) = lanes_data([ENDINGS])["runs"]
    first, record = run["lanes"][0], ENDINGS[0]
    assert [tuple(span) for span in first["spans"]] == record.spans()
    assert (first["worker"], first["ending"], run["title"], run["end"]) == ("worker 1", "replied", ENDINGS.title, 1.0)
    never = Timeline("S", [Lane(1, None, 0.0, None, 0.0, "refused")])
    assert lanes_data([never])["runs"][0]["lanes"][0]["spans"] == [["connecting", 0.0, 0.0]]


def test_the_saved_page_is_one_file_that_loads_nothing_and_that_no_reply_can_break_out_of(tmp_path):
    page = tmp_path / "run.html"
    Timeline("<b>Server", [lane(1, reply=b"</script><script>alert(1)")]).save(page, ENDINGS)
    text = page.read_text(encoding="utf-8")
    assert MODULE in text
    assert re.findall(r"""(?:src|href|url\(|from\s+)["'(]?[^"']*:?//""", text) == []
    assert text.count("</script>") == text.count("<script") == 1
    assert "<title>&lt;b&gt;Server: 1 client" in text
    data = json.loads(re.search(r"^show\(.*?, (.*)\);$", text, re.MULTILINE)[1])
    assert [run["name"] for run in data["runs"]] == ["<b>Server", "Server"]
    with pytest.raises(ValueError, match=r"'run\.json' is no name for a page: let it end in \.html"):
        ENDINGS.save(tmp_path / "run.json")


def test_where_no_widget_can_be_shown_the_picture_stands_with_a_text_that_is_always_the_same():
    view = ENDINGS.view(DATAGRAMS)
    data, metadata = view._repr_mimebundle_()
    assert repr(view) == data["text/plain"] == "<view of 12 clients and 1 client>"
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == view.model_id
    assert data["image/png"] == ENDINGS.draw(DATAGRAMS).png()
    assert metadata["image/png"]["alt"] == f"{ENDINGS.title}. {DATAGRAMS.title}"
    view.close()


def test_what_the_page_computes():
    node = shutil.which("node")
    if not node:
        if os.environ.get("COURSE_BROWSER") == "required":
            pytest.fail("no node here: install it (on Debian and Ubuntu the package nodejs)")
        pytest.skip("no node here, and the functions of lanes.js are JavaScript")
    tests = Path(__file__).with_name("lanes.test.mjs")
    result = subprocess.run([node, "--test", tests], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert result.returncode == 0, result.stdout


def test_the_module_is_small_enough_to_be_read():
    assert len(MODULE.splitlines()) <= 600
