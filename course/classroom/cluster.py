"""Check the notebooks of a class on a Dask cluster: one task for each notebook, whose bytes travel with the task."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from course.classroom.isolation import NotStartedError
from course.classroom.notebooks import Classroom, HandIn, Row, read
from course.extras import need

need("distributed", to="check notebooks on a cluster", extra="cluster")

from distributed import Client, Future, wait  # noqa: E402 - only now it is sure to be there
from distributed.client import FutureCancelledError  # noqa: E402
from distributed.scheduler import KilledWorker  # noqa: E402

REACHED = 5.0  # seconds in which the scheduler has to answer
NOBODY = 60.0  # seconds to wait for a worker when there is none
LOOK = 2.0  # seconds between two looks at whether there are workers


def check_on_cluster(
    address: str, paths: Sequence[Path], *, deadline: float, trust: bool, told: Callable[[], object]
) -> tuple[list[Row], str]:
    """A row for each notebook, in the order of the paths; and why some workers do not isolate, '' if all do.

    Every worker needs this package. A notebook whose worker ends is run again by another one; after the number of times
    that the scheduler allows (distributed.scheduler.allowed-failures) it counts as not judged.
    Raises NotStartedError if no scheduler answers at the address.
    """
    try:
        client = Client(address, timeout=REACHED)
    except (OSError, ValueError) as error:
        raise NotStartedError(f"no Dask scheduler answers at {address!r}: {error}") from None
    with client:
        hand_ins = [read(path, [other for other in paths if other != path]) for path in paths]
        futures = [client.submit(check_here, hand_in, deadline, trust, pure=False) for hand_in in hand_ins]
        _wait(client, futures, told)
        results = [_result(future, hand_in) for future, hand_in in zip(futures, hand_ins, strict=True)]
    return [row for row, _ in results], next((why for _, why in results if why), "")


def check_here(hand_in: HandIn, deadline: float, trust: bool) -> tuple[Row, str]:
    """Check one notebook on this worker; returns its row, and why it was not isolated ('')."""
    room = _classroom(deadline, trust)
    return room.check(hand_in), room.why_not_isolated


@functools.cache
def _classroom(deadline: float, trust: bool) -> Classroom:
    """What this worker keeps between notebooks. It ends with the worker."""
    return Classroom(deadline=deadline, trust=trust).__enter__()


def _wait(client: Client, futures: Sequence[Future], told: Callable[[], object]) -> None:
    """Wait until all are done, or there is no worker to do them."""
    waiting, seen = set(futures), monotonic()
    while waiting:
        try:
            done = wait(list(waiting), timeout=LOOK, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            done = set()
        for future in done:
            waiting.discard(future)
            told()
        if done or client.scheduler_info().get("workers"):
            seen = monotonic()
        elif monotonic() - seen > NOBODY:
            return


def _result(future: Future, hand_in: HandIn) -> tuple[Row, str]:
    if not future.done():
        return Row(hand_in.learner, note=f"the cluster had no worker for {NOBODY:g} seconds"), ""
    try:
        row, why_not = future.result()
        return row, why_not
    except (KilledWorker, FutureCancelledError) as error:
        note = f"the workers that ran it ended: {error}"
    except Exception as error:
        note = str(error) if isinstance(error, NotStartedError) else f"{type(error).__name__}: {error}"
    return Row(hand_in.learner, note=note), ""
