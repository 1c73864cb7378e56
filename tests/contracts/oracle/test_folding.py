"""What a host may take for the same identifier or promotion id, and what that says of its readings."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import Request
from contracts.oracle.history import History
from contracts.oracle.judge import Judge
from contracts.oracle.judgement import Judgement
from contracts.oracle.knowledge import Knowledge
from openapi.document import Document
from openapi.world import World
from tests.contracts.answers import ASHA, PROMOTIONS, ask, made, refused
from tests.contracts.conftest import broken, make_answer

HEX, NUMBER = PROMOTIONS["enr-58"].id, PROMOTIONS["enr-58"].promotion_id
VALUE = str(ASHA.id)
BEHIND = "value-folding/spaces behind:id"


@pytest.fixture
def judging(contract: Document, sample: World) -> Judge:
    return Judge(contract, Knowledge(sample, complete=True))


def judged(judging: Judge, sample: World, answer: Any, status: int, **changes: Any) -> Judgement:
    return judging.judge(Request(body=ask(**changes)), make_answer(answer, status), History(sample, fresh=True))


@pytest.mark.parametrize("end", ["\0", "\ufeff", "\n", "\t", "\u00a0", " \0"])
def test_what_some_language_trims_may_be_ignored_with_spaces(judging: Judge, sample: World, end: str) -> None:
    found = judged(judging, sample, made(identifierValue=VALUE + end), 200, customer_identifierValue=VALUE + end)
    assert not broken(found)
    assert found.implies[BEHIND] == {"trimmed", "both"}
    nobody = judged(judging, sample, refused("customer_not_found"), 400, customer_identifierValue=VALUE + end)
    assert not broken(nobody)
    # A host may ignore spaces alone.
    assert BEHIND not in nobody.implies


def test_a_space_tells_a_reading_either_way(judging: Judge, sample: World) -> None:
    nobody = judged(judging, sample, refused("customer_not_found"), 400, customer_identifierValue=f"{VALUE} ")
    assert nobody.implies[BEHIND] == {"exact", "case-folded"}


@pytest.mark.parametrize(
    "value", [f"{VALUE}\u200b", f"{VALUE}\u00ad", VALUE[-5:], VALUE[:5], f"'{VALUE}'", f"{VALUE},1"]
)
def test_nobody_else_is_found(judging: Judge, sample: World, value: str) -> None:
    found = judged(judging, sample, made(identifierValue=value), 200, customer_identifierValue=value)
    assert broken(found) == {"error.customer_not_found"}


@pytest.mark.parametrize("sent", [HEX.upper(), f" {HEX}", f"{HEX}\n"])
def test_a_promotion_id_in_capitals_or_spaces_may_be_found_or_not(judging: Judge, sample: World, sent: str) -> None:
    promotion = {"id": sent, "promotionId": NUMBER}
    found = judged(judging, sample, made(), 200, promotion=promotion)
    assert not broken(found)
    assert not [key for key in found.implies if key.startswith("promotion-ids-disagree")]
    assert not broken(judged(judging, sample, refused("promotion_not_found"), 400, promotion=promotion))


@pytest.mark.parametrize("sent", [HEX[:12], f"{HEX}\0", f"x{HEX}"])
def test_another_promotion_id_is_no_id_of_the_promotion(judging: Judge, sample: World, sent: str) -> None:
    found = judged(judging, sample, made(), 200, promotion={"id": sent, "promotionId": NUMBER})
    assert found.implies["promotion-ids-disagree/promotionId-only"] == {"promotionId-wins"}
