"""explore.live(): be the clients of a server yourself, and watch their lanes grow."""

from __future__ import annotations

import socket
import threading
from time import perf_counter
from typing import Any

import anywidget
import traitlets

from course.explore.live_clients import DEEDS, LiveClients
from course.explore.view import MODULE, STYLE, lane_data, lanes_data, legend
from course.explore.widgets import close_previous, reason
from course.serving.argument_errors import check_servable
from course.serving.server import Server, serve, watched
from course.text import plural
from course.timeline import Ending, Timeline

HEARTBEAT = 1.0  # seconds; a page that hears nothing for longer says that the kernel is silent
GRACE = 2.0  # seconds without a page that shows it, after which it stops
LOST = (
    "The kernel has not reported for some seconds: it is busy, or it was restarted or has ended. "
    "If it was, run the cell again."
)


class LiveExplorer(anywidget.AnyWidget):
    """What `explore.live()` returns. It starts the server when a page shows it, and stops when none does any more."""

    _esm = MODULE
    _css = STYLE
    data = traitlets.Dict().tag(sync=True)

    def __init__(self, server: Any, handler: Any = None) -> None:
        self._mine = not isinstance(server, Server)  # to be served and stopped
        self._make = server, handler
        self.server: Server | None = None if self._mine else server  #: None until it is started
        self.clients: LiveClients | None = None
        self._lock = threading.RLock()
        self._views: set[str] = set()
        self._seen = self._told = 0.0  # when a page last showed this, when it was last told
        self._over = ""
        self._state: object = None
        self._lanes: dict[int, dict[str, Any]] = {}  # as the pages know them
        name = getattr(server, "name", getattr(server, "__name__", type(server).__name__))
        self._empty = Timeline(str(name), [])
        live = {"now": 0.0, "command": "", "deeds": DEEDS, "over": ""}
        super().__init__(data=lanes_data([self._empty]) | {"live": live, "words": {"lost": LOST}})
        self.on_msg(self._order)
        close_previous("live", self)

    def __repr__(self) -> str:
        return "explore.live(): run this cell to be the clients yourself"

    @property
    def run(self) -> Timeline:
        """All clients so far, as a Timeline; the ending of those that are still connected is unknown."""
        return self.clients.run(perf_counter()) if self.clients else self._empty

    def stop(self, why: str = "Stopped: run the cell again to start anew.") -> None:
        """End the clients, and the server unless it was running before. The lanes stay on the page."""
        with self._lock:
            self._over = self._over or why
        if self.clients:  # without the lock, for which their thread may wait
            self.clients.stop()
        self._report()
        if self._mine and self.server:
            self.server.stop()

    def close(self) -> None:
        """Stop, and take the widget off the page."""
        self.stop()
        super().close()

    def _order(self, _widget: object, order: dict[str, Any], _buffers: object) -> None:
        """Do what a page asks for."""
        try:
            match order["do"]:
                case "hello":
                    self._views.add(order["view"])
                    self._start()
                case "bye":
                    self._views.discard(order["view"])
                case "new" if self.clients:
                    self.clients.new(int(order["count"]))
                case deed if self.clients:
                    self.clients.do(deed, int(order["client"]))
        except Exception as error:  # nobody else would show it
            self.stop(reason(error))

    def _start(self) -> None:
        with self._lock:
            if not self.clients and not self._over:
                if self.server is None:
                    self.server = serve(*self._make)
                self._seen = perf_counter()
                self.clients = LiveClients(self.server, self._tick)
                self.clients.start()
            self._report(everything=True)

    def _tick(self) -> None:
        """Look, and tell the pages what has happened; stop if no page is left or the server has ended."""
        clients, server, now = self.clients, self.server, perf_counter()
        if self._over or not clients or not server:
            return
        why = ""
        try:
            clients.find_strangers()
            if self._views:
                self._seen = now
            if now - self._seen > GRACE:
                why = "Stopped, because no page showed it any more: run the cell again to start anew."
            elif not server.state.startswith("serving"):
                why = f"The server is gone: {server.name} {server.state}."
            elif (state := clients.state()) != self._state or now - self._told > HEARTBEAT:
                self._state = state
                self._report()
        except Exception as error:  # nobody else would show it
            why = reason(error)
        if why:  # from another thread, since stop() waits for this one
            self._over = why
            threading.Thread(target=self.stop, name="course live end", daemon=True).start()

    def _report(self, *, everything: bool = False) -> None:
        """Send the pages the lanes that have changed, or all."""
        with self._lock:
            now = self._told = perf_counter()
            run, lanes, zero = self._empty, {}, now
            if self.clients:
                run, going_on, own = self.clients.run(now), self.clients.open(), self.clients.own
                zero = min((report.connecting for report in self.clients.reports), default=now)
                for lane in run:
                    lanes[lane.number] = lane_data(lane, going_on=lane.number in going_on and not self._over)
                    if lane.number in own:
                        lanes[lane.number]["own"] = True
                    else:
                        lanes[lane.number] |= {"name": f"stranger {lane.number}", "from": _written(lane.address)}
            changed = [data for number, data in lanes.items() if everything or self._lanes.get(number) != data]
            self._lanes = lanes
            words = legend([run])
            if not any(data["ending"] == Ending.UNKNOWN and not data["open"] for data in lanes.values()):
                words.pop(Ending.UNKNOWN, None)  # those that are open have no mark
            address: Any = self.server.address if self.server else ()
            where = f" at {_written(address)}" if address and not self._over else ""
            self.send(
                {
                    "now": now - zero,
                    "over": self._over,
                    "all": everything,
                    "title": f"{run.name}{where}: {plural(len(run), 'client')}",
                    "command": f"nc {address[0]} {address[1]}" if where else "",
                    "workers": run.workers,
                    "legend": words,
                    "lanes": changed,
                }
            )


def _written(address: Any) -> str:
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else ""


def check_live(server: Any, handler: Any) -> None:
    """Raise TypeError or ValueError, with a sentence that says what to do, for what `live` cannot run."""
    if isinstance(server, Server):
        if handler is not None:
            raise TypeError(f"{server.name} has its handler already: explore.live(server) is enough")
        known = watched(server)
        connects = isinstance(server.address, tuple) and not (known and known.datagrams)
    else:
        check_servable(server, handler)
        connects = getattr(server, "address_family", socket.AF_INET) in (socket.AF_INET, socket.AF_INET6)
    if not connects or getattr(server, "socket_type", socket.SOCK_STREAM) != socket.SOCK_STREAM:
        raise TypeError("explore.live() needs a server that listens on a TCP port: its clients are connections")
