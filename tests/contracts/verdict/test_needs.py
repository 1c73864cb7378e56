"""The needs: every claim has one, every need has a claim, and a live host needs permission as well."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.host.login import Login
from contracts.reports.claims_page import claims_list, claims_page
from contracts.verdict.needs import NEEDS, Reach, missing, need
from openapi.document import Document
from openapi.world import World
from tests.contracts.conftest import make_target

DOCS = Path(__file__).parents[3] / "docs"


def test_every_claim_has_a_need_and_every_need_a_claim(contract: Document) -> None:
    assert {need(claim) for claim in contract.claims} <= set(NEEDS)
    assert [n.claims for n in NEEDS if not any(claim.startswith(n.claims) for claim in contract.claims)] == []


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("example.opt_in", "LOYALTY_EARNING"),
        ("response.data.enrollmentStatus.milestone.status.type", "milestones"),
        ("response.data.status.type", "LIVE promotion"),
        ("error.engine_error", "engine: down"),
        ("error.action_required", "any host"),
    ],
)
def test_the_longest_matching_prefix_wins(claim: str, words: str) -> None:
    assert words in need(claim).data


HERE = make_target()
NOTHING_KNOWN = World(absent=HERE.absent)
ELSEWHERE = make_target("https://api.example.com", complete=False)
EMPTY = replace(ELSEWHERE, data=NOTHING_KNOWN, login=Login())
PERMISSION = "permission to enrol on this host (--permit-enrolments)"
LARGER = "a larger --budget: all 5 requests that it permits were sent"
ENROLABLE = "a LIVE promotion of type LOYALTY or LOYALTY_EARNING, and a customer who may be enrolled"
ASKED = "an answer that shows it; there was none"
BASIC = "Basic credentials (credentials: basic)"


@pytest.mark.parametrize(
    ("claim", "reach", "words"),
    [
        ("example.enrol", Reach(ELSEWHERE, budget=0), PERMISSION),
        ("example.enrol", Reach(EMPTY, budget=0), f"{ENROLABLE}, and {PERMISSION}"),
        ("example.enrol", Reach(EMPTY, budget=5), ENROLABLE),
        ("example.enrol", Reach(ELSEWHERE, budget=5, spent=5, made=1), LARGER),
        ("example.enrol", Reach(ELSEWHERE, budget=1, spent=1, made=1), "a larger --budget: the one request that it permits was sent"),
        ("example.enrol", Reach(ELSEWHERE, budget=5, spent=5), "a customer in the target file who can still be enrolled: no permitted request enrolled anybody"),
        ("example.enrol", Reach(ELSEWHERE, budget=5, spent=4), f"{ENROLABLE}; no answer has shown it"),
        ("example.enrol", Reach(HERE), f"{ENROLABLE}; no answer has shown it"),
        ("auth.basic", Reach(EMPTY, budget=0), f"{BASIC}, and {ENROLABLE}, and {PERMISSION}"),
        ("auth.basic", Reach(HERE), f"{BASIC}, and {ENROLABLE}; no answer has shown it"),
        ("auth.oauth", Reach(HERE), "OAuth credentials (credentials: oauth)"),
        ("error.action_required", Reach(ELSEWHERE, budget=0), ASKED),
        ("error.action_required", Reach(ELSEWHERE, budget=0, ended="--max-time 1 s reached"),
         "the rest of the run, which ended early: --max-time 1 s reached"),
        ("error.engine_error", Reach(EMPTY, budget=5), "a promotion whose engine fails (engine: down), and a customer"),
        ("error.target_rule_id_required", Reach(HERE), "a host that accepts the action ENROL_MILESTONES; a host that refuses "
         "that action never sends this code"),
    ],
)  # fmt: skip
def test_a_run_is_told_what_it_lacks_and_not_what_it_had(claim: str, reach: Reach, words: str) -> None:
    assert missing(claim, reach) == words


def test_the_sample_data_has_all_that_claims_need(contract: Document) -> None:
    lacking = [claim for claim in contract.claims if not need(claim).has(HERE.data)]
    assert lacking == ["error.target_rule_id_required"]
    assert all(
        need(claim).has(NOTHING_KNOWN) is not need(claim).enrols for claim in set(contract.claims) - set(lacking)
    )


def test_page_of_the_claims_is_up_to_date() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", "from contracts.cli import main; main()", "claims", "--markdown"],
        cwd=DOCS.parent,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    assert (DOCS / "claims.md").read_text(encoding="utf-8") == printed, "run `make docs`"


def test_page_and_list_have_every_claim(contract: Document) -> None:
    page, listed = claims_page(contract), claims_list(contract)
    assert [claim for claim in contract.claims if f"| `{claim}` |" not in page] == []
    assert [line.split()[0] for line in listed.splitlines()] == list(contract.claims)
