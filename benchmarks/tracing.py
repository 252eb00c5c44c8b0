"""A server under trace(), beside the same server with no tool and with other tracers (the extras `bench`)."""

from __future__ import annotations

import contextlib
import importlib
import json
import socket
import socketserver
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.measuring import Row, at_most, ratio_in_turns, seconds
from course import crowd, serve, trace

CONNECTIONS = 2000
PAIRS = 9
BOUND = {(3, 11): 1.5, (3, 12): 1.15, (3, 13): 1.10, (3, 14): 1.10}.get(sys.version_info[:2], 1.15)


class Upper(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(self.request.recv(1024).upper())


def one_after_another(tool: Callable[[], AbstractContextManager[Any]]) -> float:
    """Seconds for all connections, with a tool at work in all threads."""
    with tool():
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Upper)
        loop = threading.Thread(target=server.serve_forever, args=(0.02,))
        loop.start()
        begin = perf_counter()
        for _ in range(CONNECTIONS):
            with socket.create_connection(server.socket.getsockname()) as client:
                client.sendall(b"hello")
                while client.recv(1024):
                    pass
        took = perf_counter() - begin
        server.shutdown()
        loop.join()
        server.server_close()
    return took


def viztracer(**options: Any) -> AbstractContextManager[Any]:
    """Its filter has to take in threading and this file, or it loses the threads."""
    files = [socketserver.__file__, threading.__file__, __file__]
    return importlib.import_module("viztracer").VizTracer(  # type: ignore[no-any-return]
        include_files=files,
        tracer_entries=2_000_000,
        verbose=0,
        output_file=str(Path(tempfile.gettempdir(), "v.json")),
        **options,
    )


@contextlib.contextmanager
def hunter() -> Any:
    """Noting the same as trace(): thread, code and class of self."""
    tool = importlib.import_module("hunter")
    noted = []

    def note(event: Any) -> None:
        noted.append((event.threadid, event.kind, event.code, type(event.locals.get("self"))))

    wanted = tool.Q(module="socketserver", kind_in=["call", "return"])
    tracer = tool.trace(wanted, action=note, threading_support=True)
    try:
        yield
    finally:
        tracer.stop()


def others() -> dict[str, Callable[[], AbstractContextManager[Any]]]:
    """Those that are installed."""
    found: dict[str, Callable[[], AbstractContextManager[Any]]] = {}
    with contextlib.suppress(ImportError):
        importlib.import_module("viztracer")
        found["viztracer"] = viztracer
        found["viztracer with arguments"] = lambda: viztracer(log_func_args=True)
    with contextlib.suppress(ImportError):
        importlib.import_module("hunter")
        found["hunter"] = hunter
    return found


def slower_with(tool: Callable[[], AbstractContextManager[Any]]) -> float:
    return ratio_in_turns(PAIRS, lambda: one_after_another(tool), lambda: one_after_another(contextlib.nullcontext))


def measure() -> list[Row]:
    one_after_another(trace)
    ours = slower_with(trace)
    beside = ", ".join(f"{name} {slower_with(tool):.2f}" for name, tool in others().items())
    rows = [
        Row(
            f"`trace()` over {CONNECTIONS:,} connections",
            f"{ours:.2f} of the time without",
            beside,
            missed=at_most(ours, BOUND),
        )
    ]

    with trace() as many:
        one_after_another(contextlib.nullcontext)
    resolving = seconds(lambda: many.calls)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        saving = seconds(lambda: many.save(path))
        assert len(json.loads(path.read_text())["traceEvents"]) > CONNECTIONS
    with trace() as one, serve(socketserver.ThreadingTCPServer, Upper) as server:
        crowd(server, clients=1)
    one.draw().png()
    drawing = statistics.median(seconds(one.draw().png) for _ in range(5))
    for what, took, bound in (
        (f"names for its {len(many.calls):,} calls", resolving, 1),
        ("saving them for Perfetto", saving, 2),
        ("drawing one request", drawing, 0.5),
    ):
        rows.append(Row(what, f"{took:.2f} s", missed=at_most(took, bound, "s")))
    return rows
