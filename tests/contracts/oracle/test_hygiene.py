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


@pytest.mark.parametrize(
    "leak",
    [
        'File "/srv/enrol/views.py", line 12, in call',
        "\tat com.example.Enrol.call(Enrol.java:42)",
        "    at Router.handle (/srv/app/router.js:47:12)",
        "    at async enrol (file:///srv/app/enrol.mjs:3:9)",
        "   at Enrol.Api.Call(Request request) in C:\\build\\Api.cs:line 12",
        "System.NullReferenceException: x",
        "org.hibernate.exception.ConstraintViolationException",
        "app/enrol.rb:12:in `call'",
        "Fatal error in /var/www/enrol.php on line 12",
        "panic: runtime error: index out of range",
        "You have an error in your SQL syntax; check",
        "psycopg2.errors.UniqueViolation: duplicate key",
        "cannot read /usr/local/etc/enrol/settings.yaml",
        "cannot load C:\\inetpub\\enrol\\web.config",
    ],
)
def test_internals_are_told_in_a_text_of_json_too(leak: str) -> None:
    for content in (f"oops\n{leak}\n".encode(), {"errors": [{"code": 500, "message": f"oops\n{leak}\n"}]}):
        told = {o.claim for o in hygiene.bad_manners(CALL, answer(content, 500, JSON))}
        assert "hygiene.leak" in told


@pytest.mark.parametrize(
    "text",
    [
        "see https://docs.example.com/usr/guide.js and /v3/promotions/enrol",
        "look at the logs (id 7)",
        '<script src="/app/main.js"></script>',
        "the app.config.json of /api/v3/enrol",
        "home/office: /var or /usr",
        "look at Enrol (see below:12)",
        "1/2/2026 at 10:30:12 (UTC:0:1)",
    ],
)
def test_usual_texts_show_no_internals(text: str) -> None:
    assert list(hygiene.bad_manners(CALL, answer({"errors": [{"code": 1, "message": text}]}, 400))) == []


def test_what_the_request_holds_may_be_echoed() -> None:
    sent = '    at x (/srv/a.js:1:2)\n"'
    request = Request(body=ask(requestId=sent))
    assert list(hygiene.bad_manners(request, answer({"data": {"requestId": sent}}))) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"code": 310002, "message": ""}, True),
        ({"code": 310002, "message": " \n"}, True),
        ({"code": 310002, "message": None}, True),
        ({"code": 310002}, True),
        ({"code": "310002", "status": "400"}, True),
        ({"code": 310002, "message": "no"}, False),
        ({"code": 310002, "description": "no"}, False),
        ({"code": 310002, "details": [{"text": "no"}]}, False),
        ({}, False),
        ("no", False),
    ],
)
def test_an_error_says_what_is_wrong(error: Any, told: bool) -> None:
    for errors in (error, [error], [{"code": 1, "message": "ok"}, error]):
        found = {o.claim for o in hygiene.bad_manners(CALL, answer({"data": None, "errors": errors}, 400))}
        assert found == ({"hygiene.error_message"} if told else set())
