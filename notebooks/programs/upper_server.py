"""A server that sends every line back in capital letters, as long as its client likes.

    python upper_server.py [--host 127.0.0.1] [--port 9999]

It serves many clients at once, and ends on Ctrl-C or SIGTERM. Port 0 means any free port.
Exit status: 0 if it was asked to end, 1 if it could not listen.
"""

import argparse
import signal
import socketserver
import sys
import threading

LONGEST = 65536  # bytes; a longer line is answered in parts


class Upper(socketserver.StreamRequestHandler):
    timeout = 60  # seconds; a client that neither sends nor reads for longer is disconnected

    def handle(self):
        try:
            while line := self.rfile.readline(LONGEST):
                self.wfile.write(line.upper())
        except (TimeoutError, ConnectionError):
            pass  # the client is silent, or gone


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = sys.platform != "win32"  # old connections do not block the port
    daemon_threads = True  # a client that stays does not keep the server from ending
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser(description="Send every line back in capital letters.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9999)
    options = parser.parse_args()
    try:
        server = Server((options.host, options.port), Upper)
    except (OSError, OverflowError) as error:
        print(f"cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1

    def end(number, frame):
        # In another thread: shutdown() waits for the loop, and this function has interrupted it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    with server:
        print("listening on {}:{}".format(*server.server_address), flush=True)
        server.serve_forever(poll_interval=0.1)
    print("ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
