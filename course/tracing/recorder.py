"""Record the calls of chosen functions in all threads, as raw events, while changing nothing that they do.

From Python 3.12 on by sys.monitoring, which makes only the chosen functions report
(https://docs.python.org/3/library/sys.monitoring.html). On 3.11 by sys.setprofile, which makes every call of
every function report, and only in the thread that starts the recording and in threads started later
(https://docs.python.org/3.11/library/sys.html#sys.setprofile).

While it runs, an event is six values more in a list of the thread's own (an object for each would keep the
garbage collector busy); who asks for calls pays for finding their names, afterwards.
"""

from __future__ import annotations

import functools
import inspect
import socketserver
import sys
import threading
import types
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from opcode import opmap
from time import perf_counter
from types import CodeType, FrameType
from typing import Any

if sys.version_info >= (3, 12):
    from course.tracing.profiler_hooks import use_free_tool
else:
    from course.tracing.profiler_hooks import Profile, profiles, together

# A call's begin: seconds, code, class of self, the calling function's code and instruction, id of a request.
# Its end: seconds, code, END, how (see `returned`; it names the exception if Python says), 0, 0.
Event = tuple[float, CodeType, Any, Any, int, int]
WIDTH = 6
END = object()

PARTS = (socketserver.BaseServer, socketserver.BaseRequestHandler)
HAND_OVER = ("process_request", "process_request_thread")  # their argument `request` tells who works for whom
POLLED = ("service_actions", "fileno")  # called by the loop whenever it polls, so their number tells nothing
SUSPENDED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Log:
    """What one thread did while it was recorded."""

    def __init__(self, thread: threading.Thread) -> None:
        self.ident = thread.ident
        self.name = thread.name
        self.values: list[Any] = []

    def events(self) -> Iterator[Event]:
        """The events so far, in order."""
        values = self.values[: len(self.values) // WIDTH * WIDTH]
        return zip(*[iter(values)] * WIDTH, strict=True)


class Recorder:
    """Records from `start()` to `stop()`. One serves all traces that run at the same time."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        # Codes are known by their id: their hash is computed anew each time, and two of them may be equal.
        self.homes: dict[int, tuple[CodeType, type | types.ModuleType]] = {}
        self.usual: set[int] = set()
        self._firsts: dict[int, str] = {}
        self._special: set[int] = set()
        self._adopted: set[type] = set()
        self._mine = threading.local()
        for part in PARTS:
            for cls in _family(part):
                self._want_lineage(cls)

    def want(self, thing: type | types.ModuleType | Callable[..., Any], but: Collection[str] = ()) -> set[int]:
        """Record a class's, a module's or a single function from now on; returns what is recorded of it."""
        added = set()
        for home, code, takes_self in functions_of(thing):
            if code.co_name in but:
                continue
            added.add(id(code))
            if id(code) not in self.homes:
                self.homes[id(code)] = code, home
                if code.co_name in (*HAND_OVER, "__init__"):
                    self._special.add(id(code))
                self._firsts[id(code)] = code.co_varnames[0] if takes_self and code.co_argcount else ""
                self._listen(code)
        return added

    def _want_lineage(self, cls: type) -> None:
        """Record a server's or handler's class, and all it derives from: every trace is about these."""
        self._adopted.add(cls)
        for base in cls.__mro__[:-1]:
            self.usual |= self.want(base, but=POLLED)

    def _log(self, frame: FrameType) -> Callable[[Event], None]:
        """Called at a thread's first call."""
        thread = frame.f_locals.get("self") if frame.f_code.co_name.startswith("_bootstrap") else None
        # A thread that begins is not among threading's own yet, and current_thread() would add a dummy.
        log = Log(thread if isinstance(thread, threading.Thread) else threading.current_thread())
        self.logs.append(log)
        self._mine.extend = log.values.extend
        return log.values.extend

    def _adopt(self, cls: type, frame: FrameType) -> list[Event]:
        """A class is seen for the first time: record its functions; returns begins that were missed just now."""
        self._adopted.add(cls)
        before = set(self._firsts)
        if issubclass(cls, PARTS):
            self._want_lineage(cls)
        missed: list[Event] = []
        outer = frame.f_back
        while outer:
            if id(outer.f_code) in self._firsts.keys() - before:
                missed.insert(0, (perf_counter(), outer.f_code, cls, None, 0, 0))
            outer = outer.f_back
        return missed

    def _begin(self) -> Callable[[CodeType, Any], None]:
        """The function that notes the begin of a call; a closure, because it has to be quick.

        Its arguments are the code and, from sys.monitoring, an offset; or else the frame.
        """
        firsts, adopted, mine, clock = self._firsts, self._adopted, self._mine, perf_counter
        special, getframe, monitored = self._special, sys._getframe, sys.version_info >= (3, 12)

        def begin(code: CodeType, where: Any) -> None:
            frame = getframe(1) if monitored else where
            try:
                extend = mine.extend
            except AttributeError:
                extend = self._log(frame)
            cls = None
            request = 0
            key = id(code)
            if first := firsts[key]:
                values = frame.f_locals
                cls = type(values[first])
                if key in special:
                    request = id(values.get("request"))
                    if cls not in adopted:
                        for event in self._adopt(cls, frame):
                            extend(event)
            caller = frame.f_back or frame
            extend((clock(), code, cls, caller.f_code, caller.f_lasti, request))

        return begin

    if sys.version_info >= (3, 12):
        _tool: int | None = None

        def start(self) -> None:
            """Switch it on. RuntimeError if all tool ids of sys.monitoring are in use."""
            monitoring = sys.monitoring
            events = monitoring.events
            self._tool = use_free_tool("course.trace")
            if self._tool is None:
                raise RuntimeError("profilers and debuggers use all tool ids of sys.monitoring: end one of them first")
            firsts, mine, clock = self._firsts, self._mine, perf_counter

            def returned(code: CodeType, _offset: int, _value: object) -> None:
                now = clock()
                try:
                    extend = mine.extend
                except AttributeError:
                    return  # the call began before the recording
                extend((now, code, END, None, 0, 0))

            def unwound(code: CodeType, _offset: int, error: BaseException) -> None:
                if id(code) in firsts:
                    now = clock()
                    with suppress(AttributeError):
                        mine.extend((now, code, END, type(error).__name__, 0, 0))

            monitoring.register_callback(self._tool, events.PY_START, self._begin())
            monitoring.register_callback(self._tool, events.PY_RETURN, returned)
            monitoring.register_callback(self._tool, events.PY_UNWIND, unwound)
            monitoring.set_events(self._tool, events.PY_UNWIND)
            for code, _ in self.homes.values():
                self._listen(code)

        def stop(self) -> None:
            """Switch it off; nothing is left of it."""
            monitoring = sys.monitoring
            events = monitoring.events
            tool, self._tool = self._tool, None
            if tool is None:
                return
            monitoring.set_events(tool, events.NO_EVENTS)
            for code, _ in self.homes.values():
                monitoring.set_local_events(tool, code, events.NO_EVENTS)
            for event in (events.PY_START, events.PY_RETURN, events.PY_UNWIND):
                monitoring.register_callback(tool, event, None)
            monitoring.free_tool_id(tool)

        def join(self) -> None:
            """Record the calling thread too: it is recorded already."""

        def leave(self) -> None:
            """Undo `join`."""

        def _listen(self, code: CodeType) -> None:
            if self._tool is not None:
                events = sys.monitoring.events
                sys.monitoring.set_local_events(self._tool, code, events.PY_START | events.PY_RETURN)

    else:
        _profile: Profile | None = None

        def start(self) -> None:
            """Switch it on, for threads that start from now on."""
            self._profile = self._profiler()
            profiles.add(self._profile)

        def stop(self) -> None:
            """Switch it off; a thread that still runs takes it off at its next call."""
            if self._profile:
                profiles.remove(self._profile)
                self._profile = None

        def join(self) -> None:
            """Record the calling thread too. RuntimeError if a profiler that cannot share is at work in it."""
            before = sys.getprofile()
            if before is not None and not callable(before):
                raise RuntimeError(
                    f"a {type(before).__name__} is at work in this thread, and Python 3.11 has room for one profiler: "
                    "end it first, or trace with Python 3.12 or later"
                )
            mine = self._mine.__dict__
            mine.setdefault("before", []).append(before)
            if self._profile not in getattr(before, "parts", (before,)):
                sys.setprofile(together(before, self._profile))  # type: ignore[arg-type]

        def leave(self) -> None:
            """Undo `join`."""
            sys.setprofile(self._mine.before.pop())

        def _listen(self, code: CodeType) -> None:
            """Nothing to do: every function reports."""

        def _profiler(self) -> Profile:
            begin, firsts, mine, clock = self._begin(), self._firsts, self._mine, perf_counter

            def profile(frame: FrameType, event: str, _value: object) -> None:
                if event == "return":
                    code = frame.f_code
                    if id(code) in firsts:
                        now = clock()
                        try:
                            extend = mine.extend
                        except AttributeError:
                            return
                        extend((now, code, END, frame.f_lasti, 0, 0))
                elif event == "call":
                    code = frame.f_code
                    if id(code) in firsts:
                        begin(code, frame)
                    elif self._profile is None:
                        sys.setprofile(None)

            return profile


def returned(code: CodeType, ended: int | str | None) -> bool:
    """Whether a call's end, as an event has it, was a return: on 3.11 its last instruction tells."""
    return code.co_code[ended] == opmap["RETURN_VALUE"] if isinstance(ended, int) else ended is None


def functions_of(
    thing: type | types.ModuleType | Callable[..., Any],
) -> Iterator[tuple[type | types.ModuleType, CodeType, bool]]:
    """Where each function of a class, a module or a function itself is at home, its code, and if it takes self.

    Generators and coroutines are left out: they are suspended and resumed, so they do not nest.
    """
    if isinstance(thing, types.ModuleType):
        own = [value for value in vars(thing).values() if getattr(value, "__module__", None) == thing.__name__]
        for value in own:
            if isinstance(value, (type, types.FunctionType)):
                yield from functions_of(value)
    elif isinstance(thing, type):
        for value in vars(thing).values():
            for function in plain_functions(value):
                yield thing, function.__code__, not isinstance(value, (staticmethod, classmethod))
    else:
        module = sys.modules[thing.__module__]
        for function in plain_functions(thing):
            yield module, function.__code__, False


def plain_functions(value: object) -> list[types.FunctionType]:
    """The functions written in Python inside a method, property, decorated function or the like."""
    if isinstance(value, property):
        return [found for part in (value.fget, value.fset, value.fdel) for found in plain_functions(part)]
    if isinstance(value, functools.cached_property):
        return plain_functions(value.func)
    inner = getattr(value, "__func__", value)
    inner = inspect.unwrap(inner) if callable(inner) else inner
    if isinstance(inner, types.FunctionType) and not inner.__code__.co_flags & SUSPENDED:
        return [inner]
    return []


def _family(cls: type) -> Iterator[type]:
    """A class and all that derive from it."""
    yield cls
    children: list[type] = cls.__subclasses__()
    for child in children:
        yield from _family(child)
