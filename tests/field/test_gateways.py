"""Gateways, proxies and connections between the kit and a host that does nothing wrong, and hosts that are not the call."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.host.login import TOKEN_HEADER
from tests.field.front import Behaviour, Call, Front, Written, http
from tests.field.running import tried

MAINTENANCE = http({"data": None, "errors": [{"code": 503, "message": "back soon"}]}, 503, Retry_After="0")
KONG = http({"message": "no Route matched with those values"}, 404)
AWS = http({"message": "Endpoint request timed out"}, 504)
BUSY = http({"message": "API rate limit exceeded"}, 429, Retry_After="0")
FIREWALL = http(b"<html>Request blocked</html>", 403, Content_Type="text/html")


def forwards(call: Call) -> Written:
    return call.forward()


def test_a_front_that_only_forwards_is_kept() -> None:
    with Front(forwards) as front:
        seen = tried(front.url, "examples", "rules", "credentials", "transport", "echo")
    assert (seen.exit, seen.broken) == (0, [])
    assert seen.result is not None
    assert len([call for call in front.calls if not call.for_token]) == seen.result.requests


def every(number: int, answer: bytes | None) -> Behaviour:
    """Answer each request of this number in place of the host; None closes the connection."""
    return lambda call: answer if call.number % number == 0 else call.forward()


def for_a_while(answer: bytes) -> Behaviour:
    """Answer in place of the host for a quarter of a second, in each second."""
    return lambda call: answer if time.monotonic() % 1 < 0.25 and call.number > 9 else call.forward()


def at_first(number: int, answer: bytes) -> Behaviour:
    return lambda call: answer if call.number <= number else call.forward()


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize(
    "behave",
    [every(20, AWS), every(20, KONG), every(20, BUSY), every(20, FIREWALL), every(20, MAINTENANCE)],
    ids=["aws", "kong", "busy", "firewall", "maintenance"],
)
def test_what_a_gateway_answers_now_and_then_breaks_nothing(behave: Behaviour) -> None:
    with Front(behave) as front:
        seen = tried(front.url, "examples", "rules")
    assert (seen.exit, seen.broken) == (0, [])


@pytest.mark.parametrize(
    "behave",
    [for_a_while(KONG), for_a_while(BUSY), for_a_while(AWS), at_first(4, BUSY), at_first(4, AWS)],
    ids=["kong's while", "busy while", "aws's while", "busy at first", "aws at first"],
)
def test_what_a_gateway_answers_for_a_while_breaks_nothing(behave: Behaviour) -> None:
    with Front(behave) as front:
        seen = tried(front.url, "examples", "fields", "rules")
    assert (seen.exit, seen.broken) == (0, [])


@pytest.mark.parametrize("answer", [AWS, BUSY, http(b"<html>", 503), http({"message": "oops"}, 500)], ids=str)
def test_an_endpoint_for_tokens_that_is_busy_now_and_then_refuses_nobody(answer: bytes) -> None:
    asked: list[Call] = []
    ends: dict[str, float] = {}

    def behave(call: Call) -> bytes:
        if not call.for_token:
            token = next((value for name, value in call.headers.items() if name.upper() == TOKEN_HEADER), "")
            return http({"message": "expired"}, 401) if time.monotonic() > ends.get(token, math.inf) else call.forward()
        asked.append(call)
        if len(asked) in (1, 3):
            return answer
        issued = call.forward()
        data = json.loads(issued.partition(b"\r\n\r\n")[2])["data"]
        if data:  # nobody gets a token for a wrong secret
            ends[data["accessToken"]] = time.monotonic() + 1.0
        return issued.replace(b'"ttlSeconds":300', b'"ttlSeconds":0.1')

    with Front(behave) as front:
        seen = tried(front.url, "examples", "credentials")
    assert (seen.exit, seen.broken) == (0, [])


def test_what_was_left_unjudged_is_said() -> None:
    with Front(lambda call: FIREWALL if call.json.get("requestId") == 5 else call.forward()) as front:
        seen = tried(front.url, "fields")
    assert (seen.exit, seen.broken) == (0, [])
    assert "left unjudged: HTTP 403, a gateway answered instead of the host" in seen.said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (KONG, "HTTP 404 without data and errors; check the host, and the base path in its URL"),
        (http(b"<html>", 404, Content_Type="text/html"), "HTTP 404 with text/html in place of JSON"),
        (http(b"<html>", 200, Content_Type="text/html"), "HTTP 200 with text/html in place of JSON"),
        (http(b"", 405), "HTTP 405 without content"),
        (http({"status": "ok"}), "HTTP 200 without data and errors"),
        (http({"errors": [{"message": "Must provide query string."}]}, 400), "HTTP 400 with JSON that is not of the"),
        (http(b"", 308, Location="/v3/promotions/enrol/"), "that is the same host, so check the base path in its URL"),
        (http(b"", 301, Location="https://other.example/"), "test that host instead"),
        (FIREWALL, "refuses the credentials with HTTP 403"),
        (AWS, "is behind a gateway that answers HTTP 504 in its place; wait with --wait"),
        (http(b"", 400) + b"junk", "HTTP 400 without content"),
    ],
)
def test_what_is_not_the_call_is_told_in_one_line_and_at_once(answer: bytes, said: str) -> None:
    begin = time.monotonic()
    with Front(lambda call: answer) as front:
        seen = tried(front.url)
    assert seen.exit == 2
    assert said in seen.said.splitlines()[-1]
    assert len(front.calls) <= 10
    assert time.monotonic() - begin < 5


def test_the_url_of_the_page_is_not_the_base_url() -> None:
    with Front(forwards) as front:
        seen = tried(f"{front.url}/v3/promotions/enrol")
    assert seen.exit == 2
    assert "give the base URL, without /v3/promotions/enrol" in seen.said.splitlines()[-1]


def test_a_host_without_tls_is_told_from_one_with_it() -> None:
    with Front(forwards) as front:
        seen = tried(front.url.replace("http:", "https:"))
    assert seen.exit == 2
    assert "it does not seem to speak TLS: try http:// in place of https://" in seen.said.splitlines()[-1]


def test_wait_waits_through_a_gateway() -> None:
    with Front(at_first(2, KONG)) as front:
        seen = tried(front.url, "examples", wait=20.0)
    assert (seen.exit, seen.broken) == (0, [])


@pytest.mark.usefixtures("short_pauses")
def test_a_connection_that_is_closed_after_five_answers_is_opened_again() -> None:
    with Front(lambda call: None if call.nth > 5 else call.forward()) as front:
        seen = tried(front.url, "examples", "rules")
    assert (seen.exit, seen.broken) == (0, [])


@pytest.mark.usefixtures("short_pauses")
def test_a_kind_of_request_that_is_never_answered_is_broken() -> None:
    with Front(lambda call: call.forward() if isinstance(call.json.get("action", ""), str) else None) as front:
        seen = tried(front.url, "examples", "fields")
    assert seen.exit == 1
    assert seen.result is not None
    assert "request.action.type" in seen.result.findings[0].claims
    assert seen.result.findings[0].got == "no answer"


@pytest.mark.usefixtures("short_pauses")
def test_an_engine_that_is_down_everywhere_gives_no_verdict() -> None:
    row = "Unable to enrol in promotions. An internal error occurred in the promotion engine (EMF). Try again later."
    down = http({"data": None, "errors": [{"code": 500, "message": row}], "warnings": None}, 500)

    def behave(call: Call) -> bytes:
        status, _, _ = call.ask()
        return down if status == 200 and not call.for_token else call.forward()

    begin = time.monotonic()
    with Front(behave) as front:
        seen = tried(front.url)
    assert (seen.exit, seen.broken) == (2, [])
    assert "the promotion engine of the host is down" in seen.said.splitlines()[-1]
    assert time.monotonic() - begin < 15


NO_LOGIN = "x-cap-api-oauth-token", "authorization"


def is_anonymous(call: Call) -> bool:
    return not call.for_token and not any(name.lower() in NO_LOGIN for name in call.headers)


def as_the_till(call: Call) -> bytes:
    """Ask the mock with the login of its sample data, so that the front needs none."""
    call.headers["Authorization"] = "Basic c3RvcmUuc2VydmVyOjEyMw=="
    return call.forward()


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (as_the_till, "undetermined"),
        (lambda call: AWS, "unreached"),
        (lambda call: BUSY, "unreached"),
        (lambda call: FIREWALL, "undetermined"),
        (lambda call: http(b"", 204), "undetermined"),
        (lambda call: call.forward(), "kept"),
    ],
    ids=["open host", "gateway", "busy", "firewall", "nothing", "401"],
)
def test_credentials_are_required_only_on_evidence(answer: Callable[[Call], bytes], verdict: str) -> None:
    with Front(lambda call: answer(call) if is_anonymous(call) else call.forward()) as front:
        seen = tried(front.url, treat_as_live=True, pace=1e9)
    assert seen.verdict("auth.required") == verdict
    assert seen.exit == 0


def test_an_open_host_is_found_where_enrolments_are_permitted() -> None:
    with Front(lambda call: as_the_till(call) if is_anonymous(call) else call.forward()) as front:
        seen = tried(front.url, "examples", "credentials")
    assert (seen.exit, seen.broken[0]) == (1, "auth.required")


def test_a_reset_is_no_refusal_of_credentials() -> None:
    with Front(lambda call: None if is_anonymous(call) else call.forward()) as front:
        seen = tried(front.url, "examples", "credentials")
    assert (seen.exit, seen.broken[0]) == (1, "auth.required")
    assert seen.result is not None
    assert seen.result.findings[0].got == "no answer"


def test_ca_certificates_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    seen = tried("https://127.0.0.1:9")
    assert seen.exit == 2
    assert "REQUESTS_CA_BUNDLE: " in seen.said
