"""Lay the two ends of each connection side by side: what a client lived through and what the server saw of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import replace

from course.timeline import ANSWERED, CLOSED, CUT, RAISED, REFUSED, REPLIED, RESET, Lane, Timeline, Visit


def join(name: str, lanes: Iterable[Lane], visits: Iterable[Visit] | None) -> Timeline:
    """Lay the clients' lanes beside the server's visits and return the Timeline of both.

    `lanes` hold `perf_counter` seconds here. A visit belongs to the lane with the same client address that
    was connecting when it was accepted; addresses come back in a long crowd, so each visit is taken once, in
    order. A client that was reset at once may not know its address any more; it gets, in order, what no other
    client has claimed. `visits` is None where the server was not watched.
    """
    lanes = sorted(lanes, key=lambda lane: lane.connecting)
    zero = lanes[0].connecting if lanes else 0.0
    waiting: defaultdict[object, deque[Visit]] = defaultdict(deque)
    known = {_key(lane.address) for lane in lanes}
    for visit in visits or ():
        if visit.accepted >= zero:
            waiting[_key(visit.address) if _key(visit.address) in known else None].append(visit)
    watched = visits is not None
    lanes = [replace(lane, watched=watched) for lane in lanes]
    joined = (
        _with_datagrams(lane, waiting[_key(lane.address)]) if lane.sent else _joined(lane, waiting[_key(lane.address)])
        for lane in lanes
    )
    return Timeline(name, (_shifted(lane, zero) for lane in joined), watched=watched)


def _key(address: object) -> object:
    """An address that can be compared: JSON makes lists of tuples, IPv6 adds flow and scope. None if it is lost."""
    if isinstance(address, (tuple, list)):
        return tuple(address[:2]) if address[1] else None
    return address


def _joined(lane: Lane, visits: deque[Visit]) -> Lane:
    while visits and visits[0].accepted < lane.connecting:
        visits.popleft()
    if not visits or lane.ending == REFUSED:
        return lane
    visit = visits.popleft()
    # A service that was over before its thread said so is over at the latest when the client saw the end.
    finished = visit.ended
    if finished is None and visit.began is not None and lane.ending in (REPLIED, CLOSED, RESET):
        finished = max(visit.began, lane.ended)
    return replace(
        lane,
        # A client that was reset at once may have learned of that before it knew that it was connected.
        connected=visit.accepted if lane.connected is None else lane.connected,
        accepted=visit.accepted,
        began=visit.began,
        finished=finished,
        worker=visit.worker,
        ending=RAISED if visit.error else lane.ending,
        error=visit.error or lane.error,
        traceback=visit.traceback,
    )


def _with_datagrams(lane: Lane, visits: deque[Visit]) -> Lane:
    """A client's datagrams are visits of their own: its lane reaches from the first to the last of them."""
    if not visits:
        return lane
    first, last = visits[0], visits[-1]
    error = next((visit for visit in visits if visit.error), first)
    cut = max(visit.size or 0 for visit in visits) < lane.sent
    return replace(
        lane,
        accepted=first.accepted,
        began=first.began,
        finished=last.ended if last.ended is not None or lane.ending != ANSWERED else lane.ended,
        worker=first.worker,
        ending=RAISED if error.error else CUT if cut else lane.ending,
        error=error.error or lane.error,
        traceback=error.traceback,
    )


def _shifted(lane: Lane, zero: float) -> Lane:
    def since(moment: float | None) -> float | None:
        return None if moment is None else moment - zero

    return replace(
        lane,
        connecting=lane.connecting - zero,
        connected=since(lane.connected),
        accepted=since(lane.accepted),
        began=since(lane.began),
        finished=since(lane.finished),
        ended=lane.ended - zero,
    )
