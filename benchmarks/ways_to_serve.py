"""What an idle client costs with each of the seven servers of lesson 11, and how many each can hold."""

from __future__ import annotations

import importlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

from benchmarks.measuring import Row

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
CLIENTS = 1000
MOST = 10_000
PROCESSES = {CLIENTS: 200, MOST: 500}  # each client of the server that forks is a process
SPARE = 100  # descriptors
BESIDE = "thread per client"


def servers() -> dict[str, tuple[Any, ...]]:
    """The seven servers by their names, as the lesson's cells define them."""
    lesson = json.loads((NOTEBOOKS / "11_other_ways_to_serve_many.ipynb").read_text(encoding="utf-8"))
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in lesson["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and "try_out(" not in source:
            exec(source, namespace)
        if "servers" in namespace:
            break
    found: dict[str, tuple[Any, ...]] = namespace["servers"]
    return found


def measure() -> list[Row]:
    sys.path.insert(0, str(NOTEBOOKS))
    measure_idle = importlib.import_module("programs.idle_clients").measure_idle

    allowed = min(MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - SPARE)
    few, many = {}, {}
    for name, server in servers().items():
        forks = name == "process per client"
        few[name] = measure_idle(PROCESSES[CLIENTS] if forks else CLIENTS, *server)
        many[name] = measure_idle(PROCESSES[MOST] if forks else allowed, *server)
    beside = few[BESIDE].kilobytes
    rows = []
    for name, idle in few.items():
        held = f"{many[name].held:,} of {many[name].clients:,} connected clients accepted"
        if idle.held < idle.clients:
            cost, ratio = "the others are in the kernel's queue", ""
        else:
            cost, ratio = f"{idle.kilobytes:,.{0 if idle.kilobytes > 10 else 1}f} kB", f"{idle.kilobytes / beside:.2g}"
        rows.append(Row(f"an idle client of lesson 11, {name}", f"{cost}; {held}", f"{BESIDE}: {beside:.0f} kB", ratio))
    return rows
