"""Calls, resolved from the raw events of a recording: who called what, on which class, and how it ended."""

from __future__ import annotations

import inspect
import itertools
import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType

from course.tracing.recorder import END, Log, plain_functions, returned

RETURNED, RAISED, RUNNING = "returned", "raised", "running"
LOOP = {"serve_forever", "_handle_request_noblock", "handle_request", "get_request", "process_request"}

Home = type | types.ModuleType


@dataclass(slots=True, eq=False)
class Call:
    """One call of one function. Times are in seconds since the trace began."""

    defined_in: Home  #: the class whose `__dict__` holds the function, or its module
    name: str  #: of the function
    self_class: type | None  #: the class of `self`; None for functions without self
    code: CodeType
    start: float
    parent: Call | None  #: the traced call that it was made in
    called_at: int  #: line of the call in the caller's file; 0 if the caller is not traced
    request: int  #: for the functions that hand a request over, a number that identifies it
    role: str = ""  #: of the thread: 'main', 'loop', 'worker 1', ..., or the name of any other
    end: float | None = None  #: None while it runs
    outcome: str = RUNNING  #: 'returned', 'raised' or 'running'
    error: str = ""  #: the name of the exception it raised, on Python 3.12 and later
    children: list[Call] = field(default_factory=list)
    gave_to: Call | None = None  #: the call in another thread that the request was handed to

    @property
    def title(self) -> str:
        """Class and function, as in 'TCPServer.get_request'."""
        return f"{self.defined_in.__name__}.{self.name}"

    @property
    def file(self) -> str:
        """The file that defines the function."""
        return self.code.co_filename

    @property
    def line(self) -> int:
        """The line of its definition."""
        return self.code.co_firstlineno

    def __repr__(self) -> str:
        return f"<{self.role}: {self.title}, {self.outcome}>"


def resolve(
    logs: Iterable[Log],
    homes: Mapping[int, tuple[CodeType, Home]],
    wanted: set[int],
    begin: float,
    end: float,
    main: int,
) -> list[Call]:
    """The calls of wanted functions between two moments of perf_counter, in the order in which they began.

    main: the ident of the thread that has the role 'main'.
    """
    namer = Namer(homes)
    threads: list[tuple[Log, list[Call]]] = []
    for log in logs:
        if calls := _nested(log, namer, wanted, begin, end):
            threads.append((log, calls))
    _hand_over(calls for _, calls in threads)
    _give_roles(threads, main)
    return sorted((call for _, calls in threads for call in calls), key=lambda call: call.start)


def _nested(log: Log, namer: Namer, wanted: set[int], begin: float, end: float) -> list[Call]:
    """One thread's calls, each in its parent."""
    calls: list[Call] = []
    open_calls: list[Call] = []
    for clock, code, cls, detail, instruction, request in log.events:
        if id(code) not in wanted or not begin <= clock <= end:
            continue
        if cls is END:
            while open_calls and any(call.code is code for call in open_calls):
                call = open_calls.pop()
                if call.code is code:
                    call.end = clock - begin
                    call.outcome = RETURNED if returned(code, detail) else RAISED
                    call.error = detail if isinstance(detail, str) else ""
                    break
        else:
            parent = open_calls[-1] if open_calls else None
            home, name = namer.name(cls, code)
            called_at = namer.line(parent.code, name, detail, instruction) if parent else 0
            call = Call(home, name, cls, code, clock - begin, parent, called_at, request)
            if parent:
                parent.children.append(call)
            calls.append(call)
            open_calls.append(call)
    return calls


class Namer:
    """Resolves codes to names, each once."""

    def __init__(self, homes: Mapping[int, tuple[CodeType, Home]]) -> None:
        self._homes = homes
        self._names: dict[tuple[type | None, int], tuple[Home, str]] = {}
        self._lines: dict[tuple[int, int, str], int] = {}

    def name(self, cls: type | None, code: CodeType) -> tuple[Home, str]:
        """The first class in the MRO whose `__dict__` holds this very code, and the name it has there."""
        key = cls, id(code)
        if key not in self._names:
            self._names[key] = self._find(cls, code)
        return self._names[key]

    def _find(self, cls: type | None, code: CodeType) -> tuple[Home, str]:
        for home in cls.__mro__ if cls else ():
            for name, value in vars(home).items():
                if any(function.__code__ is code for function in plain_functions(value)):
                    return home, name
        return self._homes[id(code)][1], code.co_name

    def line(self, parent: CodeType, name: str, caller: CodeType, instruction: int) -> int:
        """The line in `parent` that called a function: of that instruction, if it was the caller itself."""
        key = id(parent), instruction if caller is parent else -1, name
        if key not in self._lines:
            if caller is parent:
                position = next(itertools.islice(parent.co_positions(), instruction // 2, None), (None,))
                self._lines[key] = position[0] or 0
            else:
                self._lines[key] = _line_that_names(parent, name)
        return self._lines[key]


def _line_that_names(code: CodeType, name: str) -> int:
    """The first line that calls a method of that name; something not traced may be in between."""
    try:
        lines, first = inspect.getsourcelines(code)
    except OSError:
        return 0
    return next((number for number, line in enumerate(lines, first) if f".{name}(" in line), 0)


def _hand_over(threads: Iterable[list[Call]]) -> None:
    """Connect each process_request with the process_request_thread that got its request in another thread."""
    givers: dict[int, tuple[int, Call]] = {}
    handing = [
        (call.start, number, call)
        for number, calls in enumerate(threads)
        for call in calls
        if call.name in ("process_request", "process_request_thread")
    ]
    for _, number, call in sorted(handing, key=lambda item: item[0]):
        if call.name == "process_request":
            givers[call.request] = number, call
        elif (giver := givers.pop(call.request, None)) and giver[0] != number:
            giver[1].gave_to = call


def _give_roles(threads: list[tuple[Log, list[Call]]], main: int) -> None:
    """Name the threads: main, loop, workers in the order in which they were given their requests, others."""
    given = {id(call.gave_to): call.start for _, calls in threads for call in calls if call.gave_to}

    def turn(calls: list[Call]) -> float:
        return min(given.get(id(call), call.start) for call in calls)

    loops, workers, others = [], [], []
    for log, calls in sorted(threads, key=lambda thread: turn(thread[1])):
        names = {call.name for call in calls}
        if log.ident == main:
            _give_role(calls, "main")
        elif "process_request_thread" in names:
            workers.append(calls)
        elif names & LOOP:
            loops.append(calls)
        else:
            others.append((log.name, calls))
    for number, calls in enumerate(loops, 1):
        _give_role(calls, "loop" if len(loops) == 1 else f"loop {number}")
    for number, calls in enumerate(workers, 1):
        _give_role(calls, f"worker {number}")
    unnamed = itertools.count(1)
    for name, calls in others:
        _give_role(calls, f"thread {next(unnamed)}" if re.match(r"$|Thread-\d|Dummy-\d", name) else name)


def _give_role(calls: list[Call], role: str) -> None:
    for call in calls:
        call.role = role
