"""Keep a learner's code away from everything that is not its own: other learners, the judge, the teacher's files.

On Linux, bubblewrap starts it in namespaces of its own: it sees no process, no network and no file but those given to
it. The user root starts it as a user that nobody else is. Memory and processes are bounded twice: by the system's
limits, and by `Guard`, which ends what grows too large.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

PACKAGE = Path(__file__).parents[1]
HOME = "/home/learner"  # the copy of a learner's folder, in the sandbox
INSTALL = "apt-get install bubblewrap"
MEMORY = 2 << 30  # bytes that all processes of one sandbox may take together
PROCESSES = 100  # that a sandbox may start
TASKS = 400  # processes and threads that the system lets it have
ADDRESSES = 8 << 30  # bytes of address space for one process; threads reserve much more than they use
FILES = 256 << 20  # bytes of files that a sandbox may write; they are kept in memory
LOOK = 0.05  # seconds between two looks at what the sandboxes take
SYSTEM = (
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "hosts",
    "localtime",
    "ssl/certs",
    "fonts",
    "alternatives",
    "mime.types",
)
SHARED = [
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--hostname",
    "sandbox",
    "--die-with-parent",
    "--new-session",
]
ROOT = ["--cap-drop", "ALL"] + [
    part for name in ("SETUID", "SETGID", "SETPCAP") for part in ("--cap-add", f"CAP_{name}")
]
USER = ["--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"]
OPEN = ["--perms", "0755"]  # for a folder on the way to another one, which would be for root only
PROTECTED = ["--disable-userns"]  # of newer versions of bubblewrap


class NotStartedError(Exception):
    """Why a class cannot be checked, as a sentence."""


class NotIsolatedError(NotStartedError):
    """Why learners' code cannot be isolated here."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """How learners' code is started: `bwrap` is the beginning of bubblewrap's command line, empty for no isolation.

    `scratch` is a folder for the files beside answers. `by_root`: learners' code runs as another user.
    """

    bwrap: tuple[str, ...]
    scratch: str
    by_root: bool = False

    @classmethod
    def read(cls, text: str) -> Isolation:
        """The same again, from `written`."""
        parts = json.loads(text)
        return cls(**{**parts, "bwrap": tuple(parts["bwrap"])})

    @property
    def written(self) -> str:
        """As text, for another process."""
        return json.dumps(asdict(self))

    def of_notebook(self, command: Sequence[str]) -> list[str]:
        """The command line that runs a notebook's kernel: its network is a loopback of its own."""
        return self._isolated(command, ["--unshare-net", *_in_memory(HOME)]) if self.bwrap else [*command]

    def of_answer(self, command: Sequence[str], folder: str) -> list[str]:
        """The command line that runs an answer. It shares the network of its judge, which has no other."""
        return self._isolated(command, ["--bind", folder, HOME]) if self.bwrap else [*command]

    def of_judge(self, command: Sequence[str]) -> list[str]:
        """The command line that runs a judge, which is trusted, with a loopback that only its answers share."""
        if not self.bwrap:
            return [*command]
        user = [] if self.by_root else ["--unshare-user"]
        network = [*user, "--unshare-net", "--die-with-parent", "--dev-bind", "/", "/"]
        return [self.bwrap[0], *network, *_in_memory(self.scratch), *command]

    def environment(self, folder: str) -> dict[str, str]:
        """The environment of learners' code and of judges: nothing of the teacher's but where programs are."""
        return {
            **{
                name: value
                for name, value in os.environ.items()
                if name.startswith(("LD_LIBRARY_PATH", "OPENBLAS_", "SYSTEMROOT"))
            },
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "HOME": folder,
            "USER": "learner",
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join([*package_folder(), *_packages_of_user()]),
            "COURSE_PROGRESS": "off",
            "TQDM_DISABLE": "1",
            "MALLOC_ARENA_MAX": "2",  # or each thread reserves 64 MB of addresses
        }

    def _isolated(self, command: Sequence[str], folder: Iterable[str]) -> list[str]:
        variables = {**self.environment(HOME), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
        limits = ["prlimit", f"--as={ADDRESSES}", f"--nproc={TASKS}", f"--fsize={FILES}", "--core=0"]
        user = str(3_000_000_000 + secrets.randbelow(1_000_000_000))  # whose processes the system counts
        another = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--bounding-set=-all"]
        return [
            *self.bwrap,
            *[*_in_memory("/dev/shm"), *folder],
            *["--remount-ro", "/", "--remount-ro", "/dev", "--chdir", HOME, "--clearenv"],
            *(part for name, value in variables.items() for part in ("--setenv", name, value)),
            *limits,
            *(another if self.by_root else []),
            *command,
        ]


class Prepared:
    """A context in which learners' code can be started."""

    def __init__(self, *, trust: bool) -> None:
        """trust: go on without isolation if there is none. Raises NotIsolatedError if there is none."""
        self.isolation = Isolation((), "")
        self.why_not = ""
        try:
            self.isolation = _bubblewrap()
        except NotIsolatedError as why:
            if not trust:
                raise
            self.why_not = str(why)

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
        self.isolation = replace(self.isolation, scratch=self._folder.name)
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _bubblewrap() -> Isolation:
    """The strongest isolation that works here. Raises NotIsolatedError if none does."""
    found = shutil.which("bwrap") if sys.platform == "linux" else None
    if not found:
        how = f" Install it: {INSTALL}" if sys.platform == "linux" else ""
        raise NotIsolatedError(f"learners' code is isolated on Linux with bubblewrap, and there is no bwrap here.{how}")
    said = ""
    for namespaces, by_root in ((ROOT, True), ([*USER, *PROTECTED], False), (USER, False)):
        if by_root and os.geteuid() != 0:
            continue
        with tempfile.TemporaryDirectory(prefix="course-") as scratch:
            isolation = Isolation((found, *namespaces, *SHARED, *_system_files()), scratch, by_root)
            probe = isolation.of_judge(isolation.of_notebook([sys.executable, "-I", "-S", "-c", ""]))
            done = subprocess.run(probe, capture_output=True, text=True, timeout=20, check=False)
        if done.returncode == 0:
            return isolation
        said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit status {done.returncode}"
    raise NotIsolatedError(f"bubblewrap does not work on this machine: {said}")


def _in_memory(folder: str) -> list[str]:
    """An empty folder that anybody may write to, up to a limit."""
    return ["--perms", "1777", "--size", str(FILES), "--tmpfs", folder]


def _system_files() -> list[str]:
    """What every sandbox sees read-only: the system's programs and libraries, and this Python with its packages."""
    options = [*_in_memory("/tmp"), "--proc", "/proc", "--dev", "/dev", "--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(name):
            options += ["--symlink", os.readlink(name), name]
        else:
            options += ["--ro-bind-try", name, name]
    for folder in ("/etc", "/etc/ssl", "/home", "/nix"):
        options += [*OPEN, "--dir", folder]
    for name in (*(f"/etc/{name}" for name in SYSTEM), "/nix/store"):
        options += ["--ro-bind-try", name, name]
    interpreter = str(Path(sys.executable).resolve().parent)
    place = str(PACKAGE)
    for folder in dict.fromkeys(
        [sys.prefix, sys.base_prefix, sys.exec_prefix, interpreter, *_packages_of_user(), place]
    ):
        for parent in reversed(Path(folder).parents):
            options += [*OPEN, "--dir", str(parent)]
        options += ["--ro-bind", folder, folder]
    return [*options, "--tmpfs", f"{place}/exercises", "--remount-ro", f"{place}/exercises"]


def package_folder() -> list[str]:
    """The folder of this package, unless Python looks there anyway."""
    folder = PACKAGE.parent
    return [] if folder.name in ("site-packages", "dist-packages") else [str(folder)]


def _packages_of_user() -> list[str]:
    """Where `pip install --user` puts packages, if this Python uses it."""
    folder = site.getusersitepackages()
    return [folder] if folder in sys.path else []


class Guard:
    """Ends every sandbox of this process that takes too much, and says why. `spared` has children that are trusted."""

    def __init__(self) -> None:
        self.spared: set[int] = set()
        self._over = threading.Event()
        self._reasons: dict[int, str] = {}
        self._thread = threading.Thread(target=self._watch, daemon=True, name="course sandboxes")

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def reason(self, process: int) -> str:
        """Why a child process and all that it had started was ended; '' if it was not."""
        return self._reasons.pop(process, "")

    def _watch(self) -> None:
        with contextlib.suppress(OSError):  # root may, and needs it: the system does not limit root's processes
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -20)
        while not self._over.wait(LOOK):
            for child in set(_children(os.getpid())) - self.spared:
                family = _family(child)
                if len(family) > PROCESSES:
                    self._end(child, f"it started more than {PROCESSES} processes")
                elif sum(map(_resident, family)) > MEMORY and sum(map(_proportional, family)) > MEMORY:
                    self._end(child, f"it took more than {MEMORY >> 30} GiB of memory")

    def _end(self, child: int, why: str) -> None:
        self._reasons[child] = why
        kill(child)


def kill(process: int) -> None:
    """Kill a process and all that it has started; of a sandbox the system leaves nothing."""
    for each in _family(process):
        with contextlib.suppress(OSError):
            os.kill(each, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def _family(process: int) -> list[int]:
    """A process and its descendants, as far as the system says; of too many not all."""
    found = [process]
    for each in found:
        if len(found) <= PROCESSES:
            found += _children(each)
    return found


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [
            int(child)
            for thread in os.listdir(f"/proc/{process}/task")
            for child in Path(f"/proc/{process}/task/{thread}/children").read_text().split()
        ]
    return []


def _resident(process: int) -> int:
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _proportional(process: int) -> int:
    """What a process takes, with the pages that it shares counted in part."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0
