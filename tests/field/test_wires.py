"""What a host may do on the wire, below its answers: interim answers, slow and endless bytes, bombs, closed connections."""

from __future__ import annotations

import resource
import time
import zlib
from collections.abc import Callable, Iterable
from functools import cache

import pytest

from tests.field.front import Behaviour, Call, Front, http
from tests.field.running import tried


@cache
def bomb() -> bytes:
    """Return 200 MiB, compressed. They are never in memory as a whole, so that a test can see who unpacks them."""
    packer = zlib.compressobj(level=1, wbits=31)  # 31: gzip
    return b"".join([*(packer.compress(b"0" * 2**20) for _ in range(200)), packer.flush()])


def slowly(text: bytes, seconds: float = 0.2) -> Iterable[bytes]:
    for byte in text:
        yield bytes([byte])
        time.sleep(seconds)


def interim(status: int) -> Behaviour:
    def behave(call: Call) -> bytes:
        return f"HTTP/1.1 {status} Hint\r\nLink: </a.css>\r\n\r\n".encode() + call.forward()

    return behave


@pytest.mark.parametrize("status", [100, 102, 103])
def test_interim_answers_are_passed_over(status: int) -> None:
    with Front(interim(status)) as front:
        seen = tried(front.url, "examples", "fields")
    assert (seen.exit, seen.broken) == (0, [])


def _endless_interim(call: Call) -> Iterable[bytes]:
    while True:
        yield b"HTTP/1.1 103 Early Hints\r\n\r\n"
        time.sleep(0.05)


def _endless_trailers(call: Call) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    while True:
        yield b"X: y\r\n"
        time.sleep(0.05)


def _dripping_body(call: Call) -> Iterable[bytes]:
    return slowly(call.forward())


def _endless_header(call: Call) -> Iterable[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-Long: " + b"y" * 65000 + b"\r\n"


@pytest.mark.parametrize("behave", [_endless_interim, _endless_trailers, _dripping_body, _endless_header])
def test_an_answer_without_end_is_given_up_at_the_timeout(behave: Behaviour) -> None:
    begin = time.monotonic()
    with Front(behave) as front:
        seen = tried(front.url, "examples", timeout=0.5)
    assert seen.exit == 2
    assert time.monotonic() - begin < 6
    assert len(front.calls) <= 5


def _bomb(status: int, **headers: str) -> Callable[[Call], bytes]:
    return lambda call: http(bomb(), status, Content_Type="application/json", Content_Encoding="gzip", **headers)


@pytest.mark.parametrize("behave", [_bomb(200), _bomb(302, Location="/elsewhere"), _bomb(400)])
def test_a_bomb_stays_small(behave: Behaviour) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Front(behave) as front:
        seen = tried(front.url, "examples")
    assert seen.exit == 2
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 60 * 1024  # KiB
