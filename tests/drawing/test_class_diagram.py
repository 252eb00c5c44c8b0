"""The pictures of lookup(): what is marked, that nothing lies over anything else, and the layout under them."""

import functools
import http.server
import itertools
import random
import socketserver
from socketserver import BaseServer, TCPServer, ThreadingMixIn, ThreadingTCPServer

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course import lookup
from course.drawing.figure import COLOURS
from course.drawing.layered_layout import arrange


class Wrong(TCPServer, ThreadingMixIn):
    pass


WIDE = type("Wide", tuple(type(f"AMixInWithALongName{n}", (), {"run": n}) for n in range(11)), {})
DEEP = functools.reduce(lambda base, n: type(f"Deep{n}", (base,), {"run": n}), range(11), object)
MIXED = type("Mixed", (type("LogMixIn", (), {"log": 1}), ThreadingTCPServer, type("Last", (BaseServer,), {})), {})
DRAWN = [ThreadingTCPServer, socketserver.ThreadingUDPServer, Wrong, http.server.ThreadingHTTPServer, WIDE, DEEP, MIXED]


@functools.cache
def drawn(cls, name=None):
    return lookup(cls, name).draw()


def boxes_of(figure):
    return {box.get_label(): box for box in figure.axes[0].patches if isinstance(box, FancyBboxPatch)}


def texts_in(figure, box):
    area = box.get_window_extent()
    texts = figure.axes[0].texts
    return [text.get_text() for text in texts if area.contains(*text.get_window_extent().get_points().mean(axis=0))]


def crosses(a, b):
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5


@pytest.mark.parametrize("cls", DRAWN, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("name", [None, "process_request"])
def test_nothing_in_a_picture_lies_over_anything_else(cls, name):
    figure = drawn(cls, name)
    boxes = [box.get_window_extent() for box in boxes_of(figure).values()]
    texts = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == len(cls.__mro__)
    for group in (boxes, texts):
        assert [pair for pair in itertools.combinations(group, 2) if crosses(*pair)] == []
    width, height = figure.canvas.get_width_height()
    for box in texts + boxes:
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 8
    assert figure.get_size_inches()[0] == 8


@pytest.mark.parametrize("cls", DRAWN, ids=lambda cls: cls.__name__)
def test_no_arrow_runs_through_a_box(cls):
    figure = drawn(cls)
    areas = [box.get_window_extent().padded(-1) for box in boxes_of(figure).values()]
    arrows = [arrow for arrow in figure.axes[0].patches if isinstance(arrow, FancyArrowPatch)]
    assert len(arrows) == sum(len(each.__bases__) for each in cls.__mro__) + 1  # and that of the legend
    for arrow in arrows:
        line = arrow._path_original.to_polygons(figure.axes[0].transData, closed_only=False)[0]
        for area in areas:
            assert not any(area.contains(x, y) for x, y in line)


@pytest.mark.parametrize("cls", DRAWN, ids=lambda cls: cls.__name__)
def test_boxes_are_numbered_in_the_order_of_the_mro(cls):
    figure = drawn(cls)
    for number, each in enumerate(cls.__mro__, 1):
        words = texts_in(figure, boxes_of(figure)[each.__name__])
        assert words[:2] == [str(number), each.__name__]


def test_a_class_is_below_its_bases_which_stand_in_the_order_of_the_statement():
    boxes = {name: box.get_window_extent() for name, box in boxes_of(drawn(MIXED)).items()}
    for each in MIXED.__mro__:
        for base in each.__bases__:
            assert boxes[each.__name__].y1 < boxes[base.__name__].y0
    assert boxes["LogMixIn"].x1 < boxes["ThreadingMixIn"].x0
    assert boxes["ThreadingTCPServer"].x1 < boxes["Last"].x1


@pytest.mark.parametrize("dark", [False, True])
def test_the_supplier_and_who_is_shadowed_are_marked_not_by_colour_only(dark):
    figure = lookup(Wrong, "process_request").draw(dark=dark)
    boxes = boxes_of(figure)
    assert figure.sentence == "process_request of Wrong comes from BaseServer, number 3 of 5"
    assert figure.axes[0].texts[0].get_text() == figure.sentence
    assert texts_in(figure, boxes["BaseServer"])[2:] == ["process_request: found here"]
    assert texts_in(figure, boxes["ThreadingMixIn"])[2:] == ["process_request: shadowed"]
    assert texts_in(figure, boxes["TCPServer"])[2:] == ["no process_request"]
    assert [name for name, box in boxes.items() if to_hex(box.get_facecolor()) == COLOURS[0]] == ["BaseServer"]
    assert [name for name, box in boxes.items() if box.get_linestyle() == "--"] == ["ThreadingMixIn"]


def test_a_box_names_what_its_class_supplies_then_what_is_shadowed():
    figure = drawn(ThreadingTCPServer)
    boxes = boxes_of(figure)
    assert "process_request" in texts_in(figure, boxes["ThreadingMixIn"])
    base = texts_in(figure, boxes["BaseServer"])
    assert base[7:] == ["… and 7 more", "process_request", "server_close", "__init__", "… and 3 more"]
    struck = [line for line in figure.axes[0].lines if line.get_ydata()[0] > 0.5]  # without the legend
    assert len(struck) == 5  # process_request, server_close twice, __init__ twice


def test_bases_without_an_mro_can_be_drawn():
    figure = lookup((TCPServer, ThreadingTCPServer)).draw()
    assert "ThreadingTCPServer must come before TCPServer" in figure.sentence
    assert texts_in(figure, boxes_of(figure)["New"]) == ["New"]
    title = [text for text in figure.axes[0].texts if text.get_fontsize() == 11]
    assert " ".join(text.get_text() for text in title) == figure.sentence
    assert max(text.get_window_extent().x1 for text in title) < figure.canvas.get_width_height()[0]


def test_a_row_that_is_too_wide_becomes_several():
    bases = {"class": tuple("abcdefgh"), **dict.fromkeys("abcdefgh", ("root",)), "root": ()}
    layout = arrange(bases, dict.fromkeys(bases, 1.0), 5.0)
    assert layout.rows == [["root"], list("gh"), list("def"), list("abc"), ["class"]]
    assert set(layout.lanes) == {*((key, "root") for key in "abcdef"), *(("class", key) for key in "defgh")}


def test_any_hierarchy_has_room():
    """In each row the boxes and lanes lie apart and within the room; lines share a lane only with an end in common."""
    dice = random.Random(4)
    for _ in range(100):
        keys = range(dice.randint(2, 14))
        bases = {key: tuple(dice.sample(keys[key + 1 :], min(len(keys) - key - 1, dice.randint(1, 3)))) for key in keys}
        bases = {-1: tuple(keys), **bases}
        widths = {key: dice.uniform(0.5, 3) for key in bases}
        layout = arrange(bases, widths, 8.0)
        for number, row in enumerate(layout.rows):
            lanes: dict[float, list] = {}
            for edge, way in layout.lanes.items():
                lanes |= {x: [*lanes.get(x, []), edge] for at, x in way if at == number}
            for edges in lanes.values():
                assert 1 in {len({edge[0] for edge in edges}), len({edge[1] for edge in edges})}
            items = [(layout.x[key], widths[key]) for key in row] + [(x, 0.0) for x in lanes]
            spans = sorted((x - width / 2, x + width / 2) for x, width in items)
            assert spans[0][0] > -0.001
            assert spans[-1][1] < 8.001
            assert all(after[0] - before[1] > 0.1 for before, after in itertools.pairwise(spans))


@pytest.mark.parametrize("cls", DRAWN, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("dark", [False, True])
def test_a_notebook_gets_a_small_png_the_same_each_time(cls, dark):
    data, metadata = lookup(cls).draw(dark=dark)._repr_mimebundle_()
    assert data["image/png"] == lookup(cls).draw(dark=dark).png()
    assert len(data["image/png"]) < 250_000
    assert data["text/plain"] == f"<picture of {len(cls.__mro__)} classes>"
    assert metadata["image/png"]["alt"] == lookup(cls).title
