"""explore: widgets with which a reader changes one thing and sees the same picture change, made of real runs.

Each function returns a widget, which a notebook shows when it is a cell's last line.
"""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from course.extras import need

if TYPE_CHECKING:
    from course.explore.call_chain_explorer import CallChainExplorer
    from course.explore.mro_explorer import OrderExplorer
    from course.explore.stream_explorer import StreamExplorer
    from course.explore.timeline_explorer import TimelineExplorer

__all__ = ["call_chain", "mro", "stream", "timeline"]

need("ipywidgets", to="show an explorer", extra="lab")


def timeline(server: type[socketserver.BaseServer] | None = None) -> TimelineExplorer:
    """Run a server with other settings, other clients, another kind of work, and see the picture of the run.

    server: a server class of one's own, which then can be chosen beside those of the standard library. Its
    handler is the explorer's: it reads a line, works, and sends the line back in capitals.

    Raises TypeError for what is no server class.
    """
    from course.explore.timeline_explorer import TimelineExplorer
    from course.explore.timeline_server import check_server

    return TimelineExplorer(check_server(server) if server is not None else None)


def call_chain(
    server: type[socketserver.BaseServer] = socketserver.ThreadingTCPServer,
    handler: Callable[..., Any] | None = None,
) -> CallChainExplorer:
    """Step through the calls that one real request causes, with the source of each and where its method is found.

    server: the server class that is traced. handler: the handler class; without it, one that answers in capitals.

    Raises TypeError or ValueError for what cannot be served.
    """
    from course.explore.call_chain_explorer import CallChainExplorer, trace_one_request

    return CallChainExplorer(trace_one_request(server, handler))


def mro(*classes: type, name: str = "process_request") -> OrderExplorer:
    """Choose the bases of a class and a name, and see which class supplies it; swap the bases and see what changes.

    classes: the bases to begin with; without any, ThreadingMixIn and TCPServer. name: what is looked for.

    Raises TypeError for what is no class.
    """
    from course.explore.mro_explorer import OrderExplorer

    for cls in classes:
        if not isinstance(cls, type):
            raise TypeError(f"explore.mro() takes classes; this is an instance of {type(cls).__name__}")
    return OrderExplorer(classes or (socketserver.ThreadingMixIn, socketserver.TCPServer), name)


def stream() -> StreamExplorer:
    """Send messages over a real connection, and see in which pieces they arrive and what framing makes of them."""
    from course.explore.stream_explorer import StreamExplorer

    return StreamExplorer()
