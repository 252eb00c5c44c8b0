"""For all tests, the lessons' cells included."""

import gc
import os
import signal
import sys

import pytest

from notebooks.programs.balancer import HAPROXY

os.environ["COURSE_PROGRESS"] = "off"  # which hints a check gives must not depend on the runs before
os.environ.setdefault("TQDM_DISABLE", "1")  # a progress bar would be an output that is there on slow days only
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in what a shell starts in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Lesson 11 forks, and reads from /proc what its servers need.
collect_ignore = [] if sys.platform == "linux" else ["notebooks/11_other_ways_to_serve_many.ipynb"]

LONG = (
    "test_answers",
    "explorers_in_browser",
    "test_mutants",
    "classroom/test_class.py",
    "hostile",
    "lessons_in_browser",
)
# What a cell of a lesson may need, by its tag: whether it is here, and what to do if not.
NEEDS = {
    "needs-haproxy": (HAPROXY, "HAProxy is not installed: apt-get install haproxy, or brew install haproxy"),
    "needs-linux": (sys.platform == "linux", "this cell shows what Linux does"),
}


def pytest_collection_modifyitems(items):
    """Skip cells that need what is not here. Run the longest files first, lest a worker gets one of them at the end."""
    for item in items:
        for tag in getattr(getattr(item, "cell", None), "metadata", {}).get("tags", []):
            here, otherwise = NEEDS.get(tag, (True, ""))
            if not here:
                item.add_marker(pytest.mark.skip(reason=otherwise))
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if name in item.nodeid), len(LONG)))


def pytest_collection_finish():
    """Let no later garbage collection walk through what was imported for the tests: most tests of servers need two."""
    gc.collect()
    gc.freeze()
