"""JupyterHub for a class on one machine: real Linux users, one environment for all. See README.md beside this file."""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821
HERE = Path(__file__).resolve().parent
GROUP = "learners"  # the members of this group of the system may log in

c.JupyterHub.bind_url = "http://:8000"  # for a class that does not sit in one room put a server with TLS in front
c.Authenticator.admin_users = set()
c.LocalAuthenticator.allowed_groups = {GROUP}
os.environ["PATH"] = os.pathsep.join([str(Path(sys.prefix, "bin")), os.environ["PATH"]])
c.ConfigurableHTTPProxy.command = [str(Path(sys.prefix, "node_modules", ".bin", "configurable-http-proxy"))]

# Thirty learners who log in at the same moment wait up to a minute for their servers on two cores.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.init_spawners_timeout = 60

# What a learner's server runs, as the learner: start.sh makes the copy of the lessons, then starts the server in it.
c.Spawner.cmd = [str(HERE / "start.sh")]
c.Spawner.default_url = "/lab/tree/00_start_here.ipynb"
c.Spawner.environment = {"TQDM_DISABLE": "1"}  # no progress bars: on a busy machine they appear where none is stored
c.Spawner.args = [
    # Over sockets in the learner's own folder: no other kernel takes their ports, and nobody else reads what they say.
    "--KernelManager.transport=ipc",
    # An idle kernel is ended after an hour, whether its page is still open or not; its notebook stays.
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
    "--MappingKernelManager.cull_connected=True",
    "--ContentsManager.hide_globs=pictures",
    "--ContentsManager.hide_globs=__pycache__",
]

# A learner's server and kernels together. systemd holds them to it; without systemd, start.sh limits each process.
c.Spawner.mem_limit = os.environ.get("LEARNER_MEMORY", "1G")
if Path("/run/systemd/system").is_dir():
    c.JupyterHub.spawner_class = "systemd"
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.unit_name_template = "many-clients-{USERNAME}"
