"""The needs: every claim has one, every need has a claim, and a live host needs permission as well."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.reports.claims_page import claims_list, claims_page
from contracts.verdict.needs import NEEDS, missing, need
from openapi.document import Document
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


def test_live_host_needs_permission_for_claims_that_enrol() -> None:
    elsewhere = make_target("https://api.example.com", complete=False)
    assert missing("example.enrol", elsewhere).startswith(
        "permission to enrol on this host (--permit-enrolments), and a LIVE promotion"
    )
    assert missing("auth.basic", elsewhere) == "Basic credentials (credentials: basic)"
    assert missing("request.action.values", elsewhere).startswith("a host that is not treated as live")
    assert missing("example.enrol", make_target()).startswith("a LIVE promotion")


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
