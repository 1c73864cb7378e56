"""The evidence: readings of exchanges are intersected; if none is left, the conflict names a minority exchange."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from contracts.oracle.judgement import Judgement
from contracts.verdict.evidence import Conflict, Evidence
from openapi import questions

QUESTIONS = questions.load()
IDS = "promotion-ids"
BOTH, EITHER, TOO = "both", "either", "identifier-too"


def told(key: str, *readings: str, claim: str = "") -> Judgement:
    """Return a judgement that implies readings; without a claim, as a hint."""
    known = {key: frozenset(readings)}
    return Judgement("judged", implies=known, blames={key: claim}) if claim else Judgement("judged", hints=known)


def evidence(*noted: Iterable[str], key: str = IDS, declared: dict[str, str] | None = None) -> Evidence:
    """Return evidence for one question, with one exchange for each set of readings."""
    collected = Evidence(QUESTIONS, declared)
    for number, readings in enumerate(noted, 1):
        collected.add(told(key, *readings, claim=f"claim.{number}"), number)
    return collected


def test_without_evidence_every_reading_is_left() -> None:
    assert evidence().fitting(IDS) == {BOTH, EITHER, TOO}
    assert evidence().settled() == {}
    assert list(evidence().conflicts()) == []


def test_readings_are_intersected() -> None:
    collected = evidence({EITHER, TOO}, {BOTH, TOO})
    assert collected.fitting(IDS) == {TOO}
    assert collected.settled() == {IDS: TOO}
    assert list(collected.conflicts()) == []


def test_a_question_of_which_two_readings_are_left_is_not_settled() -> None:
    assert evidence({EITHER, TOO}).settled() == {}


def test_fields_of_a_question_are_settled_separately() -> None:
    collected = evidence({"field-code"}, key="wrong-type/action:integer")
    collected.add(told("wrong-type/action:object", "plain-400", claim="c"), 9)
    assert list(collected.conflicts()) == []
    assert collected.settled() == {"wrong-type/action:integer": "field-code", "wrong-type/action:object": "plain-400"}


def test_a_hint_settles_a_question_and_causes_no_conflict() -> None:
    collected = Evidence(QUESTIONS)
    collected.add(told(IDS, BOTH), 1)
    collected.add(told(IDS, EITHER), 2)
    assert collected.settled() == {IDS: BOTH}
    assert list(collected.conflicts()) == []


def test_a_conditional_hint_counts_if_the_host_validates_fields_first() -> None:
    collected = Evidence(QUESTIONS)
    collected.add(Judgement("judged", provided={"source": frozenset({"optional"})}), 1)
    assert collected.settled() == {}
    collected.add(told("precedence", "credentials-validation-lookup", "validation-credentials-lookup"), 2)
    assert collected.settled() == {"source": "optional"}


@pytest.mark.parametrize(
    ("hints", "settled"),
    [
        ([("credentials-validation-lookup", "credentials-lookup-validation")], {}),
        (
            [
                ("credentials-validation-lookup", "credentials-lookup-validation"),
                ("credentials-validation-lookup", "validation-credentials-lookup"),
            ],
            {"source": "optional", "precedence": "credentials-validation-lookup"},
        ),
        (
            [("credentials-lookup-validation",), ("credentials-validation-lookup", "validation-credentials-lookup")],
            {"precedence": "credentials-lookup-validation"},
        ),
    ],
    ids=["open", "settled together", "contradictory"],
)
def test_a_conditional_hint_needs_all_hints_at_precedence_to_agree(
    hints: list[tuple[str, ...]], settled: dict[str, str]
) -> None:
    collected = Evidence(QUESTIONS)
    collected.add(Judgement("judged", provided={"source": frozenset({"optional"})}), 1)
    for number, fitting in enumerate(hints, 2):
        collected.add(told("precedence", *fitting), number)
    assert collected.settled() == settled


@pytest.mark.parametrize(
    ("noted", "conflict"),
    [
        ([{BOTH}, {BOTH}, {EITHER}], Conflict(IDS, "claim.3", BOTH, 3, frozenset({EITHER}), shown_by=1)),
        ([{EITHER}, {BOTH}, {BOTH}], Conflict(IDS, "claim.1", BOTH, 1, frozenset({EITHER}), shown_by=2)),
        ([{EITHER, TOO}, {BOTH}, {TOO}], Conflict(IDS, "claim.2", TOO, 2, frozenset({BOTH}), shown_by=1)),
        ([set(), {BOTH}], Conflict(IDS, "claim.1", BOTH, 1, frozenset(), shown_by=2)),
    ],
)
def test_a_conflict_names_an_exchange_of_the_minority(noted: list[set[str]], conflict: Conflict) -> None:
    assert list(evidence(*noted).conflicts()) == [conflict]


def test_a_declared_reading_overrides_every_exchange() -> None:
    collected = evidence({EITHER}, {EITHER}, declared={IDS: BOTH})
    assert collected.fitting(IDS) == frozenset()
    assert list(collected.conflicts()) == [Conflict(IDS, "claim.1", BOTH, 1, frozenset({EITHER}))]


def test_a_declared_reading_binds_every_field_of_its_question() -> None:
    key = "wrong-type/action:integer"
    collected = evidence({"field-code"}, key=key, declared={"wrong-type": "plain-400"})
    assert [conflict.usual for conflict in collected.conflicts()] == ["plain-400"]


def test_a_declared_reading_that_fits_is_no_conflict() -> None:
    collected = evidence({EITHER, TOO}, declared={IDS: EITHER})
    assert collected.settled() == {IDS: EITHER}
    assert list(collected.conflicts()) == []
