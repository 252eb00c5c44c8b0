"""From a move in an explorer to its result in the kernel, beside running a cell that draws the same."""

from __future__ import annotations

import socketserver
from time import perf_counter, sleep

from benchmarks.measuring import Row, at_most, in_turns, milliseconds, seconds
from course import crowd, explore, lookup, serve

ROUNDS = 7


class Upper(socketserver.StreamRequestHandler):
    """What the explorer's handler does."""

    def handle(self) -> None:
        line = self.rfile.readline()
        sleep(0.05)
        self.wfile.write(line.upper())


def measure() -> list[Row]:
    return [*runs(), *moves()]


def runs() -> list[Row]:
    """A new run: the time that passes beyond the run itself."""
    rows = []
    explorer = explore.timeline()
    names = [name for name in explorer.server.options if name.endswith("TCPServer")]

    for name in names:
        server_class = getattr(socketserver, name)

        def moved(name: str = name) -> float:
            explorer.server.value = "one at a time"
            explorer.runner.join()
            begin = perf_counter()
            explorer.server.value = name
            explorer.runner.join()
            took = perf_counter() - begin
            assert explorer.run
            return took - explorer.run.makespan

        def cell(server_class: type[socketserver.BaseServer] = server_class) -> float:
            begin = perf_counter()
            with serve(server_class, Upper) as server:
                run = crowd(server, clients=6)
            run.draw().png()
            return perf_counter() - begin - run.makespan

        moved(), cell()
        ours, by_cell = in_turns(ROUNDS, moved, cell)
        what = f"`explore.timeline()`, {name}: from a move to its lanes, beyond the run itself"
        beside = f"a cell with `serve`, `crowd` and `draw`: {milliseconds(by_cell)}"
        missed = at_most(ours, 0.12, "s")
        rows.append(Row(what, milliseconds(ours), beside, f"{ours / by_cell:.2f}", missed))
    explorer.close()
    return rows


def moves() -> list[Row]:
    """Moves for which nothing is run."""
    chain, mro, stream = explore.call_chain(), explore.mro(), explore.stream()

    def step() -> None:
        chain.step.value = 9 if chain.step.value != 9 else 12

    def pieces() -> None:
        stream.recv_size.value = 4 if stream.recv_size.value != 4 else 32

    def ladder() -> None:
        lookup((socketserver.ThreadingMixIn, socketserver.TCPServer), "process_request").draw().png()

    mro._swap()
    ladder()
    swap, by_cell = in_turns(ROUNDS, lambda: seconds(mro._swap), lambda: seconds(ladder))
    slowest = max(in_turns(ROUNDS, *(lambda act=act: seconds(act) for act in (step, pieces))))
    for explorer in (chain, mro, stream):
        explorer.close()
    what = "`explore.call_chain()` step, `explore.stream()`: the slower move"
    beside = f"a cell with `lookup(...).draw()`: {milliseconds(by_cell)}"
    return [
        Row(
            "`explore.mro()`: the bases swapped",
            milliseconds(swap),
            beside,
            f"{swap / by_cell:.2f}",
            at_most(swap, 0.15, "s"),
        ),
        Row(what, milliseconds(slowest), missed=at_most(slowest, 0.15, "s")),
    ]
