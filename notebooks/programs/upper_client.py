"""A client of upper_server.py: sends each line of its input, and prints what comes back.

    python upper_client.py [--host 127.0.0.1] [--port 9999]

Exit status: 0 when the input is at its end, 1 when the server cannot be reached or has gone.
"""

import argparse
import socket
import sys

PATIENCE = 10  # seconds, to connect and for each answer


def main():
    parser = argparse.ArgumentParser(
        description="Send lines to upper_server.py and print the answers."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9999)
    options = parser.parse_args()
    place = f"{options.host}:{options.port}"
    if not 0 < options.port < 65536:
        print(f"cannot talk to {place}: a port is a number from 1 to 65535", file=sys.stderr)
        return 1
    try:
        with (
            socket.create_connection((options.host, options.port), timeout=PATIENCE) as sock,
            sock.makefile("rb") as answers,
        ):
            for line in sys.stdin.buffer:
                sock.sendall(line if line.endswith(b"\n") else line + b"\n")
                answer = answers.readline()
                if not answer:
                    print(f"the server at {place} has closed the connection", file=sys.stderr)
                    return 1
                sys.stdout.buffer.write(answer)
                sys.stdout.buffer.flush()
    except ConnectionRefusedError:
        print(f"nobody listens on {place}: start upper_server.py first", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cannot talk to {place}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
