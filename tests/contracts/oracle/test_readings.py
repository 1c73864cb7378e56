"""Every reading of every open question: the host that follows it breaks no claim, and is known by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.verdict.conclusion import conclude_record
from openapi import questions
from tests.contracts.answers import ALREADY, ASHA, BRUNO, CHEN, PROMOTIONS, ask, made, milestone, plain, refused, warned
from tests.contracts.conftest import ListWire, make_answer, make_session

QUESTIONS = questions.load()

# Questions whose readings no single answer tells apart, and why.
NOT_TOLD_APART = {
    "promotion-field-names": "the session asks for the spelling before anything else",
    "malformed-id": "a host may treat each malformed id its own way",
    "precedence": "with several defects, each may be answered",
    "unauthenticated": "any refusal will do",
}


@dataclass(frozen=True)
class Row:
    """A question (or question/field), the readings that are left, and the exchanges that leave them."""

    key: str
    left: set[str]
    exchanges: list[tuple[Any, ...]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.key}: {' or '.join(sorted(self.left))}"


HEX, NUMBER = PROMOTIONS["enr-58"].id, PROMOTIONS["enr-58"].promotion_id
EARN = PROMOTIONS["earn-61"]
NOBODY = ask(customer_identifierValue="199999999999")
NO_PROGRAM = ask(programId=999999)
OPT: dict[str, Any] = {"action": "OPT_IN"}
OPTED = ask("opt-73", **OPT)
PAIR = ask(programId=NOTHING, promotion=NOTHING)
UPPER = ask(customer_identifierName="email", customer_identifierValue="ASHA@EXAMPLE.COM")
SPACED = ask(customer_identifierName="email", customer_identifierValue=" asha@example.com ")
CASED: dict[str, Any] = {"identifierName": "email", "identifierValue": "ASHA@EXAMPLE.COM"}
PADDED: dict[str, Any] = {"identifierName": "email", "identifierValue": " asha@example.com "}
ENROLLED = (ask(), made())

CUSTOMER_NOT_FOUND = (refused("customer_not_found"), 400)
NOT_FOUND = (refused("promotion_not_found"), 400)
PLAIN = (plain(), 400)

ROWS = [
    Row("promotion-ids", {"both"}, [(ask(promotion_promotionId=NOTHING), refused("promotion_required"), 400)]),
    Row("promotion-ids", {"either", "identifier-too"}, [(ask(promotion_promotionId=NOTHING), made())]),
    Row("promotion-ids", {"identifier-too"}, [(ask(promotion={"identifier": "enr-58"}), made())]),
    *(
        Row(f"one-promotion-id-missing/{missing}", {reading}, [(ask(promotion=given), refused(outcome), 400)])
        for missing, given in (("id", {"promotionId": NUMBER}), ("promotionId", {"id": HEX}), ("both", {}))
        for reading, outcome in (
            ("promotion-required", "promotion_required"),
            ("promotion-not-found", "promotion_not_found"),
        )
    ),
    Row("promotion-ids-disagree/two", {"promotion-not-found"}, [(ask(promotion_promotionId=1133590104), *NOT_FOUND)]),
    Row("promotion-ids-disagree/two", {"id-wins"}, [(ask(promotion_promotionId=1133590104), made())]),
    Row("promotion-ids-disagree/two", {"promotionId-wins"}, [(ask("many-64", promotion_id=HEX), made("many-64"))]),
    Row("promotion-ids-disagree/id-only", {"id-wins"}, [(ask(promotion_promotionId=1999999999), made())]),
    Row("promotion-ids-disagree/promotionId-only", {"promotionId-wins"}, [(ask(promotion_id="f" * 24), made())]),
    Row("program-mismatch", {"promotion-not-found"}, [(ask(programId=973), *NOT_FOUND)]),
    Row("program-mismatch", {"program-not-found"}, [(ask(programId=973), refused("program_not_found"), 400)]),
    Row("source", {"optional"}, [(ask(customer_source=NOTHING), made())]),
    Row("source", {"required"}, [(ask(customer_source=NOTHING), refused("source_required"), 400)]),
    Row("source-selects", {"no"}, [(ask(customer_source="JD"), made())]),
    Row("source-selects", {"yes"}, [(ask(customer_source="JD"), *CUSTOMER_NOT_FOUND)]),
    *(
        row
        for name, value, accepting, refusing in (
            ("externalId", "EXT-0001", {"with-externalId", "all-spellings"}, {"id-mobile-email"}),
            ("external_id", "EXT-0001", {"all-spellings"}, {"id-mobile-email", "with-externalId"}),
            ("userid", "388369579", {"all-spellings"}, {"id-mobile-email", "with-externalId"}),
        )
        for named in [dict[str, Any](identifierName=name, identifierValue=value)]
        for row in (
            Row(f"identifier-names/{name}", accepting, [(ask(customer=named), made(**named))]),
            Row(f"identifier-names/{name}", refusing, [(ask(customer=named), refused("identifier_name_required"), 400)]),
        )
    ),
    Row("milestone-action", {"refused"}, [(ask(action="ENROL_MILESTONES"), refused("action_required"), 400)]),
    Row("milestone-action", {"accepted"}, [(ask(action="ENROL_MILESTONES"), refused("target_rule_id_required"), 400)]),
    *(
        Row(f"unknown-value/{place}", {reading}, [(body, answer, 400)])
        for place, body, outcome in (
            ("action", ask(action="ENROLL"), "action_required"),
            ("customer.identifierName", ask(customer_identifierName="card"), "identifier_name_required"),
            ("customer.source", ask(customer_source="NOWHERE"), "source_required"),
        )
        for reading, answer in (("field-code", refused(outcome)), ("plain-400", plain()))
    ),
    Row("unknown-value/customer.source", {"ignored"}, [(ask(customer_source="NOWHERE"), made())]),
    *(
        Row(f"wrong-type/{place}", {reading}, [exchange])
        for place, body, outcome, coerced in (
            ("programId:string", ask(programId="3334"), "program_id_required", made()),
            ("promotion.promotionId:string", ask(promotion_promotionId=str(NUMBER)), "promotion_required", made()),
            (
                "customer.identifierValue:integer",
                ask(customer_identifierValue=ASHA.id),
                "identifier_value_required",
                made(),
            ),
            ("promotion:array", ask(promotion=[{"id": HEX, "promotionId": NUMBER}]), "promotion_required", None),
            ("customer:string", ask(customer="388369579"), "customer_required", None),
            ("action:array", ask(action=["ENROL"]), "action_required", None),
            ("programId:null", ask(programId=None), "", None),
        )
        for reading, exchange in (
            ("field-code", (body, refused(outcome), 400) if outcome else None),
            ("plain-400", (body, *PLAIN)),
            ("coerced", (body, coerced) if coerced else None),
        )
        if exchange
    ),
    *(
        Row(f"blank-value/{place}:{kind}", {reading}, [(ask(**{name: blank}), refused(outcome), 400)])
        for kind, blank in (("empty", ""), ("blank", "  "))
        for place, name, code, not_found in (
            (
                "customer.identifierValue",
                "customer_identifierValue",
                "identifier_value_required",
                "customer_not_found",
            ),
            ("customer.identifierName", "customer_identifierName", "identifier_name_required", "customer_not_found"),
        )
        for reading, outcome in (("field-code", code), ("not-found", not_found))
    ),
    Row("value-folding/case:email", {"exact", "trimmed"}, [(UPPER, *CUSTOMER_NOT_FOUND)]),
    Row("value-folding/case:email", {"case-folded", "both"}, [(UPPER, made(**CASED))]),
    Row("value-folding/spaces before:email", {"exact", "case-folded"}, [(SPACED, *CUSTOMER_NOT_FOUND)]),
    Row("value-folding/spaces before:email", {"trimmed", "both"}, [(SPACED, made(**PADDED))]),
    Row("leading-zeros/id", {"significant"}, [(ask(customer_identifierValue="00388369579"), *CUSTOMER_NOT_FOUND)]),
    Row(
        "leading-zeros/id",
        {"ignored"},
        [(ask(customer_identifierValue="00388369579"), made(identifierValue="00388369579"))],
    ),
    Row("null-optional/requestId", {"absent"}, [(ask(requestId=None), made(requestId=None))]),
    Row("null-optional/requestId", {"refused"}, [(ask(requestId=None), *PLAIN)]),
    Row("null-optional/customer.source", {"absent"}, [(ask(customer_source=None), made())]),
    Row("null-optional/customer.source", {"refused"}, [(ask(customer_source=None), refused("source_required"), 400)]),
    *(
        Row(f"unknown-fields/{place}", {reading}, [(body, *answer)])
        for place, body in (
            ("body", ask(unlisted=1)),
            ("promotion", ask(promotion_unlisted=1)),
            ("customer", ask(customer_unlisted=1)),
        )
        for reading, answer in (("ignored", (made(),)), ("refused", (plain(code="whatever"), 418)))
    ),
    Row("many-violations/program_id_required+promotion_required", {"all"}, [(PAIR, refused("promotion_required", "program_id_required"), 400)]),
    Row("many-violations/program_id_required+promotion_required", {"first"}, [(PAIR, refused("promotion_required"), 400)]),
    *(
        Row("error-shape", {shape}, [(NO_PROGRAM, refused("program_not_found", form=shape), 400)])
        for shape in ("list-number", "list-string", "object-number", "object-string")
    ),
    Row("warning-shape", {"list"}, [ENROLLED, (ask(), warned(ALREADY))]),
    Row("warning-shape", {"object"}, [ENROLLED, (ask(), warned(ALREADY) | {"warnings": warned(ALREADY)["warnings"][0]})]),
    Row(
        "warning-shape",
        {"strings"},
        [ENROLLED, (ask(), warned(ALREADY) | {"warnings": [warned(ALREADY)["warnings"][0]["message"]]})],
    ),
    Row("data-on-error", {"null", "partial-echo"}, [(NO_PROGRAM, refused("program_not_found"), 400)]),
    Row("data-on-error", {"absent"}, [(NO_PROGRAM, {"errors": refused("program_not_found")["errors"]}, 400)]),
    Row(
        "data-on-error",
        {"partial-echo"},
        [(NO_PROGRAM, refused("program_not_found") | {"data": {"action": "ENROL"}}, 400)],
    ),
    *(
        Row("validation-status/missing", {reading}, [(ask(programId=NOTHING), refused("program_id_required"), int(reading))])
        for reading in ("400", "200", "422")
    ),
    *(
        Row("refusal-status", {reading}, [(NO_PROGRAM, refused("program_not_found"), int(reading))])
        for reading in ("400", "200", "404")
    ),
    Row(
        "refusal-status",
        {"404"},
        [(NOBODY, refused("customer_not_found"), 404), (ask("generic-81"), refused("generic_not_eligible"), 400)],
    ),
    *(
        Row("engine-status", {reading}, [(ask("down-82"), refused("engine_error"), int(reading))])
        for reading in ("500", "200", "503")
    ),
    *(
        Row("message-extent/lookup", {reading}, [(NOBODY, refused("customer_not_found", say={"customer_not_found": said}), 400)])
        for reading, said in (
            ("whole", refused("customer_not_found")["errors"][0]["message"]),
            ("first-sentence", "Customer not found."),
            ("any-text", "who is that?"),
        )
    ),
    *(
        Row("request-id-absent", {reading}, [(ask(requestId=NOTHING), made(requestId=told))])
        for reading, told in (("null", None), ("omitted", NOTHING), ("generated", "made-up"))
    ),
    Row("already-enrolled-body", {"ids-null"}, [ENROLLED, (ask(), warned(ALREADY))]),
    Row(
        "already-enrolled-body",
        {"existing-ids"},
        [ENROLLED, (ask(), warned(ALREADY, ids=("1", "2"), status="SUCCESS"))],
    ),
    Row("already-enrolled-body", {"data-null"}, [ENROLLED, (ask(), warned(ALREADY) | {"data": None})]),
    *(
        Row("limit-reached-body", {reading}, [(ask("full-67"), answer)])
        for reading, answer in (
            ("ids-null", warned(ALREADY, "full-67")),
            ("data-null", warned(ALREADY) | {"data": None}),
        )
    ),
    Row("milestones-failed-body", {"failed-list"}, [(ask("broken-84"), warned("milestones_failed", "broken-84", ids=("1", "2"), status="SUCCESS"))]),
    Row(
        "milestones-failed-body",
        {"milestone-null"},
        [
            (
                ask("broken-84"),
                warned("milestones_failed", "broken-84", ids=("1", "2"), status="SUCCESS", milestone=None),
            )
        ],
    ),
    *(
        Row("no-response-body", {reading}, [(ask("silent-83"), warned("no_response", "silent-83", status=status))])
        for reading, status in (("success", "SUCCESS"), ("failed", "FAILED"))
    ),
    *(
        Row("no-milestones/ENROL", {reading}, [(ask("soon-62"), made("soon-62", milestone=told))])
        for reading, told in (("empty-list", milestone(())), ("null", None), ("absent", NOTHING))
    ),
    *(
        Row("no-milestones/OPT_IN", {reading}, [(OPTED, made("opt-73", **OPT, milestone=told))])
        for reading, told in (("empty-list", milestone(())), ("null", None), ("absent", NOTHING))
    ),
    Row("opt-in-types", {"loyalty-earning"}, [(ask("enr-58", **OPT), refused("opt_in_not_supported"), 400)]),
    Row("opt-in-types", {"loyalty-too"}, [(ask("enr-58", **OPT), made(**OPT))]),
    Row("opt-in-first", {"enrols"}, [(OPTED, made("opt-73", **OPT))]),
    Row("opt-in-first", {"refused"}, [(OPTED, *PLAIN)]),
    Row(
        "opt-in-after",
        {"once"},
        [
            (ask("opt-73"), made("opt-73")),
            (OPTED, made("opt-73", **OPT)),
            (OPTED, warned(ALREADY, "opt-73", **OPT)),
        ],
    ),
    Row("opt-in-after", {"once", "already-enrolled"}, [(OPTED, made("opt-73", **OPT)), (OPTED, warned(ALREADY, "opt-73", **OPT))]),
    Row("opt-in-after", {"already-enrolled"}, [(ask("opt-73"), made("opt-73")), (OPTED, warned(ALREADY, "opt-73", **OPT))]),
    Row(
        "opt-in-after",
        {"every-new"},
        [(OPTED, made("opt-73", **OPT)), (OPTED, made("opt-73", ids=("1", "3"), **OPT))],
    ),
    # With another requestId: a host may repeat its answer to one that it has seen.
    Row(
        "opt-in-after",
        {"same-ids"},
        [
            (OPTED, made("opt-73", **OPT)),
            (ask("opt-73", **OPT, requestId="another"), made("opt-73", **OPT, requestId="another")),
        ],
    ),
    Row("enrol-gives-optin-id", {"always", "loyalty-only"}, [(ask("soon-62"), made("soon-62"))]),
    Row("enrol-gives-optin-id", {"always"}, [(ask("soon-63"), made("soon-63"))]),
    Row(
        "enrol-gives-optin-id",
        {"loyalty-only"},
        [(ask("soon-63"), made("soon-63", ids=("1", None))), (ask("soon-62"), made("soon-62", ids=("3", "4")))],
    ),
    Row("enrol-gives-optin-id", {"after-opt-in"}, [(ask("soon-62"), made("soon-62", ids=("1", None)))]),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_host_that_follows_a_reading_is_known_by_it(row: Row) -> None:
    answers = [make_answer(*exchange[1:]) for exchange in row.exchanges]
    session = make_session(ListWire(answers))
    session.record.history.declare_fresh()
    for body, *_ in row.exchanges:
        session.call(body)
    conclude_record(session.record)
    assert [(f.claim, f.expected, f.got) for f in session.record.findings.all()] == []
    state = next(state for state in session.record.evidence.states() if state.key == row.key)
    assert set(state.left) == row.left


def test_every_reading_of_every_question_is_told() -> None:
    told = {(row.key.partition("/")[0], reading) for row in ROWS for reading in row.left}
    every = {(question.id, reading) for question in QUESTIONS.values() for reading in question.readings}
    assert {question for question, _ in every - told} == set(NOT_TOLD_APART)


def test_every_key_of_the_evidence_is_a_question() -> None:
    assert {row.key.partition("/")[0] for row in ROWS} <= set(QUESTIONS)


def test_customers_of_two_registrations_tell_nothing_of_one_question() -> None:
    """A customer who registered everywhere is found under every source, whichever reading holds."""
    session = make_session(
        ListWire([make_answer(made("enr-58", CHEN)), make_answer(made("enr-58", BRUNO, ids=("3", "4")))])
    )
    session.call(ask("enr-58", CHEN, customer_source="ALL"))
    session.call(ask("enr-58", BRUNO))
    assert session.record.evidence.fitting("source-selects") == {"no", "yes"}
