"""The journal records every exchange, with the reason for its answer and without credentials."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.app import Mock
from tests import page
from tests.house.modules import ROOT
from tests.mockserver.caller import Caller, with_value
from tests.mockserver.conftest import Clock

ENROL = page.ENROL_REQUEST


def test_exchange_is_recorded_with_its_reason(mock: Caller, clock: Clock) -> None:
    response = mock.send(with_value(ENROL, "0", "customer", "identifierValue"), User_Agent="till/7")
    (handling,) = mock.journal()
    assert handling["id"] == response.headers["X-Cap-Requestid"]
    assert handling["at"] == clock.seconds
    assert (handling["method"], handling["path"], handling["status"]) == ("POST", page.PATH, 400)
    assert handling["outcomes"] == ["customer_not_found"]
    assert handling["why"] == "customer_not_found: No customer has this identifier."
    assert handling["request"]["headers"]["User-Agent"] == "till/7"
    assert '"identifierValue": "0"' in handling["request"]["body"]
    assert "Customer not found" in handling["response"]["body"]


def test_page_shows_the_journal_as_it_is(mock: Caller) -> None:
    page_of_docs = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")
    shown = json.loads(page_of_docs.split("```json\n")[1].split("```")[0])
    mock.send()
    found = mock.client.get("/_mock/journal").get_json()
    assert list(found) == list(shown)
    assert list(found["totals"]) == list(shown["totals"])
    assert list(found["exchanges"][0]) == list(shown["exchanges"][0])
    for side in ("request", "response"):
        assert list(found["exchanges"][0][side]) == list(shown["exchanges"][0][side])


def test_success_is_recorded_with_its_warnings(mock: Caller) -> None:
    mock.send()
    mock.send()
    assert [handling["outcomes"] for handling in mock.journal()] == [[], ["already_enrolled"]]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", page.PATH, 405), ("POST", page.PATH, 401), ("POST", "/v3/oauth/token/generate", 400)],
)
def test_every_early_answer_is_recorded(mock: Caller, method: str, path: str, status: int) -> None:
    mock.client.open(path, method=method)
    assert [(handling["path"], handling["status"]) for handling in mock.journal()] == [(path, status)]
    assert mock.journal()[0]["why"]


def test_credentials_never_get_into_the_journal(mock: Caller) -> None:
    client = {"key": "sample-key", "secret": "sample-secret"}
    token = mock.client.post("/v3/oauth/token/generate", json=client).get_json()["data"]["accessToken"]
    mock.client.post("/v3/oauth/token/generate", json={**client, "secret": "a slip of the pen"})
    mock.client.post(page.PATH, json=ENROL, headers={"X-CAP-API-OAUTH-TOKEN": token})
    mock.send(Cookie="_cfuvid=biscuit", Proxy_Authorization="Basic proxy")
    text = mock.client.get("/_mock/journal").text
    for secret in ("sample-secret", "slip of the pen", token, "DllZTk", "biscuit", "Basic proxy"):
        assert secret not in text
    assert mock.journal()[-1]["request"]["headers"]["Authorization"] == "Basic ***"
    assert mock.journal()[-2]["request"]["headers"]["X-Cap-Api-Oauth-Token"] == "***"


def test_an_entry_shows_no_credentials_where_it_is_printed_as_a_whole(mock: Caller) -> None:
    """A traceback may print it."""
    served = mock.client.application
    assert isinstance(served, Mock)
    mock.send({"password": "sesame"}, Cookie="_cfuvid=biscuit")
    mock.client.post(f"{page.PATH}?token=hush", json=ENROL, headers={"X-CAP-API-OAUTH-TOKEN": "crumb"})
    text = repr(served.sessions.unnamed.state.journal.entries())
    assert page.PATH in text
    assert [secret for secret in ("DllZTk", "sesame", "biscuit", "hush", "crumb") if secret in text] == []


def test_requests_to_the_control_plane_are_not_recorded(mock: Caller) -> None:
    mock.client.get("/_mock/health")
    mock.client.get("/_mock/nothing")
    assert mock.journal() == []


def test_journal_keeps_the_latest_thousand(mock: Caller) -> None:
    for number in range(1005):
        mock.client.get(f"/{number}")
    paths = [handling["path"] for handling in mock.journal()]
    assert paths == [f"/{number}" for number in range(5, 1005)]


def test_totals_count_what_the_journal_no_longer_keeps(mock: Caller) -> None:
    assert totals(mock) == {"seen": 0, "kept": 0, "dropped": 0}
    for number in range(1005):
        mock.client.get(f"/{number}")
    mock.client.get("/_mock/health")
    assert totals(mock) == {"seen": 1005, "kept": 1000, "dropped": 5}
    mock.client.post("/_mock/reset")
    assert totals(mock) == {"seen": 0, "kept": 0, "dropped": 0}


def totals(mock: Caller) -> dict[str, int]:
    found: dict[str, int] = mock.client.get("/_mock/journal").get_json()["totals"]
    return found


def test_long_bodies_and_reasons_are_cut(mock: Caller) -> None:
    body = json.dumps(with_value(ENROL, "x" * 500_000, "programId")).encode()
    mock.send_raw(body)
    (handling,) = mock.journal()
    assert handling["request"]["body"] == body[:4096].decode()
    assert (handling["request"]["bodyBytes"], handling["request"]["bodyCut"]) == (len(body), True)
    assert len(handling["why"]) < 300


@pytest.mark.parametrize(("size", "cut"), [(4095, False), (4096, False), (4097, True), (3_000_000, True)])
def test_body_kept_in_part_is_marked(mock: Caller, size: int, cut: bool) -> None:
    mock.send_raw(json.dumps(ENROL).encode().ljust(size))
    request = mock.journal()[0]["request"]
    assert (request["bodyBytes"], request["bodyCut"], len(request["body"])) == (size, cut, min(size, 4096))


@pytest.mark.parametrize("letter", ["\u00e4", "\u20ac", "\U0001f600"])
@pytest.mark.parametrize("before", range(4090, 4097))
def test_body_is_not_cut_inside_a_character(mock: Caller, letter: str, before: int) -> None:
    mock.send_raw(b"x" * before + letter.encode() * 4)
    shown = mock.journal()[0]["request"]["body"]
    assert shown == ("x" * before + letter * 4)[: len(shown)]
    assert 4093 <= len(shown.encode()) <= 4096


def test_bytes_that_only_look_like_parts_of_a_character_are_cut_at_the_limit(mock: Caller) -> None:
    mock.send_raw(b"\x80" * 5000)
    assert len(mock.journal()[0]["request"]["body"]) >= 4093


def test_answer_kept_in_part_is_marked(mock: Caller) -> None:
    mock.send(with_value(ENROL, "x" * 9000, "requestId"))
    response = mock.journal()[0]["response"]
    assert (len(response["body"]), response["bodyCut"]) == (4096, True)
    assert response["bodyBytes"] > 9000


def test_body_of_another_path_is_counted_and_not_kept(mock: Caller) -> None:
    mock.client.post("/v3/oauth/token/generate", data=b"key=k&secret=s")
    mock.client.post("/nowhere", data=b"key=k&secret=s")
    for handling in mock.journal():
        request = handling["request"]
        assert (request["body"], request["bodyBytes"], request["bodyCut"]) == ("", 14, True)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ""),
        ("a=1&b=%20x&&c", "a=1&b=%20x&&c"),
        ("a=b=c?d/e", "a=b=c?d/e"),
        ("access_token=abc&a=1", "access_token=***&a=1"),
        ("PassWord=abc", "PassWord=***"),
        ("api%4Bey=abc", "api%4Bey=***"),
    ],
)
@pytest.mark.parametrize("path", ["/", page.PATH, "/v3/oauth/token/generate"])
def test_query_is_recorded_as_sent_but_for_secrets(mock: Caller, path: str, query: str, shown: str) -> None:
    mock.client.get(f"{path}?{query}")
    (handling,) = mock.journal()
    assert (handling["path"], handling["query"]) == (path, shown)


@pytest.mark.parametrize("rule", ["promotion_not_found", "customer_not_found", "already_enrolled"])
def test_reason_is_one_line_without_indentation(mock: Caller, rule: str) -> None:
    mock.send()
    mock.send()
    mock.send(with_value(ENROL, "0", "customer", "identifierValue"))
    mock.send(with_value(ENROL, "0" * 24, "promotion", "id"))
    (why,) = (handling["why"] for handling in mock.journal() if rule in handling["outcomes"])
    assert why.startswith(f"{rule}: ")
    assert why.endswith(".")
    assert "\n" not in why
    assert "  " not in why


def test_bytes_that_are_not_utf_8_are_shown_as_replacement_characters(mock: Caller) -> None:
    mock.send_raw(b"\xff{", "text/plain")
    assert mock.journal()[0]["request"]["body"] == "\ufffd{"


def test_bug_in_the_kit_is_answered_as_one_and_recorded(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("nobody expected this")

    monkeypatch.setattr("mockserver.enrol_call.EnrolCall._judge_and_commit", broken)
    response = mock.send()
    assert response.status_code == 500
    (error,) = response.get_json()["errors"]
    assert error["code"] == 999999
    assert "bug in the kit: ZeroDivisionError: nobody expected this" in error["message"]
    (handling,) = mock.journal()
    assert "Traceback" in handling["why"]
    assert handling["id"] == response.headers["X-Cap-Requestid"]
