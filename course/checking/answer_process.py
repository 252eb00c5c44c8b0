"""The process in which an answer runs. It does what the judge asks for, a line of JSON each, and it can be killed.

What the answer prints goes nowhere, and what it does to its process meets nobody else.
"""

from __future__ import annotations

import ast
import base64
import json
import os
import pickle
import sys
import threading
import traceback
from typing import Any, TextIO

from course.checking.exercise import ON_PURPOSE, Exercise
from course.checking.exercise_files import find
from course.serving.server import Server


class Host:
    """Runs the functions that an exercise marks with `inside`, in a thread each."""

    def __init__(self, exercise: Exercise, answer: Any, replies: TextIO) -> None:
        self._exercise = exercise
        self._answer = answer
        self._replies = replies
        self._lock = threading.Lock()
        self._servers: list[Server] = []

    def order(self, line: bytes) -> None:
        """Begin what one line asks for; its end is told in a reply with the same number."""
        order = json.loads(line)
        threading.Thread(target=self._do, args=(order,), daemon=True, name=f"order {order['number']}").start()

    def _do(self, order: dict[str, Any]) -> None:
        number = order["number"]
        try:
            if order["do"] == "errors":
                value: object = self._errors()
            else:
                arguments = ast.literal_eval(order["arguments"])
                value = self._exercise.insides[order["do"]](self._answer, *arguments)
            if isinstance(value, Server):
                self._servers.append(value)
                value = value.address
            self.reply({"number": number, "value": plain(value)})
        except BaseException as error:
            self.reply({"number": number, "raised": told(error)})

    def _errors(self) -> list[str]:
        """What went wrong in the latest server so far; what a check raised on purpose is left out."""
        latest = self._servers[-1:]
        failures = [server.failure.strip().splitlines()[-1] for server in latest if server.failure]
        errors = [visit.error for server in latest for visit in server.visits if visit.error] + failures
        return [error for error in errors if ON_PURPOSE not in error]

    def reply(self, reply: dict[str, Any]) -> None:
        with self._lock:
            self._replies.write(json.dumps(reply) + "\n")
            self._replies.flush()


def plain(value: object) -> str:
    """A value as text that literal_eval reads; of anything else only what type it is."""
    text = repr(value)
    try:
        if ast.literal_eval(text) == value:
            return text
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    return repr(("not plain", type(value).__name__))


def told(error: BaseException) -> str:
    """An exception in one line."""
    return "".join(traceback.format_exception_only(error)).strip().splitlines()[-1][:300]


def main(name: str) -> None:
    """Serve the judge until it closes the line or kills this process. The first line is the answer, pickled."""
    orders, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.stdin = open(os.devnull)  # noqa: SIM115 - it stays open
    exercise = find(name)
    replies.write('{"up": true}\n')
    replies.flush()
    try:
        answer = pickle.loads(base64.b64decode(orders.readline()))
        wrong = exercise.takes.wrong(answer)
        first = {"wrong": wrong} if wrong else {"ready": True}
    except BaseException as error:
        first = {"wrong": f"it cannot be taken into a process of its own: {told(error)}"}
    host = Host(exercise, None if "wrong" in first else answer, replies)
    host.reply(first)
    for line in orders:
        host.order(line)
    os._exit(0)  # whatever threads the answer has


if __name__ == "__main__":
    main(sys.argv[1])
