"""What trace() says about servers, its own and others', and that it changes nothing and leaves nothing on."""

import cProfile
import functools
import http.client
import http.server
import json
import socket
import socketserver
import sys
import threading
import types
import unittest.mock
import xmlrpc.client
import xmlrpc.server

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from conftest import Quick, gated
from course import crowd, lookup, serve, trace
from course.tracing.recorder import Recorder

MONITORED = sys.version_info >= (3, 12)

MAIN = ["TCPServer.__init__", "BaseServer.__init__", "TCPServer.server_bind", "TCPServer.server_activate"]
LOOP = [
    "BaseServer.serve_forever",
    "BaseServer._handle_request_noblock",
    "TCPServer.get_request",
    "BaseServer.verify_request",
    "ThreadingMixIn.process_request",
]
WORKER = [
    "ThreadingMixIn.process_request_thread",
    "BaseServer.finish_request",
    "BaseRequestHandler.__init__",
    "BaseRequestHandler.setup",
    "Quick.handle",
    "BaseRequestHandler.finish",
    "TCPServer.shutdown_request",
    "TCPServer.close_request",
]

ONE_REQUEST = """\
main                                     self is a
  TCPServer.__init__                     ThreadingTCPServer
    BaseServer.__init__                  ThreadingTCPServer
    TCPServer.server_bind                ThreadingTCPServer
    TCPServer.server_activate            ThreadingTCPServer
loop                                     self is a
  BaseServer.serve_forever               ThreadingTCPServer
    BaseServer._handle_request_noblock   ThreadingTCPServer
      TCPServer.get_request              ThreadingTCPServer
      BaseServer.verify_request          ThreadingTCPServer
      ThreadingMixIn.process_request     ThreadingTCPServer
worker 1                                 self is a
  ThreadingMixIn.process_request_thread  ThreadingTCPServer
    BaseServer.finish_request            ThreadingTCPServer
      BaseRequestHandler.__init__        Quick
        BaseRequestHandler.setup         Quick
        Quick.handle                     Quick
        BaseRequestHandler.finish        Quick
    TCPServer.shutdown_request           ThreadingTCPServer
      TCPServer.close_request            ThreadingTCPServer
course close                             self is a
  ThreadingMixIn.server_close            ThreadingTCPServer
    TCPServer.server_close               ThreadingTCPServer
course shutdown                          self is a
  BaseServer.shutdown                    ThreadingTCPServer"""


@pytest.fixture(autouse=True)
def nothing_switched_on():
    """Whatever a test does, afterwards no profiler of any kind is at work."""
    before = profilers()
    yield
    assert profilers() == before


def profilers():
    tools = [sys.monitoring.get_tool(tool) for tool in range(6)] if MONITORED else []
    return tools, sys.getprofile(), threading.getprofile(), sys.gettrace()


def one_request(server_class=socketserver.ThreadingTCPServer, handler=Quick, clients=1):
    with trace() as chain, serve(server_class, handler) as server:
        crowd(server, clients=clients)
    return chain


def test_one_request_from_init_to_close():
    chain = one_request()
    assert str(chain) == repr(chain) == ONE_REQUEST
    assert chain.sequence("main")[:4] == MAIN
    assert chain.sequence("loop") == LOOP
    assert chain.sequence("worker 1") == WORKER
    assert not chain.notes


def test_a_plain_server_does_all_of_it_in_the_loop():
    chain = one_request(socketserver.TCPServer)
    assert [role for role in chain.roles if role.startswith("worker")] == []
    assert chain.sequence("loop") == [*LOOP[:-1], "BaseServer.process_request", *WORKER[1:]]


def test_a_call_knows_its_place_its_times_and_its_caller():
    chain = one_request()
    call = next(call for call in chain.calls if call.name == "finish_request")
    assert (call.role, call.defined_in, call.self_class) == (
        "worker 1",
        socketserver.BaseServer,
        socketserver.ThreadingTCPServer,
    )
    assert call.file == socketserver.__file__
    assert call.line == socketserver.BaseServer.finish_request.__code__.co_firstlineno
    assert call.parent.name == "process_request_thread"
    assert call in call.parent.children
    assert 0 < call.parent.start <= call.start <= call.end <= call.parent.end
    assert call.outcome == "returned"
    assert call.title == "BaseServer.finish_request"
    assert repr(call) == "<worker 1: BaseServer.finish_request, returned>"


def test_source_shows_the_line_of_the_call_and_the_lines_called():
    chain = one_request()
    call = next(call for call in chain.calls if call.name == "finish_request")
    text = chain.source(call)
    marked = [line for line in text.splitlines() if line.startswith("> ")]
    assert [line[1:].strip() for line in marked] == ["self.finish_request(request, client_address)"]
    assert "def process_request_thread(" in text
    assert text.index("def process_request_thread(") < text.index("def finish_request(")


def test_source_finds_the_line_through_the_hooks_of_serve():
    chain = one_request()
    call = next(call for call in chain.calls if call.name == "get_request")
    assert ">             request, client_address = self.get_request()" in chain.source(call)


def test_source_of_a_call_from_outside_is_only_its_own():
    chain = one_request()
    text = chain.source(chain.calls[0])
    assert text.startswith("TCPServer.__init__ is\n")
    assert not any(line.startswith("> ") for line in text.splitlines())


@pytest.mark.parametrize("clients", [1, 8])
def test_each_worker_is_connected_with_the_call_that_handed_over(clients):
    class Busy(socketserver.ThreadingTCPServer):
        request_queue_size = 128

    chain = one_request(Busy, clients=clients)
    given = [call for call in chain.calls if call.name == "process_request"]
    assert [call.gave_to.role for call in given] == [f"worker {number + 1}" for number in range(clients)]
    assert {call.role for call in given} == {"loop"}


def test_workers_that_did_the_same_stand_together_and_repeated_calls_are_counted():
    class Busy(socketserver.ThreadingTCPServer):
        request_queue_size = 128

    text = str(one_request(Busy, clients=8))
    assert "worker 1 to 8, each " in text
    assert "BaseServer._handle_request_noblock (8 times)" in text
    assert text.count("Quick.handle") == 1


def test_thread_idents_used_again_do_not_mix_workers():
    with trace() as chain, serve(socketserver.ThreadingTCPServer, Quick) as server:
        for _ in range(50):
            crowd(server, clients=1)
    workers = [role for role in chain.roles if role.startswith("worker")]
    assert len(workers) == 50
    assert all(chain.sequence(role) == WORKER for role in workers)


def test_what_raises_is_said_to_raise():
    class Fails(socketserver.BaseRequestHandler):
        def handle(self):
            raise ValueError("no")

    chain = one_request(handler=Fails)
    outcomes = {call.name: call.outcome for call in chain.calls if call.role == "worker 1"}
    raised = {name for name, outcome in outcomes.items() if outcome == "raised"}
    assert raised == {"finish_request", "__init__", "handle"}
    assert outcomes["finish"] == outcomes["process_request_thread"] == "returned"
    assert "Fails.handle, which raised" in str(chain)
    errors = {call.error for call in chain.calls if call.outcome == "raised"}
    assert errors == ({"ValueError"} if MONITORED else {""})


def test_returning_none_and_raising_are_told_apart():
    class Thing:
        def nothing(self):
            return None

        def fail(self):
            raise KeyError

        def catch(self):
            with pytest.raises(KeyError):
                self.fail()

    with trace(also=Thing) as chain:
        Thing().nothing()
        Thing().catch()
    assert [(call.name, call.outcome) for call in chain.calls] == [
        ("nothing", "returned"),
        ("catch", "returned"),
        ("fail", "raised"),
    ]


def test_classes_made_inside_the_body_are_traced_from_their_first_call():
    with trace() as chain:

        class Late(socketserver.TCPServer):
            def __init__(self, *arguments):
                super().__init__(*arguments)

            def verify_request(self, request, client_address):
                return super().verify_request(request, client_address)

        class LateHandler(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(self.rfile.readline().upper())

        with serve(Late, LateHandler) as server:
            crowd(server, clients=1, send=b"hello\n")
    assert chain.sequence("main")[:3] == ["Late.__init__", "TCPServer.__init__", "BaseServer.__init__"]
    assert "Late.verify_request" in chain.sequence("loop")
    assert [title for title in chain.sequence("loop") if "Handler" in title] == [
        "BaseRequestHandler.__init__",
        "StreamRequestHandler.setup",
        "LateHandler.handle",
        "StreamRequestHandler.finish",
    ]


def test_also_widens_it_to_classes_modules_and_functions():
    class Kinds:
        @staticmethod
        def static():
            return 1

        @classmethod
        def of_class(cls):
            return cls

        @property
        def value(self):
            return 2

        @functools.cache  # noqa: B019
        def cached(self):
            return 3

    def alone():
        return Kinds.static(), Kinds.of_class(), Kinds().value, Kinds().cached()

    module = types.ModuleType("a_module")
    exec("def f(): return g()\ndef g(): return 1\nclass C:\n    def m(self): return f()", module.__dict__)
    sys.modules["a_module"] = module
    try:
        with trace(also=[Kinds, alone, module]) as chain:
            alone()
            module.C().m()
    finally:
        del sys.modules["a_module"]
    assert chain.sequence("main") == [
        "test_trace.alone",
        "Kinds.static",
        "Kinds.of_class",
        "Kinds.value",
        "Kinds.cached",
        "C.m",
        "a_module.f",
        "a_module.g",
    ]


def test_threads_are_traced_from_their_bootstrap_on():
    with trace(also=threading.Thread) as chain, serve(socketserver.ThreadingTCPServer, Quick) as server:
        crowd(server, clients=1)
    assert "Thread.start" in chain.sequence("main")
    assert "Thread.run" in chain.sequence("worker 1")
    assert not any("Dummy" in thread.name for thread in threading.enumerate())


def test_the_defining_class_is_the_one_that_holds_the_code():
    class Above:
        def who(self):
            return "above"

    class Between(Above):
        borrowed = Above.who

    class Below(Between):
        pass

    with trace(also=Above) as chain:
        Above().who()
        Below().borrowed()
    assert [(call.title, call.self_class) for call in chain.calls] == [
        ("Above.who", Above),
        ("Between.borrowed", Below),
    ]


def test_what_cannot_be_traced_is_refused():
    with pytest.raises(TypeError, match="3 cannot be traced: also= takes classes, modules and functions"):
        trace(also=[3])
    with pytest.raises(TypeError, match="function len> cannot be traced"):
        trace(also=len)


def test_an_unknown_role_is_named_beside_those_there_are():
    with pytest.raises(KeyError, match="no thread of this trace is 'worker 2'; there are: main, loop, worker 1"):
        one_request().sequence("worker 2")


def test_an_empty_trace_says_so():
    with trace() as chain:
        pass
    assert str(chain) == "no calls were traced"
    assert chain.draw().sentence == "no calls were traced"


def test_a_trace_runs_once():
    chain = one_request()
    with pytest.raises(RuntimeError, match="this trace has run already: make another"):
        chain.__enter__()


def test_a_trace_can_be_looked_at_while_it_runs():
    with serve(socketserver.TCPServer, Quick) as server, trace() as chain:
        server.stop()
        assert chain.sequence("course close") == ["TCPServer.server_close"]
    assert chain.sequence("course close") == ["TCPServer.server_close"]


def test_nested_traces_each_have_their_own():
    class Inner:
        def work(self):
            return 1

    with trace() as outer:
        with trace(also=Inner) as inner, serve(socketserver.ThreadingTCPServer, Quick) as server:
            Inner().work()
            crowd(server, clients=1)
        Inner().work()
        with serve(socketserver.ThreadingTCPServer, Quick) as server:
            crowd(server, clients=1)
    assert inner.sequence("main") == [*MAIN, "Inner.work"]
    assert outer.sequence("main") == 2 * MAIN
    closed = ["ThreadingMixIn.server_close", "TCPServer.server_close"]
    assert inner.sequence("course close") == closed
    assert outer.sequence("course close") == 2 * closed
    assert [role for role in outer.roles if "worker" in role] == ["worker 1", "worker 2"]


def test_traces_in_two_threads_may_overlap_in_any_order():
    entered, leave = threading.Event(), threading.Event()
    chains = []

    def other():
        with trace() as chain:
            chains.append(chain)
            socketserver.TCPServer(("127.0.0.1", 0), Quick).server_close()
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with trace() as chain:
        thread.start()
        entered.wait(10)
        socketserver.UDPServer(("127.0.0.1", 0), Quick).server_close()
    leave.set()
    thread.join()
    assert chain.sequence("main")[-1] == "TCPServer.server_close"
    assert "UDPServer.server_activate" in chain.sequence("main")
    assert chains[0].sequence("main") == [*MAIN, "TCPServer.server_close"]


def test_a_body_that_raises_leaves_the_trace_complete():
    with pytest.raises(ZeroDivisionError), trace() as chain, serve(socketserver.TCPServer, Quick):
        raise ZeroDivisionError
    assert chain.sequence("main") == MAIN
    assert chain.sequence("course close") == ["TCPServer.server_close"]


def test_a_server_from_before_the_trace():
    with serve(socketserver.ThreadingTCPServer, Quick) as server, trace() as chain:
        crowd(server, clients=1)
        server.stop()  # so that the worker has ended, too
    assert chain.sequence("worker 1") == WORKER
    if MONITORED:
        assert chain.sequence("loop") == LOOP[1:]
    else:
        assert "Python 3.11 cannot trace such threads: start the server inside the trace" in chain.notes[0]
        assert chain.notes[0] in str(chain)


def test_a_thread_that_outlives_the_trace_is_still_running_in_it(nothing_left):
    server = gated(socketserver.ThreadingTCPServer)
    with trace() as chain:
        running = serve(server)
        client = socket.create_connection(running.address)
        client.sendall(b"x")
        server.inside.acquire()
    handle = next(call for call in chain.calls if call.name == "handle")
    assert (handle.outcome, handle.end) == ("running", None)
    assert "Gate.handle, still running" in str(chain)
    server.gate.set()
    assert client.recv(100) == b"through"
    client.close()
    running.stop()
    assert handle.outcome == "running"


def test_nothing_is_patched():
    before = {cls: dict(vars(cls)) for cls in vars(socketserver).values() if isinstance(cls, type)}
    bound = socketserver.BaseServer.finish_request.__code__
    with trace(), serve(socketserver.ThreadingTCPServer, Quick) as server:
        crowd(server, clients=1)
        assert {cls: dict(vars(cls)) for cls in before} == before
        assert socketserver.BaseServer.finish_request.__code__ is bound


def test_names_results_and_exceptions_are_the_same_with_and_without():
    def observe():
        seen = []

        class Observer(socketserver.BaseRequestHandler):
            def handle(self):
                seen.append(threading.current_thread().name.split("-")[0])
                seen.append(sorted(vars(self)))
                raise LookupError("as ever")

        with serve(socketserver.ThreadingTCPServer, Observer) as server:
            run = crowd(server, clients=1)
        return seen, run.endings, run[0].error

    plain = observe()
    with trace():
        assert observe() == plain


def test_another_profiler_coexists_or_is_named():
    profile = cProfile.Profile()
    profile.enable()
    try:
        if MONITORED:
            assert one_request().sequence("worker 1") == WORKER
        else:
            with pytest.raises(RuntimeError, match="a Profile is active in this thread"):
                one_request()
    finally:
        profile.disable()


def test_a_tracing_debugger_goes_on_seeing_its_lines():
    seen = []

    def tracer(frame, event, argument):
        if frame.f_code.co_name == "handle" and event == "line":
            seen.append(frame.f_lineno)
        return tracer

    threading.settrace(tracer)
    try:
        chain = one_request()
    finally:
        threading.settrace(None)
    assert seen
    assert chain.sequence("worker 1") == WORKER


@pytest.mark.skipif(MONITORED, reason="sys.setprofile has one place, sys.monitoring six")
def test_a_profile_function_of_others_goes_on_being_called():
    seen = set()

    def profile(frame, event, argument):
        seen.add(frame.f_code.co_name)

    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        one_request()
        assert sys.getprofile() is threading.getprofile() is profile
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    assert {"one_request", "process_request_thread"} <= seen


@pytest.mark.skipif(not MONITORED, reason="tool ids are those of sys.monitoring")
def test_no_free_tool_id_is_said():
    taken = [tool for tool in range(6) if not sys.monitoring.get_tool(tool)]
    for tool in taken:
        sys.monitoring.use_tool_id(tool, "somebody")
    try:
        with pytest.raises(RuntimeError, match="debuggers use all tool ids of"), trace():
            pass
    finally:
        for tool in taken:
            sys.monitoring.free_tool_id(tool)
    assert one_request().sequence("loop") == LOOP


def test_saved_as_chrome_trace_events(tmp_path):
    """Required fields by the document 'Trace Event Format': ph and name for all, and what each ph needs."""
    path = tmp_path / "request.json"
    chain = one_request()
    chain.save(path)
    saved = json.loads(path.read_text())
    events = saved["traceEvents"]
    assert all({"name", "ph", "pid", "tid"} <= event.keys() for event in events)
    spans = [event for event in events if event["ph"] == "X"]
    assert len(spans) == len(chain.calls)
    assert all(event["dur"] >= 0 and event["ts"] >= 0 and event["args"] and event["cat"] for event in spans)
    names = {event["tid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
    assert sorted(names.values()) == sorted(chain.roles)
    assert {names[event["tid"]] for event in spans if event["name"] == "Quick.handle"} == {"worker 1"}
    begin, end = (next(event for event in events if event["ph"] == ph) for ph in "sf")
    assert begin["id"] == end["id"]
    assert (names[begin["tid"]], names[end["tid"]]) == ("loop", "worker 1")
    assert end["bp"] == "e"


def test_the_picture_has_a_column_a_thread_a_row_a_call_and_an_arrow_a_hand_over():
    chain = one_request()
    picture = chain.draw(dark=True)
    texts = [text.get_text() for text in picture.axes[0].texts]
    assert {"main", "loop", "worker 1"} <= set(texts)
    calls = [call.name for call in chain.calls]
    assert [text for text in texts if text in calls] == calls
    arrows = [text for text in picture.axes[0].texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 1
    legend = [text.get_text() for text in picture.legends[0].get_texts()]
    assert legend == ["TCPServer", "BaseServer", "ThreadingMixIn", "BaseRequestHandler", "Quick"]
    assert picture.sentence == f"{len(calls)} calls in 5 threads: main, loop, worker 1, course close, course shutdown"
    headings = [text.get_window_extent() for text in picture.axes[0].texts if text.get_text() in chain.roles]
    for heading, right in zip(headings, [*(each.x0 for each in headings[1:]), picture.bbox.x1], strict=True):
        assert heading.x1 < right


def test_a_picture_of_many_threads_shows_the_first_and_says_so():
    class Busy(socketserver.ThreadingTCPServer):
        request_queue_size = 128

    picture = one_request(Busy, clients=12).draw()
    assert "in 16 threads, the first 70 in 5 of them" in picture.sentence


def test_servers_that_others_wrote():
    class Pages(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    with trace() as chain, serve(http.server.ThreadingHTTPServer, Pages) as server:
        connection = http.client.HTTPConnection(*server.address)
        connection.request("HEAD", "/nothing-there")
        connection.getresponse().read()
        connection.close()
    assert {"BaseHTTPRequestHandler.handle", "SimpleHTTPRequestHandler.do_HEAD"} <= set(chain.sequence("worker 1"))
    assert "HTTPServer.server_bind" in chain.sequence("main")

    server = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_function(pow)
    url = "http://{}:{}".format(*server.server_address)
    with trace() as chain, serve(server), xmlrpc.client.ServerProxy(url) as proxy:
        assert proxy.pow(2, 10) == 1024
    assert "SimpleXMLRPCRequestHandler.do_POST" in chain.sequence("loop")
    assert "SimpleXMLRPCDispatcher._marshaled_dispatch" in chain.sequence("loop")

    server = make_server("127.0.0.1", 0, Response("hello"), threaded=True)
    with trace() as chain, serve(server) as running:
        connection = http.client.HTTPConnection(*running.address)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"hello"
        connection.close()
    assert "WSGIRequestHandler.run_wsgi" in chain.sequence("worker 1")


def test_what_the_loop_does_while_it_polls_is_left_out_unless_asked_for():
    quiet = {call.title for call in one_request().calls}
    assert not any("service_actions" in title or "fileno" in title or "_Threads" in title for title in quiet)
    with trace(also=socketserver) as chain, serve(socketserver.ThreadingTCPServer, Quick) as server:
        crowd(server, clients=1)
    assert {"TCPServer.fileno", "_Threads.append", "BaseServer.service_actions"} <= set(chain.sequence("loop"))


# Members that answer any question about themselves, and traces that cannot start.


class Refusing:
    """Raises whatever it is asked for, as a proxy does outside its context."""

    def __getattribute__(self, name):
        raise RuntimeError("working outside of context")


@pytest.mark.parametrize("make", [Refusing, lambda: unittest.mock.call, unittest.mock.MagicMock])
def test_members_that_answer_or_refuse_anything_are_passed_over(make):
    member = make()
    server_class = type("Odd", (socketserver.ThreadingTCPServer,), {"member": member})
    with trace() as chain:
        handler = type("Handler", (Quick,), {"member": member})  # made while the trace runs
        with serve(server_class, handler) as server:
            assert crowd(server, 1).endings == {"replied": 1}
    assert chain.sequence("loop") == LOOP
    assert lookup(server_class, "member").source.what


def test_a_trace_that_cannot_start_leaves_nothing_switched_on(monkeypatch):
    def refuse(*_):
        raise KeyError("gone")

    monkeypatch.setattr(Recorder, "join", refuse)
    with pytest.raises(KeyError), trace(also=crowd):
        pass
    monkeypatch.undo()
    if MONITORED:
        assert "course.trace" not in map(sys.monitoring.get_tool, range(6))
    else:
        assert (sys.getprofile(), threading.getprofile()) == (None, None)
    with trace() as chain, serve(socketserver.TCPServer, Quick) as server:
        crowd(server, 1)
    assert chain.calls


def test_a_function_whose_module_is_gone_can_be_traced():
    module = types.ModuleType("passing")
    exec("def work(): pass", module.__dict__)
    with trace(also=module.work) as chain:
        module.work()
    assert [call.title for call in chain.calls] == ["passing.work"]


def renamed(self, req, addr):
    socketserver.ThreadingMixIn.process_request(self, req, addr)


def starred(self, *args):
    socketserver.ThreadingMixIn.process_request(self, *args)


def renamed_in_the_thread(self, sock, peer):
    socketserver.ThreadingMixIn.process_request_thread(self, sock, peer)


@pytest.mark.parametrize(
    "methods",
    [{"process_request": renamed}, {"process_request": starred}, {"process_request_thread": renamed_in_the_thread}],
    ids=["renamed", "starred", "in the thread"],
)
def test_a_request_is_followed_whatever_its_parameter_is_called(methods):
    with trace() as chain, serve(gated(socketserver.ThreadingTCPServer, **methods)) as server:
        instance = server._running.server
        run = threading.Thread(target=crowd, args=(server, 3))
        run.start()
        for _ in range(3):
            assert instance.inside.acquire(timeout=20)
        instance.gate.set()
        run.join()
    handing = [call for call in chain.calls if call.gave_to]
    takers = [call.gave_to.role for call in handing]
    assert sorted(takers) == ["worker 1", "worker 2", "worker 3"] * (len(handing) // 3)
    assert len(handing) >= 3


def test_a_trace_may_be_left_in_another_thread():
    chain = trace()
    entered = threading.Thread(target=chain.__enter__)
    entered.start()
    entered.join()
    chain.__exit__(None, None, None)
    if not MONITORED:
        assert threading.getprofile() is None
    with trace() as again, serve(socketserver.TCPServer, Quick) as server:
        crowd(server, 1)
    assert again.calls
