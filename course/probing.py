"""Be told when a function of Python is called, in whichever thread, without changing it.

From Python 3.12 on by sys.monitoring, which makes only the wanted function report
(https://docs.python.org/3/library/sys.monitoring.html); on 3.11 by threading.setprofile, which makes every
call in threads started meanwhile report, and is left to whoever uses it already.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType

Report = Callable[[FrameType], None]


class Probe:
    """Calls `report(frame)` in the calling thread at each call of the function with the given code.

    While on, it uses one of the tool ids of sys.monitoring; if all are in use, it reports nothing.
    """

    def __init__(self, code: CodeType, report: Report) -> None:
        self._code = code
        self._report = report
        self._tool: int | None = None

    if sys.version_info >= (3, 12):

        def start(self) -> None:
            """Switch it on."""
            monitoring = sys.monitoring
            self._tool = next((tool for tool in (4, 3, 5, 2, 1, 0) if not monitoring.get_tool(tool)), None)
            if self._tool is not None:
                monitoring.use_tool_id(self._tool, "course")
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
            if threading.getprofile() is None:
                threading.setprofile(self._profiled)

        def stop(self) -> None:
            """Switch it off; nothing is left of it."""
            if threading.getprofile() == self._profiled:
                threading.setprofile(None)

        def _profiled(self, frame: FrameType, event: str, _argument: object) -> None:
            if event == "call" and frame.f_code is self._code:
                self._report(frame)
