"""Draw the README's picture, light and dark, from real connections: one server class changed, the same clients."""

import socketserver
import time
from pathlib import Path

from course import crowd, serve
from course.timeline import Timeline

PICTURES = Path(__file__).resolve().parent.parent / "pictures"


class Upper(socketserver.BaseRequestHandler):
    """Answers in capital letters, after some work."""

    def handle(self) -> None:
        words = self.request.recv(1024)
        time.sleep(0.2)
        self.request.sendall(words.upper())


def record() -> tuple[Timeline, Timeline]:
    """The same clients of a server that serves one at a time, and of one that serves many at once."""
    runs = []
    for server_class in (socketserver.TCPServer, socketserver.ThreadingTCPServer):
        with serve(server_class, Upper) as server:
            runs.append(crowd(server, clients=6, send=b"hello\n", every=0.02))
    return runs[0], runs[1]


def main() -> None:
    one_at_a_time, many_at_once = record()
    PICTURES.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        picture = one_at_a_time.draw(many_at_once, dark=theme == "dark")
        (PICTURES / f"many-clients-{theme}.png").write_bytes(picture.png())
    print(one_at_a_time.title, many_at_once.title, sep="\n")


if __name__ == "__main__":
    main()
