"""The evidence: readings are intersected over exchanges, and whoever follows two is told from the minority."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from contracts.oracle.judge import Judgement
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
    """Return evidence of one question, an exchange for each set of readings."""
    collected = Evidence(QUESTIONS, declared)
    for number, readings in enumerate(noted, 1):
        collected.add(told(key, *readings, claim=f"claim.{number}"), number)
    return collected


def test_nothing_noted_leaves_every_reading() -> None:
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


def test_fields_of_a_question_are_apart() -> None:
    collected = evidence({"field-code"}, key="wrong-type/action:integer")
    collected.add(told("wrong-type/action:object", "plain-400", claim="c"), 9)
    assert list(collected.conflicts()) == []
    assert collected.settled() == {"wrong-type/action:integer": "field-code", "wrong-type/action:object": "plain-400"}


def test_a_hint_tells_a_reading_and_contradicts_nothing() -> None:
    collected = Evidence(QUESTIONS)
    collected.add(told(IDS, BOTH), 1)
    collected.add(told(IDS, EITHER), 2)
    assert collected.settled() == {IDS: BOTH}
    assert list(collected.conflicts()) == []


def test_what_a_failed_look_up_tells_of_the_fields_counts_where_the_fields_are_looked_at_first() -> None:
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
def test_the_order_is_what_all_hints_at_it_leave(hints: list[tuple[str, ...]], settled: dict[str, str]) -> None:
    collected = Evidence(QUESTIONS)
    collected.add(Judgement("judged", provided={"source": frozenset({"optional"})}), 1)
    for number, fitting in enumerate(hints, 2):
        collected.add(told("precedence", *fitting), number)
    assert collected.settled() == settled


@pytest.mark.parametrize(
    ("noted", "conflict"),
    [
        ([{BOTH}, {BOTH}, {EITHER}], Conflict(IDS, "claim.3", BOTH, 3, frozenset({EITHER}))),
        ([{EITHER}, {BOTH}, {BOTH}], Conflict(IDS, "claim.1", BOTH, 1, frozenset({EITHER}))),
        ([{EITHER, TOO}, {BOTH}, {TOO}], Conflict(IDS, "claim.2", TOO, 2, frozenset({BOTH}))),
        ([set(), {BOTH}], Conflict(IDS, "claim.1", BOTH, 1, frozenset())),
    ],
)
def test_a_conflict_names_an_exchange_of_the_minority(noted: list[set[str]], conflict: Conflict) -> None:
    assert list(evidence(*noted).conflicts()) == [conflict]


def test_a_declared_reading_outweighs_every_exchange() -> None:
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
