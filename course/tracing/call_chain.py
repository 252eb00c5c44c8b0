"""trace(): the live call chain of a server through the unmodified standard library, thread by thread."""

from __future__ import annotations

import inspect
import itertools
import json
import sys
import threading
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any

from course.tracing.call import RAISED, RUNNING, Call, resolve
from course.tracing.recorder import Recorder, plain_functions

if TYPE_CHECKING:
    from course.drawing.figure import Picture

Traceable = type | types.ModuleType | Callable[..., Any]
Tree = tuple[tuple[int, str, str], ...]  # depth, call, class of self

_lock = threading.Lock()
_active: list[CallChain] = []
_recorder: Recorder | None = None


def trace(also: Traceable | Iterable[Traceable] = ()) -> CallChain:
    """Record the calls of socketserver's server and handler classes while the `with` body runs, in all threads.

    Subclasses of these classes are included. Not recorded: most private helpers of socketserver, fileno, and
    service_actions, which the loop calls each time it has polled (also=socketserver includes them all); generators and
    coroutines; and forked children, which are other processes.
    also: classes, modules or functions whose calls are recorded as well.

    Returns a CallChain. Raises TypeError for something in `also` that has no functions. Entering the body raises
    RuntimeError if there is no room for another profiler: on Python 3.12 and later if all tool ids of
    sys.monitoring are taken, on 3.11 if another profiler is active in this thread. On 3.11, threads that were
    running before are not recorded; `notes` names them.
    """
    things = list(also) if isinstance(also, Iterable) and not isinstance(also, type) else [also]
    for thing in things:
        if not isinstance(thing, (type, types.ModuleType)) and not plain_functions(thing):
            raise TypeError(f"{thing!r} cannot be traced: also= takes classes, modules and functions written in Python")
    return CallChain(things)


class CallChain:
    """The calls that one `trace()` recorded. It can be read while the trace runs, too."""

    def __init__(self, also: list[Traceable]) -> None:
        self.notes: list[str] = []  #: what this trace cannot have recorded, one sentence each
        self._also = also
        self._wanted: set[int] = set()
        self._recorder: Recorder | None = None
        self._begin = 0.0
        self._end: float | None = None
        self._thread = 0
        self._calls: list[Call] = []

    def __enter__(self) -> CallChain:
        global _recorder
        if self._begin:
            raise RuntimeError("this trace has run already: make another with trace()")
        with _lock:
            recorder = _recorder or Recorder()
            try:
                if not _active:
                    recorder.start()
                for thing in self._also:
                    self._wanted |= recorder.want(thing)
                recorder.join()
            except BaseException:
                if not _active:
                    recorder.stop()
                raise
            self._recorder = _recorder = recorder
            _active.append(self)
        self._thread = threading.get_ident()
        if sys.version_info < (3, 12):
            self.notes = [
                f"the thread {thread.name!r} ran before the trace began, and Python 3.11 cannot trace such threads: "
                "start the server inside the trace, or use Python 3.12 or later"
                for thread in threading.enumerate()
                if thread.name.startswith("course loop")
            ]
        self._begin = perf_counter()
        return self

    def __exit__(self, error_type: type | None, error: BaseException | None, where: TracebackType | None) -> None:
        global _recorder
        self._end = perf_counter()
        with _lock:
            assert self._recorder
            self._recorder.leave()
            _active.remove(self)
            if not _active:
                self._recorder.stop()
                _recorder = None

    @property
    def calls(self) -> list[Call]:
        """All calls, in the order in which they began."""
        recorder = self._recorder
        if recorder:
            wanted = recorder.usual | self._wanted
            end = perf_counter() if self._end is None else self._end
            self._calls = resolve(recorder.logs(), recorder.homes, wanted, self._begin, end, self._thread)
            if self._end is not None:
                self._recorder = None
        return self._calls

    @property
    def roles(self) -> list[str]:
        """The threads' roles: main, loop, worker 1, worker 2, ..., then others."""
        return sorted({call.role: None for call in self.calls}, key=_role_order)

    def sequence(self, role: str) -> list[str]:
        """The calls of one role in order, as 'Class.function'. KeyError if there is no such role."""
        self._check_role(role)
        return [call.title for call in self.calls if call.role == role]

    def _check_role(self, role: str) -> None:
        if role not in self.roles:
            raise KeyError(f"no thread of this trace is {role!r}; there are: {', '.join(self.roles) or 'none'}")

    def tree(self, *wanted: str) -> str:
        """The calls as text, a tree for each role: who defines each function, its name, and the class of self.

        wanted: roles; all of them if none is given. KeyError if there is no such role. Calls that repeat are
        counted, and workers that did the same are grouped. Times and line numbers are left out, so that the text
        is the same in each run and on all versions of Python.
        """
        for role in wanted:
            self._check_role(role)
        trees: dict[tuple[str, Tree], list[str]] = {}
        for role in wanted or self.roles:
            roots = [call for call in self.calls if call.role == role and not call.parent]
            trees.setdefault((role.rstrip("0123456789"), _tree(roots)), []).append(role)
        width = 4 + max((2 * depth + len(text) for _, tree in trees for depth, text, _ in tree), default=0)
        lines = []
        for (_, tree), roles in trees.items():
            lines.append(f"{_together(roles):{width}}self is a")
            lines += [f"{'  ' * (depth + 1) + text:{width}}{cls}".rstrip() for depth, text, cls in tree]
        return "\n".join([*(lines or ["no calls were traced"]), *self.notes])

    def __str__(self) -> str:
        return self.tree()

    def __repr__(self) -> str:
        return self.tree()

    def source(self, call: Call) -> str:
        """The lines that a call runs, and above them its caller's with the line of the call marked by '>'.

        They are read with inspect from the Python that runs. A caller that is not in the trace is left out.
        """
        parts = []
        if call.parent and call.called_at:
            parts += [f"{call.title} is called in {call.parent.title}:", _lines(call.parent, call.called_at)]
        parts += [f"{call.title} is", _lines(call)]
        return "\n\n".join(parts)

    def draw(self, *, dark: bool = False) -> Picture:
        """The picture: one column per thread, nested bars coloured by the defining class, hand-overs as arrows."""
        from course.drawing.call_chain import draw_chain

        return draw_chain(self, dark=dark)

    def save(self, path: str | Path) -> None:
        """Write the calls as JSON in Chrome's trace event format, which Perfetto and chrome://tracing open.

        The format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
        Raises OSError if the file cannot be written.
        """
        Path(path).write_text(json.dumps({"traceEvents": _chrome_events(self.calls), "displayTimeUnit": "ns"}))


def _role_order(role: str) -> tuple[int, int, str]:
    noun, _, number = role.partition(" ")
    rank = {"main": 0, "loop": 1, "worker": 2}.get(noun, 3)
    return rank, int(number) if number.isdigit() else 0, role


def _tree(calls: Iterable[Call], depth: int = 0) -> Tree:
    """Calls and what they called, as lines; neighbours that are the same are one line with their number."""
    tree: list[tuple[int, str, str]] = []
    branches = []
    for call in calls:
        end = {RAISED: ", which raised", RUNNING: ", still running"}.get(call.outcome, "")
        cls = call.self_class.__name__ if call.self_class else ""
        branches.append([(depth, call.title + end, cls), *_tree(call.children, depth + 1)])
    for branch, same in itertools.groupby(branches):
        (_, text, cls), *rest = branch
        times = len(list(same))
        tree += [(depth, f"{text} ({times} times)" if times > 1 else text, cls), *rest]
    return tuple(tree)


def _together(roles: list[str]) -> str:
    """One heading for the threads that did the same, such as 'worker 1 to 8, each'."""
    if len(roles) == 1:
        return roles[0]
    noun, first = roles[0].split()
    numbers = [int(role.split()[1]) for role in roles]
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{noun} {first} to {numbers[-1]}, each"
    return f"{noun} {', '.join(map(str, numbers))}, each"


def _lines(call: Call, marked: int = 0) -> str:
    try:
        lines, first = inspect.getsourcelines(call.code)
    except OSError:
        return f"    (the source of {call.title} cannot be read)"
    signs = {marked: "> "}
    return "".join(signs.get(number, "  ") + line for number, line in enumerate(lines, first)).rstrip()


def _chrome_events(calls: list[Call]) -> list[dict[str, Any]]:
    """Complete events for calls, flow events for hand-overs, metadata with the roles' names; times in microseconds."""
    roles = {role: number for number, role in enumerate(dict.fromkeys(call.role for call in calls), 1)}
    events: list[dict[str, Any]] = [
        {"name": "thread_name", "ph": "M", "pid": 1, "tid": number, "args": {"name": role}}
        for role, number in roles.items()
    ]
    for number, call in enumerate(calls):
        place = {"pid": 1, "tid": roles[call.role]}
        facts = {
            "self": call.self_class.__name__ if call.self_class else "",
            "defined in": call.defined_in.__name__,
            "place": f"{Path(call.file).name}:{call.line}",
            "ended": f"{call.outcome} {call.error}".strip(),
        }
        span = {"ph": "B"} if call.end is None else {"ph": "X", "dur": (call.end - call.start) * 1e6}
        name = {"name": call.title, "cat": call.defined_in.__name__, "ts": call.start * 1e6}
        events.append(name | span | place | {"args": facts})
        if call.gave_to:
            flow = {"name": "hand-over", "cat": "hand-over", "id": number, "pid": 1}
            taken = call.gave_to
            events.append(flow | {"ph": "s", "ts": call.start * 1e6, "tid": roles[call.role]})
            events.append(flow | {"ph": "f", "bp": "e", "ts": taken.start * 1e6, "tid": roles[taken.role]})
    return events
