"""Record the calls of chosen functions in all threads, as raw events, while changing nothing that they do.

From Python 3.12 on by sys.monitoring, which makes only the chosen functions report
(https://docs.python.org/3/library/sys.monitoring.html). On 3.11 by sys.setprofile, which makes every call of
every function report, and only in the thread that starts the recording and in threads started later
(https://docs.python.org/3.11/library/sys.html#sys.setprofile).

While it runs, an event adds a few values to one list (an object for each would keep the garbage collector busy, a
list for each thread would cost as much as the events themselves); threads are told apart and names are resolved later,
when `calls` is read.
"""

from __future__ import annotations

import inspect
import socketserver
import sys
import threading
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from opcode import opmap
from time import perf_counter
from types import CodeType, FrameType
from typing import Any

from course.inner_functions import functions_in, is_a

if sys.version_info >= (3, 12):
    from course.tracing.profiler_hooks import use_free_tool
else:  # Python 3.11
    from course.tracing.profiler_hooks import Profile, profiles, together

# A call's begin: seconds, thread, code, class of self, the calling function's code and instruction, id of a request.
# Its end: seconds, thread, code, END, and how (see `returned`; it names the exception if Python says). The end of a
# thread is that of BOOTSTRAP, with its name; later another thread may have the same ident.
Event = tuple[float, CodeType, Any, Any, int, int]
END = object()
BOOTSTRAP: CodeType = threading.Thread._bootstrap_inner.__code__  # type: ignore[attr-defined]

PARTS = (socketserver.BaseServer, socketserver.BaseRequestHandler)
HAND_OVER = ("process_request", "process_request_thread")  # their first argument tells which worker serves whom
POLLED = ("service_actions", "fileno")  # what the loop calls in order to poll: no steps of a request
SUSPENDED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Log:
    """What one thread did while it was recorded, in order. `name` is '' for a thread that threading does not know."""

    def __init__(self, ident: int, name: str) -> None:
        self.ident = ident
        self.name = name
        self.events: list[Event] = []


class Recorder:
    """Records from `start()` to `stop()`. One serves all traces that run at the same time."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        # Codes are known by their id: their hash is computed anew each time, and two of them may be equal.
        self.homes: dict[int, tuple[CodeType, type | types.ModuleType]] = {}
        self.usual: set[int] = set()
        self._firsts: dict[int, str] = {}
        self._makes_instances: set[int] = set()
        self._requests: dict[int, str] = {}
        self._adopted: set[type] = set()
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

    def logs(self) -> list[Log]:
        """The events so far, thread by thread."""
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        logs: list[Log] = []
        running: dict[int, Log] = {}
        values = iter(self._values[:])
        for clock, ident, code, cls, detail in zip(*[values] * 5, strict=True):
            rest = (0, 0) if cls is END else (next(values), next(values))
            if ident not in running:
                running[ident] = Log(ident, names.get(ident, ""))
                logs.append(running[ident])
            log = running[ident]
            if code is BOOTSTRAP and cls is END:
                log.name, detail = detail, None
                del running[ident]
            log.events.append((clock, code, cls, detail, *rest))
        return logs

    def _adopt(self, cls: type, frame: FrameType) -> None:
        """Record the functions of a class seen for the first time, and the begins of its calls that were missed."""
        self._adopted.add(cls)
        before = set(self._firsts)
        if issubclass(cls, PARTS):
            self._want_lineage(cls)
        missed = []
        outer = frame.f_back
        while outer:
            if id(outer.f_code) in self._firsts.keys() - before:
                missed.append(outer.f_code)
            outer = outer.f_back
        for code in reversed(missed):
            self._values.extend((perf_counter(), threading.get_ident(), code, cls, None, 0, 0))

    def _begin(self) -> Callable[[CodeType, Any], None]:
        """The function that records the start of a call; a closure, because it has to be quick.

        Its arguments are the code and, from sys.monitoring, an offset; or else the frame.
        """
        firsts, adopted, extend, clock, ident = (
            self._firsts,
            self._adopted,
            self._values.extend,
            perf_counter,
            threading.get_ident,
        )
        special, requests = self._makes_instances, self._requests
        getframe, monitored = sys._getframe, sys.version_info >= (3, 12)

        def begin(code: CodeType, where: Any) -> None:
            frame = getframe(1) if monitored else where
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
                        self._adopt(cls, frame)
            caller = frame.f_back or frame
            extend((clock(), ident(), code, cls, caller.f_code, caller.f_lasti, request))

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
            firsts, extend, clock, ident = self._firsts, self._values.extend, perf_counter, threading.get_ident

            def returned(code: CodeType, _offset: int, _value: object) -> None:
                name = None if code is not BOOTSTRAP else sys._getframe(1).f_locals["self"].name
                extend((clock(), ident(), code, END, name))

            def unwound(code: CodeType, _offset: int, error: BaseException) -> None:
                if id(code) in firsts:
                    extend((clock(), ident(), code, END, type(error).__name__))

            monitoring.register_callback(self._tool, events.PY_START, self._begin())
            monitoring.register_callback(self._tool, events.PY_RETURN, returned)
            monitoring.register_callback(self._tool, events.PY_UNWIND, unwound)
            monitoring.set_events(self._tool, events.PY_UNWIND)
            monitoring.set_local_events(self._tool, BOOTSTRAP, events.PY_RETURN)
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
            for code in (BOOTSTRAP, *(code for code, _ in self.homes.values())):
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
            begin, firsts, extend, clock = self._begin(), self._firsts, self._values.extend, perf_counter
            ident = threading.get_ident

            def profile(frame: FrameType, event: str, _value: object) -> None:
                if event == "return":
                    code = frame.f_code
                    if code is BOOTSTRAP:
                        extend((clock(), ident(), code, END, frame.f_locals["self"].name))
                    elif id(code) in firsts:
                        extend((clock(), ident(), code, END, frame.f_lasti))
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
