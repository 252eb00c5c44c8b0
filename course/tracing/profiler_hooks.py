"""Python's hooks for profilers, shared by serve(), trace() and other tools that use them.

From Python 3.12 on that is sys.monitoring, which reports only the functions asked for
(https://docs.python.org/3/library/sys.monitoring.html); on 3.11 threading.setprofile, which reports every
call in threads started from then on.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

Called = Callable[[FrameType], None]
Returned = Callable[[FrameType, Any], None]
Profile = Callable[[FrameType, str, Any], object]

if sys.version_info >= (3, 12):

    def use_free_tool(name: str) -> int | None:
        """Take a free tool id of sys.monitoring, those reserved for others last; None if all are taken."""
        for tool in (4, 3, 5, 2, 1, 0):
            if not sys.monitoring.get_tool(tool):
                sys.monitoring.use_tool_id(tool, name)
                return tool
        return None

else:  # Python 3.11

    class Profiles:
        """The profile functions of threads that start, the course's beside one that was there before."""

        def __init__(self) -> None:
            self._functions: list[Profile] = []
            self._before: Profile | None = None
            self._installed: Profile | None = None

        def add(self, function: Profile) -> None:
            if not self._functions:
                self._before = _hook()
            self._functions.append(function)
            self._install()

        def remove(self, function: Profile) -> None:
            self._functions.remove(function)
            self._install()

        def _install(self) -> None:
            if self._installed and _hook() is not self._installed:
                self._before = _hook()  # somebody else's, set meanwhile
            self._installed = together(self._before, *self._functions) if self._functions else None
            threading.setprofile(self._installed or self._before)

    profiles = Profiles()

    def _hook() -> Profile | None:
        return threading.getprofile()  # type: ignore[return-value]

    def together(*functions: Profile | None) -> Profile:
        """One profile function that calls all those given that are not None, and keeps them as `parts`."""
        wanted = [function for function in functions if function]
        if len(wanted) == 1:
            return wanted[0]

        def profile(frame: FrameType, event: str, value: object) -> None:
            for function in wanted:
                function(frame, event, value)

        profile.parts = wanted  # type: ignore[attr-defined]
        return profile


class Probe:
    """Calls functions of yours, in the thread concerned, when functions with given codes are called or return.

    calls: for a code, what is called with its frame as it begins. returns: for a code, what is called with its
    frame and the value that it returns. What they raise, the watched function raises.

    While on, it uses one of the tool ids of sys.monitoring; if all are in use, `start()` returns False, and
    nothing is reported. On 3.11 it reports from threads that start while it is on.
    """

    def __init__(self, calls: dict[CodeType, Called], returns: dict[CodeType, Returned]) -> None:
        self._codes = {*calls, *returns}
        # By their id: the hash of a code is computed anew each time, and two of them may be equal.
        self._calls = {id(code): report for code, report in calls.items()}
        self._returns = {id(code): report for code, report in returns.items()}

    if sys.version_info >= (3, 12):
        _tool: int | None = None

        def start(self) -> bool:
            """Switch it on. Returns whether it is."""
            monitoring, events = sys.monitoring, sys.monitoring.events
            self._tool = use_free_tool("course.serve")
            if self._tool is None:
                return False
            monitoring.register_callback(self._tool, events.PY_START, self._called)
            monitoring.register_callback(self._tool, events.PY_RETURN, self._returned)
            for code in self._codes:
                wanted = events.PY_START if id(code) in self._calls else events.NO_EVENTS
                wanted |= events.PY_RETURN if id(code) in self._returns else events.NO_EVENTS
                monitoring.set_local_events(self._tool, code, wanted)
            return True

        def stop(self) -> None:
            """Switch it off; nothing is left of it."""
            monitoring, events = sys.monitoring, sys.monitoring.events
            if self._tool is not None:
                for code in self._codes:
                    monitoring.set_local_events(self._tool, code, events.NO_EVENTS)
                for event in (events.PY_START, events.PY_RETURN):
                    monitoring.register_callback(self._tool, event, None)
                monitoring.free_tool_id(self._tool)
                self._tool = None

        def _called(self, code: CodeType, _offset: int) -> None:
            self._calls[id(code)](sys._getframe(1))

        def _returned(self, code: CodeType, _offset: int, value: Any) -> None:
            self._returns[id(code)](sys._getframe(1), value)

    else:  # Python 3.11

        def start(self) -> bool:
            """Switch it on. Returns whether it is."""
            profiles.add(self._profiled)
            return True

        def stop(self) -> None:
            """Switch it off; nothing is left of it."""
            profiles.remove(self._profiled)

        def _profiled(self, frame: FrameType, event: str, value: Any) -> None:
            key = id(frame.f_code)
            if event == "call" and key in self._calls:
                self._calls[key](frame)
            elif event == "return" and key in self._returns:
                self._returns[key](frame, value)
