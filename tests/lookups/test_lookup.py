"""What lookup() finds in classes of every kind, as text, data, merge and picture."""

import functools
import http.server
import inspect
import random
import re
import socket
import socketserver
from socketserver import BaseServer, TCPServer, ThreadingMixIn, ThreadingTCPServer

import pytest

from course import lookup

LADDER = """\
process_request of ThreadingTCPServer comes from ThreadingMixIn, number 2 of 5
class                 in its own __dict__  the lookup
1 ThreadingTCPServer  no                   goes on
2 ThreadingMixIn      yes: function        found here
3 TCPServer           no                   not reached
4 BaseServer          yes: function        shadowed
5 object              no                   not reached
It shadows the process_request of BaseServer."""

QUEUE = f"{TCPServer.request_queue_size:<11}"  # 5, and from Python 3.15 the system's largest

TABLE = f"""\
30 names of ThreadingTCPServer come from 3 of the 5 classes in its MRO
name                     comes from        what it is                    shadows                    may be overridden
_threads                 2 ThreadingMixIn  class attribute
block_on_close           2 ThreadingMixIn  class attribute, True                                    yes
daemon_threads           2 ThreadingMixIn  class attribute, False                                   yes
process_request          2 ThreadingMixIn  function                      4 BaseServer               yes
process_request_thread   2 ThreadingMixIn  function
server_close             2 ThreadingMixIn  function                      3 TCPServer, 4 BaseServer  yes
__init__                 3 TCPServer       function                      4 BaseServer, 5 object
address_family           3 TCPServer       class attribute, AF_INET                                 yes
allow_reuse_address      3 TCPServer       class attribute, False                                   yes
allow_reuse_port         3 TCPServer       class attribute, False                                   yes
close_request            3 TCPServer       function                      4 BaseServer               yes
fileno                   3 TCPServer       function
get_request              3 TCPServer       function                                                 yes
request_queue_size       3 TCPServer       class attribute, {QUEUE}                             yes
server_activate          3 TCPServer       function                      4 BaseServer               yes
server_bind              3 TCPServer       function                                                 yes
shutdown_request         3 TCPServer       function                      4 BaseServer               yes
socket_type              3 TCPServer       class attribute, SOCK_STREAM                             yes
__enter__                4 BaseServer      function
__exit__                 4 BaseServer      function
_handle_request_noblock  4 BaseServer      function
finish_request           4 BaseServer      function                                                 yes
handle_error             4 BaseServer      function                                                 yes
handle_request           4 BaseServer      function
handle_timeout           4 BaseServer      function                                                 yes
serve_forever            4 BaseServer      function
service_actions          4 BaseServer      function                                                 yes
shutdown                 4 BaseServer      function
timeout                  4 BaseServer      class attribute, None                                    yes
verify_request           4 BaseServer      function                                                 yes
6 of them shadow another.
May be overridden: so say https://docs.python.org/3/library/socketserver.html and the docstrings."""

MERGE = """\
class ThreadingTCPServer(ThreadingMixIn, TCPServer) has 5 classes in its MRO
 1  take ThreadingTCPServer: a class comes first in its own MRO
 2  lists: [ThreadingMixIn, object] [TCPServer, BaseServer, object] [ThreadingMixIn, TCPServer]
    take ThreadingMixIn: it is first in a list and in no tail
 3  lists: [object] [TCPServer, BaseServer, object] [TCPServer]
    pass over object: it is in the tail of [TCPServer, BaseServer, object]
    take TCPServer: it is first in a list and in no tail
 4  lists: [object] [BaseServer, object]
    pass over object: it is in the tail of [BaseServer, object]
    take BaseServer: it is first in a list and in no tail
 5  lists: [object] [object]
    take object: it is first in a list and in no tail
MRO: ThreadingTCPServer, ThreadingMixIn, TCPServer, BaseServer, object"""


class Wrong(TCPServer, ThreadingMixIn):
    pass


class Kinds:
    __slots__ = ("slot",)
    number = 5
    table = {}  # noqa: RUF012
    if number:
        nested = True

    @property
    def calculated(self):
        return 1

    @staticmethod
    def static():
        pass

    @classmethod
    def of_class(cls):
        pass

    @functools.cached_property
    def kept(self):
        return 1

    class Inner:
        pass

    @functools.lru_cache  # noqa: B019
    def wrapped(self):
        pass


def defined_classes(module):
    return [cls for cls in vars(module).values() if isinstance(cls, type)]


# As text.


def test_the_ladder_of_one_name():
    assert repr(lookup(ThreadingTCPServer, "process_request")) == LADDER


def test_the_table_of_all_names():
    assert repr(lookup(ThreadingTCPServer)) == TABLE


def test_no_line_and_no_path_in_what_lessons_store():
    found = lookup(ThreadingTCPServer, "process_request")
    line = inspect.getsourcelines(ThreadingMixIn.process_request)[1]
    for each in (found, lookup(ThreadingTCPServer), found.merge()):
        for text in (repr(each), each._repr_html_()):
            assert "socketserver.py" not in text
            assert not re.search(rf"\b{line}\b", text)


def test_a_notebook_gets_a_table_with_headings_and_a_caption():
    page = lookup(ThreadingTCPServer, "process_request")._repr_html_()
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', page)[1] == "2 ThreadingMixIn"
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page) == ["class", "in its own __dict__", "the lookup"]
    assert re.findall(r"<caption[^>]*>(.*?)</caption>", page) == [LADDER.splitlines()[0]]
    assert "color" not in page  # so that it is as legible as the theme


def test_names_are_escaped():
    odd = type("<b>", (), {"&": 1})
    for each in (lookup(odd, "&"), lookup(odd), lookup(odd).merge(), lookup((object, odd))):
        assert "&lt;b&gt;" in each._repr_html_()
        assert "<b>" not in each._repr_html_()


def test_two_classes_of_one_name_are_told_apart():
    mine = type("TCPServer", (TCPServer,), {"__module__": "mine"})
    assert "comes from socketserver.TCPServer, number 2 of 4" in lookup(mine, "server_bind").title
    assert "1 mine.TCPServer " in repr(lookup(mine, "server_bind"))


# As data.


def test_the_rungs_of_a_ladder():
    found = lookup(ThreadingTCPServer, "process_request")
    assert found.found_in is ThreadingMixIn
    assert [rung.cls for rung in found.rungs] == list(ThreadingTCPServer.__mro__)
    assert [rung.number for rung in found.rungs] == [1, 2, 3, 4, 5]
    assert [rung.has for rung in found.rungs] == [False, True, False, True, False]
    assert [rung.first for rung in found.rungs] == [False, True, False, False, False]
    assert [rung.reached for rung in found.rungs] == [True, True, False, False, False]
    assert [rung.cls for rung in found.shadowed] == [BaseServer]
    assert found.source.member is vars(ThreadingMixIn)["process_request"]


@pytest.mark.parametrize(
    "cls", [ThreadingTCPServer, http.server.ThreadingHTTPServer, Wrong, Kinds, dict, bool, OSError]
)
def test_it_finds_what_python_finds(cls):
    for name in {name for each in cls.__mro__ for name in vars(each)}:
        assert lookup(cls, name).source.member is inspect.getattr_static(cls, name), name


def test_a_mixin_on_the_wrong_side_changes_nothing():
    assert lookup(Wrong, "process_request").found_in is BaseServer
    assert [rung.cls for rung in lookup(Wrong, "process_request").shadowed] == [ThreadingMixIn]
    assert lookup(Wrong, "daemon_threads").found_in is ThreadingMixIn


@pytest.mark.parametrize(
    ("cls", "name", "what"),
    [
        (Kinds, "slot", "slot"),
        (Kinds, "number", "class attribute, 5"),
        (Kinds, "table", "class attribute"),
        (Kinds, "calculated", "property"),
        (Kinds, "static", "static method"),
        (Kinds, "of_class", "class method"),
        (Kinds, "kept", "cached property"),
        (Kinds, "Inner", "class"),
        (Kinds, "wrapped", "descriptor"),
        (dict, "get", "built-in method"),
        (dict, "__len__", "slot wrapper"),
        (dict, "fromkeys", "built-in class method"),
        (dict, "__new__", "built-in function"),
        (int, "real", "built-in attribute"),
        (slice, "start", "built-in attribute"),
        (ThreadingTCPServer, "daemon_threads", "class attribute, False"),
        (ThreadingTCPServer, "address_family", "class attribute, AF_INET"),
        (ThreadingTCPServer, "timeout", "class attribute, None"),
        (ThreadingTCPServer, "_threads", "class attribute"),
        (http.server.BaseHTTPRequestHandler, "protocol_version", "class attribute, 'HTTP/1.0'"),
        (http.server.BaseHTTPRequestHandler, "sys_version", "class attribute"),
        (http.server.BaseHTTPRequestHandler, "default_request_version", "class attribute, 'HTTP/0.9'"),
    ],
)  # fmt: skip
def test_what_it_is(cls, name, what):
    assert lookup(cls, name).source.what == what


def test_the_table_as_data():
    table = lookup(ThreadingTCPServer)
    assert table.names["process_request"].found_in is ThreadingMixIn
    assert list(table.names) == [rung.name for rung in table.rungs]
    assert {"process_request", "verify_request", "daemon_threads", "allow_reuse_address"} <= set(table.hooks)
    assert {"serve_forever", "shutdown", "fileno", "_threads", "__init__"}.isdisjoint(table.hooks)
    assert lookup(socketserver.StreamRequestHandler).hooks == ("finish", "setup", "handle")
    assert lookup(dict).hooks == ()
    assert repr(lookup(object)) == "object has no names but those that Python gives to every class"


def test_names_from_the_compiler_are_left_out():
    assert [name for name in lookup(ThreadingTCPServer).names if name.startswith("__")] == [
        "__init__", "__enter__", "__exit__"
    ]  # fmt: skip
    assert "_abc_impl" not in lookup(socketserver._SocketWriter).names


# Names that no class has, and what is no class.


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("server_active", "Did you mean server_activate?"),
        ("RequestHandlerClass", "BaseServer.__init__ sets self.RequestHandlerClass on each instance."),
        ("server_address", "TCPServer.server_bind and BaseServer.__init__ set self.server_address on each instance."),
        ("mro", "The class of the class, type, has it: ThreadingTCPServer.mro works, but not on an instance."),
        ("xyzzy", "An instance has it only if something sets it there."),
    ],
)
def test_a_name_in_no_class(name, note):
    found = lookup(ThreadingTCPServer, name)
    assert found.found_in is found.source is None
    assert found.title == f"{name} is in no class of the MRO of ThreadingTCPServer"
    assert repr(found).splitlines()[-1] == note
    assert [rung.outcome for rung in found.rungs] == ["goes on"] * 5


def test_an_attribute_of_something_else_is_not_taken_for_one_of_self():
    class Other:
        def method(this, self):  # noqa: N805
            self.missing = 1
            this.other, *this.rest = 1, 2

    assert "Other.method sets" not in repr(lookup(Other, "missing"))
    assert "Other.method sets self.other" in repr(lookup(Other, "other"))
    assert "Other.method sets self.rest" in repr(lookup(Other, "rest"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((3,), "lookup() takes a class; this is an instance of int: lookup(int, ...)"),
        ((socket.socket.__new__(socket.socket), "recv"), "this is an instance of socket: lookup(socket, ...)"),
        ((TCPServer, 3), "lookup() takes the name as a text; this is an instance of int"),
        (((TCPServer, 3),), "lookup() takes a class or a tuple of classes; this is an instance of int"),
        (((int, str),), "multiple bases have instance lay-out conflict"),
    ],
)
def test_what_it_does_not_take(arguments, sentence):
    with pytest.raises(TypeError, match=re.escape(sentence)):
        lookup(*arguments)


# The merge.


def test_the_merge_as_text():
    assert repr(lookup(ThreadingTCPServer).merge()) == MERGE
    assert repr(lookup(ThreadingTCPServer, "process_request").merge()) == MERGE


@pytest.mark.parametrize("module", [socketserver, http.server], ids=lambda module: module.__name__)
def test_the_merge_gives_pythons_mro(module):
    for cls in defined_classes(module):
        assert lookup(cls).merge().result == cls.__mro__


def test_the_merge_gives_pythons_mro_of_random_hierarchies():
    dice = random.Random(6)
    made = refused = 0
    while made < 200:
        classes = [object]
        for number in range(8):
            bases = tuple(dice.sample(classes, min(len(classes), dice.randint(1, 3))))
            found = lookup(bases)
            try:
                cls = type(f"C{number}", bases, {})
            except TypeError:
                refused += 1
                assert found.merge().result is None
                assert "must come before" in found.merge().reason
            else:
                made += 1
                classes.append(cls)
                assert lookup(cls).merge().result == cls.__mro__
                assert found.merge().result[1:] == cls.__mro__[1:]
    assert refused > 50


def test_each_reason_is_true():
    """Who must come before whom: each pair is in that order in a list of the merge, and together they are a circle."""
    dice = random.Random(5)
    told = 0
    while told < 50:
        classes = [object]
        for number in range(8):
            bases = tuple(dice.sample(classes, min(len(classes), dice.randint(1, 3))))
            merge = lookup(bases).merge()
            if merge.result:
                classes.append(type(f"C{number}", bases, {}))
                continue
            told += 1
            pairs = re.findall(r"(\w+) must come before (\w+)", merge.reason)
            orders = [[cls.__name__ for cls in order] for order in (bases, *(base.__mro__ for base in bases))]
            for before, after in pairs:
                assert any({before, after} <= set(o) and o.index(before) < o.index(after) for o in orders)
            assert {before for before, _ in pairs} == {after for _, after in pairs}


def test_bases_without_a_class():
    found = lookup((TCPServer, ThreadingMixIn), "process_request")
    assert found.title == "process_request of New comes from BaseServer, number 3 of 5"
    assert lookup(()).title == "New has no names but those that Python gives to every class"


def test_bases_that_allow_no_mro():
    found = lookup((TCPServer, ThreadingTCPServer), "process_request")
    assert repr(found) == (
        "class New(TCPServer, ThreadingTCPServer) has no MRO\n"
        "class New(TCPServer, ThreadingTCPServer) cannot exist: ThreadingTCPServer must come before TCPServer, since "
        "it derives from it, but TCPServer must come before ThreadingTCPServer, since the bases are written in that "
        "order."
    )
    assert (found.found_in, found.rungs, found.merge().result) == (None, (), None)
    assert [step.taken for step in found.merge().steps] == [None]
    assert "TCPServer stands twice among its bases" in repr(lookup((TCPServer, TCPServer)))
