"""HAProxy as a child process, for lesson 12: start it with a config, ask for its servers, end it.

    with Balancer(config, one=8001, two=8002) as balancer:
        crowd(balancer.address)

HAPROXY is where the program is; None if it is not installed.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time

PATIENCE = 10  # seconds

# Debian keeps it where only root looks for programs.
HAPROXY = shutil.which("haproxy", path=os.environ.get("PATH", "") + os.pathsep + "/sbin")


class Balancer:
    """HAProxy in the foreground, on a port of 127.0.0.1 that the system chose: `address`.

    config: its configuration. In it, {listener} stands for the descriptor of its listener, {folder}
    for a folder of its own, and each name in `values` for its value. It has to take commands at the
    Unix socket {folder}/commands. Raises RuntimeError if HAProxy does not begin.
    """

    def __init__(self, config, **values):
        self._folder = tempfile.TemporaryDirectory()
        self._commands = os.path.join(self._folder.name, "commands")
        file_name = os.path.join(self._folder.name, "haproxy.cfg")
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            number = listener.fileno()
            with open(file_name, "w") as file:
                file.write(config.format(listener=number, folder=self._folder.name, **values))
            self._process = subprocess.Popen(
                [HAPROXY, "-db", "-f", file_name], pass_fds=[number], stderr=subprocess.DEVNULL
            )
            self.address = listener.getsockname()
        end = time.monotonic() + PATIENCE
        while not os.path.exists(self._commands):
            if self._process.poll() is not None or time.monotonic() > end:
                self.end()
                raise RuntimeError("HAProxy does not begin: is its config right?")
            time.sleep(0.01)

    def tell(self, command):
        """Send a command and return the answer."""
        with socket.socket(socket.AF_UNIX) as sock, sock.makefile() as answer:
            sock.settimeout(PATIENCE)
            sock.connect(self._commands)
            sock.sendall(command.encode() + b"\n")
            return answer.read()

    def status(self):
        """For each server a pair: its status, such as 'UP', and how many clients it has now."""
        _, *lines = self.tell("show stat -1 4 -1").split("\n")  # 4: of servers only
        rows = [line.split(",") for line in lines if line]
        return {row[1]: (row[17].split()[0], int(row[4])) for row in rows}

    def wait_for(self, server, status=None, least=0, most=1000):
        """Wait until a server has this status and so many clients, for at most ten seconds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            now, clients = self.status()[server]
            if status in (None, now) and least <= clients <= most:
                return
            time.sleep(0.01)
        raise TimeoutError(f"server {server} is {now} and has {clients} clients")

    def end(self):
        """End HAProxy, and the connections that it still has."""
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.end()
