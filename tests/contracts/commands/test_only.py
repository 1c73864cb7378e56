"""--only: the run reports on the selected claims, and on no others."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from contracts import cli
from contracts.commands.run import run
from contracts.errors import Misuse
from contracts.inputs.profiles import PROFILES
from contracts.session.opening import Order
from contracts.verdict.claims import check_patterns, is_selected
from contracts.verdict.result import Result
from openapi import document
from tests.faulty import serve

pytestmark = pytest.mark.slow

FAULT = "enrollment-id-is-a-number"
BROKEN = "response.data.enrollmentStatus.promotion.enrollmentId.type"


def examined(*only: str, fault: str | None = FAULT, **changed: Any) -> Result:
    order: dict[str, Any] = {"profile": PROFILES["quick"], "seed": 1, "timeout": 10.0, "parts": ("examples", "fields")}
    with serve(fault=fault) as host:
        return run(Order(host=host.url, only=only, **order | changed), Console(quiet=True))


@pytest.mark.parametrize(
    ("claim", "only", "expected"),
    [
        ("error.program_not_found", (), True),
        ("error.program_not_found", ("error.*",), True),
        ("error.program_not_found", ("auth.*", "*.program_*"), True),
        ("error.program_not_found", ("error",), False),
        ("error.program_not_found", ("Error.*",), False),
        ("hygiene.latency", ("hygiene.*",), True),
        ("hygiene.latency", ("error.*",), False),
    ],
)
def test_a_claim_is_selected_by_its_name(claim: str, only: tuple[str, ...], expected: bool) -> None:
    assert is_selected(claim, only) is expected


def test_a_finding_of_a_selected_claim_fails_the_run() -> None:
    result = examined("response.*")
    assert (result.verdict, result.findings[0].claim) == ("broken", BROKEN)
    assert {standing.claim.id.partition(".")[0] for standing in result.standings} == {"response"}


def test_a_finding_of_another_claim_does_not() -> None:
    result = examined("error.*", "call.*")
    assert (result.verdict, result.findings) == ("kept", ())
    assert {standing.claim.id.partition(".")[0] for standing in result.standings} == {"error", "call"}
    assert result.why.startswith(f"{result.count('kept')} of {len(result.standings)} claims kept")


def test_fail_fast_does_not_stop_at_a_claim_that_is_not_selected() -> None:
    assert examined("error.*", fail_fast=True).verdict == "kept"
    result = examined("response.*", fail_fast=True)
    assert (result.verdict, result.findings[0].claim) == ("broken", BROKEN)


def test_a_conflict_of_readings_counts_only_if_its_claim_is_selected() -> None:
    assert examined(fault="source-required-on-opt-in").verdict == "broken"
    assert examined("call.*", fault="source-required-on-opt-in", fail_fast=True).verdict == "kept"


def test_a_pattern_that_no_claim_matches_is_refused_with_the_nearest_claim() -> None:
    claims = document.load().claims
    check_patterns(("error.*", "hygiene.*", BROKEN), claims)
    with pytest.raises(Misuse) as told:
        check_patterns(("error.program_not_fuond",), claims)
    assert str(told.value) == (
        "--only error.program_not_fuond: no claim matches this pattern (did you mean 'error.program_not_found'?); "
        "`enrol-contract claims` lists all claims"
    )


def test_the_command_refuses_such_a_pattern_in_one_line_and_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", "http://127.0.0.1:9", "--only", "eror.*"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("enrol-contract: --only eror.*: no claim matches this pattern")
