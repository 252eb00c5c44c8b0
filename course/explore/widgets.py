"""What all explorers share: labelled controls, places for results, one run at a time, and an orderly end."""

from __future__ import annotations

import base64
import html
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import anywidget
import ipywidgets as widgets

from course.text import html_table

if TYPE_CHECKING:
    from course.drawing.figure import Picture

STYLE = Path(__file__).with_name("explorers.css").read_text(encoding="utf-8")

_live: weakref.WeakValueDictionary[tuple[str, object], Any] = weakref.WeakValueDictionary()


class Job(Protocol):
    """Work that takes a while; `stop` makes `run` return soon, and is called from another thread."""

    def run(self) -> object:
        """Do the work."""

    def stop(self) -> object:
        """End the work early."""


class Runner:
    """Runs jobs in a thread, one at a time. A new job stops the running one; only the latest waiting job is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Job | None = None
        self._next: Job | None = None
        self._thread: threading.Thread | None = None

    def ask(self, job: Job) -> None:
        """Run a job as soon as the running one has stopped."""
        with self._lock:
            current, self._next = self._current, job
            if not self._thread:
                self._thread = threading.Thread(target=self._work, name="course explorer", daemon=True)
                self._thread.start()
        if current:
            current.stop()

    def stop(self) -> None:
        """Stop the running job and drop the waiting one."""
        with self._lock:
            current, self._next = self._current, None
        if current:
            current.stop()

    def join(self, timeout: float | None = None) -> None:
        """Wait until no job runs, at most `timeout` seconds."""
        with self._lock:
            thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(timeout)

    def _work(self) -> None:
        while True:
            with self._lock:
                job = self._current = self._next
                self._next = None
                if not job:
                    self._thread = None
                    return
            job.run()


class Improved(anywidget.AnyWidget):
    """An invisible part of a panel that makes it usable with a screen reader: see panel.js."""

    _esm = Path(__file__).with_name("panel.js").read_text(encoding="utf-8")


class Panel(widgets.VBox):  # type: ignore[misc]
    """An explorer: controls above, results below. When its cell is run again, the previous one is closed."""

    function = ""  #: the name in `explore` that makes it

    def __init__(self, children: Iterable[widgets.Widget]) -> None:
        self.runner = Runner()
        self.complaint = shown()
        super().__init__([widgets.HTML(f"<style>{STYLE}</style>"), *children, self.complaint, Improved()])
        self.add_class("course-explorer")
        close_previous(self.function, self)

    def __repr__(self, *_: object) -> str:
        return f"explore.{self.function}(): run this cell to play with it"

    def complain(self, reason: str) -> None:
        """Show in the explorer what was wrong; '' removes the message."""
        self.complaint.value = f'<div role="alert" class="course-wrong">{html.escape(reason)}</div>' if reason else ""

    @contextmanager
    def complaining(self) -> Iterator[None]:
        """Show the reason if the body raises an exception, and remove the message if it does not."""
        try:
            yield
        except Exception as error:
            self.complain(reason(error))
        else:
            self.complain("")

    def close(self) -> None:
        """Stop the running job, wait for its thread, and remove the explorer from the page."""
        self.runner.stop()
        self.runner.join(timeout=5)
        _close(self.children)
        super().close()


def close_previous(function: str, widget: Any) -> None:
    """Close the widget that the same function made when this cell ran before."""
    key = function, _cell()
    if before := _live.get(key):
        before.close()
    _live[key] = widget


def _close(children: Iterable[widgets.Widget]) -> None:
    for child in children:
        _close(getattr(child, "children", ()))
        child.close()


def _cell() -> object:
    """The id of the notebook's running cell; a new object for each call if that is not known."""
    try:
        from IPython.core.getipython import get_ipython

        shell: Any = get_ipython()
        return shell.get_parent()["metadata"]["cellId"]
    except (AttributeError, KeyError, TypeError):
        return object()


def reason(error: BaseException) -> str:
    """The text of an exception, with its type unless it is a sentence of the course's own."""
    text = str(error)
    return text if isinstance(error, (TypeError, ValueError)) and text else f"{type(error).__name__}: {text}"


def named(make: Callable[..., Any], name: str, tooltip: str, **settings: object) -> Any:
    """A control with a label and a tooltip."""
    look = widgets.Layout(width="380px", max_width="calc(100% - 4px)")
    style = {"description_width": "130px"}
    return make(**{"description": name, "tooltip": tooltip, "style": style, "layout": look} | settings)


def choice(name: str, tooltip: str, options: Iterable[str], value: str) -> Any:
    """A choice shown as buttons: in a list, JupyterLab keeps the arrow keys for itself."""
    options = list(options)
    style = {"description_width": "130px", "button_width": "auto"}
    return widgets.ToggleButtons(
        options=options, value=value, description=name, tooltip=tooltip, tooltips=[tooltip] * len(options), style=style
    )


def button(name: str, tooltip: str, act: Callable[[], object]) -> Any:
    """A button that calls `act`."""
    it = widgets.Button(description=name, tooltip=tooltip, layout=widgets.Layout(width="auto"))
    it.on_click(lambda _: act())
    return it


def row(*controls: widgets.Widget) -> Any:
    """Controls side by side, wrapped to the width of the page."""
    box = widgets.Box(list(controls))
    box.add_class("course-controls")
    return box


def shown(value: str = "") -> Any:
    """A place for a result."""
    return widgets.HTML(value, layout=widgets.Layout(width="auto"))


def words(text: str, *more: str) -> str:
    """Sentences as HTML, one paragraph each, which a screen reader reads out when they change."""
    paragraphs = "".join(f"<div>{html.escape(part)}</div>" for part in (text, *more) if part)
    return f'<div class="course-said">{paragraphs}</div>'


def table(sentence: str, head: Iterable[str], rows: Iterable[Iterable[str]], here: int | None = None) -> str:
    """A sentence and a table as HTML; the row `here`, counted from 0, is marked."""
    return words(sentence) + html_table(head, rows, marked=here)


class Pictured:
    """A picture with a band over one of its rows that moves without sending the picture again: `box` is the widget."""

    def __init__(self) -> None:
        self._picture: Picture | None = None
        same = widgets.Layout(grid_area="1 / 1 / 2 / 2", width="100%", margin="0")
        self.image = widgets.HTML(layout=same)
        self.cursor = widgets.HTML(layout=same)
        self.cursor.add_class("course-over")
        self.box = widgets.GridBox(
            [self.image, self.cursor],
            layout=widgets.Layout(
                grid_template_columns="minmax(480px, 1fr)", max_width="800px", overflow="auto hidden"
            ),
        )
        self.box.add_class("course-picture")

    def show(self, picture: Picture) -> None:
        """Show a picture in place of the previous one."""
        self._picture = picture
        data = base64.b64encode(picture.png()).decode()
        alt = html.escape(picture.sentence, quote=True)
        self.image.value = f'<img src="data:image/png;base64,{data}" alt="{alt}">'

    def point(self, row: int) -> None:
        """Put the band over a row of the picture, counted from 0."""
        assert self._picture
        top, height = self._picture.rows
        look = f"top:{100 * (top + row * height):.2f}%;height:{100 * height:.2f}%"
        self.cursor.value = f'<div class="course-cursor" style="{look}"></div>'
