"""The explorer of call chains: one real request, call by call, with the source and where each method is found."""

from __future__ import annotations

import html
import socketserver
import warnings
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from course.crowds.crowd import crowd
from course.explore.widgets import Panel, Pictured, button, named, row, shown, table, words
from course.lookups.lookup import lookup
from course.serving.server import serve
from course.tracing.call import Call
from course.tracing.call_chain import CallChain, trace

NEAR = 4  # lines of a long caller that are shown before and after the one that calls


class Upper(socketserver.BaseRequestHandler):
    """Sends back in capitals what it received, over a stream or as a datagram."""

    def handle(self) -> None:
        """Read once, answer once."""
        if isinstance(self.request, tuple):
            data, sock = self.request
            sock.sendto(data.upper(), self.client_address)
        else:
            self.request.sendall(self.request.recv(1024).upper())


def trace_one_request(server: Any, handler: Callable[..., Any] | None = None) -> CallChain:
    """Serve one client and return the calls of all threads, from the creation of the server to its end."""
    with warnings.catch_warnings(), trace() as chain:
        warnings.simplefilter("ignore", DeprecationWarning)  # about forking in a process with threads, as a kernel is
        with serve(server, handler or Upper) as running:
            crowd(running, clients=1, timeout=5)
    return chain


class CallChainExplorer(Panel):
    """A slider over the calls of one traced request; the lanes with a cursor, the source, and the ladder."""

    function = "call_chain"

    def __init__(self, chain: CallChain) -> None:
        self.chain = chain
        self.calls = chain.calls
        wide = widgets.Layout(width="560px", max_width="calc(100% - 4px)")
        self.step = named(
            widgets.IntSlider, "call", "Step through the calls, also with the arrow keys.",
            value=1, min=1, max=max(1, len(self.calls)), layout=wide,
        )  # fmt: skip
        self.back = button("Back", "To the call before this one.", lambda: self._move(-1))
        self.on = button("Next", "To the call after this one.", lambda: self._move(1))
        self.begin = button("First", "To the first call.", lambda: self._move(-len(self.calls)))
        self.end = button("Last", "To the last call.", lambda: self._move(len(self.calls)))
        self.sentence = shown()
        half = {"min_width": "0", "margin": "8px 4px"}
        self.source = widgets.HTML(layout=widgets.Layout(**half, flex="3 1 420px", min_height="220px"))
        self.ladder = widgets.HTML(layout=widgets.Layout(**half, flex="2 1 280px", align_self="flex-start"))
        self.picture = Pictured()
        steps = row(self.step, self.begin, self.back, self.on, self.end)
        super().__init__([steps, self.sentence, self.picture.box, row(self.source, self.ladder)])
        self.picture.show(self.chain.draw())
        self.step.observe(lambda _: self._show(), "value")
        self._show()

    def _move(self, steps: int) -> None:
        self.step.value = min(self.step.max, max(self.step.min, self.step.value + steps))

    def _show(self) -> None:
        if not self.calls:
            self.complain("No call was traced: this server does not use socketserver's functions.")
            return
        number = self.step.value
        call = self.calls[number - 1]
        self.sentence.value = words(tell(call, number, len(self.calls)))
        self.source.value = marked(self.chain.source(call).splitlines())
        self.ladder.value = found(call)
        self.picture.point(number - 1)


def tell(call: Call, number: int, of: int) -> str:
    """Which call this is, in which thread, on an object of which class."""
    on = f" on an object of {call.self_class.__name__}" if call.self_class else ""
    made = f", called in {call.parent.title}" if call.parent else ", the first traced call of this thread"
    gave = f" It hands the request to {call.gave_to.role}." if call.gave_to else ""
    return f"Call {number} of {of}, in thread {call.role}: {call.title}{on}{made}. It {call.outcome}.{gave}"


def marked(lines: list[str]) -> str:
    """The source of a call as HTML, with the line that Python has reached marked: in the caller, or else its own first.

    A long caller is cut to its first lines and those near the mark.
    """
    here = next((number for number, line in enumerate(lines) if line.startswith("> ")), None)
    if here is None:
        here = next(number for number, line in enumerate(lines) if "def " in line)
    elif here > 2 * NEAR:
        lines = [*lines[:3], "      ...", *lines[here - NEAR :]]
        here = 4 + NEAR
    end = next((number for number in range(here + 1, len(lines)) if not lines[number]), len(lines))
    if end > here + 2 * NEAR and end < len(lines):
        lines = [*lines[: here + NEAR], "      ...", *lines[end:]]
    texts = [html.escape(line.replace("    ", "", 1)) for line in lines]  # methods are indented
    texts[here] = f"<mark>{texts[here]}</mark>"
    return "<pre>" + "\n".join(texts) + "</pre>"


def found(call: Call) -> str:
    """The ladder of the called name along the MRO of the object's class, the class that supplies it marked."""
    if not call.self_class:
        return words(f"{call.title} is a plain function: no class is searched.")
    ladder = lookup(call.self_class, call.name)
    sentence = ladder.title
    if ladder.found_in is not call.defined_in:
        sentence += f"; this call used super() to get the next one, that of {call.defined_in.__name__}"
    return table(
        f"{sentence}.",
        ["class", "has it", "the lookup"],
        [[f"{rung.number} {rung.called}", "yes" if rung.has else "no", rung.outcome] for rung in ladder.rungs],
        next((rung.number - 1 for rung in ladder.rungs if rung.cls is call.defined_in), None),
    )
