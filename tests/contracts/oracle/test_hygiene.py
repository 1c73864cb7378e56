"""Hygiene: bad manners are told, good ones are not, and no claim of the page is ever broken by them."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import Answer, Request
from contracts.oracle import hygiene
from tests.contracts.answers import ask
from tests.contracts.conftest import make_answer

JSON = {"content-type": "application/json"}
CALL = Request(body=ask())
GET = Request(method="GET", headers=())
ELSEWHERE = Request(body=ask(), path="/elsewhere")
TEXT = Request(raw=b"{}", headers=(("Content-Type", "text/plain"),))
NO_TYPE = Request(raw=b"{}", headers=())
OWN_TYPE = Request(raw=b"{}", headers=(("Content-Type", "application/vnd.loyalty+json"),))
CHARSET = Request(body=ask(), headers=(("Content-Type", "application/json; charset=utf-8"),))
HALF = Request(raw=b"{")
TWINS = Request(raw=b'{"a": 1, "a": 2}')


def answer(content: Any = b"", status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return make_answer(content, status, JSON if headers is None else headers)


@pytest.mark.parametrize(
    ("request_", "answered"),
    [
        (CALL, answer({"data": {}})),
        (CALL, answer(b"", 500)),
        (CALL, answer({}, headers={"content-type": "application/json;charset=utf-8"})),
        (CALL, answer({}, headers={"content-type": "application/vnd.loyalty.v3+json; charset=utf-8"})),
        (GET, answer({}, 405, {**JSON, "allow": "POST"})),
        *((GET, answer({"message": "no"}, status)) for status in (200, 301, 401, 403, 404, 501)),
        (NO_TYPE, answer({}, 200)),
        (OWN_TYPE, answer({}, 200)),
        (OWN_TYPE, answer({}, 415)),
        (ELSEWHERE, answer({"message": "Missing Authentication Token"}, 403)),
        (ELSEWHERE, answer({}, 404)),
        (TEXT, answer({}, 415)),
        (HALF, answer({}, 400)),
        (HALF, answer({}, 422)),
        (TWINS, answer({}, 200)),
        (TWINS, answer({}, 400)),
        (Request(method="GET", credentials="none"), answer(b"", 500)),
        (CALL, answer({"errors": [{"message": "look at the logs (id 7)"}]})),
    ],
)
def test_good_manners_are_not_told(request_: Request, answered: Answer) -> None:
    assert list(hygiene.bad_manners(request_, answered)) == []


@pytest.mark.parametrize(
    ("request_", "answered", "name", "got"),
    [
        (CALL, answer({}, headers={"server": "x"}), "content_type", "nothing"),
        (CALL, answer({}, headers={"content-type": "text/html"}), "content_type", "text/html"),
        (CALL, answer(b"\xef\xbb\xbf{}"), "byte_order_mark", "a byte order mark"),
        (GET, answer({"data": None, "errors": []}, 200), "method_not_allowed", "HTTP 200"),
        (GET, answer({}, 400), "method_not_allowed", "HTTP 400"),
        (GET, answer({}, 405), "allow", "no Allow header"),
        (GET, answer({}, 500), "server_error", "HTTP 500"),
        (GET, answer(b"", 0), "server_error", "no answer at all"),
        (ELSEWHERE, answer({}, 200), "path_not_found", "HTTP 200"),
        (ELSEWHERE, answer({"errors": []}, 400), "path_not_found", "HTTP 400"),
        (TEXT, answer({}, 200), "unsupported_media_type", "HTTP 200"),
        (HALF, answer({}, 200), "malformed_json", "HTTP 200"),
        (CHARSET, answer({}, 415), "media_type_parameter", "HTTP 415"),
    ],
)
def test_bad_manners_are_told(request_: Request, answered: Answer, name: str, got: str) -> None:
    (told,) = hygiene.bad_manners(request_, answered)
    assert (told.claim, told.got, told.level) == (f"hygiene.{name}", got, "hygiene")


@pytest.mark.parametrize(
    "leak",
    [
        "Traceback (most recent call last):",
        "  at com.example.Enrol.call(Enrol.java:42)",
        "java.lang.NullPointerException",
        "org.springframework.web.SomeException: x",
        "SQLSTATE 23505",
        "ORA-00942: table or view",
        "at Object.<anonymous> (/srv/index.js:3:7)",
        "goroutine 7 [running]:",
    ],
)
def test_internals_that_escape_are_told_whatever_the_request(leak: str) -> None:
    for request in (CALL, GET):
        told = [
            o
            for o in hygiene.bad_manners(request, answer(f"oops\n{leak}\n".encode(), 404))
            if o.claim == "hygiene.leak"
        ]
        assert len(told) == 1
        assert told[0].got in leak
