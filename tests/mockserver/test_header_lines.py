"""Requests of a socket with equal header lines share what was found out about them, and no others do."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from mockserver.exchange.header_lines import HeaderLines
from mockserver.receiving.doors import from_asgi

HOST = (b"host", b"x")


async def lines(*sent: tuple[bytes, bytes]) -> HeaderLines:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"method": "GET", "raw_path": b"/", "query_string": b"", "http_version": "1.1", "headers": list(sent)}
    return (await from_asgi(scope, receive)).headers


def ended(coroutine: Coroutine[Any, Any, HeaderLines]) -> HeaderLines:
    """Return what a coroutine returns that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        found: HeaderLines = stop.value
        return found
    raise AssertionError("it waits")


def asked(*sent: tuple[bytes, bytes]) -> HeaderLines:
    return ended(lines(*sent))


def test_equal_lines_are_one_object() -> None:
    assert asked(HOST, (b"a", b"1")) is asked(HOST, (b"a", b"1"))


@pytest.mark.parametrize(
    "other",
    [
        ((b"a", b"1"), HOST),
        (HOST, (b"a", b"2")),
        (HOST, (b"A", b"1")),
        (HOST,),
        (HOST, (b"a", b"1"), (b"a", b"1")),
    ],
)
def test_lines_that_differ_are_not(other: tuple[tuple[bytes, bytes], ...]) -> None:
    first, second = asked(HOST, (b"a", b"1")), asked(*other)
    assert first is not second
    assert list(second) == [(name.decode(), value.decode()) for name, value in other]


def test_lines_of_many_clients_and_long_ones_are_not_kept() -> None:
    asked((b"long", b"x" * 5000))
    assert asked((b"long", b"x" * 5000)) is not asked((b"long", b"x" * 5000))
    first = asked((b"client", b"0"))
    for number in range(300):
        asked((b"client", str(number + 1).encode()))
    assert asked((b"client", b"0")) is not first


def test_a_question_is_asked_once_and_its_answer_stays_with_the_lines() -> None:
    seen: list[HeaderLines] = []

    def count(headers: HeaderLines) -> int:
        seen.append(headers)
        return len(list(headers))

    one, two = HeaderLines([("A", "1")]), HeaderLines([("A", "1"), ("a", "2")])
    assert [one.known(count), one.known(count), two.known(count)] == [1, 1, 2]
    assert seen == [one, two]


def _question(number: int) -> Callable[[HeaderLines], int]:
    return lambda _: number


def test_old_answers_make_room() -> None:
    headers = HeaderLines()
    assert [headers.known(_question(number)) for number in range(100)] == list(range(100))
    assert len(headers._answers) <= 16


def test_a_name_means_the_same_in_any_case() -> None:
    headers = HeaderLines([("X-A", "1"), ("x-a", "2")])
    assert headers.get("X-a") == "1, 2"
    assert headers.getlist("X-A") == ["1", "2"]
    assert "x-A" in headers
    assert "b" not in headers
