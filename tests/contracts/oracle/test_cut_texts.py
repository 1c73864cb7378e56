"""Texts of rows that end within a sentence: a host may cut them all at one length, and not only some of them."""

from __future__ import annotations

import textwrap
from typing import Any, Final

import pytest

from contracts.exchange import NOTHING
from contracts.verdict.evidence import Evidence
from openapi import document, questions
from tests.contracts.answers import ask
from tests.contracts.conftest import Ask, broken, refusal

ROWS: Final = document.load().outcomes
NOBODY: Final = ask(customer_identifierValue="199999999999")
# For some rows, a request that is refused with nothing but that row.
REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "customer_not_found": NOBODY,
    "program_not_found": ask(programId=999999),
    "promotion_not_found": {**ask(), "promotion": {"id": "f" * 24, "promotionId": 1199999999}},
    "generic_not_eligible": ask("generic-81"),
    "opt_in_not_supported": ask(action="OPT_IN"),
    "action_required": ask(action=NOTHING),
    "program_id_required": ask(programId=NOTHING),
    "identifier_value_required": ask(customer_identifierValue=NOTHING),
}


def conflicts(judge: Ask, texts: dict[str, str]) -> list[str]:
    """Return the claims that texts contradict, one answer for each row of REQUESTS; whole, where no other is given."""
    evidence = Evidence(questions.load())
    for number, (name, body) in enumerate(REQUESTS.items(), 1):
        row = ROWS[name]
        assert row.code is not None
        judgement = judge(body, refusal(row.code, texts.get(name, row.message)), 400)
        assert not broken(judgement), name
        evidence.add(judgement, number)
    assert not [state.key for state in evidence.states() if ">" in state.key]
    return [conflict.claim for conflict in evidence.conflicts()]


@pytest.mark.parametrize("most", [9, 17, 18, 19, 40, 57, 58, 64, 75, 80, 100, 112])
def test_a_host_may_cut_all_its_texts_at_one_length(judge: Ask, most: int) -> None:
    assert conflicts(judge, {name: ROWS[name].message[:most] for name in REQUESTS}) == []


@pytest.mark.parametrize("most", [20, 58, 64, 80, 100])
def test_a_cut_may_leave_out_the_word_that_does_not_fit(judge: Ask, most: int) -> None:
    texts = {name: ROWS[name].message for name in REQUESTS}
    shortened = {name: textwrap.shorten(text, most, placeholder="...") for name, text in texts.items()}
    assert conflicts(judge, shortened) == []


def test_words_of_the_host_may_happen_to_be_those_of_the_page(judge: Ask) -> None:
    texts = {name: f"no {name}" for name in REQUESTS}
    short = {"promotion_not_found": "Promotion not found", "program_not_found": "Program not found."}
    assert conflicts(judge, {**texts, **short}) == []


@pytest.mark.parametrize("name", ["program_not_found", "customer_not_found", "program_id_required", "action_required"])
def test_a_host_that_cuts_one_text_and_leaves_longer_ones_whole_contradicts_itself(judge: Ask, name: str) -> None:
    cut = ROWS[name].message.rpartition(" ")[0]
    assert set(conflicts(judge, {name: cut})) == {f"error.{name}"}


def test_a_host_that_cuts_one_text_and_says_the_first_sentence_of_others_contradicts_itself(judge: Ask) -> None:
    texts = {name: ROWS[name].message.partition(". ")[0] for name in REQUESTS}
    assert conflicts(judge, texts) == []
    assert set(conflicts(judge, {**texts, "customer_not_found": "Customer"})) == {"error.customer_not_found"}
