"""Leaks: the secrets of a run are found in an answer however they are written, and nothing else is."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote

import pytest

from contracts.exchange import EXAMPLE_COOKIE, Exchange, Request
from contracts.host.login import Login, OAuthClient, basic_header
from contracts.verdict.leaks import CLAIM, Leaks
from tests.contracts.conftest import make_answer, make_record, make_target

USER, PASSWORD, SECRET = "till.seven", "Open/Sesame+1 & é", "client/secret+1=="
TOKEN = "ab12.cd34ef56gh78.ij90kl12"
LOGIN = Login(
    (USER, PASSWORD),
    OAuthClient("key-1", SECRET, "/t"),
    headers=(("X-API-KEY", "gateway-key-77"), ("X-Shop", "shop-of-berlin")),
)
MD5 = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest()
LOGINS = {form: basic_header(USER, PASSWORD, form=form).partition(" ")[2] for form in ("raw", "md5")}


def told(text: Any, headers: dict[str, str] | None = None, login: Login = LOGIN, sent: Any = None) -> str:
    """Return what is told of an answer; "" for nothing."""
    answer = make_answer(text, 400, headers or {"content-type": "application/json"})
    found = Leaks(login).find(Exchange(1, Request(body=sent or {}), answer), [TOKEN])
    assert all((one.claim, one.level) == (CLAIM, "hygiene") for one in found)
    return found[0].got if found else ""


@pytest.mark.parametrize(
    ("what", "secret"),
    [
        ("the password", PASSWORD),
        ("the MD5 of the password", MD5),
        ("the MD5 of the password", MD5.upper()),
        ("the SHA256 of the password", hashlib.sha256(PASSWORD.encode()).hexdigest()),
        ("the login", LOGINS["raw"]),
        ("the login", LOGINS["md5"]),
        ("the login", f"{USER}:{PASSWORD}"),
        ("the client's secret", SECRET),
        ("credentials that were sent", TOKEN),
        ("the header X-API-KEY of the target file", "gateway-key-77"),
        ("the cookie", EXAMPLE_COOKIE),
    ],
)
def test_a_secret_is_found_however_it_is_written(what: str, secret: str) -> None:
    content = secret.encode()
    ways: tuple[str, ...] = (
        secret,
        quote(secret, safe=""),
        content.hex(),
        content.hex().upper(),
        base64.b64encode(content).decode(),
    )
    ways += (base64.urlsafe_b64encode(b"x" + content).decode(), "".join(f"\\u{ord(one):04x}" for one in secret))
    for way in ways:
        said = told({"errors": [{"code": 1, "message": f"seen: {way}!"}]})
        assert said.endswith(", in the body"), way
        if what not in ("the password", "the login"):  # a login holds its password
            assert said == f"{what}, in the body", way
        assert told(b"", {"x-debug": f"a={way}; b=1"}).endswith(", in the header x-debug"), way


def test_what_is_told_holds_no_secret() -> None:
    assert told({"debug": LOGINS["md5"]}) == "the login, in the body"


@pytest.mark.parametrize(
    "text", ["till.seven may not", "shop-of-berlin", "contract-test-1-7", "Basic realm=till", "key-1", SECRET[:9]]
)
def test_names_and_other_texts_are_no_leak(text: str) -> None:
    assert told({"message": text}) == ""


def test_a_cookie_may_be_set_again() -> None:
    assert told(b"", {"set-cookie": f"{EXAMPLE_COOKIE}; Path=/"}) == ""
    assert told(b"", {"x-cookie": EXAMPLE_COOKIE}) == "the cookie, in the header x-cookie"


def test_what_the_request_holds_may_be_echoed() -> None:
    assert told({"data": {"requestId": TOKEN}}, sent={"requestId": TOKEN}) == ""


@pytest.mark.parametrize("password", ["123", "password", "customer", "12345678901"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}", False),
        ("enrollment {} of the customer", False),
        ("id: {}", False),
        ("password: {}", True),
        ('the pwd "{}"', True),
        ("the password is {}", True),
        ("password={}", True),
        ("till.seven/{}", True),
        ("user till.seven, password {}", True),
        ("password {}4", False),
        ("the user till.sevens {}", False),
    ],
)
def test_a_password_that_may_be_a_word_is_found_beside_its_name_only(password: str, text: str, found: bool) -> None:
    said = told({"message": text.format(password)}, login=Login((USER, password)))
    assert said == ("the password, in the body" if found else "")


def test_the_md5_of_a_short_password_is_found() -> None:
    digest = hashlib.md5(b"123", usedforsecurity=False).hexdigest()
    assert told({"message": digest}, login=Login((USER, "123"))) == "the MD5 of the password, in the body"


def test_a_record_keeps_a_leak_as_a_finding_of_hygiene() -> None:
    record = make_record(make_target(login=LOGIN))
    record.credentials.add(TOKEN)
    answer = make_answer({"data": None, "errors": [{"code": 310005, "message": f"token {TOKEN}"}]}, 400)
    record.take(Exchange(1, Request(body={"action": "ENROL"}), answer))
    (finding,) = [one for one in record.findings.all() if one.claim == CLAIM]
    assert finding.level == "hygiene"
    assert TOKEN not in f"{finding.expected} {finding.got}"
    assert json.dumps(sorted(record.secrets)) == "[]"
