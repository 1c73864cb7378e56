"""The journal records every exchange, with the reason for its answer and without credentials."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Mock
from tests import page
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


def test_requests_to_the_control_plane_are_not_recorded(mock: Caller) -> None:
    mock.client.get("/_mock/health")
    mock.client.get("/_mock/nothing")
    assert mock.journal() == []


def test_journal_keeps_the_latest_thousand(mock: Caller) -> None:
    for number in range(1005):
        mock.client.get(f"/{number}")
    paths = [handling["path"] for handling in mock.journal()]
    assert paths == [f"/{number}" for number in range(5, 1005)]


def test_long_bodies_and_reasons_are_cut(mock: Caller) -> None:
    mock.send(with_value(ENROL, "x" * 500_000, "programId"))
    (handling,) = mock.journal()
    assert len(handling["request"]["body"]) == 4096
    assert len(handling["why"]) < 300


def test_bytes_that_are_not_utf_8_are_shown_as_replacement_characters(mock: Caller) -> None:
    mock.send_raw(b"\xff{", "text/plain")
    assert mock.journal()[0]["request"]["body"] == "\ufffd{"


def test_bug_in_the_kit_is_answered_as_one_and_recorded(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("nobody expected this")

    monkeypatch.setattr(Mock, "_judge_and_commit", broken)
    response = mock.send()
    assert response.status_code == 500
    (error,) = response.get_json()["errors"]
    assert error["code"] == 999999
    assert "bug in the kit: ZeroDivisionError: nobody expected this" in error["message"]
    (handling,) = mock.journal()
    assert "Traceback" in handling["why"]
    assert handling["id"] == response.headers["X-Cap-Requestid"]
