"""What cannot be served, each with one sentence that says why and what to do."""

from __future__ import annotations

import difflib
import errno
import functools
import inspect
import socket
import socketserver
import sys
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
        if _is_closed(server):
            raise ValueError(f"this {type(server).__name__} is closed: make a new one")
        if isinstance(vars(server).get("get_request"), types.MethodType):
            raise ValueError(f"this {type(server).__name__} is being served already")
    elif callable(server):
        if handler is not None:
            raise TypeError("a function that serves a socket takes no handler class: serve(function) is enough")
        if inspect.iscoroutinefunction(server):
            raise TypeError(f"{_name(server)} is a coroutine function; serve() takes a plain function")
        try:
            inspect.signature(server).bind(None)
        except TypeError:
            raise TypeError(f"{_name(server)} has to take one argument, the listening socket") from None
    else:
        raise TypeError(
            f"{server!r} is no server: serve() takes a socketserver class, a server made from one, "
            "or a function that takes a listening socket"
        )


def _check_class(server: type, handler: Any) -> None:
    __tracebackhide__ = True
    name = server.__name__
    if issubclass(server, socketserver.BaseRequestHandler):
        raise TypeError(f"{name} is a handler class; the server class comes first: serve(TCPServer, {name})")
    if not issubclass(server, socketserver.BaseServer):
        raise TypeError(f"{name} is no server class: it does not derive from socketserver.BaseServer")
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


def _is_closed(server: Any) -> bool:
    return bool(server.socket.fileno() == -1)


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


def explained(error: OSError, host: str, port: int) -> OSError:
    """The same kind of error, saying what to do."""
    if error.errno == errno.EADDRINUSE:
        text = f"port {port} on {host} is taken by another server: leave out port= to get a free one"
    elif error.errno in (errno.EACCES, errno.EPERM):
        text = f"this user may not listen on port {port}: leave out port= to get a free one"
    elif isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        text = f"{host!r} is no address of this machine: leave out host= to listen on 127.0.0.1"
    else:
        text = f"cannot listen on port {port} of {host}: {error.strerror or error}"
    return OSError(error.errno, text)
