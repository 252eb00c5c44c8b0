"""What a run shows, in sentences: the whole run, and one moment of it."""

from __future__ import annotations

from course.text import duration, plural
from course.timeline import Timeline

INSTANT = 0.001  # seconds


def describe(run: Timeline) -> str:
    """What happened in a run: how many were answered, how long they waited, who served them."""
    good = sum(lane.ending.good for lane in run)
    last = max((lane.ended for lane in run if lane.ending.good), default=0.0)
    parts = [f"{good} of {plural(len(run), 'client')} {'was' if 1 in (good, len(run)) else 'were'} answered"]
    parts[0] += f", the last after {duration(last)}." if good else "."
    others = [f"{number} {ending}" for ending, number in run.endings.items() if not ending.good]
    if others:
        parts.append(f"The others: {', '.join(others)}.")
    if found := run.percentiles("queued", 50, 100):
        half, longest = found
        if longest < INSTANT:
            parts.append("Nobody was queued for longer than a millisecond.")
        elif len(run) == 1:
            parts.append(f"It was queued for {_time(longest)}.")
        else:
            parts.append(f"Half of them were queued for {_time(half)} or less, the longest for {_time(longest)}.")
    if run.peak:
        parts.append(f"In service at once: at most {run.peak}, by {run.served_by}.")
    return " ".join(parts)


def _time(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))} ms" if seconds < 1 else f"{seconds:.2f} s"


def moment(run: Timeline, at: float) -> str:
    """Who is queued, and who is in service by whom, `at` seconds after the run began, as one sentence."""
    phases: dict[str, list[int]] = {}
    serving: dict[int, str] = {}
    for lane in run:
        phase = next((phase for phase, start, end in lane.spans() if start <= at < end), "")
        if phase == "in service":
            serving[lane.number] = "the loop" if lane.worker == "loop" else lane.worker
        elif not phase or phase == "over":
            phase = "not connected yet" if at < lane.connecting else "gone"
        phases.setdefault(phase, []).append(lane.number)
    words = [f"at {at:.3f} s"]
    if len(serving) > 8:
        own = "process" if all(worker.startswith("process") for worker in serving.values()) else "thread"
        words.append(f"{len(serving)} clients are in service, each by a {own} of its own")
    else:
        served = [f"client {number} by {worker}" for number, worker in serving.items()]
        words.append(f"in service: {', '.join(served) or 'nobody'}")
    for phase in ("queued", "waiting", "accepted", "connecting", "gone", "not connected yet"):
        if phase in phases or phase == "queued":
            words.append(f"{phase}: {_clients(phases.get(phase, []))}")
    return f"{run.name}, {'; '.join(words)}."


def _clients(numbers: list[int]) -> str:
    """Clients in words, neighbours grouped: 'clients 1, 3 to 8'."""
    if not numbers:
        return "nobody"
    groups: list[list[int]] = []
    for number in sorted(numbers):
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    texts = [str(g[0]) if len(g) == 1 else f"{g[0]} {'and' if len(g) == 2 else 'to'} {g[-1]}" for g in groups]
    return f"{'client' if len(numbers) == 1 else 'clients'} {', '.join(texts)}"
