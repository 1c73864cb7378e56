"""Whole runs: every claim is tested, a seed repeats a run exactly, and an interrupted run writes reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from contracts.exchange import Answer, Request
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.wire import Wire
from contracts.verdict.result import Result
from openapi import world
from tests.contracts.served import broken, broken_claims, carry_out, mock, served

pytestmark = pytest.mark.slow

# Claims that no request can test under the default readings, and why.
UNREACHED = {"error.target_rule_id_required": "asked only where the action ENROL_MILESTONES is accepted"}

Runs = list[tuple[Result, Path]]


def test_the_mock_keeps_every_claim_of_the_document() -> None:
    with served(mock()) as url:
        result = carry_out(url)
    assert {s.claim.id: s.verdict for s in result.standings if s.verdict != "kept"} == dict.fromkeys(
        UNREACHED, "unreached"
    )
    assert result.findings == ()
    assert (result.verdict, result.why) == ("kept", "89 of 90 claims kept, 1 not reached")


@pytest.mark.parametrize("known", ["promotions", "customers"])
def test_a_target_that_lists_only_a_part_gets_a_useful_run(
    known: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILL", "store.server")
    monkeypatch.setenv("TILL_PASSWORD", "123")
    credentials = {"basic": {"username": "TILL", "password": "TILL_PASSWORD"}}
    sample = world.load()
    parts = {
        "promotions": [
            {"id": p.id, "promotionId": p.promotion_id, "programId": p.program_id, "type": p.type, "status": p.status}
            for p in sample.promotions
        ],
        "customers": [{"id": c.id, "mobile": c.mobile} for c in sample.customers if c.id and c.mobile],
    }
    programs = [{"id": program.id} for program in sample.programs]
    target = tmp_path / "target.json"  # JSON is YAML as well
    target.write_text(
        json.dumps({"credentials": credentials, "world": {"programs": programs, known: parts[known]}}), encoding="utf-8"
    )
    with served(mock()) as url:
        result = carry_out(url, target=target)
    verdicts = {s.claim.id: s.verdict for s in result.standings}
    assert result.verdict == "kept"
    assert (verdicts["error.action_required"], verdicts["example.enrol"]) == ("kept", "unreached")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Two runs of the generated parts with one seed, each against a fresh mock, and their report folders."""
    every = []
    for _ in range(2):
        folder = tmp_path_factory.mktemp("reports")
        with served(mock()) as url:
            every.append((carry_out(url, "examples", "echo", "journeys", "fuzz", report_dir=folder), folder))
    return every


def test_one_seed_sends_the_same_requests_in_the_same_order(runs: Runs) -> None:
    first, second = ([exchange.request for exchange in result.exchanges] for result, _ in runs)
    assert len(first) > 200
    assert first == second


def test_one_seed_and_two_fresh_hosts_make_one_report(runs: Runs) -> None:
    first, second = (json.loads((folder / "report.json").read_text(encoding="utf-8")) for _, folder in runs)
    assert first.pop("run") != second.pop("run")
    assert first == second
    assert (first["verdict"], len(first["claims"])) == ("kept", len(runs[0][0].document.claims))


def test_the_junit_report_has_a_case_for_each_claim(runs: Runs) -> None:
    result, folder = runs[0]
    root = ElementTree.parse(folder / "junit.xml").getroot()
    names = {case.get("name") for case in root.iter("testcase")}
    assert names >= set(result.document.claims)
    assert not list(root.iter("failure"))
    seconds = {case.get("name"): float(case.get("time", "0")) for case in root.iter("testcase")}
    assert seconds["example.enrol"] > 0
    assert sum(seconds.values()) <= sum(exchange.answer.seconds for exchange in result.exchanges) + 1e-3


def test_another_seed_sends_other_requests() -> None:
    asked = []
    for seed in (1, 2):
        with served(mock()) as url:
            result = carry_out(url, "examples", "echo", seed=seed)
        asked.append([exchange.request.body for exchange in result.exchanges])
    assert asked[0] != asked[1]


def interrupt_at(number: int) -> Callable[..., Answer]:
    """Return a `Wire.send` that raises KeyboardInterrupt."""
    sent: list[Request] = []
    send = Wire.send

    def send_or_interrupt(wire: Wire, request: Request, dialect: Dialect, *, within: float) -> Answer:
        sent.append(request)
        if len(sent) == number:
            raise KeyboardInterrupt
        return send(wire, request, dialect, within=within)

    return send_or_interrupt


def test_an_interrupted_run_writes_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wire, "send", interrupt_at(20))
    with served(mock()) as url:
        result = carry_out(url, report_dir=tmp_path)
    assert (result.verdict, result.interrupted, result.why) == ("unjudged", True, "interrupted before the end")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["interrupted"] is True
    assert (tmp_path / "junit.xml").exists()


def test_an_interrupted_run_that_found_something_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wire, "send", interrupt_at(20))
    with served(broken(lambda seen: seen.answer.pop("data", None))) as url:
        result = carry_out(url)
    assert (result.verdict, result.interrupted) == ("broken", True)


def test_a_bug_during_a_run_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("contracts.inputs.roles.Roles.shuffled_pairs", fail)
    with served(mock()) as url, pytest.raises(ZeroDivisionError, match="a bug"):
        carry_out(url, "examples", "journeys")


def test_a_host_that_stops_answering_during_a_run_breaks_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    send = Wire.send
    sent: list[Request] = []

    def go_away(wire: Wire, request: Request, dialect: Dialect, *, within: float) -> Answer:
        sent.append(request)
        if len(sent) > 4:
            raise Unreachable("gone")
        return send(wire, request, dialect, within=within)

    monkeypatch.setattr(Wire, "send", go_away)
    with served(mock()) as url:
        result = carry_out(url, "examples", "transport", fail_fast=True)
    assert result.verdict == "broken"


def test_a_declared_reading_binds_the_host(tmp_path: Path) -> None:
    file = tmp_path / "readings.yaml"
    file.write_text("refusal-status: 404", encoding="utf-8")
    with served(mock()) as url:
        result = carry_out(url, "examples", "rules", readings=file, fail_fast=True)
    (finding,) = result.findings
    assert finding.claim == "error.promotion_not_found"
    assert finding.expected == "one reading of the question refusal-status, as in the other answers: " + (
        'HTTP 404 for the rows that say "not found", HTTP 400 for the others'
    )


def test_a_host_where_every_customer_is_enrolled_already_cannot_be_judged() -> None:
    with served(mock()) as url:
        first = carry_out(url, "examples")
        again = carry_out(url, "examples")
    assert (first.verdict, again.verdict) == ("kept", "unjudged")
    assert again.why.startswith("no enrolment succeeded: every customer of the test data may be enrolled already")


def test_unreached_claims_fail_a_run_with_fail_on_unreached() -> None:
    with served(mock()) as url:
        result = carry_out(url, "examples", fail_on="unreached")
    assert (result.verdict, result.why) == (
        "broken",
        f"{result.count('kept')} of 90 claims kept, {result.count('unreached')} not reached (--fail-on unreached)",
    )


def test_hygiene_fails_a_run_with_fail_on_hygiene() -> None:
    def rude(seen: Any) -> None:
        seen.headers["Content-Type"] = "text/plain"

    with served(broken(rude)) as url:
        assert carry_out(url, "examples").verdict == "kept"
    with served(broken(rude)) as url:
        result = carry_out(url, "examples", fail_on="hygiene")
    assert (result.verdict, broken_claims(result)) == ("broken", set())
    assert " of hygiene (--fail-on hygiene); " in result.why
