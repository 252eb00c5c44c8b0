"""What cannot be served, each with one sentence that says why and what to do."""

from __future__ import annotations

import difflib
import errno
import functools
import inspect
import socket
import socketserver
import sys
import threading
import types
from typing import Any


def check_servable(server: Any, handler: Any) -> None:
    """Say in one sentence why a server cannot be served."""
    __tracebackhide__ = True
    if isinstance(server, type):
        _check_class(server, handler)
    elif isinstance(server, socketserver.BaseServer):
        if handler is not None:
            raise TypeError(f"this {type(server).__name__} has its handler already: serve(server) is enough")
        _check_instance(server)
    elif callable(server):
        if handler is not None:
            raise TypeError("a function that serves a socket takes no handler class: serve(function) is enough")
        if inspect.isgeneratorfunction(server) or inspect.isasyncgenfunction(server):
            raise TypeError(f"{_name(server)} is a generator function (it has a yield): nothing in it would run")
        try:
            inspect.signature(server).bind(None)
        except TypeError:
            raise TypeError(f"{_name(server)} has to take one argument, the listening socket") from None
    else:
        raise TypeError(
            f"{server!r} is no server: serve() takes a socketserver class, a server made from one, "
            "or a function that takes a listening socket"
        )


def _check_instance(server: Any) -> None:
    __tracebackhide__ = True
    name = f"this {type(server).__name__}"
    if not isinstance(getattr(server, "socket", None), socket.socket):
        raise TypeError(f"{name} has no socket: derive its class from TCPServer or UDPServer")
    if server.socket.fileno() == -1:
        raise ValueError(f"{name} is closed: make a new one")
    address = server.socket.getsockname()
    if not address or (isinstance(address, tuple) and not address[1]):
        raise ValueError(f"{name} has no address yet: call its server_bind() and server_activate() first")
    if server.socket.type == socket.SOCK_STREAM and not server.socket.getsockopt(
        socket.SOL_SOCKET, socket.SO_ACCEPTCONN
    ):
        raise ValueError(f"{name} does not listen yet: call its server_activate() first")


def check_idle(server: socketserver.BaseServer) -> None:
    """Raise ValueError if some thread runs the server's serve_forever() already."""
    __tracebackhide__ = True
    for ident, frame in sys._current_frames().items():
        inner: types.FrameType | None = frame
        while inner:
            if inner.f_code.co_name == "serve_forever" and inner.f_locals.get("self") is server:
                thread = next((thread.name for thread in threading.enumerate() if thread.ident == ident), "?")
                raise ValueError(
                    f"the serve_forever() of this {type(server).__name__} is running already, in thread {thread!r}: "
                    "call its shutdown() first, and leave the loop to serve()"
                )
            inner = inner.f_back


def _check_class(server: type, handler: Any) -> None:
    __tracebackhide__ = True
    name = server.__name__
    if issubclass(server, socketserver.BaseRequestHandler):
        raise TypeError(f"{name} is a handler class; the server class comes first: serve(TCPServer, {name})")
    if not issubclass(server, socketserver.BaseServer):
        raise TypeError(f"{name} is no server class: it does not derive from socketserver.BaseServer")
    if not hasattr(server, "address_family"):
        raise TypeError(f"{name} has no socket: derive it from TCPServer or UDPServer")
    if handler is None:
        try:
            inspect.signature(server).bind(None)
        except TypeError:
            raise TypeError(f"{name} needs a handler class as well: serve({name}, YourHandler)") from None
        return
    wanted = handler
    while isinstance(wanted, functools.partial):
        wanted = wanted.func
    if isinstance(wanted, socketserver.BaseRequestHandler):
        kind = type(wanted).__name__
        raise TypeError(f"the handler is an instance of {kind}; give the class itself: serve({name}, {kind})")
    if not (isinstance(wanted, type) and issubclass(wanted, socketserver.BaseRequestHandler)):
        raise TypeError(f"{_name(wanted)} is no handler class: derive one from socketserver.BaseRequestHandler")
    if wanted.handle is socketserver.BaseRequestHandler.handle:
        near = difflib.get_close_matches("handle", [n for n in vars(wanted) if n != "handle"], cutoff=0.7)
        hint = f"; did you mean its {near[0]!r}?" if near else ""
        raise TypeError(f"{wanted.__name__} has no method named 'handle', which the server calls{hint}")


def _name(thing: object) -> str:
    return str(getattr(thing, "__qualname__", repr(thing)))


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens at the port, rather than old connections holding it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def explained(error: OSError, host: str, port: int, folder: str | None = None) -> OSError:
    """The same kind of error, with a sentence that says what to do. `folder` is where a Unix socket should be."""
    if folder and error.errno is None:
        text = f"the path of the Unix socket in {folder} is too long: set TMPDIR to a shorter one"
    elif error.errno == errno.EADDRINUSE:
        text = f"port {port} on {host} is taken by another server: leave out port= to get a free one"
    elif error.errno in (errno.EACCES, errno.EPERM):
        text = f"this user may not listen on port {port}: leave out port= to get a free one"
    elif isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        text = f"{host!r} is no address of this machine: leave out host= to listen on 127.0.0.1"
        if ":" in host and error.errno == getattr(socket, "EAI_ADDRFAMILY", None):
            text = f"{host!r} is an address of IPv6: give the class address_family = socket.AF_INET6"
    else:
        text = f"cannot listen on port {port} of {host}: {error.strerror or error}"
    return OSError(error.errno, text)
