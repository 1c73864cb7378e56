"""Runs against hosts that cut, stretch or double every answer: never kept, and named by the right words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest

from tests.field.front import Call, Front
from tests.field.running import tried

CLOSING: Final = b"\r\nConnection: close\r\n"


def changed(change: Callable[[bytes, bytes], bytes]) -> Callable[[Call], bytes]:
    """Return a host that changes each answer, as headers and body."""

    def behave(call: Call) -> bytes:
        head, _, body = call.forward().partition(b"\r\n\r\n")
        return change(head, body)

    return behave


def with_length(head: bytes, length: int | None) -> bytes:
    """Return headers with another Content-Length, or without one."""
    line = b"" if length is None else b"\r\nContent-Length: %d" % length
    return re.sub(rb"\r\nContent-Length: \d+", line, head)


# What a host does to each answer, and what is told of the first one.
HOSTS: Final = {
    "a length too long by five": (
        lambda head, body: with_length(head, len(body) + 5) + CLOSING + b"\r\n" + body,
        r"462 of the 467 bytes that Content-Length names",
    ),
    "five bytes are missing, and there is no length": (
        lambda head, body: with_length(head, None) + CLOSING + b"\r\n" + body[:-5],
        r"457 bytes of JSON that break off, and no length that tells of more",
    ),
    "every answer twice": (
        lambda head, body: (head + b"\r\n\r\n" + body) * 2,
        r"more than the 462 bytes that Content-Length names",
    ),
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_whose_answers_are_not_whole_keeps_nothing(name: str) -> None:
    change, words = HOSTS[name]
    with Front(changed(change)) as front:
        seen = tried(front.url, "examples")
    assert (seen.exit, seen.broken) == (1, ["example.response"])
    assert f"   got       {words}\n" in seen.said
    assert seen.said.splitlines()[-1] == "broken: 1 of 90 claims broken, 0 kept"
