"""The three ways of framing of lesson 02, as they stand there, beside asyncio's StreamReader doing the same."""

from __future__ import annotations

import ast
import asyncio
import json
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import Row, in_turns, seconds

LESSON = Path(__file__).resolve().parent.parent / "notebooks" / "02_a_stream_is_not_messages.ipynb"
MESSAGES = [b"x" * 60] * 20_000
Read = Callable[[socket.socket], tuple[list[bytes], bytes]]


def functions_of_the_lesson() -> dict[str, Any]:
    """The functions and imports that the lesson's cells define."""
    found: dict[str, Any] = {}
    for cell in json.loads(LESSON.read_text())["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.parse("".join(cell["source"])).body:
                if isinstance(node, (ast.FunctionDef, ast.Import)):
                    exec(compile(ast.Module([node], []), str(LESSON), "exec"), found)
    return found


def send_and_close(sock: socket.socket, data: bytes) -> None:
    with sock:
        sock.sendall(data)


def by_lesson(read: Read, data: bytes) -> list[bytes]:
    here, there = socket.socketpair()
    sending = threading.Thread(target=send_and_close, args=(here, data))
    sending.start()
    with there:
        messages, rest = read(there)
    sending.join()
    return messages or [rest]


def by_asyncio(read: Callable[[asyncio.StreamReader], Any], data: bytes) -> list[bytes]:
    async def main() -> list[bytes]:
        here, there = socket.socketpair()
        sending = threading.Thread(target=send_and_close, args=(here, data))
        sending.start()
        reader, writer = await asyncio.open_connection(sock=there)
        messages = [message async for message in read(reader)]
        writer.close()
        await writer.wait_closed()
        sending.join()
        return messages

    return asyncio.run(main())


async def lines(reader: asyncio.StreamReader) -> Any:
    async for line in reader:
        yield line[:-1]


async def sized(reader: asyncio.StreamReader) -> Any:
    while head := await reader.read(1):
        head += await reader.readexactly(3)
        yield await reader.readexactly(int.from_bytes(head))


async def alone(reader: asyncio.StreamReader) -> Any:
    yield await reader.read()


def measure() -> list[Row]:
    lesson = functions_of_the_lesson()
    rows = []
    for name, ours, theirs, messages in (
        ("newline", "lines", lines, MESSAGES),
        ("length", "sized", sized, MESSAGES),
        ("closing", "alone", alone, [b"x" * 500_000]),
    ):
        data = b"".join(map(lesson["frame_line" if ours == "lines" else f"frame_{ours}"], messages))
        read = partial(lesson["read_all"], take=lesson[f"take_{ours}"])
        assert by_lesson(read, data) == by_asyncio(theirs, data) == messages
        times = in_turns(
            5,
            partial(seconds, by_lesson, read, data),
            partial(seconds, by_asyncio, theirs, data),
        )
        rates = [f"{len(data) / time / 1e6:.0f} MB/s" for time in times]
        what = f"framing by {name}, the reader of lesson 02"
        rows.append(Row(what, rates[0], f"asyncio's StreamReader: {rates[1]}", f"{times[1] / times[0]:.2f}"))
    return rows
