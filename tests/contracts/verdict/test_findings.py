"""Findings: one for each claim and level, with the smallest request that shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.exchange import Exchange, Request
from contracts.oracle.observation import Level, Observation
from contracts.verdict.findings import Findings
from tests.contracts.conftest import make_answer


def shown(findings: Findings, number: int, body: Any, claim: str = "a.claim", level: Level = "broken") -> None:
    exchange = Exchange(number, Request(body=body), make_answer({}))
    findings.add(Observation(claim, "broken", f"expected {number}", f"got {number}", level), exchange)


def test_the_smallest_request_is_kept_and_the_times_are_counted() -> None:
    findings = Findings()
    shown(findings, 1, {"long": "x" * 50})
    shown(findings, 2, {"long": "x" * 10})
    shown(findings, 3, {"long": "x" * 90})
    (finding,) = findings.all()
    assert (finding.exchange.number, finding.times) == (2, 3)
    assert (finding.expected, finding.got) == ("expected 2", "got 2")


def test_of_a_budget_the_slowest_answer_is_kept() -> None:
    findings = Findings()
    for number, seconds in ((1, 0.5), (2, 2.5), (3, 1.5)):
        exchange = Exchange(number, Request(body={}), replace(make_answer({}), seconds=seconds))
        findings.add(Observation("budget.latency", "broken", "", f"{seconds} s", "budget"), exchange)
    (finding,) = findings.all()
    assert (finding.exchange.number, finding.times, finding.got) == (2, 3, "2.5 s")


def test_of_requests_with_equal_size_the_first_is_kept() -> None:
    findings = Findings()
    for number in (1, 2):
        shown(findings, number, {})
    assert findings.all()[0].exchange.number == 1


def test_each_claim_and_level_is_a_finding_and_broken_ones_come_first() -> None:
    findings = Findings()
    shown(findings, 1, {}, "b.claim", "hygiene")
    shown(findings, 2, {}, "b.claim")
    shown(findings, 3, {}, "a.claim")
    assert [(f.claim, f.level) for f in findings.all()] == [
        ("b.claim", "broken"),
        ("a.claim", "broken"),
        ("b.claim", "hygiene"),
    ]
    assert (findings.count("broken"), findings.count("hygiene")) == (2, 1)
