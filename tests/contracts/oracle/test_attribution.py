"""Attribution: which claim a wrong answer is held to have broken."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.oracle.attribution import claim_of_question
from tests.contracts.answers import ask, plain, refused, text
from tests.contracts.conftest import Ask, broken, refusal

ALREADY = refusal(400, text("already_enrolled"))


@pytest.mark.parametrize(
    ("body", "answer", "status", "claim"),
    [
        (ask(), ALREADY, 400, "warning.already_enrolled"),
        (ask("three-65"), ALREADY, 400, "warning.limit_reached"),
        (ask("seats-66"), ALREADY, 400, "warning.limit_reached"),
        (ask(), plain(code=7), 500, "error.engine_error"),
        (ask(), b"<html>", 200, "example.response"),
        (ask(), refused("customer_not_found"), 400, "error.customer_not_found"),
        (ask("soon-62"), refused("promotion_not_found"), 400, "promotion.live_or_upcoming"),
        (ask("soon-62"), refused("generic_not_eligible"), 400, "promotion.loyalty_types"),
        (ask(requestId=NOTHING), plain(code=7), 400, "request.requestId.optional"),
        (ask(), plain(code=7), 400, "promotion.loyalty_types"),
    ],
)
def test_a_good_request_that_is_refused_breaks(judge: Ask, body: Any, answer: Any, status: int, claim: str) -> None:
    assert broken(judge(body, answer, status)) == {claim}


def test_a_question_answered_in_two_ways_breaks_the_claim_it_is_about() -> None:
    assert claim_of_question("value-folding/case:email", "other") == "error.customer_not_found"
    assert claim_of_question("validation-status", "other") == "other"
