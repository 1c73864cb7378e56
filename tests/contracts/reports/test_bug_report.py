"""The parts of a finding that every report writes: its title, the difference, the steps, and where to look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.oracle.observation import Difference
from contracts.reports.bug_report import bug_report
from contracts.reports.look_at import look_at
from contracts.verdict.findings import CONTRADICTION, Also, Finding
from contracts.verdict.result import Result
from openapi.document import Document


def finding(broken: Result, **changed: Any) -> Finding:
    """Return the first finding of a run, told otherwise."""
    usual = {"expected": "a refusal", "got": "HTTP 200 and a success", "claim": "error.program_not_found"}
    return replace(broken.findings[0], **{"difference": None, "occasion": "", **usual, **changed})


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({}, "HTTP 200 and a success instead of a refusal"),
        ({"occasion": "no such program"}, "HTTP 200 and a success instead of a refusal, although no such program"),
        ({"difference": Difference("/errors/0/code", (310005,), 310004)}, "errors[0].code is 310004 instead of 310005"),
        ({"difference": Difference("/data/requestId", ("a", "b"), NOTHING)}, 'data.requestId is absent instead of "a" or "b"'),
        ({"difference": Difference("status", (200, 400), 418)}, "the HTTP status is 418 instead of 200 or 400"),
        ({"difference": Difference("", (), None)}, "the body is null"),
        # These look the same.
        ({"difference": Difference("/data/requestId", ("\u00e9",), "e\u0301")}, 'data.requestId is "e\\u0301" instead of "\\u00e9"'),
        # Long texts are cut where they are shown, so both would look the same.
        ({"difference": Difference("/data/requestId", ("x" * 200,), "x" * 128)}, "data.requestId ends after 128 of 200 characters"),
        ({"difference": Difference("/data/requestId", ("x" * 200,), "x" * 200 + "\n")}, 'data.requestId goes on behind all 200 characters with "\\n"'),
        ({"difference": Difference("/data/requestId", ("x" * 200 + "ß",), "x" * 200 + "ss")}, 'data.requestId has "ss" instead of "ß" from character 201 on'),
        ({"difference": Difference("/data/requestId", ("a short text",), "a short")}, 'data.requestId is "a short" instead of "a short text"'),
        # That a host accepts what it must refuse says more than that an error is absent.
        ({"difference": Difference("/errors/0/code", (400,), NOTHING)}, "HTTP 200 and a success instead of a refusal"),
        (
            {"got": "milestone is null", "expected": f"{CONTRADICTION} milestones-failed-body, as in the other answers: status is FAILED"},
            "milestone is null, but in other answers: status is FAILED",
        ),
        ({"claim": "response.data.action.echo", "expected": '"ENROL"', "got": '"OPT_IN"'}, 'data.action: "OPT_IN" instead of "ENROL"'),
    ],
)  # fmt: skip
def test_the_title_says_what_is_wrong(broken: Result, changed: dict[str, Any], title: str) -> None:
    assert bug_report(finding(broken, **changed), broken).title == title


def test_the_steps_end_with_the_request_that_shows_it(broken: Result) -> None:
    last = broken.exchanges[-1]
    shown = bug_report(finding(broken, exchange=last, steps=(broken.exchanges[0].number,)), broken)
    assert [step.number for step in shown.steps] == [broken.exchanges[0].number, last.number]
    assert all(step.curl.startswith("curl -sSi ") for step in shown.steps)


def test_other_claims_of_the_cause_are_named(broken: Result) -> None:
    also = Also("warning.already_enrolled", "the warning", "a success", exchange=3, times=2)
    assert bug_report(finding(broken, also=(also,)), broken).also == (
        "warning.already_enrolled, shown by 2 answers (request 3)",
    )


def test_every_claim_has_a_place_to_look_at(contract: Document) -> None:
    assert all(look_at(claim) for claim in (*contract.claims, "hygiene.leak", "budget.latency"))
    assert look_at("error.customer_not_found") != look_at("error.program_not_found") != look_at("error.source_required")
