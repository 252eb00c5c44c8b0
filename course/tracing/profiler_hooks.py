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

Report = Callable[[FrameType], None]
Profile = Callable[[FrameType, str, Any], object]

if sys.version_info >= (3, 12):

    def use_free_tool(name: str) -> int | None:
        """Take a free tool id of sys.monitoring, those reserved for others last; None if all are taken."""
        for tool in (4, 3, 5, 2, 1, 0):
            if not sys.monitoring.get_tool(tool):
                sys.monitoring.use_tool_id(tool, name)
                return tool
        return None

else:

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
    """Calls `report(frame)` in the calling thread at each call of the function with the given code.

    While on, it uses one of the tool ids of sys.monitoring; if all are in use, it reports nothing.
    """

    def __init__(self, code: CodeType, report: Report) -> None:
        self._code = code
        self._report = report

    if sys.version_info >= (3, 12):
        _tool: int | None = None

        def start(self) -> None:
            """Switch it on."""
            monitoring = sys.monitoring
            self._tool = use_free_tool("course.serve")
            if self._tool is not None:
                monitoring.register_callback(self._tool, monitoring.events.PY_START, self._called)
                monitoring.set_local_events(self._tool, self._code, monitoring.events.PY_START)

        def stop(self) -> None:
            """Switch it off; nothing is left of it."""
            monitoring = sys.monitoring
            if self._tool is not None:
                monitoring.set_local_events(self._tool, self._code, monitoring.events.NO_EVENTS)
                monitoring.register_callback(self._tool, monitoring.events.PY_START, None)
                monitoring.free_tool_id(self._tool)
                self._tool = None

        def _called(self, _code: CodeType, _offset: int) -> None:
            self._report(sys._getframe(1))

    else:

        def start(self) -> None:
            """Switch it on."""
            profiles.add(self._profiled)

        def stop(self) -> None:
            """Switch it off; nothing is left of it."""
            profiles.remove(self._profiled)

        def _profiled(self, frame: FrameType, event: str, _argument: object) -> None:
            if event == "call" and frame.f_code is self._code:
                self._report(frame)
