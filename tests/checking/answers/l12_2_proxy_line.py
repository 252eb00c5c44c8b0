"""Answers to the exercise 'proxy line'."""

RIGHT = [
    r"""
def client_of(line):
    text = line.decode("ascii")
    if not text.startswith("PROXY ") or not text.endswith("\r\n"):
        raise ValueError("not a PROXY line")
    if text.startswith("PROXY UNKNOWN"):
        return None
    _, family, host, _, port, _ = text.split()
    if family not in ("TCP4", "TCP6") or not 0 <= int(port) <= 65535:
        raise ValueError("no TCP, or no port")
    return host, int(port)
""",
    r"""
import re

def client_of(line):
    if re.match(rb"PROXY UNKNOWN.*\r\n$", line):
        return None
    found = re.fullmatch(rb"PROXY TCP[46] (\S+) \S+ (\d+) \d+\r\n", line)
    if not found or int(found[2]) > 65535:
        raise ValueError(line)
    return found[1].decode(), int(found[2])
""",
    r"""
def client_of(line):
    match line.partition(b"\r\n")[0].decode().split(" "):
        case ["PROXY", "UNKNOWN", *_] if line.endswith(b"\r\n"):
            return None
        case ["PROXY", "TCP4" | "TCP6", host, _, port, _] if line.endswith(b"\r\n") and int(port) in range(65536):
            return host, int(port)
    raise ValueError("a stranger")
""",
    r"""
import re
LINE = re.compile(rb"PROXY TCP[46] ([^ ]+) [^ ]+ (\d{1,5}) [^ ]+\r\n")
def client_of(line: bytes) -> tuple[str, int] | None:
    if line.startswith(b"PROXY UNKNOWN"):
        return None
    match = LINE.fullmatch(line)
    if match is None or int(match[2]) > 65535:
        raise ValueError(f"not a proxy line: {line!r}")
    return match[1].decode("ascii"), int(match[2])
""",
    r"""
def client_of(line):
    if line[:13] == b"PROXY UNKNOWN":
        return
    word, family, client, server, port, other = str(line, "ascii").split(" ")
    if word != "PROXY" or family not in {"TCP4", "TCP6"} or not other.endswith("\r\n"):
        raise ValueError("stranger")
    number = int(port)
    if number < 0 or number >= 2**16:
        raise ValueError("port")
    return (client, number)
""",
    r"""
import ipaddress
def client_of(line):
    if line.startswith(b"PROXY UNKNOWN"):
        return None
    text = line.decode("ascii")
    if not text.startswith(("PROXY TCP4 ", "PROXY TCP6 ")) or not text.endswith("\r\n"):
        raise ValueError(text)
    parts = text.rstrip("\r\n").split(" ")
    if len(parts) != 6:
        raise ValueError(parts)
    port = int(parts[4])
    if port > 65535 or port < 0:
        raise ValueError(port)
    return str(ipaddress.ip_address(parts[2])), port
""",
]

START = r"""
def client_of(line):
    fields = line.decode().split(" ")
    if line.startswith(b"PROXY UNKNOWN") and line.endswith(b"\r\n"):
        return None
    if fields[0] != "PROXY" or not line.endswith(b"\r\n") or len(fields) != 6 or fields[1] not in ("TCP4", "TCP6"):
        raise ValueError(line)
    if not 0 <= int(fields[4]) <= 65535:
        raise ValueError(line)
    return fields[2], int(fields[4])
"""

WRONG = [
    ("it returns the client's address", "def client_of(line):\n    pass"),
    (
        "it returns the client's address",
        START.replace("return fields[2], int(fields[4])", "return fields[2], fields[4]"),
    ),
    ("it returns the client's address", START.replace("return fields[2]", "return fields[2].encode()")),
    ("it returns the client's address", START.replace("return fields[2]", "return fields[3]")),
    (
        "it returns the client's address",
        START.replace("65535", "65534"),
    ),
    ("it returns the client's address", START.replace("int(fields[4])", "int(fields[5])")),
    ("it does so for IPv6", START.replace('not in ("TCP4", "TCP6")', '!= "TCP4"')),
    ("it does so for IPv6", START.replace("return fields[2]", "return fields[2].partition(':')[0]")),
    (
        "for an unknown address it returns None",
        START.replace('line.startswith(b"PROXY UNKNOWN") and line.endswith(b"\\r\\n")', "False"),
    ),
    (
        "for an unknown address it returns None",
        START.replace(
            'line.startswith(b"PROXY UNKNOWN") and line.endswith', 'line == b"PROXY UNKNOWN" and line.endswith'
        ),
    ),
    (
        "any other line raises ValueError",
        "def client_of(line):\n    if line.startswith(b'PROXY UNKNOWN'):\n        return None\n"
        "    fields = line.decode().split()\n    return fields[2], int(fields[4])",
    ),
    ("any other line raises ValueError", START.replace(" or len(fields) != 6", "")),
    ("any other line raises ValueError", START.replace("raise ValueError(line)", "return None")),
    ("any other line raises ValueError", START.replace("    if not 0 <=", "    if False and not 0 <=")),
    ("any other line raises ValueError", START.replace(' or not line.endswith(b"\\r\\n")', "")),
    ("any other line raises ValueError", START.replace('fields[0] != "PROXY"', 'fields[0].upper() != "PROXY"')),
    (
        "any other line raises ValueError",
        START.replace('line.startswith(b"PROXY UNKNOWN") and line.endswith(b"\\r\\n")', 'b"UNKNOWN" in line'),
    ),
    (
        "any other line raises ValueError",
        START.replace('fields[1] not in ("TCP4", "TCP6")', 'not fields[1].startswith("TCP")'),
    ),
    (
        "any other line raises ValueError",
        START.replace(" or len(fields) != 6", "").replace("<= 65535:", "<= 65535 or len(fields) != 6:"),
    ),
    ("any other line raises ValueError", START.replace(' or fields[1] not in ("TCP4", "TCP6")', "")),
    ("any other line raises ValueError", START.replace('fields[0] != "PROXY" or ', "")),
]
