"""A JupyterHub as deploy/jupyterhub ships it, real Linux users, and what they do on it all at the same moment."""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy" / "jupyterhub"
HUB = Path(os.environ.get("HUB", "/opt/many-clients-hub"))
PATIENCE = 900  # seconds: how long a class may take for one lesson
TEST_CONFIG = """
load_subconfig({shipped!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{0}"
c.JupyterHub.hub_port = {1}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{2}"
c.ConfigurableHTTPProxy.pid_file = {state!r} + "/proxy.pid"
c.JupyterHub.cookie_secret_file = {state!r} + "/secret"
c.JupyterHub.db_url = "sqlite:///" + {state!r} + "/hub.sqlite"
c.JupyterHub.services = [dict(name="test", api_token={token!r})]
c.JupyterHub.load_roles = [
    dict(name="test", services=["test"], scopes=["admin:users", "admin:servers", "access:servers", "list:users"])
]
"""


def shipped(*arguments):
    """Run hub.sh as a teacher does: what it prints."""
    done = subprocess.run([SHIPPED / "hub.sh", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def users(count):
    """Make users of the system: their passwords by name. Remove them at the end, with all that they run and have."""
    names = [f"many-clients-{number:02}" for number in range(1, count + 1)]
    printed = shipped("add", *names)
    try:
        yield dict(line.split() for line in printed.splitlines())
    finally:
        shipped("remove", *names)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def running_hub(folder):
    """Start the hub, for a test that has a token of its own: a `Class` that knows both."""
    ports, token = free_ports(3), secrets.token_hex(16)
    config = folder / "config.py"
    config.write_text(
        TEST_CONFIG.format(*ports, shipped=str(SHIPPED / "jupyterhub_config.py"), state=str(folder), token=token)
    )
    config.chmod(0o600)
    log = folder / "hub.log"
    with log.open("w") as output:
        hub = subprocess.Popen(
            [SHIPPED / "hub.sh", "start"],
            env={**os.environ, "HUB_CONFIG": str(config)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{ports[0]}"
    try:
        wait_for(hub, log)
        yield Class(address, token, log)
    finally:
        hub.send_signal(signal.SIGTERM)
        try:
            hub.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(hub.pid, signal.SIGKILL)
            raise


def wait_for(hub, log):
    deadline = time.monotonic() + 120
    while "JupyterHub is now running" not in log.read_text():
        if hub.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the hub did not start:\n{log.read_text()}")
        time.sleep(0.1)


class Class:
    """The learners on a hub, over its API and over the protocol of kernels."""

    def __init__(self, address, token, log):
        self.address, self.log = address, log
        self._headers = {"Authorization": f"token {token}"}

    async def ask(self, method, path, body=None):
        request = HTTPRequest(
            self.address + path,
            method=method,
            headers=self._headers,
            body=json.dumps(body) if body is not None else None,
            allow_nonstandard_methods=True,
            request_timeout=PATIENCE,
        )
        response = await AsyncHTTPClient(max_clients=200).fetch(request)
        return json.loads(response.body) if response.body else None

    async def start(self, name):
        """Log a learner in, as far as the hub is concerned, and wait for the server."""
        await self.ask("POST", f"/hub/api/users/{name}")
        await self.ask("POST", f"/hub/api/users/{name}/server")
        while not (await self.ask("GET", f"/hub/api/users/{name}"))["servers"].get("", {}).get("ready"):
            await asyncio.sleep(0.5)

    async def stop(self, name):
        await self.ask("DELETE", f"/hub/api/users/{name}/server")
        while (await self.ask("GET", f"/hub/api/users/{name}"))["servers"]:
            await asyncio.sleep(0.5)

    async def run(self, name, lesson, cells):
        """Run cells in a kernel of a learner's, beside a lesson: what each of them showed, as text."""
        made = await self.ask(
            "POST",
            f"/user/{name}/api/sessions",
            {"path": lesson, "name": lesson, "type": "notebook", "kernel": {"name": "python3"}},
        )
        path = f"/user/{name}/api/kernels/{made['kernel']['id']}/channels"
        request = HTTPRequest(self.address.replace("http", "ws", 1) + path, headers=self._headers)
        connection = await websocket_connect(request, max_message_size=1 << 26)
        try:
            return [await execute_again(connection, cell) for cell in cells]
        finally:
            connection.close()
            await self.ask("DELETE", f"/user/{name}/api/sessions/{made['id']}")


async def execute_again(connection, code):
    """Run one cell, and as a learner would, run a check again that could not be judged on a machine so busy."""
    for _ in range(10):
        shown = await execute(connection, code)
        if "Run the check again" not in shown:
            break
    return shown


async def execute(connection, code):
    """Run one cell: what it printed, the text of what it showed, and the type of its error."""
    me = uuid.uuid4().hex
    await connection.write_message(
        json.dumps(
            {
                "channel": "shell",
                "header": {
                    "msg_id": me,
                    "msg_type": "execute_request",
                    "username": "",
                    "session": me,
                    "version": "5.4",
                },
                "parent_header": {},
                "metadata": {},
                "content": {"code": code, "silent": False, "store_history": True, "allow_stdin": False},
            }
        )
    )
    shown = []
    while True:
        message = await asyncio.wait_for(connection.read_message(), PATIENCE)
        assert message is not None, "the kernel's connection is closed"
        message = json.loads(message)
        if message["parent_header"].get("msg_id") != me:
            continue
        content, kind = message["content"], message["msg_type"]
        if kind == "status" and content["execution_state"] == "idle":
            return "".join(shown)
        shown += text_of({"output_type": kind, **content})


def text_of(output):
    """What the comparison is about, of an output as a kernel sends it or as a notebook stores it."""
    match output["output_type"]:
        case "stream":
            yield "".join(output["text"])
        case "execute_result" | "display_data":
            yield "".join(output["data"]["text/plain"])
        case "error":
            yield output["ename"]


def stored(path, *, but=None):
    """The code cells of a lesson, and what each is to show; None if it may show anything, as with `but` in it."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            free = "nbval-ignore-output" in cell["metadata"].get("tags", []) or "NBVAL_IGNORE_OUTPUT" in source
            free = free or bool(but and but in source)
            yield source, None if free else "".join(text for each in cell["outputs"] for text in text_of(each))
