"""Runs against a live host: no customer is enrolled without permission, however the host behaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from contracts import cli
from contracts.errors import Misuse
from contracts.session.permission import can_enrol_nobody
from contracts.verdict.result import Result
from mockserver.app import Mock
from openapi import world
from tests.contracts.served import Seen, broken, broken_claims, carry_out, mock, served

pytestmark = pytest.mark.slow

FAST = 1_000_000.0
TILL = "credentials: {basic: {username: TILL, password: TILL_PASSWORD}}\n"


def run_live(url: str, **changed: Any) -> Result:
    return carry_out(url, treat_as_live=True, pace=FAST, **changed)


def enrolments(app: Mock) -> list[dict[str, Any]]:
    """Return the enrolments of a mock that are not in the sample data."""
    every: list[dict[str, Any]] = Client(app).get("/_mock/enrolments").get_json()["enrolments"]
    listed = {entry.enrollment_id for entry in world.load().enrolments}
    return [entry for entry in every if entry["enrollmentId"] not in listed]


@pytest.fixture
def target_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A target file with credentials and no test data."""
    monkeypatch.setenv("TILL", "store.server")
    monkeypatch.setenv("TILL_PASSWORD", "123")
    file = tmp_path / "target.yaml"
    file.write_text(TILL, encoding="utf-8")
    return file


def test_a_conforming_live_host_keeps_its_claims_and_enrols_nobody() -> None:
    app = mock()
    with served(app) as url:
        result = run_live(url)
    assert (result.verdict, broken_claims(result)) == ("kept", set())
    assert result.why.endswith(": refusals only")
    assert result.requests == 3 + 50  # three to connect, and the list
    assert enrolments(app) == []


def test_a_host_that_accepts_every_request_enrols_nobody() -> None:
    def careless(seen: Seen) -> None:
        seen.status = 200
        seen.answer = {"data": {"status": "SUCCESS"}, "errors": None, "warnings": None}

    with served(broken(careless)) as url:
        result = run_live(url)
    assert result.verdict == "broken"
    assert all(can_enrol_nobody(exchange.request, result.target.absent) for exchange in result.exchanges)


def test_a_host_that_refuses_every_request_stops_the_run() -> None:
    def tired(seen: Seen) -> None:
        seen.status = 500
        seen.answer = {"data": None, "errors": None, "warnings": None}

    with served(broken(tired)) as url:
        result = run_live(url)
    assert result.requests <= 1 + 3 * 2
    assert result.verdict == "broken"


def test_permitted_enrolments_stay_within_the_budget_and_in_the_ledger(tmp_path: Path) -> None:
    app = mock()
    with served(app) as url:
        ledger = tmp_path / "enrol-ledger.jsonl"
        result = run_live(url, permit=url.partition("://")[2], budget=3, ledger=ledger, report_dir=tmp_path / "reports")
    assert (result.verdict, broken_claims(result)) == ("kept", set())
    lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert [("intent" in line, line.get("intent", line.get("result"))) for line in lines] == [
        (True, 1),
        (False, 1),
        (True, 2),
        (False, 2),
        (True, 3),
        (False, 3),
    ]
    made = {line["enrollmentId"] for line in lines if line.get("enrollmentId")}
    assert {entry["enrollmentId"] for entry in enrolments(app)} == made
    assert made


def test_a_permitted_run_that_enrols_nobody_says_so_and_not_that_it_sent_refusals_only(
    target_file: Path, tmp_path: Path
) -> None:
    """The only customer of the target file is enrolled already."""
    promotion = (
        "{id: 68c3f64bbd0a8a0aa705c802, promotionId: 1133590102, programId: 3334, type: LOYALTY, status: UPCOMING}"
    )
    target_file.write_text(
        f"{TILL}world: {{programs: [{{id: 3334}}], promotions: [{promotion}], customers: [{{id: 388600003}}]}}",
        encoding="utf-8",
    )
    with served(mock()) as url:
        permitted = {"target": target_file, "permit": url, "budget": 1, "ledger": tmp_path / "ledger.jsonl"}
        first, again = run_live(url, **permitted), run_live(url, **permitted)
    assert (first.enrolments.made, again.enrolments.made, again.verdict) == (1, 0, "kept")
    assert "nobody could be" not in first.why
    assert again.why.endswith(": nobody could be enrolled with 1 permitted request")
    assert again.headline.endswith(": nobody could be enrolled with 1 permitted request")
    needs = {standing.needs for standing in again.standings}
    assert "a customer in the target file who can still be enrolled: no permitted request enrolled anybody" in needs


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"permit": "elsewhere.example"}, "--permit-enrolments elsewhere.example is not the host under test"),
        (
            {"permit": "HOST", "target": "FILE"},
            "--permit-enrolments needs a target file that lists customers and promotions",
        ),
    ],
)
def test_a_permission_for_another_host_or_without_test_data_sends_nothing(
    target_file: Path, changed: dict[str, Any], message: str
) -> None:
    app = mock()
    with served(app) as url:
        known = {"HOST": url.partition("://")[2], "FILE": target_file}
        asked = {name: known.get(value, value) for name, value in changed.items()}
        with pytest.raises(Misuse, match=message):
            run_live(url, **asked)
    assert Client(app).get("/_mock/journal").get_json()["exchanges"] == []


def test_a_plan_shows_what_would_be_sent_and_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    app = mock()
    with served(app) as url:
        cli.main(["run", url, "--plan", "--treat-as-live"])
    assert Client(app).get("/_mock/journal").get_json()["exchanges"] == []
    said = capsys.readouterr().out
    assert "treated as production" in said
    assert "programId missing" in said


def test_without_test_data_a_run_is_still_useful(target_file: Path) -> None:
    with served(mock()) as url:
        result = carry_out(url, target=target_file)
    assert (result.verdict, broken_claims(result)) == ("kept", set())
    assert result.count("kept") > 25


def test_a_host_that_needs_credentials_is_not_judged_without(target_file: Path) -> None:
    target_file.write_text("credentials: none", encoding="utf-8")
    with served(mock()) as url, pytest.raises(Misuse, match="refuses the credentials with HTTP 401"):
        carry_out(url, target=target_file)


def test_a_run_ends_after_max_requests() -> None:
    with served(mock()) as url:
        result = carry_out(url, max_requests=30)
    assert (result.requests, result.verdict) == (30, "unjudged")
    assert "--max-requests 30 reached" in result.why


def test_slow_answers_fail_a_run_with_max_latency() -> None:
    with served(mock()) as url:
        result = carry_out(url, "examples", max_latency=0.0, only=("error.*",))
    assert [(finding.claim, finding.level) for finding in result.findings] == [("budget.latency", "budget")]
    assert (result.verdict, result.count("broken")) == ("broken", 0)
    assert result.why.startswith(
        "over your budget, though no claim is broken: 2 answers took longer than --max-latency"
    )
