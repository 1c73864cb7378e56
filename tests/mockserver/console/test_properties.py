"""Whatever is sent to the console or to the mock, each page is drawn, and nothing in it can run."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller
from tests.mockserver.console.conftest import BROWSER
from tests.mockserver.console.markup import Page

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FORMS = ["try", "faults", "world", "enrolments", "reset", "clear", "login", "logout", "nothing"]
NAMES = st.sampled_from(
    ["method", "path", "login", "headers", "body", "outcome", "effect", "count", "delay", "switch", "remove", "clear", "handle", "entries", "token", "q", "to", "status", "customer", "exchange", "example", "state"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["POST", page.PATH, "valid", "expired", "A: b", "{}", "engine_error", "429", "slow", "1", "0.5", "true", "4xx", "optIn", "<b>", "\r\n", "answer", "Slow"]
)  # fmt: skip
FIELDS = st.dictionaries(NAMES | st.text(max_size=4), WORDS | st.text(max_size=20), max_size=6)
LATIN = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30)


def check(status: int, text: str) -> None:
    assert status in (200, 204, 303, 400, 401, 404), text
    assert Page(text).runs() == []
    assert "\x1b" not in text


@pytest.mark.slow
@QUICK
@given(st.sampled_from(FORMS), FIELDS)
@example(
    "try", {"method": "POST", "path": page.PATH, "login": "valid", "body": "\ud800", "headers": "Content-Length: 7"}
)
@example("try", {"method": "POST", "path": page.PATH + "?%zz=%", "login": "valid", "headers": "Host: a b\nHost: c"})
@example("faults", {"effect": "answer", "status": "204", "body": "x"})
def test_any_form_is_followed_or_told(mock: Caller, form: str, fields: dict[str, str]) -> None:
    sent = urlencode(fields, errors="surrogatepass")
    answer = mock.client.post(f"/_mock/console/{form}", data=sent, headers=BROWSER)
    check(answer.status_code, answer.text)
    check(200, mock.client.get("/_mock/", headers=BROWSER).text)


@pytest.mark.slow
@QUICK
@given(
    st.sampled_from(["", "console/try", "console/world", "console/rows", "console/switch", "console/faults"]), FIELDS
)
def test_any_query_is_followed_or_told(mock: Caller, path: str, fields: dict[str, str]) -> None:
    answer = mock.client.get(f"/_mock/{path}?{urlencode(fields, errors='surrogatepass')}", headers=BROWSER)
    check(answer.status_code, answer.text)


@pytest.mark.slow
@QUICK
@given(st.binary(max_size=80) | st.text(max_size=60).map(str.encode), LATIN, st.text(max_size=12), LATIN)
@example(b'{"customer": {"identifierName": {}, "identifierValue": []}, "promotion": [1]}', "", "", "")
@example(b'{"promotion": {"id": NaN}, "action": "\\ud800"}', "", "", "")
def test_any_request_is_shown(mock: Caller, body: bytes, agent: str, path: str, header: str) -> None:
    headers = {**AUTHORIZED, "Content-Type": "application/json", "User-Agent": agent, "Prefer": header}
    mock.client.post(page.PATH, data=body, headers=headers)
    mock.client.post(f"/{quote(path)}", data=body, headers=headers)
    for one in mock.journal()[-2:]:
        for place in (f"exchanges/{one['id']}", f"try?exchange={one['id']}"):
            answer = mock.client.get(f"/_mock/console/{place}", headers=BROWSER)
            assert answer.status_code == 200
            check(200, answer.text)
