"""Judge several answers at the same time: a check waits more than it computes."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

AT_ONCE = 3


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
