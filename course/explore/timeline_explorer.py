"""The explorer of timelines: change one thing about a server or its clients, and see the same picture change."""

from __future__ import annotations

import ipywidgets as widgets

from course.crowds.misbehaving import MISBEHAVING
from course.explore.run_sentences import describe
from course.explore.timeline_run import RunStopped, Trial
from course.explore.timeline_server import WELL_BEHAVED, ServerClass, Settings, servers
from course.explore.view import TimelineView
from course.explore.widgets import Panel, button, choice, named, reason, row, shown, words
from course.timeline import Timeline


class TimelineExplorer(Panel):
    """Controls for a run, its lanes with a cursor, and what happened in words.

    server: a server class of the reader's own, chosen at first.
    """

    function = "timeline"

    def __init__(self, server: ServerClass | None = None) -> None:
        self._servers = servers()
        if server is not None:
            self._servers[server.__name__] = server
        self.run: Timeline | None = None  #: the run that is shown
        self.held: Timeline | None = None  #: the run it is compared with
        self._make_controls(server.__name__ if server else "TCPServer")
        self._make_results()
        controls = [self.server, row(self.clients, self.every), self.does, row(self.work, self.queue),
                    self.misbehaving, self.daemon]  # fmt: skip
        actions = row(self.again, self.stop, self.hold, self.let_go, self.progress)
        super().__init__([*controls, actions, self.sentence, self.lanes])
        for control in (self.server, self.clients, self.every, self.does, self.work, self.queue, self.daemon,
                        self.misbehaving):  # fmt: skip
            control.observe(lambda _: self._run_again(), "value")
        _Run(self).run()

    def _make_controls(self, chosen: str) -> None:
        slider = widgets.IntSlider
        late = {"continuous_update": False}  # only when the slider is released, because each value is a run
        self.server = choice("server", "The server that is run.", self._servers, chosen)
        self.clients = named(slider, "clients", "How many clients come.", value=6, min=1, max=60, **late)
        self.every = named(
            slider, "apart (ms)", "Milliseconds between one client's arrival and the next one's.", max=100, **late
        )
        self.does = choice(
            "the handler", "Does its work wait, as for a disk, or compute?", ["waits", "computes"], "waits"
        )
        self.work = named(
            slider, "for (ms)", "Milliseconds of waiting, or of computing.", value=50, min=5, max=500, step=5, **late
        )
        self.queue = named(
            slider, "queue size", "request_queue_size: the kernel's queue for clients that are not yet accepted.",
            value=128, min=1, max=128, **late,
        )  # fmt: skip
        self.daemon = named(
            widgets.Checkbox, "daemon threads", "daemon_threads: closing the server does not wait for its threads.",
            style={"description_width": "initial"},
        )  # fmt: skip
        self.misbehaving = choice(
            "misbehaving", "How one of the clients misbehaves.", [WELL_BEHAVED, *MISBEHAVING], WELL_BEHAVED
        )

    def _make_results(self) -> None:
        self.again = button("Run", "Run it once more.", self._run_again)
        self.stop = button("Stop", "End the run that goes on.", self._stop)
        self.hold = button("Hold", "Keep this run in the picture, to compare the next one with it.", self._hold)
        self.let_go = button("Let go", "Take the held run out of the picture.", self._let_go)
        self.progress = widgets.IntProgress(
            description="ended", tooltip="How many clients have ended.", layout=widgets.Layout(visibility="hidden")
        )
        self.lanes = TimelineView([])
        self.sentence = shown()

    def settings(self) -> Settings:
        """The settings that the controls show."""
        return Settings(
            server=self._servers[self.server.value],
            clients=self.clients.value,
            every=self.every.value / 1000,
            computes=self.does.value == "computes",
            work=self.work.value / 1000,
            request_queue_size=self.queue.value,
            daemon_threads=self.daemon.value,
            misbehaving=self.misbehaving.value,
        )

    def _run_again(self) -> None:
        self.runner.ask(_Run(self))

    def _stop(self) -> None:
        self.runner.stop()

    def _hold(self) -> None:
        self.held = self.run
        if self.held:
            self.sentence.value = words(f"Held: {self.held.title}.", "Change something: the next run comes below it.")

    def _let_go(self) -> None:
        self.held = None
        if self.run:
            self.show(self.run, describe(self.run))

    def show(self, run: Timeline, *sentences: str) -> None:
        """Show a run, below the held one if there is one, and sentences about it."""
        self.run = run
        held = self.held if self.held is not run else None
        self.lanes.show([held, run] if held else [run])
        self.sentence.value = words(*([f"Held: {describe(held)}"] if held else []), *sentences)


class _Run:
    """One run for the explorer, as a job."""

    def __init__(self, explorer: TimelineExplorer) -> None:
        self._explorer = explorer
        self._settings = explorer.settings()
        self._trial = Trial(self._settings, self._one_ended)
        self.stop = self._trial.stop

    def _one_ended(self, number: int) -> None:
        self._explorer.progress.value = number

    def run(self) -> None:
        explorer, trial = self._explorer, self._trial
        explorer.progress.value, explorer.progress.max = 0, self._settings.clients
        explorer.progress.layout.visibility = "visible"
        try:
            run = trial.run()
            explorer.complain("")
            explorer.show(run, " ".join(filter(None, [describe(run), trial.failure, trial.closing])))
        except RunStopped:
            explorer.sentence.value = words("Stopped. The picture is that of the run before.")
        except Exception as error:
            explorer.complain(f"The run failed: {reason(error)}")
        finally:
            explorer.progress.layout.visibility = "hidden"
