"""Judge several answers at the same time: a check waits more than it computes."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from course.checking.check import steps_of
from course.checking.judge import BUSY, why_not_judged

AT_ONCE = 4
TRIES = 5


def judged(exercise, answer):
    """The steps of a check, which is repeated a few times, as its reader would, if the machine is too busy for it."""
    for _ in range(TRIES):
        steps = steps_of(exercise, answer)
        if why_not_judged(steps) != BUSY:
            break
    return steps


@contextmanager
def pool():
    """A pool that judges answers in the order in which it gets them; when tests end early it drops the rest."""
    executor = ThreadPoolExecutor(AT_ONCE)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def chosen(request, function):
    """The parameters of a test function in the order in which they will be tested: all, or those asked for by `-k`."""
    items = [item for item in request.session.items if item.path == request.path]
    return [item.callspec.params for item in items if item.originalname == function.__name__]
