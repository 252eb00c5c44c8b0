"""Match the two ends of each connection: what a client experienced and what the server recorded of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import replace

from course.crowds.client_loop import ClientReport
from course.timeline import Ending, Lane, Timeline, Visit

SAW_THE_END = (Ending.REPLIED, Ending.CLOSED, Ending.RESET, Ending.ANSWERED)


def match_visits(name: str, reports: Iterable[ClientReport], visits: Iterable[Visit] | None) -> Timeline:
    """Match the clients' reports with the server's visits and return the Timeline of both.

    A visit belongs to the client with the same address that was connecting when it was accepted; addresses are
    used again in a long crowd, so each visit is taken once, in order. A client that was reset at once may not know
    its address any more; it gets, in order, what no other client has claimed. `visits` is None if the server was
    not watched. If clients were served out of the watch's sight, the Timeline shows the client side only.
    """
    clients = sorted(reports, key=lambda client: client.connecting)
    zero = clients[0].connecting if clients else 0.0
    unmatched: defaultdict[object, deque[Visit]] = defaultdict(deque)
    known = {_key(client.address) for client in clients}
    for visit in visits or ():
        if visit.accepted >= zero:
            unmatched[_key(visit.address) if _key(visit.address) in known else None].append(visit)
    claims = [(client, unmatched[_key(client.address)]) for client in clients]
    matched = [list(visits) if client.sent else _stream_visit(client, visits) for client, visits in claims]
    watched = visits is not None and not _served_unseen(clients, matched)
    ends = zip(clients, matched, strict=True)
    return Timeline(name, (_lane(client, mine, zero, watched) for client, mine in ends), watched=watched)


def _served_unseen(clients: list[ClientReport], matched: list[list[Visit]]) -> bool:
    """Whether clients got a reply although the server has not accepted them, or has not served anyone."""
    replied = [mine for client, mine in zip(clients, matched, strict=True) if client.ending.good]
    began = any(visit.began is not None for mine in matched for visit in mine)
    return not all(replied) or (bool(replied) and not began)


def _key(address: object) -> object:
    """What two forms of one address have in common: IPv6 adds flow and scope. None if the address is lost."""
    if isinstance(address, (tuple, list)) and len(address) > 1:
        return tuple(address[:2]) if address[1] else None
    return address


def _stream_visit(client: ClientReport, visits: deque[Visit]) -> list[Visit]:
    """The visit of a client's connection, if there is one, as a list."""
    while visits and visits[0].accepted < client.connecting:
        visits.popleft()
    return [visits.popleft()] if visits and client.ending != Ending.REFUSED else []


def _lane(client: ClientReport, visits: list[Visit], zero: float, watched: bool) -> Lane:
    """The lane of a client, in seconds since `zero`. It is in service from its first visit to its last one."""
    assert client.ended is not None

    def since(moment: float | None) -> float | None:
        return None if moment is None else moment - zero

    lane = Lane(client.number, client.address, client.connecting - zero, since(client.connected), client.ended - zero,
                client.ending, client.reply, client.error, watched=watched, sent=client.sent)  # fmt: skip
    if not (watched and visits):
        return lane
    first, last = visits[0], visits[-1]
    failed = next((visit for visit in visits if visit.error), None)
    is_cut = client.sent > max(visit.size or 0 for visit in visits) > 0
    finished = last.ended
    # A service that was over before its thread noted so is over at the latest when the client saw the end.
    if finished is None and last.began is not None and client.ending in SAW_THE_END:
        finished = max(last.began, client.ended)
    return replace(
        lane,
        # A client that was reset at once may have learned of that before it knew that it was connected.
        connected=since(first.accepted if client.connected is None else client.connected),
        ending=Ending.RAISED if failed else Ending.CUT if is_cut else client.ending,
        error=failed.error if failed else client.error,
        accepted=since(first.accepted),
        began=since(first.began),
        finished=since(finished),
        worker=first.worker,
        traceback=failed.traceback if failed else "",
    )
