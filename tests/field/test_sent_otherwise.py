"""Hosts and gateways that take some bodies and not others, and answers that are not as long as they say."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from tests.contracts.served import SMALL
from tests.field.front import Behaviour, Call, Front, http
from tests.field.running import tried

PARTS = ("examples", "bodies")
LONG = replace(SMALL, each_alone=True)
TOO_LARGE = http(b"<html>413 Request Entity Too Large</html>", 413, Content_Type="text/html", Connection="close")


def small_bodies_only(call: Call) -> bytes:
    return TOO_LARGE if len(call.body) > 8192 else call.forward()


def closes_over_large_bodies(call: Call) -> bytes | None:
    return None if len(call.body) > 65536 else call.forward()


def no_chunks(call: Call) -> bytes:
    if "Transfer-Encoding" in call.headers:
        return http(b"Length Required", 411, Content_Type="text/plain", Connection="close")
    return call.forward()


def no_expectations(call: Call) -> bytes:
    return http(b"", 417) if "Expect" in call.headers else call.forward()


def old_http(call: Call) -> bytes:
    """HTTP/1.0 does not know chunks: to it, such a request has no body."""
    body = b"" if "Transfer-Encoding" in call.headers else call.body
    answer = replace(call, body=body).forward()
    return answer.replace(b"HTTP/1.1", b"HTTP/1.0", 1).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


@pytest.mark.parametrize(
    "behave",
    [small_bodies_only, closes_over_large_bodies, no_chunks, no_expectations, old_http],
    ids=lambda one: one.__name__,
)
@pytest.mark.usefixtures("short_pauses")
def test_what_a_standard_lets_a_host_turn_away_is_no_finding(behave: Behaviour) -> None:
    with Front(behave) as front:
        seen = tried(front.url, *PARTS, profile=LONG)
    assert (seen.exit, seen.broken) == (0, [])


def takes_chunks_for_no_body(call: Call) -> bytes:
    """As WSGI servers do that look for Content-Length only."""
    return replace(call, body=b"").forward() if "Transfer-Encoding" in call.headers else call.forward()


def takes_chunks_for_an_empty_object(call: Call) -> bytes:
    return replace(call, body=b"{}").forward() if "Transfer-Encoding" in call.headers else call.forward()


def crashes_over_chunks(call: Call) -> bytes:
    return (
        http(b"<h1>500</h1>", 500, Content_Type="text/html") if "Transfer-Encoding" in call.headers else call.forward()
    )


def hangs_up_over_chunks(call: Call) -> bytes | None:
    return None if "Transfer-Encoding" in call.headers else call.forward()


def lets_nobody_in_with_chunks(call: Call) -> bytes:
    return http({"message": "no"}, 401) if "Transfer-Encoding" in call.headers else call.forward()


def crashes_over_expectations(call: Call) -> bytes:
    return http(b"<h1>500</h1>", 500, Content_Type="text/html") if "Expect" in call.headers else call.forward()


@pytest.mark.parametrize(
    ("behave", "rule"),
    [
        (takes_chunks_for_no_body, "hygiene.chunked_body"),
        (takes_chunks_for_an_empty_object, "hygiene.chunked_body"),
        (crashes_over_chunks, "hygiene.chunked_body"),
        (hangs_up_over_chunks, "hygiene.chunked_body"),
        (lets_nobody_in_with_chunks, "hygiene.chunked_body"),
        (crashes_over_expectations, "hygiene.expectation"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
@pytest.mark.usefixtures("short_pauses")
def test_how_a_body_is_framed_is_no_matter_of_the_page(behave: Behaviour, rule: str) -> None:
    with Front(behave) as front:
        seen = tried(front.url, *PARTS, profile=LONG)
    assert (seen.exit, seen.broken) == (0, [])
    assert rule in seen.said
    assert "RFC 91" in seen.said


def refuses_spaces(call: Call) -> bytes:
    return (
        http({"data": None, "errors": [{"code": 400, "message": "bad"}]}, 400)
        if b"\r\n" in call.body
        else call.forward()
    )


def longer_than_it_says(call: Call) -> bytes:
    return call.forward() + b"\r\n"


def shorter_than_it_says(call: Call) -> bytes:
    status, headers, body = call.ask()
    changed = {name.replace("-", "_"): value for name, value in headers.items()}
    return http(body, status, **changed, Content_Length=str(len(body) + 1), Connection="close")


def half_a_gzip(call: Call) -> bytes:
    status, headers, body = call.ask()
    if "gzip" not in call.headers["Accept-Encoding"]:
        return http(body, status, **{name.replace("-", "_"): value for name, value in headers.items()})
    changed = {name.replace("-", "_"): value for name, value in headers.items()}
    return http(gzip.compress(body)[:-4], status, **changed, Content_Encoding="gzip")


@pytest.mark.parametrize(
    ("behave", "claim", "words"),
    [
        (refuses_spaces, "promotion.loyalty_types", "code 400"),
        (longer_than_it_says, "example.response", "bytes that Content-Length names"),
        (shorter_than_it_says, "example.response", "bytes that Content-Length names"),
        (half_a_gzip, "example.response", "Content-Encoding is gzip, and the body ends early"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_keeps_clients_from_an_answer_is_a_finding(behave: Behaviour, claim: str, words: str) -> None:
    with Front(behave) as front:
        seen = tried(front.url, *PARTS, profile=LONG, fail_fast=True)
    assert (seen.exit, seen.broken[:1]) == (1, [claim])
    assert words in seen.said
