"""Every form shows in what is sent, and says the same as the plain host."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import time
import zlib
from functools import cache
from typing import Any

import httpcore
import pytest

from tests.faulty.asking import ENROL, LOGIN
from tests.faulty.forms import FORMS, form_named, mixed_forms
from tests.faulty.forms.script import SCRIPT
from tests.faulty.forms.texts import with_exponent, with_fraction
from tests.faulty.receiving import CALL, TOKEN
from tests.faulty.server import serve
from tests.faulty.wire import Handle

# Forms that show in time, or on the second request of a connection; they have tests of their own.
IN_TIME = {"slow", "in-pieces", "one-connection-at-a-time", "closes-untold-after-1", "closes-untold-after-100"}
IN_TIME |= {f"closes-untold-{when}" for when in ("after-a-refusal", "by-age", "now-and-then")}
IN_TIME |= {"closes-after-30", "limit-of-400-a-second", "tokens-of-a-second", "one-token-at-a-time"}
# Forms that say it in other words, or refuse: the body differs, too.
TOLD_OTHERWISE = {
    "fields",
    "ids",
    "warnings",
    "milestone",
    "nothing",
    "texts",
    "methods",
    "path",
    "login",
    "media",
    "busy",
    "tokens",
    "repeats",
    "errors",
    "firewall",
    "front",
    "strict",
    "largest",
    "nobody",
    "ranges",
    "query",
    "echo",
    "malformed",
    "types",
    "all",
    "identifiers",
}


def told(form: str | None) -> list[bytes]:
    """Return what a host sends to each request of SCRIPT, without what is new each time."""
    answers = []
    with serve(forms=[form] if form else []) as host:
        for number in (98, 148, 298, 398, 798) if form and form_named(form).kind == "busy" else ():
            host.host.memory.requests = number  # so that the turn comes to those that are not served
            answers.append(_sent(host.url, *SCRIPT[0]))
        answers += [_sent(host.url, *one) for one in SCRIPT]
    return answers


def _sent(url: str, method: str, path: str, body: Any, headers: tuple[str, ...]) -> bytes:
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    login = (
        [f"Authorization: {LOGIN['authorization']}"]
        if method != "PUT" and not any("Basic" in one for one in headers)
        else []
    )
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: x",
        "Connection: close",
        f"Content-Length: {len(content)}",
        *login,
        *headers,
    ]
    address, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((address, int(port))) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode() + content)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.sub(
        rb"(?im)^(date|x-cap-requestid): ?[^\r]*|\d\d:\d\d:\d\d|[\w-]{20}\.[\w-]{80}\.[\w-]{43}", b"", received
    )


@cache
def plain() -> tuple[bytes, ...]:
    return tuple(told(None))


@pytest.mark.parametrize("form", [form for form in FORMS if form.name not in IN_TIME], ids=lambda form: str(form.name))
def test_a_form_shows(form: Any) -> None:
    answers = told(form.name)
    assert any(answer not in plain() for answer in answers) if form.kind == "busy" else tuple(answers) != plain()


def _value(url: str, body: Any) -> Any:
    headers = [("Content-Type", "application/json"), ("Authorization", LOGIN["authorization"])]
    response = httpcore.request("POST", url + CALL, headers=headers, content=json.dumps(body).encode())
    coding = dict(response.headers).get(b"Content-Encoding")
    content = response.content
    content = gzip.decompress(content) if coding == b"gzip" else zlib.decompress(content) if coding else content
    return json.loads(content.decode("utf-8-sig"))


@cache
def _plain_values() -> list[Any]:
    with serve() as host:
        return [_value(host.url, body) for _, path, body, _ in SCRIPT[:6] if path == CALL]


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form.kind not in TOLD_OTHERWISE], ids=lambda form: str(form.name)
)
def test_a_form_of_sending_says_the_same(form: Any) -> None:
    with serve(forms=[form.name]) as host:
        assert [_value(host.url, body) for _, path, body, _ in SCRIPT[:6] if path == CALL] == _plain_values()


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        (None, 40),
        ("closes-untold-after-1", 1),
        ("connection-close", 1),
        ("closes-after-30", 30),
        ("closes-untold-after-a-refusal", 1),
        ("closes-untold-by-age", None),
        ("closes-untold-now-and-then", None),
    ],
)
def test_a_connection_lasts_as_long_as_the_form_says(form: str | None, kept: int | None) -> None:
    with serve(forms=[form] if form else []) as host:
        connection = http.client.HTTPConnection(host.url.removeprefix("http://"), timeout=5)
        connection.connect()
        first, served = connection.sock, 0
        while served < (40 if kept else 20_000) and connection.sock is first:
            connection.request("GET", CALL)
            try:
                connection.getresponse().read()
            except http.client.RemoteDisconnected:
                break
            served += 1
        connection.close()
    assert served == kept if kept else 0 < served < 20_000


def test_a_second_connection_waits_for_the_first() -> None:
    with serve(forms=["one-connection-at-a-time"]) as host:
        address = ("127.0.0.1", int(host.url.rpartition(":")[2]))
        first, second = socket.create_connection(address), socket.create_connection(address)
        with first, second:
            first.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert first.recv(100)
            second.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            second.settimeout(0.2)
            with pytest.raises(TimeoutError):
                second.recv(100)
            first.close()
            second.settimeout(5)
            assert second.recv(100)


@pytest.mark.parametrize(("form", "least"), [("slow", 0.01), ("in-pieces", 0.008)])
def test_a_slow_form_takes_its_time(form: str, least: float) -> None:
    with serve(forms=[form]) as host:
        begin = time.monotonic()
        _value(host.url, ENROL)
        assert time.monotonic() - begin >= least


def test_a_token_lives_as_long_as_the_form_says() -> None:
    with serve(forms=["tokens-of-a-second"]) as host:
        assert _token(host)["ttlSeconds"] == 1
    with serve(forms=["one-token-at-a-time"]) as host:
        tokens = [_token(host)["accessToken"] for _ in range(2)]
        headers = [{"x-cap-api-oauth-token": token, "content-type": "application/json"} for token in tokens]
        answers = [host.host.answer("POST", CALL, named, json.dumps(ENROL).encode()).status for named in headers]
    assert answers == [401, 200]


def _token(host: Handle) -> Any:
    client = {"key": "sample-key", "secret": "sample-secret"}
    return json.loads(host.host.answer("POST", TOKEN, {}, json.dumps(client).encode()).body)["data"]


def test_more_requests_in_a_second_than_the_limit_are_turned_away() -> None:
    with serve(forms=["limit-of-400-a-second"]) as host:
        statuses = [host.host.answer("GET", "/", {}, b"").status for _ in range(1000)]
    assert statuses[:400] == [404] * 400
    assert 429 in statuses


@pytest.mark.parametrize(
    ("digits", "fraction", "exponent"),
    [
        ("400", "400.0", "4E2"),
        ("0", "0.0", "0E0"),
        ("-12.5", "-12.50", "-1.25E1"),
        ("9007199254740993", "9007199254740993.0", "9.007199254740993E15"),
        ("1e400", "1e400", "1E400"),
        ("NaN", "NaN", "NaN"),
    ],
)
def test_a_number_is_written_otherwise(digits: str, fraction: str, exponent: str) -> None:
    assert (with_fraction(digits), with_exponent(digits)) == (fraction, exponent)


def test_mixtures_are_the_same_for_the_same_seed_and_have_one_form_of_a_kind() -> None:
    mixtures = list(mixed_forms(1, 30))
    assert mixtures == list(mixed_forms(1, 30)) != list(mixed_forms(2, 30))
    assert all(len({form_named(name).kind for name in mixture}) == len(mixture) for mixture in mixtures)


def test_names_are_unique_and_a_form_says_one_thing() -> None:
    assert len({form.name for form in FORMS}) == len({form.says for form in FORMS}) == len(FORMS)
    assert all(form.says.endswith(".") for form in FORMS)
    with pytest.raises(ValueError, match="no form is called"):
        form_named("round")
