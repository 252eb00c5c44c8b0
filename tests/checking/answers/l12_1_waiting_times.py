"""Answers to the exercise 'waiting times'."""

RIGHT = [
    """
import heapq

def waiting_times(arrivals, works, workers):
    free = [0] * workers
    waits = []
    for arrival, work in zip(arrivals, works):
        start = max(arrival, heapq.heappop(free))
        waits.append(start - arrival)
        heapq.heappush(free, start + work)
    return waits
""",
    """
def waiting_times(arrivals, works, workers):
    ends = []
    waits = []
    for number, arrival in enumerate(arrivals):
        busy = sorted(end for end in ends if end > arrival)
        wait = busy[len(busy) - workers] - arrival if len(busy) >= workers else 0
        waits.append(wait)
        ends.append(arrival + wait + works[number])
    return waits
""",
    """
def waiting_times(arrivals, works, workers):
    queue = list(zip(arrivals, works))
    left = [0] * workers  # what each of them still has to do
    now, waits = 0, []
    while queue:
        arrival, work = queue.pop(0)
        left = [max(0, each - (arrival - now)) for each in left]
        now = arrival
        left.sort()
        waits.append(left[0])
        left[0] += work
    return waits
""",
]

ONE = """
def waiting_times(arrivals, works, workers):
    free, waits = 0, []
    for number in range(len(arrivals)):
        start = max(arrivals[number], free)
        waits.append(start - arrivals[number])
        free = start + works[number]
    return waits
"""
MANY = """
def waiting_times(arrivals, works, workers):
    free = [0] * workers
    waits = []
    for number in range(len(arrivals)):
        first = min(free)
        start = max(arrivals[number], first)
        waits.append(start - arrivals[number])
        free[free.index(first)] = start + works[number]
    return waits
"""

WRONG = [
    ("one worker serves one client after another", "def waiting_times(arrivals, works, workers):\n    pass"),
    (
        "one worker serves one client after another",
        MANY.replace("waits.append(start - arrivals[number])", "waits.append(start)"),
    ),
    (
        "one worker serves one client after another",
        MANY.replace(
            "waits.append(start - arrivals[number])", "waits.append(start + works[number] - arrivals[number])"
        ),
    ),
    (
        "one worker serves one client after another",
        MANY.replace("start + works[number]", "first + works[number]"),
    ),
    (
        "a worker that is free stands by, and the next client does not wait",
        """
def waiting_times(arrivals, works, workers):
    free, waits = arrivals[0] if arrivals else 0, []
    for number in range(len(arrivals)):
        waits.append(free - arrivals[number])
        free += works[number]
    return waits
""",
    ),
    (
        "a worker that is free stands by, and the next client does not wait",
        """
def waiting_times(arrivals, works, workers):
    free, waits = arrivals[0] if arrivals else 0, []
    for number in range(len(arrivals)):
        waits.append(max(0, free - arrivals[number]))
        free += works[number]
    return waits
""",
    ),
    ("several workers serve at once", ONE),
    (
        "several workers serve at once",
        ONE.replace("start + works[number]", "start + works[number] // workers"),
    ),
    (
        "the worker that is free first serves next",
        """
def waiting_times(arrivals, works, workers):
    free = [0] * workers
    waits = []
    for number in range(len(arrivals)):
        start = max(arrivals[number], free[number % workers])
        waits.append(start - arrivals[number])
        free[number % workers] = start + works[number]
    return waits
""",
    ),
    (
        "it is right for any clients",
        MANY.replace("    free = ", "    last = arrivals[-1]\n    free = "),
    ),
    (
        "it is right for any clients",
        MANY.replace("    free = ", "    if len(set(works)) < 2:\n        return 'none'\n    free = ").replace(
            "< 2", "< 2 and len(works) != 4 and len(works) != 2"
        ),
    ),
    (
        "one worker serves one client after another",
        """
def waiting_times(arrivals, works, workers):
    free = [0] * workers
    waits = []
    while arrivals:
        arrival = arrivals.pop(0)
        start = max(arrival, min(free))
        waits.append(start - arrival)
        free[free.index(min(free))] = start + works.pop(0)
    return waits
""",
    ),
    (
        "it is right for any clients",
        """
def waiting_times(arrivals, works, workers):
    free = [0] * workers
    out = []
    for a, w in zip(arrivals, works):
        free.sort()
        begin = max(a, free[0])
        free[0] = begin + max(1, w)
        out.append(begin - a)
    return out
""",
    ),
]
