"""explore: widgets to change one thing and see the same picture change, made from real runs.

Each function returns a widget, which a notebook shows when it is a cell's last line.
"""

from __future__ import annotations

import socket
import socketserver
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from course.extras import need

if TYPE_CHECKING:
    from course.explore.call_chain_explorer import CallChainExplorer
    from course.explore.live_explorer import LiveExplorer
    from course.explore.mro_explorer import OrderExplorer
    from course.explore.stream_explorer import StreamExplorer
    from course.explore.timeline_explorer import TimelineExplorer
    from course.serving.server import Server

__all__ = ["call_chain", "live", "mro", "stream", "timeline"]

need("ipywidgets", to="show an explorer", extra="lab")


def live(
    server: Server | type[socketserver.BaseServer] | socketserver.BaseServer | Callable[[socket.socket], object],
    handler: Callable[..., object] | None = None,
) -> LiveExplorer:
    """Be the clients of a server yourself, and watch their lanes grow: connect, send, wait, close, reset.

    server: a Server that `serve()` returned, or what `serve()` takes (with its `handler` class): that is served on a
    free port from the moment a page shows the widget, until its `stop()`, until its cell is run again, or until no page
    shows it any more. Anyone else who connects has a lane too.

    Raises TypeError or ValueError for what cannot be served, or does not listen on a TCP port.
    """
    from course.explore.live_explorer import LiveExplorer, check_live

    check_live(server, handler)
    return LiveExplorer(server, handler)


def timeline(server: type[socketserver.BaseServer] | None = None) -> TimelineExplorer:
    """Run a server with different settings, clients and work, and see the picture of each run.

    server: a server class of your own, offered beside those of the standard library. The explorer supplies the
    handler: it reads a line, works, and sends the line back in capitals.

    Raises TypeError for anything that is not a server class.
    """
    from course.explore.timeline_explorer import TimelineExplorer
    from course.explore.timeline_server import check_server

    return TimelineExplorer(check_server(server) if server is not None else None)


def call_chain(
    server: type[socketserver.BaseServer] = socketserver.ThreadingTCPServer,
    handler: Callable[..., Any] | None = None,
) -> CallChainExplorer:
    """Step through the calls of one real request, with the source of each and the class that supplies it.

    server: the server class to trace. handler: the handler class; by default one that answers in capitals.

    Raises TypeError or ValueError for anything that cannot be served.
    """
    from course.explore.call_chain_explorer import CallChainExplorer, trace_one_request

    return CallChainExplorer(trace_one_request(server, handler))


def mro(*classes: type, name: str = "process_request") -> OrderExplorer:
    """Choose the bases of a class and a name, and see which class supplies it; swap the bases and see what changes.

    classes: the bases to start with; by default ThreadingMixIn and TCPServer. name: the name to look up.

    Raises TypeError for anything that is not a class.
    """
    from course.explore.mro_explorer import OrderExplorer

    for cls in classes:
        if not isinstance(cls, type):
            raise TypeError(f"explore.mro() takes classes; this is an instance of {type(cls).__name__}")
    return OrderExplorer(classes or (socketserver.ThreadingMixIn, socketserver.TCPServer), name)


def stream() -> StreamExplorer:
    """Send messages over a real connection, and see the pieces in which they arrive and what framing makes of them."""
    from course.explore.stream_explorer import StreamExplorer

    return StreamExplorer()
