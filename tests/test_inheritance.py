"""What lookup() says of classes of many kinds, how it explains the order, and its picture."""

import http.server
import inspect
import random
import socketserver

import pytest
from matplotlib.transforms import Bbox

from course import lookup

T = socketserver.ThreadingTCPServer

LADDER = """\
process_request of ThreadingTCPServer comes from ThreadingMixIn, number 2 of 5
1  ThreadingTCPServer  -
2  ThreadingMixIn      function  found here
3  TCPServer           -
4  BaseServer          function  shadowed
5  object              -"""

MERGE = """\
to be merged:
   the MRO of ThreadingMixIn: ThreadingMixIn, object
   the MRO of TCPServer: TCPServer, BaseServer, object
   the bases as written: ThreadingMixIn, TCPServer
1. take ThreadingMixIn
2. object has to wait, it comes later in TCPServer, BaseServer, object; take TCPServer
3. object has to wait, it comes later in BaseServer, object; take BaseServer
4. take object
the MRO of ThreadingTCPServer: itself, ThreadingMixIn, TCPServer, BaseServer, object"""


class Wrong(socketserver.TCPServer, socketserver.ThreadingMixIn):
    pass


class Kinds:
    __slots__ = ("slot",)
    number = 5
    table = {}  # noqa: RUF012

    @property
    def calculated(self):
        return 1

    @staticmethod
    def static():
        pass

    @classmethod
    def of_class(cls):
        pass


def test_the_ladder_as_text():
    assert repr(lookup(T, "process_request")) == LADDER


def test_the_rungs_as_data():
    found = lookup(T, "process_request")
    assert found.found_in is socketserver.ThreadingMixIn
    assert [rung.cls for rung in found.rungs] == list(T.__mro__)
    assert [rung.has for rung in found.rungs] == [False, True, False, True, False]
    assert [rung.shadowed for rung in found.rungs] == [False, False, False, True, False]
    file, line = found.rungs[1].place
    assert file == socketserver.__file__
    assert line == inspect.getsourcelines(socketserver.ThreadingMixIn.process_request)[1]
    assert found.places().splitlines() == [
        f"ThreadingMixIn.process_request: socketserver.py, line {line}",
        f"BaseServer.process_request: socketserver.py, line {found.rungs[3].place[1]}",
    ]


@pytest.mark.parametrize("cls", [T, Wrong, http.server.ThreadingHTTPServer, dict, bool, Kinds, OSError])
def test_it_finds_what_python_finds(cls):
    for name in dir(cls):
        found = lookup(cls, name).found_in
        assert vars(found)[name] is inspect.getattr_static(cls, name), name


@pytest.mark.parametrize(
    ("cls", "name", "kind"),
    [
        (Kinds, "slot", "slot"),
        (Kinds, "number", "attribute = 5"),
        (Kinds, "table", "attribute"),
        (Kinds, "calculated", "property"),
        (Kinds, "static", "static method"),
        (Kinds, "of_class", "class method"),
        (dict, "get", "function in C"),
        (dict, "__len__", "function in C"),
        (dict, "fromkeys", "class method in C"),
        (T, "daemon_threads", "attribute = False"),
        (T, "address_family", "attribute = AF_INET"),
        (T, "timeout", "attribute = None"),
    ],
)
def test_it_says_of_what_kind_it_is(cls, name, kind):
    assert next(rung.kind for rung in lookup(cls, name).rungs if rung.found) == kind


def test_what_is_made_in_c_has_no_place():
    assert lookup(dict, "get").places() == "dict.get: made in C"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("server_active", "did you mean server_activate?"),
        ("RequestHandlerClass", "BaseServer.__init__ sets it on each instance"),
        ("mro", "the class itself answers to it, by its metaclass type"),
        ("nothing_like_it", "has nothing_like_it"),
    ],
)
def test_a_name_nowhere(name, hint):
    found = lookup(T, name)
    assert found.found_in is None
    assert found.title.startswith(f"no class of ThreadingTCPServer has {name}")
    assert hint in found.title
    assert found.title in repr(found)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((3,), "lookup() takes a class, and this is an instance of int: write lookup(int, ...)"),
        ((T, 3), "3 is no name: lookup() takes it as a string"),
        (((T, 3),), "this is an instance of tuple"),
    ],
)
def test_bad_input(arguments, sentence):
    with pytest.raises(TypeError) as raised:
        lookup(*arguments)
    assert sentence in str(raised.value)


def test_the_table_of_a_class():
    table = lookup(T)
    assert table.title == "ThreadingTCPServer has 30 names from 3 of the 5 classes of its MRO"
    assert "process_request" in table.supplied_by(socketserver.ThreadingMixIn)
    assert table.supplied_by(T) == []
    assert table["process_request"].found_in is socketserver.ThreadingMixIn
    hooks = table.hooks()
    assert {"process_request", "verify_request", "daemon_threads", "request_queue_size"} <= set(hooks)
    assert {"serve_forever", "shutdown", "fileno", "_threads"}.isdisjoint(hooks)
    row = next(line for line in repr(table).splitlines() if line.startswith("server_close"))
    assert row.split() == ["server_close", "ThreadingMixIn", "function", "TCPServer,", "BaseServer"]
    assert lookup(socketserver.StreamRequestHandler).hooks() == ["finish", "setup", "handle"]


def test_tables_in_a_notebook_are_escaped_and_have_headings():
    odd = type("<b>odd</b>", (), {"&": 1})
    for text in (lookup(odd, "&")._repr_html_(), lookup(odd)._repr_html_(), lookup(odd).merge()._repr_html_()):
        assert "<b>odd" not in text
        assert "&lt;b&gt;odd" in text
    assert lookup(T)._repr_html_().count('<th scope="col"') == 5
    assert "<b>found here</b>" in lookup(T, "process_request")._repr_html_()


def test_the_merge_as_text():
    assert repr(lookup(T).merge()) == repr(lookup(T, "process_request").merge()) == MERGE


@pytest.mark.parametrize("module", [socketserver, http.server], ids=lambda module: module.__name__)
def test_the_merge_gives_pythons_order(module):
    for cls in vars(module).values():
        if isinstance(cls, type):
            assert (cls, *lookup(cls).merge().result) == cls.__mro__


def test_the_merge_agrees_with_python_on_random_hierarchies():
    dice = random.Random(7)
    made = refused = 0
    while made < 200:
        classes = []
        for number in range(dice.randrange(2, 9)):
            bases = tuple(dice.sample(classes, min(len(classes), dice.randrange(4)))) or (object,)
            merged = lookup(bases)
            try:
                cls = type(f"C{number}", bases, {})
            except TypeError:
                refused += 1
                assert merged.result is None
                assert merged.reason
            else:
                classes.append(cls)
                assert (cls, *merged.result) == cls.__mro__
        made += 1
    assert refused > 20


def test_bases_that_allow_no_order_get_the_reason():
    merged = lookup((socketserver.BaseServer, socketserver.TCPServer))
    assert merged.reason == (
        "TCPServer comes before BaseServer in the MRO of TCPServer, "
        "but BaseServer comes before TCPServer in the bases as they were written"
    )
    assert repr(merged).endswith(f"a class of these bases cannot exist: {merged.reason}")
    assert lookup((dict, dict)).reason == "dict stands among its bases twice"
    assert lookup(object).merge().result == ()


def texts(picture):
    return [text for text in picture.axes[0].texts if text.get_text()]


@pytest.mark.parametrize("cls", [T, socketserver.ThreadingUDPServer, Wrong, http.server.ThreadingHTTPServer])
@pytest.mark.parametrize("name", [None, "process_request"])
@pytest.mark.parametrize("dark", [True, False])
def test_the_picture_numbers_the_order_and_nothing_overlaps(cls, name, dark):
    picture = lookup(cls, name).draw(dark=dark)
    words = [text.get_text() for text in texts(picture)]
    assert [word for word in words if word.isdigit()] == [str(n) for n in range(1, len(cls.__mro__) + 1)]
    assert {each.__name__ for each in cls.__mro__} <= set(words)
    renderer = picture.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts(picture)]
    assert not any(Bbox.intersection(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    arrows = [text for text in picture.axes[0].texts if not text.get_text()]
    assert len(arrows) == sum(len(each.__bases__) for each in cls.__mro__)


def test_the_picture_marks_the_supplier_and_who_is_shadowed():
    picture = lookup(Wrong, "process_request").draw()
    assert picture.sentence == "process_request of Wrong comes from BaseServer, number 3 of 5"
    words = [text.get_text() for text in texts(picture)]
    assert words[words.index("BaseServer") + 1] == "supplies process_request"
    assert words[words.index("ThreadingMixIn") + 1] == "shadowed: process_request"
    hatched = [patch for patch in picture.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 1


def test_a_wide_hierarchy_gets_a_wide_picture():
    bases = [type(f"ABaseWithALongName{n}", (), {}) for n in range(12)]
    picture = lookup(type("Wide", tuple(bases), {})).draw()
    assert picture.get_size_inches()[0] > 20
