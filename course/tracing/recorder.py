"""Record the calls of chosen functions in all threads, as raw events, while changing nothing that they do.

From Python 3.12 on by sys.monitoring, which makes only the chosen functions report
(https://docs.python.org/3/library/sys.monitoring.html). On 3.11 by sys.setprofile, which makes every call of
every function report, and only in the thread that starts the recording and in threads started later
(https://docs.python.org/3.11/library/sys.html#sys.setprofile).

While it runs, an event adds six values to a list of the thread's own (an object for each would keep the garbage
collector busy); names are resolved later, when `calls` is read.
"""

from __future__ import annotations

import inspect
import socketserver
import sys
import threading
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from opcode import opmap
from time import perf_counter
from types import CodeType, FrameType
from typing import Any

from course.inner_functions import functions_in, is_a

if sys.version_info >= (3, 12):
    from course.tracing.profiler_hooks import use_free_tool
else:  # Python 3.11
    from course.tracing.profiler_hooks import Profile, profiles, together

# A call's begin: seconds, code, class of self, the calling function's code and instruction, id of a request.
# Its end: seconds, code, END, how (see `returned`; it names the exception if Python says), 0, 0.
Event = tuple[float, CodeType, Any, Any, int, int]
WIDTH = 6
END = object()

PARTS = (socketserver.BaseServer, socketserver.BaseRequestHandler)
HAND_OVER = ("process_request", "process_request_thread")  # their first argument tells which worker serves whom
POLLED = ("service_actions", "fileno")  # what the loop calls in order to poll: no steps of a request
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
        self._makes_instances: set[int] = set()
        self._requests: dict[int, str] = {}
        self._adopted: set[type] = set()
        self._mine = threading.local()
        for part in PARTS:
            for cls in _family(part):
                self._want_lineage(cls)

    def want(self, thing: type | types.ModuleType | Callable[..., Any], but: Collection[str] = ()) -> set[int]:
        """Record the functions of a class or a module, or one function, from now on; returns the ids of their codes."""
        added = set()
        for home, code, takes_self in functions_of(thing):
            if code.co_name in but:
                continue
            added.add(id(code))
            if id(code) not in self.homes:
                self.homes[id(code)] = code, home
                if code.co_name in (*HAND_OVER, "__init__"):
                    self._makes_instances.add(id(code))
                if code.co_name in HAND_OVER:
                    self._requests[id(code)] = _second_parameter(code)
                self._firsts[id(code)] = code.co_varnames[0] if takes_self and code.co_argcount else ""
                self._listen(code)
        return added

    def _want_lineage(self, cls: type) -> None:
        """Record a server or handler class and all its bases: every trace is about these."""
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
        """Record the functions of a class seen for the first time; returns the events missed so far."""
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
        """The function that records the start of a call; a closure, because it has to be quick.

        Its arguments are the code and, from sys.monitoring, an offset; or else the frame.
        """
        firsts, adopted, mine, clock = self._firsts, self._adopted, self._mine, perf_counter
        special, requests = self._makes_instances, self._requests
        getframe, monitored = sys._getframe, sys.version_info >= (3, 12)

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
                    if key in requests:
                        request = _request_id(values, requests[key])
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
                raise RuntimeError("profilers and debuggers use all tool ids of sys.monitoring: stop one of them first")
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

    else:  # Python 3.11
        _profile: Profile | None = None
        _before: list[tuple[int, Any]]

        def start(self) -> None:
            """Switch it on, for threads that start from now on."""
            self._before = []
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
                    f"a {type(before).__name__} is active in this thread, and Python 3.11 has room for one profiler: "
                    "stop it first, or trace with Python 3.12 or later"
                )
            self._before.append((threading.get_ident(), before))
            if self._profile not in getattr(before, "parts", (before,)):
                sys.setprofile(together(before, self._profile))  # type: ignore[arg-type]

        def leave(self) -> None:
            """Undo `join`; in another thread than that one, the profile takes itself off at its next call."""
            here = [number for number, (ident, _) in enumerate(self._before) if ident == threading.get_ident()]
            if here:
                sys.setprofile(self._before.pop(here[-1])[1])

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
    """Whether the end of a call, as its event has it, was a return: on 3.11 its last instruction decides."""
    return code.co_code[ended] == opmap["RETURN_VALUE"] if isinstance(ended, int) else ended is None


def functions_of(
    thing: type | types.ModuleType | Callable[..., Any],
) -> Iterator[tuple[type | types.ModuleType, CodeType, bool]]:
    """For each function of a class or a module: its home, its code, and whether it takes self.

    Generators and coroutines are left out: they are suspended and resumed, so they do not nest.
    """
    if isinstance(thing, types.ModuleType):
        for value in vars(thing).values():
            if is_a(value, type, types.FunctionType) and value.__module__ == thing.__name__:
                yield from functions_of(value)
    elif isinstance(thing, type):
        for value in vars(thing).values():
            for function in plain_functions(value):
                yield thing, function.__code__, not is_a(value, staticmethod, classmethod)
    else:
        for function in plain_functions(thing):
            yield (
                sys.modules.get(function.__module__) or types.ModuleType(function.__module__),
                function.__code__,
                False,
            )


def plain_functions(value: object) -> list[types.FunctionType]:
    """The functions inside a member of a class or a decorated function that are neither generators nor coroutines."""
    return [function for function in functions_in(value) if not function.__code__.co_flags & SUSPENDED]


def _second_parameter(code: CodeType) -> str:
    """The name of the parameter after self; of *args, with the star, if there is none."""
    if code.co_argcount > 1:
        return code.co_varnames[1]
    if code.co_flags & inspect.CO_VARARGS:
        return f"*{code.co_varnames[code.co_argcount + code.co_kwonlyargcount]}"
    return ""


def _request_id(values: Mapping[str, Any], name: str) -> int:
    """What tells a request from others: the id of the argument, or of the first of *args."""
    if name.startswith("*"):
        return id(values[name[1:]][0]) if values.get(name[1:]) else 0
    return id(values.get(name))


def _family(cls: type) -> Iterator[type]:
    """A class and all that derive from it."""
    yield cls
    children: list[type] = cls.__subclasses__()
    for child in children:
        yield from _family(child)
