"""Findings about headers, the target, the login and the text of the JSON, each beside what is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from tests import page
from tests.mockserver.conduct.asking import Asking, Found
from tests.mockserver.conftest import Clock

RAW = json.dumps(page.ENROL_REQUEST).encode()
COOKIE = "_cfuvid=w9k84Tbu9Ahlvel7gyPLGv9wCGWeqg-1763442378135-0.0.1.1-604800000"
TOKEN_PATH = "/v3/oauth/token/generate"
TYPE, ACCEPT, CHARSET = ("broken", "media.content_type"), ("hygiene", "media.accept"), ("hygiene", "media.charset")
PATH, METHOD, CONTENT = ("broken", "target.path"), ("broken", "target.method"), ("hygiene", "target.body_on_get")
QUERY, LOGIN = ("hygiene", "credentials.in_query"), ("broken", "credentials.wrong_header")
JSON, ENCODING = ("hygiene", "json.malformed"), ("hygiene", "json.encoding")
DOUBLE, NUMBER = ("hygiene", "json.duplicate_key"), ("hygiene", "json.not_a_number")

BAD: list[tuple[dict[str, Any], list[Found]]] = [
    ({"content_type": None}, [(*TYPE, "The request has no Content-Type")]),
    ({"content_type": "text/plain"}, [(*TYPE, "The Content-Type is text/plain")]),
    ({"content_type": "application/x-www-form-urlencoded"}, [(*TYPE, "The Content-Type is application/x-www-form-urlencoded")]),
    ({"content_type": "application/vnd.enrol+json"}, [(*TYPE, "The Content-Type is application/vnd.enrol+json")]),
    ({"content_type": "application/json; charset=iso-8859-1"}, [(*CHARSET, "The charset is iso-8859-1")]),
    ({"content_type": "application/json; charset=UTF-16"}, [(*CHARSET, "The charset is UTF-16")]),
    ({"content_encoding": "gzip"}, [("note", "media.content_encoding", "The Content-Encoding is gzip")]),
    ({"content_type": "application/json, application/json"}, [(*TYPE, "The Content-Type is application/json, application/json")]),
    ({"accept": "text/html"}, [(*ACCEPT, "Accept leaves JSON out")]),
    ({"accept": "application/xml, application/json;q=0"}, [(*ACCEPT, "Accept leaves JSON out")]),
    ({"to": page.PATH + "/"}, [(*PATH, f"The path is {page.PATH}/")]),
    ({"to": "/" + page.PATH}, [(*PATH, f"The path is /{page.PATH}")]),
    ({"to": page.PATH.upper()}, [(*PATH, f"The path is {page.PATH.upper()}")]),
    ({"to": "/v3/promotion/enrol"}, [(*PATH, "The path is /v3/promotion/enrol")]),
    ({"to": "/v3/promotions/enroll"}, [(*PATH, "The path is /v3/promotions/enroll")]),
    ({"method": "PUT"}, [(*METHOD, "The method is PUT, not POST")]),
    ({"method": "post"}, [(*METHOD, "The method is post, not POST")]),
    ({"method": "GET"}, [(*METHOD, "The method is GET, not POST"), (*CONTENT, "The GET has a body")]),
    ({"method": "GET", "body": b""}, [(*METHOD, "The method is GET, not POST")]),
    ({"to": page.PATH + "?access_token=abc"}, [(*QUERY, "The query has the parameter access_token")]),
    ({"to": page.PATH + "?user=me&Password=123"}, [
        (*QUERY, "The query has the parameter user"),
        (*QUERY, "The query has the parameter Password"),
    ]),
    ({"to": page.PATH + "?t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2lnbmF0dXJl"}, [(*QUERY, "The query has the parameter t")]),
    ({"authorization": "Bearer abcdefgh"}, [(*LOGIN, "An access token is sent in Authorization")]),
    ({"authorization": "c3RvcmUuc2VydmVyOjEyMw=="}, [(*LOGIN, "Authorization has another scheme than Basic")]),
    ({"authorization": None}, [("note", "credentials.missing", "The request has no credentials")]),
    ({"cookie": COOKIE}, [("hygiene", "headers.cookie", "The cookie of the page's example is sent")]),
    ({"cookie": f"a=b; {COOKIE}"}, [("hygiene", "headers.cookie", "The cookie of the page's example is sent")]),
    ({"user_agent": None}, [("note", "headers.user_agent", "The request has no User-Agent")]),
    ({"expect": "200-ok"}, [("hygiene", "headers.expect", "Expect is 200-ok")]),
    ({"body": b"", "expect": "100-continue"}, [
        (*JSON, "The request has no body"),
        ("hygiene", "headers.expect", "Expect: 100-continue is sent without a body"),
    ]),
    ({"body": b"action=ENROL&programId=3334"}, [(*JSON, "The body is a form, not JSON")]),
    ({"body": str(page.ENROL_REQUEST).encode()}, [(*JSON, "The body is in the notation of Python, not JSON")]),
    ({"body": RAW[:-1] + b",}"}, [(*JSON, "The body is no JSON")]),
    ({"body": b"\xef\xbb\xbf" + RAW}, [(*ENCODING, "The JSON begins with a byte order mark")]),
    ({"body": RAW.decode().encode("utf-16")}, [(*ENCODING, "The JSON is not UTF-8")]),
    ({"body": RAW.decode().encode("utf-16-le")}, [(*ENCODING, "The JSON is not UTF-8")]),
    ({"body": RAW.replace(b"some-test-id", "caf\xe9".encode("latin-1"))}, [(*ENCODING, "The JSON is not UTF-8")]),
    ({"body": RAW.replace(b"some-test-id", b"\\ud800")}, [(*ENCODING, "The JSON has half of a surrogate pair")]),
    ({"body": RAW.replace(b"3334", b"NaN")}, [(*NUMBER, "The JSON has the value NaN")]),
    ({"body": RAW.replace(b"3334", b"-Infinity")}, [(*NUMBER, "The JSON has the value -Infinity")]),
    ({"body": RAW.replace(b"3334", b"1e999")}, [(*NUMBER, "The JSON has the value 1e999")]),
    ({"body": RAW[:-1] + b', "programId": 3334}'}, [(*DOUBLE, "The key programId stands twice in one object")]),
    ({"body": RAW.replace(b'"source"', b'"identifierName" :"id", "source"')}, [
        (*DOUBLE, "The key identifierName stands twice in one object"),
    ]),
]  # fmt: skip

GOOD: list[dict[str, Any]] = [
    {"content_type": "application/json; charset=utf-8"},
    {"content_type": "Application/JSON;charset=UTF-8"},
    {"accept": None},
    {"accept": "application/json"},
    {"accept": "application/*;q=0.8"},
    {"accept": "text/html, */*;q=0.1"},
    {"accept": "application/json, text/plain, */*"},
    {"to": page.PATH + "?trace=1&keyword=x"},
    {"authorization": "Basic wrong"},  # a test of 401
    {"cookie": "theme=dark"},
    {"expect": "100-continue"},
    {"method": "HEAD", "body": b""},
    {"method": "OPTIONS", "body": b""},
    {"to": "/v3/customers"},  # another call of the vendor
    {"to": "/favicon.ico", "method": "GET", "body": b""},
    {"body": json.dumps(page.ENROL_REQUEST, indent=2, separators=(", ", " : ")).encode()},
    {"body": json.dumps({**page.ENROL_REQUEST, "requestId": 'a":"b\\": c'}).encode()},
    {"body": json.dumps({**page.ENROL_REQUEST, "requestId": "\U0001f600"}).encode()},
]


@pytest.mark.parametrize(("how", "found"), BAD, ids=[found[0][2] for _, found in BAD])
def test_what_is_wrong_is_found_and_nothing_else(asking: Asking, how: dict[str, Any], found: list[Found]) -> None:
    asking.send(**how)
    assert sorted(asking.found()) == sorted(found)


@pytest.mark.parametrize("how", GOOD, ids=str)
def test_nothing_is_found_about_what_is_right(asking: Asking, how: dict[str, Any]) -> None:
    asking.send(**how)
    assert asking.found() == []


def test_several_lines_of_a_header_are_read_together(asking: Asking) -> None:
    kinds = ["application/json", "application/json"]
    others = [("Host", "x"), ("User-Agent", "x"), ("Authorization", "Basic DllZTk=")]
    lines = HeaderLines([*others, *(("Content-Type", kind) for kind in kinds)])
    asking.mock.send(Received("POST", page.PATH, "", lines, "1.1", RAW, len(RAW)), by_client=True)
    assert asking.rules() == {"media.content_type"}


def test_the_way_to_the_path_is_told(asking: Asking) -> None:
    asking.send(to=page.PATH + "/")
    (found,) = asking.all()
    assert (found["page"], found["place"]) == ("The call is POST /v3/promotions/enrol.", "Title, row 1")
    assert found["advice"] == f"The path differs from {page.PATH} only by a slash at the end."


def test_a_host_header_that_is_none_is_found(asking: Asking) -> None:
    asking.client.post(page.PATH, json=page.ENROL_REQUEST, environ_overrides={"HTTP_HOST": "no host"})
    assert ("hygiene", "target.host", "The header Host is missing, doubled, or no host") in asking.found()


def token(asking: Asking, query: str = "") -> str:
    login = {"key": "sample-key", "secret": "sample-secret"}
    answer = asking.send(json.dumps(login).encode(), to=TOKEN_PATH + query, authorization=None)
    return str(answer.get_json()["data"]["accessToken"])


def with_token(asking: Asking, value: str, authorization: str | None = None) -> None:
    asking.send(authorization=authorization, x_cap_api_oauth_token=value)


def test_a_token_that_is_valid_is_right(asking: Asking) -> None:
    value = token(asking)
    with_token(asking, value)
    with_token(asking, value)
    assert asking.found() == []


def test_the_secret_of_the_token_call_belongs_into_its_body(asking: Asking) -> None:
    token(asking, "?key=sample-key&secret=sample-secret")
    assert [title for *_, title in asking.found()] == [
        "The query has the parameter key",
        "The query has the parameter secret",
    ]
    assert "sample-secret" not in str(asking.all())


def test_two_logins_in_one_request_are_a_note(asking: Asking) -> None:
    with_token(asking, token(asking), authorization="Basic DllZTk=")
    assert asking.found() == [("note", "credentials.both_kinds", "The request has a Basic login and an access token")]


def test_a_login_that_is_refused_behind_a_valid_body_is_found(under: Callable[..., Asking]) -> None:
    asking = under(precedence="validation-credentials-lookup")
    assert asking.send(authorization="Bearer abcdefgh").status_code == 401
    assert asking.found() == [(*LOGIN, "An access token is sent in Authorization")]


def test_a_token_past_its_life_is_found(asking: Asking, clock: Clock) -> None:
    value = token(asking)
    clock.seconds += 301
    with_token(asking, value)
    assert asking.found() == [("hygiene", "credentials.expired_token", "An access token is used past its life")]
    with_token(asking, token(asking))
    assert len(asking.found()) == 1, "a new token after the refusal is right"


def test_an_answer_498_by_a_fault_says_nothing_about_the_token(asking: Asking) -> None:
    asking.fault("498", count=1)
    with_token(asking, token(asking))
    assert asking.found() == []


def test_the_third_token_in_a_row_is_a_note(asking: Asking, clock: Clock) -> None:
    for seen in (0, 0, 1, 2):
        with_token(asking, token(asking))
        assert sum(one["count"] for one in asking.all()) == seen
    assert asking.found() == [("note", "credentials.token_each_time", "A new token is fetched for each request")]


def test_a_token_for_several_requests_or_after_its_life_is_right(asking: Asking, clock: Clock) -> None:
    for _ in range(5):
        value = token(asking)
        for _ in range(2):
            with_token(asking, value)
    for _ in range(5):
        with_token(asking, token(asking))
        clock.seconds += 301
    assert asking.found() == []


def test_credentials_among_the_fields_are_found(asking: Asking) -> None:
    asking.send({**page.ENROL_REQUEST, "password": "hunter-22"})
    assert ("broken", "credentials.in_body", "The body has the field password") in asking.found()
    assert "hunter-22" not in str(asking.all())
