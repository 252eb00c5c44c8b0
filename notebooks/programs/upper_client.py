"""A client of upper_server.py: sends each line of its input, and prints the answer.

    python upper_client.py [--host 127.0.0.1] [--port 9999]

Exit status: 0 at the end of the input, 1 if the server cannot be reached or is gone.
"""

import argparse
import contextlib
import socket
import sys
import threading

TIMEOUT = 10  # seconds, to connect and for each answer


def send(sock, line):
    with contextlib.suppress(OSError):  # then the answer is missing, and that is reported
        sock.sendall(line)


def ask(sock, answers, line):
    # A long line is answered while it is still being sent: one thread sends, the other reads.
    sender = threading.Thread(target=send, args=(sock, line))
    sender.start()
    answer = answers.readline()
    sender.join()
    return answer if answer.endswith(b"\n") else b""


def main():
    parser = argparse.ArgumentParser(description="Send lines to upper_server.py.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9999)
    options = parser.parse_args()
    address, place = (options.host, options.port), f"{options.host}:{options.port}"
    try:
        if not 0 < options.port < 65536:
            raise OSError("a port is a number from 1 to 65535")
        with socket.create_connection(address, TIMEOUT) as sock, sock.makefile("rb") as answers:
            for line in sys.stdin.buffer:
                answer = ask(sock, answers, line if line.endswith(b"\n") else line + b"\n")
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
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
