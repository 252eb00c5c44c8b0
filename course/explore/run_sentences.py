"""What a run shows, in sentences."""

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
