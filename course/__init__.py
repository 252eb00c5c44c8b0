"""The helpers of the course: launch a server, send it a crowd of clients, look at what happened.

`serve` runs any server in the background and watches its connections; `crowd` sends clients to it and
returns a `Timeline`, which draws itself. `lookup` says which class supplies a name, `trace` who calls whom in
which thread. `explore` has widgets to play with, and `check` checks exercises. Each name is imported when it is
first used, so `import course` costs next to nothing.
"""

from importlib import import_module

TYPE_CHECKING = False  # importing it from typing could read a file of that name in the working folder
if TYPE_CHECKING:
    from course import explore
    from course.checking.check import check
    from course.crowds.crowd import crowd
    from course.lookups.lookup import lookup
    from course.serving.server import serve
    from course.tracing.call_chain import trace

__all__ = ["check", "crowd", "explore", "lookup", "serve", "trace"]

_HOME = {
    "check": "course.checking.check",
    "crowd": "course.crowds.crowd",
    "explore": "course.explore",
    "lookup": "course.lookups.lookup",
    "serve": "course.serving.server",
    "trace": "course.tracing.call_chain",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"course has no {name!r}; it offers {', '.join(__all__)}")
    home = import_module(_HOME[name])
    return getattr(home, name, home)


def __dir__() -> list[str]:
    return __all__
