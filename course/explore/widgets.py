"""What all explorers share: controls with names, a place for results, one run at a time, and a tidy end."""

from __future__ import annotations

import base64
import html
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import ipywidgets as widgets

if TYPE_CHECKING:
    from course.drawing.figure import Picture

# Pictures are drawn for a light page. On a dark one their brightness is turned over and the hues are kept.
STYLE = """<style>
.course-explorer { max-width: 820px; }
.course-explorer .course-controls { flex-flow: row wrap; align-items: center; }
.course-explorer .widget-toggle-buttons { flex-flow: row wrap; height: auto; }
.course-explorer .widget-toggle-button { width: auto; }
.course-explorer img { display: block; width: 100%; max-width: 800px; height: auto; }
.course-explorer .widget-html-content { line-height: 1.4; white-space: normal; overflow-wrap: anywhere; min-width: 0; }
.course-explorer pre { margin: 0; overflow-x: auto; font: 12px/1.35 monospace; }
.course-explorer pre { white-space: pre; overflow-wrap: normal; }
.course-explorer pre mark, .course-explorer tr.here { background: #e69f00; color: #000; }
.course-explorer table { border-collapse: collapse; font-size: 12px; }
.course-explorer th, .course-explorer td { text-align: left; padding: 1px 8px 1px 2px; font-weight: normal; }
.course-explorer .course-cursor { position: absolute; }
.course-explorer .course-cursor.course-line { top: 0; height: 100%; width: 2px; background: #d55e00; }
.course-explorer .course-cursor.course-band { left: 0; width: 100%; background: #e69f00; opacity: 0.4; }
.course-explorer .course-over { position: relative; pointer-events: none; }
.course-explorer .course-wrong { border-left: 4px solid #d55e00; padding-left: 8px; }
[data-jp-theme-light="false"] .course-explorer img { filter: invert(1) hue-rotate(180deg); }
</style>"""

_live: weakref.WeakValueDictionary[tuple[str, object], Panel] = weakref.WeakValueDictionary()


class Job(Protocol):
    """Something that takes its time; `stop` makes `run` return soon, and is called from another thread."""

    def run(self) -> object:
        """Do it."""

    def stop(self) -> object:
        """End it early."""


class Runner:
    """Runs jobs in a thread, one at a time. A new one stops the one that runs; of those that wait the last is run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Job | None = None
        self._next: Job | None = None
        self._thread: threading.Thread | None = None

    def ask(self, job: Job) -> None:
        """Run a job as soon as the one that runs has been stopped."""
        with self._lock:
            current, self._next = self._current, job
            if not self._thread:
                self._thread = threading.Thread(target=self._work, name="course explorer", daemon=True)
                self._thread.start()
        if current:
            current.stop()

    def stop(self) -> None:
        """Stop what runs, and forget what waits."""
        with self._lock:
            current, self._next = self._current, None
        if current:
            current.stop()

    def join(self, timeout: float | None = None) -> None:
        """Wait until nothing runs, or so many seconds."""
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


class Panel(widgets.VBox):  # type: ignore[misc]
    """An explorer: controls above, results below. Where its cell is run again, the one before it is closed."""

    kind = ""

    def __init__(self, children: Iterable[widgets.Widget]) -> None:
        self.runner = Runner()
        self.complaint = shown()
        super().__init__([widgets.HTML(STYLE), *children, self.complaint])
        self.add_class("course-explorer")
        key = self.kind, _cell()
        if before := _live.get(key):
            before.close()
        _live[key] = self

    def __repr__(self, *_: object) -> str:
        return f"explore.{self.kind}(): run this cell to play with it"

    def complain(self, reason: str) -> None:
        """Say in the explorer what was wrong; '' takes it back."""
        self.complaint.value = f'<div role="alert" class="course-wrong">{html.escape(reason)}</div>' if reason else ""

    @contextmanager
    def complaining(self) -> Iterator[None]:
        """Show the reason where the body fails."""
        try:
            yield
        except Exception as error:
            self.complain(reason(error))
        else:
            self.complain("")

    def close(self) -> None:
        """Stop what runs, wait for its thread, and take the explorer from the page."""
        self.runner.stop()
        self.runner.join(timeout=5)
        _close(self.children)
        super().close()


def _close(children: Iterable[widgets.Widget]) -> None:
    for child in children:
        _close(getattr(child, "children", ()))
        child.close()


def _cell() -> object:
    """Which cell of the notebook runs; something new for each call where that is not known."""
    try:
        from IPython.core.getipython import get_ipython

        shell: Any = get_ipython()
        return shell.get_parent()["metadata"]["cellId"]
    except (AttributeError, KeyError, TypeError):
        return object()


def reason(error: BaseException) -> str:
    """What an exception says, with its name unless it is a sentence of the course's own."""
    text = str(error)
    return text if isinstance(error, (TypeError, ValueError)) and text else f"{type(error).__name__}: {text}"


def named(kind: Callable[..., Any], name: str, tooltip: str, **settings: object) -> Any:
    """A control with its name before it and a tooltip."""
    look = widgets.Layout(width="380px", max_width="calc(100% - 4px)")
    style = {"description_width": "130px"}
    return kind(**{"description": name, "tooltip": tooltip, "style": style, "layout": look} | settings)


def choice(name: str, tooltip: str, options: Iterable[str], value: str) -> Any:
    """Some of which one is chosen, as buttons: in a list JupyterLab takes the arrow keys for its own."""
    options = list(options)
    style = {"description_width": "130px", "button_width": "auto"}
    return widgets.ToggleButtons(
        options=options, value=value, description=name, tooltip=tooltip, tooltips=[tooltip] * len(options), style=style
    )


def button(name: str, tooltip: str, act: Callable[[], object]) -> Any:
    """A button, and what it does."""
    it = widgets.Button(description=name, tooltip=tooltip, layout=widgets.Layout(width="auto"))
    it.on_click(lambda _: act())
    return it


def row(*controls: widgets.Widget) -> Any:
    """Controls beside each other, in as many lines as the page's width needs."""
    box = widgets.Box(list(controls))
    box.add_class("course-controls")
    return box


def shown(value: str = "") -> Any:
    """A place for a result, which a screen reader reads out when it changes."""
    return widgets.HTML(value, layout=widgets.Layout(width="auto"))


def words(text: str, *more: str) -> str:
    """Sentences for a place for results, a paragraph each."""
    paragraphs = "".join(f"<div>{html.escape(part)}</div>" for part in (text, *more) if part)
    return f'<div aria-live="polite">{paragraphs}</div>'


def table(sentence: str, head: Iterable[str], rows: Iterable[Iterable[str]], here: int | None = None) -> str:
    """A sentence and a table for a place for results; the row `here`, counted from 0, is marked."""
    top = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in head)
    body = ""
    for number, (first, *rest) in enumerate(rows):
        cells = "".join(f"<td>{html.escape(text)}</td>" for text in rest)
        mark = ' class="here"' if number == here else ""
        body += f'<tr{mark}><th scope="row">{html.escape(first)}</th>{cells}</tr>'
    return f"{words(sentence)}<table><tr>{top}</tr>{body}</table>"


class Pictured:
    """A picture, and over it a cursor that moves without the picture being sent again: `box` is the widget.

    across: whether the picture's scale, and so the cursor's way, goes from left to right; else from above, row by row.
    """

    def __init__(self, *, across: bool) -> None:
        self._across = across
        self._picture: Picture | None = None
        same = widgets.Layout(grid_area="1 / 1 / 2 / 2", width="100%", margin="0")
        self.image = widgets.HTML(layout=same)
        self.cursor = widgets.HTML(layout=same)
        self.cursor.add_class("course-over")
        self.box = widgets.GridBox(
            [self.image, self.cursor], layout=widgets.Layout(grid_template_columns="100%", max_width="800px")
        )

    def show(self, picture: Picture) -> None:
        """Show a picture instead of the one before."""
        self._picture = picture
        data = base64.b64encode(picture.png()).decode()
        alt = html.escape(picture.sentence, quote=True)
        self.image.value = f'<img src="data:image/png;base64,{data}" alt="{alt}">'

    def point(self, value: float | None) -> None:
        """Put the cursor at a value of the picture's scale; None takes it away."""
        if self._picture is None or value is None:
            self.cursor.value = ""
            return
        place = 100 * self._picture.at(value)
        if self._across:
            look = f'course-line" style="left:{place:.2f}%'
        else:
            look = f'course-band" style="top:{place:.2f}%;height:{100 * self._picture.scale[1]:.2f}%'
        self.cursor.value = f'<div class="course-cursor {look}"></div>'
