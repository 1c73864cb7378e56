"""The tally: each claim of the document ends kept, broken, undetermined or unreached."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.oracle.observation import Observation
from contracts.verdict.claims import Standing, Tally
from openapi.document import Document


def standing(contract: Document, *seen: tuple[str, Any]) -> Standing:
    """Return the standing of the claim call.path after observations, given as level and verdict."""
    tally = Tally(contract.claims)
    observations = [Observation("call.path", verdict, level=level) for level, verdict in seen]  # type: ignore[arg-type]  # plain text for literals
    tally.count(observations, seconds=0.5)
    return next(s for s in tally.standings() if s.claim.id == "call.path")


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([], "unreached"),
        (["undetermined"], "undetermined"),
        (["undetermined", "kept"], "kept"),
        (["kept", "kept"], "kept"),
        (["kept", "undetermined", "broken", "kept"], "broken"),
    ],
)
def test_the_verdict_on_a_claim_follows_from_its_observations(
    contract: Document, verdicts: list[str], verdict: str
) -> None:
    ended = standing(contract, *(("broken", v) for v in verdicts))
    assert (ended.verdict, ended.answers) == (verdict, len(verdicts))


def test_hygiene_counts_for_no_claim(contract: Document) -> None:
    assert standing(contract, ("hygiene", "broken")).verdict == "unreached"


def test_a_claim_that_the_document_lacks_is_ignored(contract: Document) -> None:
    tally = Tally(contract.claims)
    tally.count([Observation("no.such.claim", "broken")], seconds=0.5)
    tally.count_broken("no.such.claim")
    assert {s.verdict for s in tally.standings()} == {"unreached"}


def test_answers_that_contradict_each_other_break_a_claim(contract: Document) -> None:
    tally = Tally(contract.claims)
    tally.count_broken("call.path")
    assert [s.claim.id for s in tally.standings() if s.verdict == "broken"] == ["call.path"]


def test_standings_are_in_the_order_of_the_document(contract: Document) -> None:
    assert [s.claim.id for s in Tally(contract.claims).standings()] == list(contract.claims)


def test_the_seconds_of_an_answer_are_shared_by_the_claims_that_it_tests(contract: Document) -> None:
    tally = Tally(contract.claims)
    tally.count([Observation("call.path", "kept"), Observation("auth.basic", "broken")] * 2, seconds=0.5)
    tally.count([Observation("call.path", "kept"), Observation("hygiene.leak", "broken", level="hygiene")], seconds=2.0)
    seconds = {standing.claim.id: standing.seconds for standing in tally.standings() if standing.seconds}
    assert seconds == {"call.path": 2.25, "auth.basic": 0.25}
