"""Requests that were under way at the same time: the page must explain their answers in some order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.exchange import NO_ANSWER, Answer, Exchange, Request
from contracts.verdict.conclusion import conclude_record
from contracts.verdict.others import shows_others
from contracts.verdict.overlaps import take_each, take_together
from contracts.verdict.record import Record
from tests.contracts.answers import (
    ALREADY,
    ASHA,
    BRUNO,
    CHEN,
    JUNE,
    PROMOTIONS,
    SAMPLE,
    ask,
    made,
    refused,
    warned,
)
from tests.contracts.conftest import make_answer, make_record

SEATS = PROMOTIONS["seats-66"]
BUSY = make_answer(b"slow down", 429)
Asked = tuple[dict[str, Any], Any]


def fresh() -> Record:
    record = make_record()
    record.history.declare_fresh()
    return record


def group(*asked: Asked, first: int = 1) -> list[Exchange]:
    """Return exchanges of one group. An answer is a body, or an Answer."""
    return [
        Exchange(
            first + place,
            Request(body=body),
            answer if isinstance(answer, Answer) else make_answer(answer, 400 if answer["errors"] else 200),
            group=first,
        )
        for place, (body, answer) in enumerate(asked)
    ]


def broken(record: Record) -> list[str]:
    return [finding.claim for finding in record.findings.all()]


def enrolled(promotion: str, *customers: Any) -> list[Asked]:
    """Return an enrolment of each customer that succeeds, with ids of its own."""
    return [
        (ask(promotion, customer), made(promotion, customer, ids=(str(place * 2 + 1), str(place * 2 + 2))))
        for place, customer in enumerate(customers)
    ]


def no(promotion: str = "enr-58", customer: Any = ASHA) -> Asked:
    """Return an enrolment that is not made, since there is one or the limit is reached."""
    return ask(promotion, customer), warned(ALREADY, promotion, customer)


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_equal_enrolments_either_may_be_the_first(turn: int) -> None:
    record = fresh()
    assert take_together(record, group(*[*enrolled("enr-58", ASHA), no()][::turn])) == []
    assert broken(record) == []
    assert record.tally.times_kept("warning.already_enrolled") == 1
    member = record.history.membership(ASHA, PROMOTIONS["enr-58"])
    assert (member.enrolments, member.certain, member.full) == (1, True, True)


@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_wrong_in_each_answer_does_not_tell_for_an_order(turn: int) -> None:
    record = fresh()
    answers = [(ask(), made(identifierName=0)), (ask(), warned(ALREADY, identifierName=0))]
    take_together(record, group(*answers[::turn]))
    assert broken(record) == ["response.data.customer.identifierName.type"]


def test_two_equal_enrolments_that_both_succeed_break_the_warning() -> None:
    record = fresh()
    take_together(record, group(*enrolled("enr-58", ASHA, ASHA)))
    assert broken(record)[0] == "warning.already_enrolled"


@pytest.mark.parametrize(("ids", "claims"), [(("1", "2"), []), (("3", "4"), ["warning.already_enrolled"])])
def test_the_same_request_twice_at_once_may_get_the_same_answer(ids: tuple[str, str], claims: list[str]) -> None:
    """A requestId is unique, so a host may repeat its answer to one that it has seen; it must not enrol again."""
    record, asked = fresh(), {**ask(), "requestId": "once"}
    answers = [made(requestId="once", ids=shown) for shown in (("1", "2"), ids)]
    take_together(record, group(*((asked, answer) for answer in answers)))
    assert broken(record)[:1] == claims


def test_of_two_equal_enrolments_one_must_succeed() -> None:
    record = fresh()
    take_together(record, group(no(), no()))
    assert broken(record) == ["warning.already_enrolled"]


def test_the_last_seat_is_for_one() -> None:
    for extra, claims in ((no("seats-66", JUNE), []), (enrolled("seats-66", *SAMPLE.customers[:4])[3], ["seat"])):
        record = fresh()
        take_together(record, group(extra, *enrolled("seats-66", *SAMPLE.customers[:3])))
        assert broken(record) == (["warning.limit_reached"] if claims else [])
        assert record.history.seats_taken(SEATS) == (4 if claims else 3)


def test_ids_belong_to_one_enrolment() -> None:
    record = fresh()
    same = [(ask("enr-58", customer), made("enr-58", customer)) for customer in (ASHA, BRUNO)]
    take_together(record, group(*same))
    assert broken(record)[0] == "response.data.enrollmentStatus.promotion.enrollmentId.unique"


@pytest.mark.parametrize(("shown", "claims"), [("1", []), ("7", ["warning.already_enrolled"])])
def test_an_opt_in_beside_an_enrolment_makes_no_second_one(shown: str, claims: list[str]) -> None:
    record = fresh()
    opted = ask("earn-61", CHEN, action="OPT_IN"), made("earn-61", CHEN, action="OPT_IN", ids=(shown, "9"))
    take_together(record, group(opted, *enrolled("earn-61", CHEN)))
    assert broken(record) == claims


def test_a_request_id_of_another_request_under_way_is_not_generated() -> None:
    record = fresh()
    nameless = ask("many-64", BRUNO)
    del nameless["requestId"]
    take_together(
        record,
        group(
            (nameless, made("many-64", BRUNO, requestId="mine", ids=("7", "8"))),
            (ask("many-64", ASHA, requestId="mine"), made("many-64", ASHA, requestId="mine")),
        ),
    )
    assert broken(record) == ["response.data.requestId.echo"]


@pytest.mark.parametrize("answer", [NO_ANSWER, BUSY], ids=["none", "busy"])
def test_what_is_not_answered_is_asked_again_and_holds_nothing_against_the_host(answer: Answer) -> None:
    record = fresh()
    again = take_together(record, group((ask(), answer), no()))
    assert [exchange.number for exchange in again] == [1]
    assert broken(record) == []  # the request without an answer may have enrolled her
    take_each(record, [Exchange(3, Request(body=ask()), make_answer(warned(ALREADY)))])
    conclude_record(record)
    assert broken(record) == []


def test_a_failure_in_a_form_of_its_own_is_one_although_the_host_is_busy() -> None:
    record = fresh()
    assert take_together(record, group(*enrolled("enr-58", ASHA), (ask(), make_answer(b"<h1>500</h1>", 500)))) == []
    assert broken(record) == ["error.engine_error"]


def test_an_order_that_contradicts_earlier_answers_is_no_explanation() -> None:
    """The host enrols by OPT_IN, as an earlier answer shows; so a refusal beside an ENROL is not "enrol first"."""
    record = fresh()
    opt_in = ask("earn-61", BRUNO, action="OPT_IN")
    record.take(Exchange(1, Request(body=opt_in), make_answer(made("earn-61", BRUNO, action="OPT_IN"))))
    # A requestId of its own: one that was sent before may be refused for that.
    asked = ask("earn-61", CHEN, action="OPT_IN", requestId="of-its-own")
    beside = asked, refused("promotion_not_found", say={"promotion_not_found": "no"})
    take_together(record, group(beside, (ask("earn-61", CHEN), made("earn-61", CHEN, ids=("8", "9"))), first=2))
    conclude_record(record)
    assert broken(record)


def test_a_budget_is_for_requests_that_are_sent_alone() -> None:
    record = make_record(max_latency=0.1)
    late = replace(make_answer(refused("program_id_required"), 400), seconds=0.2)
    take_together(record, group((ask(programId=None), late), (ask(programId=None), late)))
    assert broken(record) == []
    record.take(Exchange(3, Request(body=ask(programId=None)), late))
    assert broken(record) == ["budget.latency"]


def test_a_large_group_is_judged_by_what_holds_in_every_order() -> None:
    record = fresh()
    take_together(record, group(*enrolled("enr-58", ASHA), *[no()] * 7))
    assert broken(record) == []


def test_a_group_is_judged_together_whenever_it_is_judged() -> None:
    record = fresh()
    take_each(record, [*group(no(), *enrolled("enr-58", ASHA)), *group(no(), first=3)])
    assert broken(record) == []
    assert [exchange.number for exchange in record.exchanges] == [1, 2, 3]


def test_own_enrolments_at_the_same_time_do_not_look_like_those_of_others() -> None:
    alone = [
        Exchange(number, Request(body=ask("many-64")), make_answer(made("many-64", ids=(str(number), None))))
        for number in range(1, 6)
    ]
    asked = [(ask("many-64"), made("many-64", ids=(number, None))) for number in ("9", "7", "20")]
    after = Exchange(9, Request(body=ask("many-64")), make_answer(made("many-64", ids=("21", None))))
    assert shows_others([*alone, *group(*asked, first=6), after]) is None
