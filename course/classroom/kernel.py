"""The kernel of a learner's notebook: runs its cells, and hands in every answer that it gives to check().

It runs in a sandbox and is not trusted: it can say nothing but what the learner's notebook answers. It reads one line
of JSON from its standard input, and writes lines of JSON to its standard output.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from course.checking.pickling import pickled

LARGEST = 4 << 20  # characters of an answer, pickled and in base64
READ = 1 << 20  # bytes of files beside the notebook that go with an answer
Files = dict[str, str]  # by path in the learner's folder, in base64


class Channel:
    """The line to the class check."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._files: Files = {}

    def known(self, files: Files) -> None:
        """Note which files the class check has already."""
        self._files = files

    def send(self, **message: object) -> None:
        """Send one message. Several threads may send at the same time."""
        data = json.dumps(message).encode() + b"\n"
        with self._lock:
            while data:
                data = data[os.write(self._descriptor, data) :]

    def hand_in(self, name: str, answer: Any) -> None:
        """Send an answer, with the files beside the notebook if they have changed; or why it cannot be sent."""
        try:
            data = base64.b64encode(pickled(answer)).decode()
            if len(data) > LARGEST:
                raise ValueError(f"it is too large: {len(data):,} characters, and at most {LARGEST:,} are handed in")
        except BaseException as error:
            self.send(answer=name, reason=str(error))
            return
        files = files_in(Path.cwd())
        if files != self._files:
            self._files = files
            self.send(files=files)
        self.send(answer=name, pickle=data)


def files_in(folder: Path) -> Files:
    """The files in a folder, the smallest first as far as they fit."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not hidden(path.relative_to(folder))]
    files, left = {}, READ
    for path in sorted(paths, key=lambda path: (path.stat().st_size, path)):
        if (left := left - path.stat().st_size) < 0:
            break
        with contextlib.suppress(OSError):
            files[path.relative_to(folder).as_posix()] = base64.b64encode(path.read_bytes()).decode()
    return files


def hidden(path: Path) -> bool:
    """Whether a file beside a notebook is none of the learner's modules and data: settings, caches, other notebooks."""
    return path.suffix == ".ipynb" or any(part.startswith((".", "__pycache__")) for part in path.parts)


def unpack(files: Files, folder: Path) -> None:
    """Write such files to a folder. Names that lead out of it are left out."""
    for name, data in files.items():
        path = Path(name)
        if not (path.is_absolute() or ".." in path.parts):
            with contextlib.suppress(OSError, ValueError):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(base64.b64decode(data))


class HandedIn:
    """What check() returns here: the verdict is made elsewhere, so whatever a cell asks of this goes on."""

    def __repr__(self) -> str:
        return "handed in"

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> HandedIn:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> HandedIn:
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __getitem__(self, _: object) -> HandedIn:
        return self

    def __len__(self) -> int:
        return 0


MISSING: Any = object()


def put_in_place(channel: Channel) -> None:
    """Let course.check hand in what it is called with, however it is called."""

    def check(name: Any = None, answer: Any = MISSING, **_: object) -> HandedIn:
        if answer is not MISSING:
            channel.hand_in(str(name), answer)
        return HandedIn()

    home = "course.checking.check"
    module = ModuleType(home)
    check.__module__, check.__qualname__ = home, "check"
    for each in (module, sys.modules["course"]):
        setattr(each, "check", check)  # noqa: B010 - neither has it until now
    sys.modules[home] = module


def cells_of(notebook: bytes) -> list[tuple[int, str]]:
    """The cells of code of a notebook, with their numbers. Raises an exception if it is none."""
    document = json.loads(notebook.decode("utf-8-sig"))
    if document.get("nbformat", 4) < 4:
        import nbformat

        document = nbformat.reads(notebook.decode("utf-8-sig"), as_version=4)
    cells = []
    for number, cell in enumerate(document["cells"], 1):
        source = cell.get("source", "")
        if cell.get("cell_type") == "code":
            cells.append((number, source if isinstance(source, str) else "".join(map(str, source))))
    return cells


def run(cells: list[tuple[int, str]], connection: str, channel: Channel) -> None:
    """Have the kernel of this process run the cells, one after the other, and end the process."""
    from jupyter_client.blocking.client import BlockingKernelClient

    client = BlockingKernelClient(connection_file=connection)
    client.load_connection_file()
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    for number, source in cells:
        channel.send(cell=number)
        asked = client.execute(source, allow_stdin=False, stop_on_error=False)
        reply = client.get_shell_msg()
        while reply["parent_header"].get("msg_id") != asked:
            reply = client.get_shell_msg()
        if reply["content"].get("status") == "error":
            raised = f"{reply['content'].get('ename')}: {reply['content'].get('evalue')}"
            channel.send(raised=raised, source=source)
    channel.send(end=True)
    os._exit(0)


def main() -> None:
    """Read a notebook, run it, and hand in its answers."""
    order = json.loads(sys.stdin.buffer.readline())
    channel = Channel(os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    try:
        cells = cells_of(base64.b64decode(order["notebook"]))
    except Exception as error:
        channel.send(unreadable=f"{type(error).__name__}: {error}")
        return
    unpack(order["files"], Path.cwd())
    settings = tempfile.mkdtemp(prefix="kernel-")
    os.environ.update(
        IPYTHONDIR=settings, JUPYTER_CONFIG_DIR=settings, JUPYTER_NO_CONFIG="1", JUPYTER_PLATFORM_DIRS="1"
    )
    from ipykernel.kernelapp import IPKernelApp

    connection = os.path.join(settings, "kernel.json")
    transport = "ipc" if hasattr(os, "fork") else "tcp"
    where = {"transport": transport, **({"ip": os.path.join(settings, "k")} if transport == "ipc" else {})}
    app = IPKernelApp.instance(connection_file=connection, log_level=50, **where)
    put_in_place(channel)
    sys.path.insert(0, "")  # as in every notebook: modules beside it
    channel.known(files_in(Path.cwd()))
    app.initialize([])
    threading.Thread(target=run, args=(cells, connection, channel), daemon=True, name="cells").start()
    app.start()


if __name__ == "__main__":
    main()
