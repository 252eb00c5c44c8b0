"""What a learner could write to harm the others, or to pass without an answer."""

from handed_in import CHECK, FAILS, ONCE, PASSES, RIGHT

ATTACKS = {}  # the cells, what becomes of 'echo' (by its beginning), and a word of the row's note


def attack(name, *cells, echo=PASSES, note=""):
    ATTACKS[name] = (cells, echo, note)


def handler(source, base=RIGHT):
    """The right handler, which runs this first."""
    lines = source.strip().splitlines()
    return base.replace("        while", "\n".join(f"        {line}" for line in lines) + "\n        while")


FORK_BOMB = """
import os
while True:
    try: os.fork()
    except OSError: pass
"""
TO_ALL_PIPES = """
import os, stat
for number in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(number).st_mode): os.write(number, {})
    except OSError: pass
"""
VERDICT = b'[]\n{"failed": "", "why": ""}\n'
DONE = b'{"end": true}\n[]\n\xff\n{"answer": {}}\n{"files": 1}\n[[[[\n'

attack(
    "an abort of the check",
    RIGHT
    + """
class Bad(socketserver.ThreadingTCPServer):
    @property
    def request_queue_size(self): 1 / 0
check("many at once", Bad)
""",
    CHECK,
)
# Which is a right answer otherwise, and may pass.
attack("a handler that kills its parent", handler("import os; os.kill(os.getppid(), 9)"), CHECK, echo="")
attack("a handler that kills everybody", handler("import os; os.kill(-1, 9)"), CHECK, echo="failed: ")
attack("a handler that ends its sandbox", handler("import os; os.kill(1, 9); os._exit(0)"), CHECK, echo="failed: ")
attack("a verdict to all pipes", handler(TO_ALL_PIPES.format(VERDICT) + "os._exit(0)"), CHECK, echo="failed: ")
attack(
    "a verdict to the parent's pipes",
    handler(f"""
import os
for pid in (os.getppid(), 1):
    for number in range(64):
        try: os.write(os.open(f"/proc/{{pid}}/fd/{{number}}", os.O_WRONLY), {VERDICT})
        except OSError: pass
os.kill(os.getppid(), 9)
os._exit(0)
"""),
    CHECK,
    echo="failed: ",
)
attack("messages of a kernel", ONCE + TO_ALL_PIPES.format(DONE), CHECK, echo=FAILS)
attack(
    "a notebook that kills everybody",
    RIGHT + CHECK,
    """
import os
for pid in (-1, 1, os.getppid(), os.getpid()):
    try: os.kill(pid, 9)
    except OSError: pass
""",
    note="its kernel died in cell 3",
)
attack(
    "a patched judge",
    ONCE
    + """
import course.checking.judge, course.checking.exercise, course.checking.answer_under_test as under_test
course.checking.judge.judge = lambda *_, **__: []
course.checking.exercise.Wrong = under_test.Wrong = BaseException
""",
    CHECK,
    echo=FAILS,
)
attack("a fork bomb", RIGHT + CHECK, FORK_BOMB, note="it started more than 100 processes in cell 3")
attack("a fork bomb in an answer", handler(FORK_BOMB), CHECK, echo="failed: ")
attack("a memory bomb", RIGHT + CHECK, "kept = []\nwhile True: kept.append(b'x' * 10**8)")
attack(
    "many memory bombs",
    RIGHT + CHECK,
    "import os\nfor _ in range(4): os.fork()\nkept = [os.urandom(1000) * 10**3 for _ in range(300)]\nwhile True: pass",
    note="it took more than 2 GiB of memory in cell 3",
)
attack(
    "a bomb in a pickle",
    ONCE + "class Bomb:\n    def __reduce__(self): return bytearray, (10**11,)\nEcho = Bomb()",
    CHECK,
    echo="failed: ",
)
attack("an answer too large", ONCE + "import os\nEcho = os.urandom(10**7)", CHECK, echo="failed: it is too large")
attack(
    "too much handed in",
    ONCE + "import os\nfor _ in range(30): check('echo', os.urandom(25 * 10**5))",
    CHECK,
    echo="failed: ",
    note="it hands in too much",
)
attack("a flood", RIGHT + CHECK, "import os\nfor _ in range(50): print('x' * 10**6); os.write(1, b'x' * 10**6)")
attack(
    "a full disk",
    RIGHT + CHECK,
    """
for name in ("/tmp/x", "/dev/shm/x", "x"):
    with open(name, "wb", 0) as file:
        for _ in range(1000): file.write(bytes(10**6))
""",
)
attack(
    "startup files",
    ONCE
    + """
import os, IPython
startup = os.path.join(IPython.paths.get_ipython_dir(), "profile_default", "startup")
os.makedirs(startup, exist_ok=True)
for name in (startup + "/a.py", "sitecustomize.py", "usercustomize.py", "a.pth"):
    open(name, "w").write("import os; os._exit(1)")
""",
    CHECK,
    echo=FAILS,
)
attack(
    "a daemon",
    ONCE
    + """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
""",
    CHECK,
    echo=FAILS,
)
attack("words", ONCE, "check('echo', type('\\x1b[2J=\\n', (), {}))", echo="failed: ")
attack(
    "modules of such a name",
    RIGHT
    + """
for name in ("pickle", "socket", "threading", "sitecustomize", "cloudpickle", "course"):
    open(name + ".py", "w").write("raise SystemExit")
""",
    CHECK,
)
attack(
    "files that lead away",
    ONCE,
    """
import os
os.symlink("/etc", "etc"); os.symlink("none", "broken"); os.mkfifo("pipe"); os.mkdir("echo.pickle")
open("locked", "w").close(); os.chmod("locked", 0)
""",
    CHECK,
    echo=FAILS,
)
attack("a lone surrogate", ONCE, "check('echo', '\\udcff'); check('\\udcff', 1); raise ValueError('\\udcff')", CHECK,
       echo=FAILS)  # fmt: skip
attack("names that are no names", RIGHT, "for name in (None, 1, b'echo', [], 'e' * 10**6): check(name, Echo)", CHECK)
