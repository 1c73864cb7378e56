"""Which claim names a cause: what the wrong answers have in common, and not what follows from another mistake."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

import pytest

from contracts.exchange import NOTHING
from contracts.verdict.conclusion import conclude_record
from tests.contracts.answers import (
    ALREADY,
    ASHA,
    BRUNO,
    CHEN,
    PROMOTIONS,
    SAMPLE,
    ask,
    made,
    milestone,
    plain,
    refused,
    warned,
)
from tests.contracts.conftest import ListWire, make_answer, make_session
from tests.contracts.verdict.test_causes import NO_CUSTOMER, NOBODY, Exchanges, findings

OPT: Final[dict[str, Any]] = {"action": "OPT_IN"}
NO_SOURCE: Final[dict[str, Any]] = {"customer_source": NOTHING}
SOURCE_REQUIRED: Final = refused("source_required")
SAID: Final = plain("source must be given", code=400)
ERRORS: Final = refused("promotion_not_found")["errors"]
CRASH: Final = b"<h1>Oops</h1>"
_STEPS: Final = PROMOTIONS["steps-70"].milestones or ()
EARNED: Final = ((97901, 151501, 12.5), (97901, 151502, 300))
SAME_GROUP: Final = tuple((_STEPS[0].target_group_id, m.target_rule_id, m.initial_balance) for m in _STEPS)
_IDS = count(100)


def fresh() -> tuple[str, str]:
    """Return ids that no other answer has."""
    return str(next(_IDS)), str(next(_IDS))


def good(times: int = 12) -> Exchanges:
    """Return enrolments that are answered as they should be, each with an OPT_IN: nothing is in question in them."""
    promotions = ("enr-58", "soon-62", "many-64", "earn-61")
    pairs = [(name, customer) for name in promotions for customer in (ASHA, BRUNO, CHEN)][:times]
    return [(ask(name, customer), made(name, customer, ids=fresh())) for name, customer in pairs]


def without_message(row: str) -> dict[str, Any]:
    answer = refused(row)
    del answer["errors"][0]["message"]
    return answer


# What came to which requests, and the claim that names the one finding.
NAMED: dict[str, tuple[Exchanges, str]] = {
    "an optional field that is required of some": (
        [
            *[(ask(name, **NO_SOURCE), made(name, ids=fresh())) for name in ("enr-58", "many-64", "earn-61")],
            (ask("soon-62", CHEN, **NO_SOURCE), SOURCE_REQUIRED, 400),
        ],
        "request.customer.source.optional",
    ),
    "an unlisted value that was taken before": (
        [
            (ask(customer_source="instore"), made(ids=fresh())),
            (ask("many-64", BRUNO, customer_source="web"), SOURCE_REQUIRED, 400),
        ],
        "request.customer.source.values",
    ),
    "a wrong type that was taken before": (
        [
            *[(ask(name, programId="3334"), made(name, ids=fresh())) for name in ("enr-58", "many-64")],
            (ask("many-64", CHEN, programId="3334"), refused("program_id_required"), 400),
        ],
        "request.programId.type",
    ),
    "words of its own for one mistake, whatever else is wrong": (
        [
            *good(),
            (NOBODY, NO_CUSTOMER, 400),
            (ask("draft-71"), refused("promotion_not_found"), 400),
            *[
                (ask(name, requestId=f"from {name}", **NO_SOURCE), SAID, 400)
                for name in ("down-82", "many-64", "soon-62", "earn-61")
            ],
        ],
        "error.source_required",
    ),
    "no message in the error of one row": (
        [
            *good(),
            *[
                (ask(name, programId=NOTHING), without_message("program_id_required"), 400)
                for name in ("enr-58", "many-64")
            ],
            (ask("soon-62", programId=NOTHING), without_message("program_id_required"), 400),
        ],
        "error.program_id_required",
    ),
    "no message in the errors of several rows": (
        [
            *good(),
            (ask(programId=NOTHING), without_message("program_id_required"), 400),
            (ask(action=NOTHING), without_message("action_required"), 400),
            (ask("generic-81"), without_message("generic_not_eligible"), 400),
            (ask("paused-73"), without_message("promotion_not_found"), 400),
        ],
        "response.errors.filled",
    ),
    "errors beside a success, with ids and without": (
        [
            (ask("soon-62"), made("soon-62", errors=ERRORS)),
            (ask("silent-83"), made("silent-83", errors=NO_CUSTOMER["errors"], ids=(None, None))),
        ],
        "response.errors.success",
    ),
    "a warning for nothing, where the engine is down too": (
        [
            (ask("down-82"), warned(ALREADY, "down-82")),
            (ask("down-82", **NO_SOURCE), warned(ALREADY, "down-82")),
            (ask("enr-58"), warned(ALREADY)),
            (ask("soon-62"), warned(ALREADY, "soon-62")),
        ],
        "warning.already_enrolled",
    ),
    "the first warning for nothing, where the engine is down": (
        [(ask("down-82"), warned(ALREADY, "down-82"))],
        "warning.already_enrolled",
    ),
    "a warning in place of the engine's error only": (
        [
            *good(),
            *[(ask("down-82", customer), warned(ALREADY, "down-82", customer)) for customer in SAMPLE.customers[:5]],
        ],
        "error.engine_error",
    ),
    "a crash over a text that a host may refuse": (
        [(ask(requestId="\0"), b"<h1>Oops</h1>", 500), (None, b"<h1>Oops</h1>", 500)],
        "error.engine_error",
    ),
    "a crash over every repeat, whatever else is special in it": (
        [
            *good(),
            *[
                one
                for name, customer in (("enr-58", ASHA), ("soon-62", BRUNO), ("earn-61", CHEN), ("enr-58", CHEN))
                for one in ((ask(name, customer, requestId=f"{name} again"), CRASH, 500), (None, CRASH, 500))
            ],
        ],
        "warning.already_enrolled",
    ),
    "a crash over every request without requestId": (
        [
            *good(),
            *[
                one
                for name, customer in (("enr-58", ASHA), ("soon-63", BRUNO), ("opt-73", CHEN), ("three-65", ASHA))
                for one in ((ask(name, customer, requestId=NOTHING), CRASH, 500), (None, CRASH, 500))
            ],
        ],
        "request.requestId.optional",
    ),
    "a crash over one request without requestId": (
        [
            *good(),
            *[(body, CRASH, 500) for body in (ask("opt-73", requestId=NOTHING), None, ask("opt-73", BRUNO), None)],
        ],
        "error.engine_error",
    ),
    "one rule for all milestones, whose balances differ": (
        [(ask("earn-61"), made("earn-61", milestone=milestone(((97901, 151501, 12.5), (97901, 151501, 300)))))],
        "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",
    ),
    "one group for all milestones": (
        [(ask("steps-70"), made("steps-70", milestone=milestone(SAME_GROUP)))],
        "response.data.enrollmentStatus.milestone.milestones.targetGroupId.value",
    ),
    "another status for one action, whatever is wrong with a field": (
        [
            (ask(programId=NOTHING), refused("program_id_required"), 400),
            (ask(action="NONE"), refused("action_required"), 400),
            (ask(customer_identifierName="x"), refused("identifier_name_required"), 400),
            (ask("earn-61", **OPT, programId=NOTHING), refused("program_id_required"), 422),
            (ask("earn-61", **OPT, customer_identifierName="x"), refused("identifier_name_required"), 422),
        ],
        "error.program_id_required",
    ),
    "a milestone that is left out": (
        [(ask("steps-70"), made("steps-70", milestone=milestone(SAME_GROUP[:1])))],
        "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",
    ),
    "milestones that are listed twice, all of them or one of two": (
        [
            (ask("earn-61"), made("earn-61", milestone=milestone(EARNED * 2))),
            (ask("earn-61", BRUNO), made("earn-61", BRUNO, milestone=milestone(EARNED[:1] * 2), ids=("3", "4"))),
        ],
        "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",
    ),
    "the warning of a limit in other words": (
        [
            (ask("two-68"), made("two-68", ids=("1", "2"))),
            (ask("two-68"), made("two-68", ids=("3", "4"))),
            (ask("two-68"), warned(ALREADY, "two-68", warnings=[{"message": "Unable to enrol."}])),
        ],
        "warning.limit_reached",
    ),
    "a limit that is not kept, and the ids that come of it": (
        [
            (ask("two-68"), made("two-68", ids=("1", "2"))),
            (ask("two-68"), made("two-68", ids=("3", "4"))),
            (ask("two-68", **OPT), made("two-68", ids=("5", "6"), **OPT)),
            (ask("two-68"), made("two-68", ids=("7", "8"))),
        ],
        "warning.limit_reached",
    ),
    "an opt-in that is made twice, and the ids that come of it": (
        [
            (ask(), made(ids=("1", "2"))),
            (ask(**OPT), made(ids=("1", "3"), **OPT)),
            (ask(**OPT), made(ids=("5", "6"), **OPT)),
            (ask(), made(ids=("7", "8"))),
        ],
        "warning.already_enrolled",
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_cause_is_named_by_its_own_claim(name: str) -> None:
    exchanges, claim = NAMED[name]
    assert [found.claim for found in findings(exchanges) if found.level == "broken"] == [claim]


def test_a_text_that_comes_back_wrong_and_one_that_spoils_the_answer_are_one_cause() -> None:
    """As where answers are sent in Latin-1: what it has no letter for becomes another, and the rest is no UTF-8."""
    claim = "response.data.requestId.echo"
    wire = ListWire([make_answer(made(requestId="?"), 200), make_answer(b'{"data": {"requestId": "\xbd"}}', 200)])
    session = make_session(wire)
    for text in ("\u2603", "\u00bd"):
        session.call(ask(requestId=text), claim)
    conclude_record(session.record)
    (found,) = session.record.findings.all()
    assert {claim, "example.response"} == set(found.claims)
