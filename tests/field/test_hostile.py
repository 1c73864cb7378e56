"""Hosts that are hostile or badly broken: a run ends in time, stays small, says what it saw, and writes its reports."""

from __future__ import annotations

import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.host.loopback import names_this_machine
from contracts.reports.files import FILES
from tests.field.front import Behaviour, Call, Front, Written, http
from tests.field.running import tried
from tests.field.test_promises import target

CALL = {"data": None, "errors": [{"code": 310005, "message": "programId is required."}], "warnings": None}
JSON: Final = json.dumps(CALL).encode()


def raw(head: str, body: bytes = JSON) -> bytes:
    return head.replace("\n", "\r\n").encode("latin-1") + body


# Answers that cannot be read as HTTP, each given to every request: what is said of the host.
UNREADABLE: Final = {
    "two lengths in one": (raw("HTTP/1.1 200 OK\nContent-Length: 1,2\n\n"), "conflicting Content-Length headers"),
    "two lengths": (raw("HTTP/1.1 200 OK\nContent-Length: 7\nContent-Length: 9\n\n"), "conflicting Content-Length"),
    "a negative length": (raw("HTTP/1.1 200 OK\nContent-Length: -1\n\n"), "bad Content-Length"),
    "a huge length": (raw(f"HTTP/1.1 200 OK\nContent-Length: {'9' * 30}\n\n"), "bad Content-Length"),
    "an unknown coding": (raw("HTTP/1.1 200 OK\nTransfer-Encoding: gzip\n\n"), "Only Transfer-Encoding: chunked"),
    "a NUL": (raw("HTTP/1.1 200 OK\nX: a\0b\n\n"), "illegal header line"),
    "a header without a name": (raw("HTTP/1.1 200 OK\nBasic dDpw\n\n"), "gave no answer: illegal header line"),
    "status 0": (raw("HTTP/1.1 0 X\n\n"), "gave no answer: illegal status line"),
    "status 99": (raw("HTTP/1.1 99 X\n\n"), "gave no answer: illegal status line"),
    "status 1000": (raw("HTTP/1.1 1000 X\n\n"), "gave no answer: illegal status line"),
    "an upgrade": (
        raw("HTTP/1.1 101 X\nUpgrade: websocket\nConnection: Upgrade\n\n", b"\x81\x05hello"),
        "gave no answer",
    ),
    "another protocol": (b"ICY 200 OK\r\n\r\n", "gave no answer: illegal status line"),
    "line feeds only": (b"HTTP/1.1 200 OK\n\n{}", "its answer did not end within the timeout"),
    "nothing": (b"", "did not answer within the timeout"),
    "20,000 headers": (raw("HTTP/1.1 200 OK\n" + "X: y\n" * 40_000 + "\n"), "gave no answer"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    answer, said = UNREADABLE[name]
    with Front(lambda call: answer) as front:
        seen = tried(front.url, report_dir=tmp_path, timeout=2.0)
    assert seen.exit == 2
    assert said in seen.said.splitlines()[-1]
    assert "dDpw" not in seen.said
    assert len(seen.said) < 500
    assert len(front.calls) == 1
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


def test_a_live_host_that_is_not_the_call_is_told_so() -> None:
    with Front(lambda call: http({"status": "ok"})) as front:
        seen = tried(front.url, treat_as_live=True, pace=1e9)
    assert seen.exit == 2
    assert "does not answer as the enrol call does: HTTP 200 without data and errors" in seen.said.splitlines()[-1]


@pytest.mark.parametrize("name", ["two lengths in one", "a NUL", "status 0"])
def test_what_cannot_be_read_now_and_then_is_a_finding_and_ends_nothing(name: str, tmp_path: Path) -> None:
    answer, _ = UNREADABLE[name]
    with Front(lambda call: answer if call.number > 9 and call.number % 7 == 0 else call.forward()) as front:
        seen = tried(front.url, "fields", report_dir=tmp_path, max_requests=200, allow_partial=True)
    assert (seen.exit, seen.broken[-1]) == (1, "error.engine_error")
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


# Answers that are HTTP and odd: none ends a run with a traceback. Given to each tenth request, with the exit code.
ODD: Final = {
    "a redirect nowhere": (http(b"", 302, Location="http://[::1"), 0),
    "a pause until no date": (http(CALL, 400, Retry_After="Thu, 99 Foo 99999 99:99:99 GMT"), 1),
    "a pause of 5000 digits": (http({"message": "busy"}, 429, Retry_After="9" * 5000), 2),
    "a pause until year 9999": (http({"message": "busy"}, 503, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"), 2),
    "a pause beyond year 9999": (http({"message": "busy"}, 503, Retry_After="Fri, 31 Dec 9999 23:59:59 -2359"), 0),
    "status 999": (raw(f"HTTP/1.1 999 X\nContent-Length: {len(JSON)}\n\n"), 1),
    "a body under 204": (raw(f"HTTP/1.1 204 X\nContent-Length: {len(JSON)}\n\n"), 1),
    "gzip that is none": (http(JSON, 400, Content_Encoding="gzip", Content_Type="application/json"), 1),
    "codes that are lists": (http({"errors": [{"code": []}, {"code": {}, "message": [1]}]}, 200), 1),
    "the same key twice": (http(b'{"data":1,"data":null,"errors":[],"errors":[{"code":1}]}', 200), 1),
    "a million digits": (http(b'{"errors":[{"code":' + b"9" * 10**6 + b"}]}", 200), 1),
    "half a character": (http(b'{"errors":[{"code":400,"message":"\\ud800"}]}', 200), 1),
    "100,000 levels": (http(b"[" * 100_000, 200), 1),
    "900 levels": (http(b'{"errors":' + b"[" * 900 + b"]" * 900 + b"}", 200), 1),
    "a million values": (http(b"[" + b"[]," * 10**6 + b"1]", 200), 1),
    "UTF-16": (http(JSON.decode().encode("utf-16"), 200), 1),
    "Latin-1 in headers": (http(CALL, 400, X="\xe9\xff") , 1),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_does_not_end_a_run(name: str, tmp_path: Path) -> None:
    answer, code = ODD[name]
    with Front(lambda call: answer if call.number > 9 and call.number % 10 == 0 else call.forward()) as front:
        seen = tried(front.url, "examples", "rules", report_dir=tmp_path, max_requests=150, allow_partial=True)
    assert seen.exit == code
    assert "bug" not in seen.said
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


@pytest.mark.parametrize("token", ["a\nb", "\ud800", "a\0b", "x" * 100_000, ""])
def test_a_token_that_no_header_can_carry_is_refused(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENROL_KEY", "sample-key")
    monkeypatch.setenv("ENROL_SECRET", "sample-secret")

    def behave(call: Call) -> Written:
        if not call.for_token:
            return call.forward()
        status, _, body = call.ask()
        granted = json.loads(body)
        granted["data"] |= {"ttlSeconds": 0} | ({"accessToken": token} if call.number > 40 else {})
        return http(granted, status)

    with Front(behave) as front:
        file = target(tmp_path, front.url)
        seen = tried(None, "fields", target=file, report_dir=tmp_path / "reports", max_requests=100, allow_partial=True)
    assert (seen.exit, seen.broken) == (1, ["auth.oauth"])
    assert {path.name for path in (tmp_path / "reports").iterdir()} == set(FILES)


def drip(text: bytes) -> Iterator[bytes]:
    for byte in text:
        yield bytes([byte])
        time.sleep(0.3)


def silence(call: Call) -> Iterator[bytes]:
    yield b""
    time.sleep(20)


@contextmanager
def deaf() -> Iterator[int]:
    """Yield the port of a host that takes connections and never says a word, not even of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


ENDLESS: Final[dict[str, Behaviour]] = {
    "headers that drip": lambda call: drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100),
    "a body that drips": lambda call: drip(http(CALL, 400)),
    "a token that drips": lambda call: drip(http(CALL, 200)) if call.for_token else http(b"", 401),
    "silence": silence,
    "silence after a while": lambda call: silence(call) if call.number > 20 else call.forward(),
    "come back in 59 seconds": lambda call: http({"message": "busy"}, 429, Retry_After="59"),
    "come back in 59 seconds, after a while": (
        lambda call: http({"message": "busy"}, 503, Retry_After="59") if call.number > 20 else call.forward()
    ),
}


@pytest.mark.parametrize(
    ("name", "wait"), [*((name, 0.0) for name in ENDLESS), ("silence", 60.0), ("come back in 59 seconds", 60.0)]
)
def test_max_time_ends_a_run_whatever_the_host_does(name: str, wait: float, tmp_path: Path) -> None:
    begin = time.monotonic()
    with Front(ENDLESS[name]) as front:
        seen = tried(front.url, "fields", report_dir=tmp_path, timeout=30.0, max_time=0.5, wait=wait)
    assert time.monotonic() - begin < 15
    assert seen.exit == 2
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


def test_the_timeout_counts_for_all_addresses_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("0.0.0.0", 0), backlog=0) as listener, socket.socket() as first, socket.socket() as more:
        port = listener.getsockname()[1]
        for queued in (first, more):  # nobody takes these, so the next connection waits
            queued.setblocking(False)
            queued.connect_ex(("127.0.0.1", port))
        real = socket.getaddrinfo
        many = [found for last in range(1, 21) for found in real(f"127.0.0.{last}", port, type=socket.SOCK_STREAM)]
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *more, **named: many if host == "localhost" else real(host, *more, **named),
        )
        begin = time.monotonic()
        seen = tried(f"http://localhost:{port}", timeout=0.5)
    assert time.monotonic() - begin < 8
    assert (seen.exit, "did not answer within the timeout" in seen.said) == (2, True)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_max_time_ends_a_run_where_nobody_answers(scheme: str) -> None:
    begin = time.monotonic()
    with deaf() as port:
        seen = tried(f"{scheme}://127.0.0.1:{port}", timeout=30.0, max_time=0.5, wait=60.0)
    assert time.monotonic() - begin < 8
    assert seen.exit == 2


def much(more: Callable[[int], tuple[bytes, bytes]]) -> Behaviour:
    """Return a host that is right, and adds headers and a field to each answer. `more`: both, for the number of a call."""

    def behave(call: Call) -> Written:
        head, _, body = call.forward().partition(b"\r\n\r\n")
        headers, field = more(call.number)
        body = body[:-1] + b',"more":' + field + b"}" if field else body
        head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
        return head + b"\r\n" + headers + b"\r\n" + body

    return behave


# Runs the command line, and prints how many KiB of memory it needed at most.
MEASURED: Final = """
import atexit, re
from contracts.cli import main
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]))
main()
"""
HUGE: Final = {
    "4 MiB of text": much(lambda number: (b"", b'"' + b"x" * (4 * 2**20 - 2000) + b'"')),
    "4 MiB of lists": much(lambda number: (b"", b"[" + b"[]," * (4 * 2**20 // 3 - 1000) + b"1]")),
    "190,000 numbers": much(lambda number: (b"", b"[" + b"1.5," * 190_000 + b"1]")),
    "64 KiB of what looks like secrets": much(lambda number: (b"", b'"' + b"token=x; a://b?c=d " * 3400 + b'"')),
    "95 KB of headers": much(lambda number: (b"".join(b"X%d: %s\r\n" % (i, b"y" * 950) for i in range(95)), b"")),
    "1900 new cookies": much(
        lambda number: (b"".join(b"Set-Cookie: c%d=v%d_%dabcdefg\r\n" % (i, number, i) for i in range(1900)), b"")
    ),
}


def seconds_of_children() -> float:
    """Return the processor time that the ended children of this process took; other processes do not change it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", HUGE)
def test_a_host_that_sends_much_takes_little_memory_and_time(name: str, tmp_path: Path) -> None:
    begin = seconds_of_children()
    with Front(HUGE[name]) as front:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "run", front.url, "--max-requests", "20", "--report-dir", tmp_path],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=False,
        )
    assert seconds_of_children() - begin < 10
    assert len(front.calls) >= 20
    assert int(done.stdout.split()[-1]) < 120 * 1024  # KiB: it may not keep the 80 MiB that 20 answers can have
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 20 * 2**20


@pytest.mark.parametrize(
    "host",
    [
        "localhost.",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "127.1",
        "::",
        "::127.0.0.1",
        "localhost.example.com",
        "notlocalhost",
    ],
)
def test_no_other_form_of_an_address_is_this_machine(host: str) -> None:
    assert not names_this_machine(host)


class Resolver:
    """Resolves names below localhost: to this machine at first, and to another one from then on."""

    def __init__(self, real: Callable[..., Any], first: int):
        self.real = real
        self.first = first

    def __call__(self, host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if port is not None or host != "shop.localhost":
            return self.real("127.0.0.1" if host == "shop.localhost" else host, port, *more, **named)
        self.first -= 1
        address = "127.0.0.1" if self.first >= 0 else "203.0.113.7"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]


@pytest.mark.parametrize("lookups", [1, 2, 3, 1000])
@pytest.mark.parametrize("by_proxy", [False, True])
def test_a_name_that_leads_elsewhere_gets_nothing(
    lookups: int, by_proxy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(socket.getaddrinfo, lookups))
    monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("203.0.113.7", 80))
    with Front(lambda call: call.forward()) as front:
        if by_proxy:
            monkeypatch.setenv("http_proxy", front.url)
            monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("127.0.0.1", 80))
        seen = tried(f"http://shop.localhost:{front.port if not by_proxy else 9}", "examples")
    assert seen.exit == 2
    assert front.calls == []
