"""Hosts that answer different requests in different ways: no finding if the page allows it, otherwise one."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.verdict.conclusion import conclude_record
from tests.contracts.answers import ALREADY, PROMOTIONS, ask, made, plain, refused, warned
from tests.contracts.conftest import ListWire, make_answer, make_session

OPT: dict[str, Any] = {"action": "OPT_IN"}
NOBODY = ask(customer_identifierValue="199999999999")
NO_PROMOTION = ask(promotion={"id": "f" * 24, "promotionId": 1999999999})
DRAFT = ask("draft-71")
NO_CUSTOMER = refused("customer_not_found")
NO_SUCH_PROMOTION = refused("promotion_not_found")
ELSEWHERE = ask(programId=973)
FIRST: dict[str, Any] = {"programId": NOTHING, "promotion": NOTHING}
BOTH = ("promotion_required", "program_id_required")

Exchanges = list[tuple[Any, ...]]

ALLOWED: dict[str, Exchanges] = {
    "404 of what does not exist, 400 of what is not live": [
        (NOBODY, NO_CUSTOMER, 404),
        (NO_PROMOTION, NO_SUCH_PROMOTION, 404),
        (DRAFT, NO_SUCH_PROMOTION, 400),
        (ELSEWHERE, NO_SUCH_PROMOTION, 400),
        (ask(promotion={}), NO_SUCH_PROMOTION, 400),
    ],
    "all of the outer fields, then one of the inner": [
        (ask(**FIRST), refused(*BOTH), 400),
        (ask(action=NOTHING, customer_identifierName=NOTHING), refused("action_required"), 400),
    ],
    "texts of its own for the fields, those of the page for the look-ups": [
        (ask(programId=NOTHING), refused("program_id_required", say={"program_id_required": "must not be null"}), 400),
        (NOBODY, NO_CUSTOMER, 400),
    ],
    "texts cut behind the first sentence, but for one": [
        (NOBODY, refused("customer_not_found", say={"customer_not_found": "Customer not found"}), 400),
        (ask("generic-81"), refused("generic_not_eligible"), 400),
    ],
    "spaces before a value count, those behind it do not": [
        (ask(customer_identifierValue=" 388369579"), NO_CUSTOMER, 400),
        (ask(customer_identifierValue="388369579 "), made(identifierValue="388369579 ")),
    ],
    "requestId left out where none was sent, null where null was": [
        (ask(requestId=NOTHING), made(requestId=NOTHING)),
        (ask("soon-62", requestId=None), made("soon-62", requestId=None, ids=("5", "6"))),
    ],
    "no look at source, whatever it is": [
        (ask(customer_source="NOWHERE"), made()),
        (ask("soon-62", customer_source=[]), made("soon-62", ids=("5", "6"))),
    ],
    "OPT_IN after ENROL is already enrolled": [
        (ask("opt-73"), made("opt-73")),
        (ask("opt-73", **OPT), warned(ALREADY, "opt-73", **OPT)),
        (ask("opt-73", **OPT), warned(ALREADY, "opt-73", **OPT)),
    ],
    "a fraction is cut off": [
        (ask(programId=3334.5), made()),
        (
            ask("soon-62", promotion_promotionId=PROMOTIONS["soon-62"].promotion_id + 0.5),
            made("soon-62", ids=("5", "6")),
        ),
    ],
    "words of its own for what the page has none for": [
        (ask(programId=NOTHING), refused("program_id_required"), 400),
        (ask(programId="x"), refused("program_id_required", say={"program_id_required": "must be a number"}), 400),
        (ask(customer="x"), refused("identifier_name_required", "identifier_value_required"), 400),
        (ask(programId=True), refused("program_not_found"), 400),
        (ask(promotion="x"), plain(), 400),
    ],
}
REFUSED: dict[str, Exchanges] = {
    "404 and 400 of what does not exist": [(NOBODY, NO_CUSTOMER, 404), (NO_PROMOTION, NO_SUCH_PROMOTION, 400)],
    "both of two outer fields, then one": [
        (ask(**FIRST), refused(*BOTH), 400),
        (ask(**FIRST), refused("promotion_required"), 400),
    ],
    "texts of its own for one look-up only": [
        (NOBODY, refused("customer_not_found", say={"customer_not_found": "who?"}), 400),
        (NO_PROMOTION, NO_SUCH_PROMOTION, 400),
        (ask("generic-81"), refused("generic_not_eligible"), 400),
    ],
    "OPT_IN after ENROL now opts in, now does not": [
        (ask("opt-73"), made("opt-73")),
        (ask("opt-73", **OPT), warned(ALREADY, "opt-73", **OPT)),
        (ask("soon-63"), made("soon-63", ids=("5", "6"))),
        (ask("soon-63", **OPT), made("soon-63", ids=("5", "7"), **OPT)),
    ],
}


def claims(exchanges: Exchanges) -> list[str]:
    session = make_session(ListWire([make_answer(*exchange[1:]) for exchange in exchanges]))
    session.record.history.declare_fresh()
    for body, *_ in exchanges:
        session.call(body)
    conclude_record(session.record)
    return [
        f"{finding.claim}: expected {finding.expected}, got {finding.got}" for finding in session.record.findings.all()
    ]


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed_combinations_of_answers_break_nothing(name: str) -> None:
    assert claims(ALLOWED[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_inconsistent_answers_break_a_claim(name: str) -> None:
    assert len(claims(REFUSED[name])) == 1
