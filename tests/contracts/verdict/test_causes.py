"""Causes: a defect that breaks several claims is one finding, and it is blamed on its own row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from contracts.exchange import NOTHING
from contracts.verdict.conclusion import conclude_record
from contracts.verdict.findings import Finding
from contracts.verdict.record import Record
from tests.contracts.answers import ALREADY, ASHA, BRUNO, CHEN, SAMPLE, ask, made, plain, refused, warned
from tests.contracts.conftest import ListWire, make_answer, make_session, make_target

OPT: dict[str, Any] = {"action": "OPT_IN"}
NOBODY = ask(customer_identifierValue="199999999999")
NO_CUSTOMER = refused("customer_not_found")
ELSEWHERE = replace(
    make_target(),
    data=msgspec.structs.replace(
        SAMPLE, customers=tuple(msgspec.structs.replace(customer, source=None) for customer in SAMPLE.customers)
    ),
)

Exchanges = list[tuple[Any, ...]]


def concluded(exchanges: Exchanges, *, without_source: bool = False) -> Record:
    """Return the record of a host that gives these answers to these requests; None stands for the same one again.

    `without_source`: nobody knows where customers registered.
    """
    wire = ListWire([make_answer(*exchange[1:]) for exchange in exchanges])
    session = make_session(wire, target=ELSEWHERE if without_source else None)
    session.record.history.declare_fresh()
    for body, *_ in exchanges:
        if body is not None:
            session.call(body)
    conclude_record(session.record)
    return session.record


def findings(exchanges: Exchanges, *, without_source: bool = False) -> tuple[Finding, ...]:
    return concluded(exchanges, without_source=without_source).findings.all()


OOPS = b"<h1>Oops</h1>"
SWAPPED = refused("customer_required")
LOST = {"errors": None, "warnings": None}
# What came to which requests, the claim to blame, and the others that it breaks too.
ONE_CAUSE: dict[str, tuple[Exchanges, str, set[str]]] = {
    "a wrong code, whatever else is wrong with the request": (
        [
            (ask(programId="x", action="NONE"), SWAPPED, 400),
            (ask(programId=NOTHING, action=NOTHING), SWAPPED, 400),
            (ask(programId=NOTHING), SWAPPED, 400),
        ],
        "error.program_id_required",
        {"error.action_required"},
    ),
    "two codes, each in place of the other": (
        [
            (ask(customer_identifierName=NOTHING), refused("identifier_value_required"), 400),
            (ask(customer_identifierValue=NOTHING), refused("identifier_name_required"), 400),
        ],
        "error.identifier_name_required",
        {"error.identifier_value_required"},
    ),
    "no data, whatever was asked": (
        [(ask(), LOST), (ask("soon-62"), LOST), (ask("opt-73", BRUNO), LOST)],
        "response.data.type",
        set(),
    ),
    "errors beside a success": (
        [
            (ask("soon-62"), made("soon-62", errors=[{"code": 0, "message": "OK"}])),
            (ask(requestId=NOTHING), made(errors=[{"code": 0, "message": "OK"}])),
        ],
        "response.errors.success",
        {"promotion.live_or_upcoming", "request.requestId.optional"},
    ),
    "a repeat that enrols again": (
        [
            (ask(), made()),
            (ask(), made(ids=("3", "4"))),
            (ask("three-65"), made("three-65", ids=("5", "6"))),
            (ask("three-65"), made("three-65", ids=("7", "8"))),
            (ask("three-65"), made("three-65", ids=("9", "10"))),
            (ask("three-65"), made("three-65", ids=("11", "12"))),
        ],
        "warning.already_enrolled",
        {"warning.limit_reached"},
    ),
    "a field that is not looked at": (
        [
            (ask(customer_identifierName=NOTHING), made()),
            (ask("soon-62", customer_identifierName="x"), made("soon-62", ids=("3", "4"))),
            (ask("many-64", customer_identifierName=5), made("many-64", ids=("5", "6"))),
        ],
        "request.customer.identifierName.required",
        {"error.identifier_name_required", "request.customer.identifierName.type"},
    ),
    "a crash": (
        [(ask("generic-81"), OOPS, 500), (None, OOPS, 500), (ask("draft-71"), OOPS, 500), (None, OOPS, 500)],
        "error.generic_not_eligible",
        {"error.promotion_inactive"},
    ),
    "an enrolment by a request that names no promotion, and what comes of it": (
        [(ask(promotion=NOTHING), made()), (ask(), warned(ALREADY)), (ask("soon-62"), made("soon-62", ids=("3", "4")))],
        "request.promotion.required",
        set(),
    ),
    "an enrolment that nobody can name, and what comes of it": (
        [(ask(promotion=NOTHING), LOST), (ask("soon-62"), warned(ALREADY, "soon-62"))],
        "request.promotion.required",
        set(),
    ),
}


@pytest.mark.parametrize("name", ONE_CAUSE)
def test_one_cause_is_one_finding(name: str) -> None:
    exchanges, claim, others = ONE_CAUSE[name]
    record = concluded(exchanges)
    assert [(f.claim, set(f.claims[1:])) for f in record.findings.all()] == [(claim, others)]
    # A claim that is seen to be broken for another's cause is not kept.
    verdicts = {standing.claim.id: standing.verdict for standing in record.tally.standings()}
    assert {verdicts[each] for each in (claim, *others)} == {"broken"}


def test_two_causes_are_two_findings() -> None:
    found = findings(
        [
            (ask(programId=NOTHING), refused("customer_required"), 400),
            (ask("generic-81"), made("generic-81")),
            (NOBODY, refused("promotion_not_found"), 400),
            (ask("soon-62"), made("soon-62", status="DONE", ids=("3", "4"))),
        ]
    )
    assert [f.claim for f in found] == [
        "error.program_id_required",
        "error.generic_not_eligible",
        "error.customer_not_found",
        "response.data.status.value",
    ]


def test_the_example_shows_the_cause_alone_and_needs_no_history() -> None:
    wrong: dict[str, Any] = {"status": "DONE"}
    (found,) = findings(
        [
            (ask(), made()),
            (ask(**OPT, customer_source=NOTHING), made(**OPT, **wrong)),
            (
                ask("many-64", requestId="a much longer one"),
                made("many-64", ids=("3", "4"), requestId="a much longer one", **wrong),
            ),
        ]
    )
    assert (found.exchange.number, found.times, found.steps) == (3, 2, ())


BEFORE: dict[str, tuple[Exchanges, int, tuple[int, ...]]] = {
    "the enrolment before a repeat": (
        [(ask("soon-62"), made("soon-62")), (ask(), made(ids=("3", "4"))), (ask(), made(ids=("5", "6")))],
        3,
        (2,),
    ),
    "the enrolments that reach a limit": (
        [(ask("three-65"), made("three-65", ids=(str(n), str(n + 1)))) for n in (1, 3, 5, 7)],
        4,
        (1, 2, 3),
    ),
    "the others who took the seats": (
        [
            (ask("full-67", ASHA), made("full-67", ASHA)),
        ],
        1,
        (),
    ),
    "the enrolment that had the id": (
        [(ask(), made()), (ask("soon-62", CHEN), made("soon-62", CHEN, ids=("1", "4")))],
        2,
        (1,),
    ),
    "an answer that follows the other reading": (
        [
            (ask(programId=NOTHING), refused("program_id_required"), 422),
            (ask(promotion=NOTHING), refused("promotion_required"), 422),
            (ask(action=NOTHING), refused("action_required"), 400),
        ],
        3,
        (1,),
    ),
}


@pytest.mark.parametrize("name", BEFORE)
def test_the_steps_are_the_earlier_exchanges_that_matter(name: str) -> None:
    exchanges, number, steps = BEFORE[name]
    (found,) = findings(exchanges)
    assert (found.exchange.number, found.steps) == (number, steps)


SAME: dict[str, tuple[Any, int, str, tuple[Any, ...], Any]] = {
    "code": (refused("customer_required"), 400, "/errors/0/code", (310005,), 310004),
    "message": (
        refused("program_id_required", say={"program_id_required": "customer is required."}),
        400,
        "/errors/0/message",
        (),
        "customer is required.",
    ),
    "none": ({"data": None, "errors": None, "warnings": None}, 400, "/errors", (), None),
    "absent": ({"data": None, "warnings": None}, 400, "/errors", (), NOTHING),
    "status": (refused("program_id_required"), 500, "status", (200, 400, 422), 500),
    "accepted": (made(), 200, "/errors/0/code", (310005,), NOTHING),
}


@pytest.mark.parametrize("name", SAME)
def test_the_difference_is_told_as_data(name: str) -> None:
    answer, status, place, expected, got = SAME[name]
    (found,) = findings([(ask(programId=NOTHING), answer, status)])
    assert found.difference is not None
    assert (found.difference.place, found.difference.got) == (place, got)
    assert not expected or found.difference.expected == expected


def test_the_difference_of_a_field_is_its_value() -> None:
    (found,) = findings([(ask(), made(customerId="x"))])
    assert found.difference is not None
    assert (found.difference.place, found.difference.got) == ("/data/customer/customerId", "x")
    (found,) = findings([(ask(), made(requestId="x"))])
    assert found.difference is not None
    assert (found.difference.expected, found.difference.got) == (("some-test-id",), "x")
    lost = made()
    del lost["data"]["customer"]["customerId"]
    (found,) = findings([(ask(), lost)])
    assert found.difference is not None
    assert found.difference.got is NOTHING


# What a host shows first, one wrong answer, and the claim to blame.
SHOWN: Exchanges = [(ask(), made()), (ask("soon-62", BRUNO), made("soon-62", BRUNO, ids=("3", "4")))]
BLAMED: dict[str, tuple[tuple[Any, ...], str]] = {
    "a paused promotion told as another row": ((ask("paused-73"), NO_CUSTOMER, 400), "error.promotion_inactive"),
    "a program that does not exist told as another row": (
        (ask(programId=999999), NO_CUSTOMER, 400),
        "error.program_not_found",
    ),
    "a missing key": (
        (ask("many-64"), made("many-64", status=NOTHING, ids=("5", "6"))),
        "response.data.status.type",
    ),
    "a balance that is a text": (
        (
            ask("earn-61"),
            made(
                "earn-61",
                milestone={
                    "status": "SUCCESS",
                    "milestones": [
                        {"targetGroupId": 97901, "targetRuleId": 151501, "initialBalance": "12.5"},
                        {"targetGroupId": 97901, "targetRuleId": 151502, "initialBalance": 300},
                    ],
                },
                ids=("5", "6"),
            ),
        ),
        "response.data.enrollmentStatus.milestone.milestones.initialBalance.type",
    ),
    "a warning that is lost": (
        (ask("broken-84"), made("broken-84", ids=("5", "6"))),
        "warning.milestones_failed",
    ),
}


WARNED: dict[str, tuple[tuple[Any, ...], str]] = {
    "in other letters": (
        (ask("broken-84"), made("broken-84", warnings=[{"message": "Failed to enrol into milestones"}])),
        "warning.milestones_failed",
    ),
    "for nothing": (
        (ask("soon-62"), made("soon-62", warnings=[{"message": "failed to enrol into milestones"}])),
        "response.warnings.none",
    ),
}


@pytest.mark.parametrize("name", WARNED)
def test_a_wrong_warning_is_blamed_on_the_one_that_is_due_if_there_is_one(name: str) -> None:
    wrong, claim = WARNED[name]
    assert findings([wrong])[0].claim == claim


def test_a_crash_is_blamed_on_what_was_looked_up_where_nobody_knows_whether_it_exists() -> None:
    wire = ListWire([make_answer(OOPS, 500)] * 4)
    session = make_session(wire, target=replace(make_target(), complete=False))
    session.call(ask(programId=2**63))
    session.call(ask(programId=2**63, customer=""))
    conclude_record(session.record)
    (found,) = session.record.findings.all()
    assert (found.claim, found.claims[1:]) == ("error.program_not_found", ("error.customer_required",))


@pytest.mark.parametrize("without_source", [False, True])
@pytest.mark.parametrize("name", BLAMED)
def test_the_readings_that_the_host_has_shown_tell_what_to_blame(name: str, without_source: bool) -> None:
    wrong, claim = BLAMED[name]
    assert [f.claim for f in findings([*SHOWN, wrong], without_source=without_source)] == [claim]


def test_without_any_other_answer_the_default_readings_tell_what_to_blame() -> None:
    for wrong, claim in BLAMED.values():
        assert [f.claim for f in findings([wrong], without_source=True)][:1] in ([claim], [])


def test_a_reading_that_the_host_shows_is_named_where_answers_contradict_each_other() -> None:
    whole = refused("customer_not_found")
    (found,) = findings(
        [
            (NOBODY, whole, 400),
            (ask("generic-81"), refused("generic_not_eligible"), 400),
            (ask("draft-71"), refused("promotion_not_found", say={"promotion_not_found": "no luck"}), 400),
        ]
    )
    assert "whole" in found.expected
    assert "first" not in found.expected


def test_a_refusal_of_a_good_request_is_no_doubt_about_its_optional_fields() -> None:
    body = ask(customer_identifierName="email", customer_identifierValue=ASHA.email, customer_source=NOTHING)
    assert [f.claim for f in findings([(body, NO_CUSTOMER, 400)])] == ["request.customer.identifierName.values"]


def test_an_error_that_names_no_row_is_blamed_on_what_may_be_refused() -> None:
    found = findings(
        [
            (ask(customer_source=""), refused("customer_required"), 400),
            (ask(customer_source=NOTHING), plain(code=7), 400),
        ]
    )
    assert {claim for each in found for claim in each.claims} == {"error.source_required"}
