"""Lesson 12: who the client is, when a balancer stands before the server."""

from course.checking.answer_kinds import function_of
from course.checking.answer_under_test import AnswerUnderTest
from course.checking.exercise import Exercise, Wrong, fail_if, when
from course.checking.served_answers import RANDOM

exercise = Exercise(
    name="proxy line",
    lesson=12,
    number=2,
    task="Write a function of a line that a server behind a balancer receives, as bytes. For "
    r"b'PROXY TCP4 192.0.2.7 10.0.0.1 51234 80\r\n' return ('192.0.2.7', 51234), the client's address as a text and "
    "a number. TCP6 stands for IPv6, with the same fields. A line that begins with b'PROXY UNKNOWN' gives no address: "
    "return None. Any other line may be from a stranger: raise ValueError unless it begins with "
    r"PROXY, goes on with TCP4 or TCP6, has six fields with a space between them, has a client's port from 0 to 65535, "
    r"and ends with \r\n.",
    takes=function_of("line"),
)
REFUSED = "ValueError"
PORTS = "http", "65536", "-1"


@exercise.inside
def read(answer, line: bytes) -> object:
    """What the answer returns; the text 'ValueError' if it raises that."""
    try:
        return answer(line)
    except ValueError:
        return REFUSED


@exercise.solution
def client_of(line):
    if line.startswith(b"PROXY UNKNOWN"):
        return None
    fields = line.decode().split(" ")
    if len(fields) != 6 or fields[0] != "PROXY" or fields[1] not in ("TCP4", "TCP6") or not line.endswith(b"\r\n"):
        raise ValueError(line)
    port = int(fields[4])
    if port < 0 or port > 65535:
        raise ValueError(line)
    return fields[2], port


def random_host() -> str:
    return ".".join(str(RANDOM.randint(1, 254)) for _ in range(4))


def random_port() -> int:
    return RANDOM.randint(1024, 65535)


def expect(subject: AnswerUnderTest, line: bytes, wanted: tuple[str, int] | None) -> None:
    """Wrong if the answer does not return this for a line that is as it should be."""
    got = subject.do("read", line)
    if got == REFUSED:
        hint = "int() of a text with no number raises it too." if wanted else ""
        hint = "0 and 65535 are ports, too." if wanted and wanted[1] in (0, 65535) else hint
        raise Wrong(f"{line!r} came, and it raised ValueError", hint=hint)
    if got is None and wanted:
        raise Wrong("it returned None")
    if got != wanted:
        hint = ""
        if wanted and got == (wanted[0].encode(), wanted[1]):
            hint = "The host has to be a text: decode() makes one of the bytes."
        elif wanted and got == (wanted[0], str(wanted[1])):
            hint = "The port has to be a number: int() makes one of the text."
        elif wanted and isinstance(got, list) and tuple(got) == wanted:
            hint = "An address is a tuple: return host, port."
        raise Wrong(f"{line!r} came, and it returned {got!r}"[:300], hint=hint)


@exercise.step(
    "it returns the client's address",
    "line.decode().split(' ') is a list of the fields. The client's host is number 2, and its port number 4.",
    "return fields[2], int(fields[4])",
)
def address(subject: AnswerUnderTest) -> None:
    for port in (random_port(), 0, 65535):
        host = random_host()
        expect(subject, f"PROXY TCP4 {host} {random_host()} {port} {random_port()}\r\n".encode(), (host, port))


@exercise.step(
    "it does so for IPv6",
    "The second field is TCP6 then, and the hosts have colons in them. Nothing else is different.",
)
def ipv6(subject: AnswerUnderTest) -> None:
    host, port = f"2001:db8::{RANDOM.randint(1, 9999)}", random_port()
    expect(subject, f"PROXY TCP6 {host} 2001:db8::1 {port} {random_port()}\r\n".encode(), (host, port))


@exercise.step(
    "for an unknown address it returns None",
    "The line may end after UNKNOWN, so look for it before you read the other fields: line.startswith(...).",
)
def unknown(subject: AnswerUnderTest) -> None:
    expect(subject, b"PROXY UNKNOWN\r\n", None)
    expect(subject, f"PROXY UNKNOWN {random_host()} {random_host()} {random_port()} 80\r\n".encode(), None)


@exercise.step(
    "any other line raises ValueError",
    "Compare each thing that the task names, and raise ValueError(line) where it does not fit.",
    "if len(fields) != 6 or fields[1] not in ('TCP4', 'TCP6'): raise ValueError(line)",
)
def refused(subject: AnswerUnderTest) -> None:
    one, two, port = random_host(), random_host(), random_port()
    good = f"{one} {two} {port} 80"
    for hint, *texts in (
        ("It begins with PROXY, in capitals.", f"HELLO TCP4 {good}\r\n", f"proxy TCP4 {good}\r\n", "A UNKNOWN\r\n"),
        ("The second field is TCP4 or TCP6, and nothing else.", f"PROXY UDP4 {good}\r\n", f"PROXY TCP5 {good}\r\n"),
        ("Count the fields before you use them.", *(f"PROXY TCP4 {few}\r\n" for few in (one, good[:-3], f"{good} 7"))),
        ("A port is a number from 0 to 65535.", *(f"PROXY TCP4 {one} {two} {bad} 80\r\n" for bad in PORTS)),
        ("It ends with \\r\\n: line.endswith(b'\\r\\n').", f"PROXY TCP4 {good}\n", f"PROXY TCP4 {good}"),
        ("", "PROXY\r\n", "\r\n", "hello\n", ""),
    ):
        for line in (text.encode() for text in texts):
            with when(f"{line!r} came", hint):
                got = subject.do("read", line)
                fail_if(got != REFUSED, f"it returned {got!r}"[:100])
