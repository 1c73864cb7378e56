"""A stream of answers that overlap without end: each is judged as soon as nothing can overlap it any more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from contracts.exchange import NO_ANSWER, Answer, Exchange, Request
from contracts.verdict.record import Record
from contracts.verdict.spans import Span
from contracts.verdict.stream import Stream
from openapi.world import Customer
from tests.contracts.answers import ALREADY, ASHA, BRUNO, CHEN, PROMOTIONS, SAMPLE, ask, made, refused, warned
from tests.contracts.conftest import make_answer, make_record

SEATS = PROMOTIONS["seats-66"]
BUSY = make_answer(b"slow down", 429)
Sent = tuple[dict[str, Any], Any, float, float]
_NUMBERS = iter(range(1, 10_000))


def fresh() -> Record:
    record = make_record()
    record.history.declare_fresh()
    return record


def judged(*sent: Sent, record: Record | None = None) -> Record:
    """Return a record after these requests: body, answer, begin and end of each."""
    record = record or fresh()
    stream = Stream(record)
    for body, answer, begin, end in sent:
        status = 400 if isinstance(answer, dict) and answer["errors"] else 200
        whole = answer if isinstance(answer, Answer) else make_answer(answer, status)
        stream.add(Exchange(0, Request(body=body), whole), Span(begin, end))
    stream.finish()
    return record


def broken(record: Record) -> list[str]:
    return [finding.claim for finding in record.findings.all()]


def in_turn(promotion: str, customer: Customer = ASHA, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an enrolment that succeeds, with ids of its own."""
    ids = (f"e{next(_NUMBERS)}", f"o{next(_NUMBERS)}")
    sent = {"requestId": f"r{ids[0]}", **changes}
    return ask(promotion, customer, **sent), made(promotion, customer, ids=ids, **sent)


def no(promotion: str, customer: Customer = ASHA) -> tuple[dict[str, Any], dict[str, Any]]:
    sent = {"requestId": f"n{next(_NUMBERS)}"}
    return ask(promotion, customer, **sent), warned(ALREADY, promotion, customer, **sent)


def test_a_warning_may_come_before_the_success_that_it_follows() -> None:
    record = judged((*no("enr-58"), 0.0, 2.0), (*in_turn("enr-58"), 1.0, 3.0))
    assert broken(record) == []
    assert record.tally.times_kept("warning.already_enrolled") == 1


def test_an_answer_that_came_before_another_request_was_sent_counts_first() -> None:
    """The three are one chain; but the warning had come before anybody asked for the enrolment."""
    record = judged((*no("enr-58"), 0.0, 1.0), (*in_turn("enr-58"), 2.0, 4.0), (*no("enr-58"), 0.5, 3.0))
    assert broken(record) == ["warning.already_enrolled"]


def test_an_enrolment_that_is_lost_again_breaks_the_warning() -> None:
    """Once an answer has said "enrolled", whoever asks later must hear of it, however many answers overlap."""
    record = judged(
        (*in_turn("enr-58"), 0.0, 1.0), (*in_turn("enr-58", BRUNO), 0.5, 9.0), (*in_turn("enr-58"), 2.0, 3.0)
    )
    assert broken(record)[0] == "warning.already_enrolled"


def test_answers_are_judged_as_soon_as_nothing_can_overlap_them() -> None:
    record = fresh()
    stream = Stream(record)
    late, early = in_turn("enr-58"), no("enr-58")
    stream.add(Exchange(0, Request(body=early[0]), make_answer(early[1])), Span(2.0, 3.0))
    stream.advance(3.0)
    assert record.exchanges == []
    stream.add(Exchange(0, Request(body=late[0]), make_answer(late[1])), Span(0.0, 2.5))
    stream.advance(3.5)
    assert [exchange.group for exchange in record.exchanges] == [1, 1]
    assert broken(record) == []


def limit(count: int, *, of: int, spread: float = 0.0) -> list[Sent]:
    """Return requests for a promotion with three seats: of so many customers, these many get one."""
    customers = SAMPLE.customers[:of]
    answers = [in_turn("seats-66", c) for c in customers[:count]] + [no("seats-66", c) for c in customers[count:]]
    random.Random(3).shuffle(answers)
    return [(*one, spread * place, 10.0 + place) for place, one in enumerate(answers)]


@pytest.mark.parametrize("of", [5, 9], ids=["every order", "too many orders"])
@pytest.mark.parametrize(("seats", "claims"), [(3, []), (4, ["warning.limit_reached"]), (2, ["warning.limit_reached"])])
def test_exactly_as_many_pass_as_there_are_seats(of: int, seats: int, claims: list[str]) -> None:
    assert broken(judged(*limit(seats, of=of, spread=0.1))) == claims


def test_a_chain_of_overlaps_is_no_reason_to_forget_who_was_first() -> None:
    """Nine requests, each of which overlaps the next one only: three seats, and the last customer gets the fourth."""
    customers = SAMPLE.customers[:5]
    answers = [*(in_turn("seats-66", c) for c in customers[:3]), no("seats-66", customers[3])]
    chain: Sequence[Sent] = [(*one, place, place + 1.5) for place, one in enumerate(answers)]
    assert broken(judged(*chain)) == []
    assert broken(judged(*chain, (*in_turn("seats-66", customers[4]), 4.0, 5.5))) == ["warning.limit_reached"]


def test_an_id_that_two_enrolments_have_is_seen_in_a_crowd() -> None:
    same = made("seats-66", BRUNO, ids=("7", "8"), requestId="b"), made("seats-66", CHEN, ids=("7", "9"), requestId="c")
    both: list[Sent] = [
        (ask("seats-66", BRUNO, requestId="b"), same[0], 0, 20),
        (ask("seats-66", CHEN, requestId="c"), same[1], 0, 20),
        (*in_turn("seats-66"), 0.0, 20.0),
    ]
    others: list[Sent] = [(*no("seats-66", customer), 0.0, 20.0) for customer in SAMPLE.customers[3:9]]
    assert "response.data.enrollmentStatus.promotion.enrollmentId.unique" in broken(judged(*both, *others))


def test_an_answer_with_parts_of_another_request_is_seen_in_a_crowd() -> None:
    body, answer = in_turn("seats-66", BRUNO)
    answer["data"]["customer"]["customerId"] = CHEN.id
    others: list[Sent] = [(*no("seats-66", customer), 0.0, 20.0) for customer in SAMPLE.customers[3:10]]
    assert "response.data.customer.customerId.resolved" in broken(judged((body, answer, 0.0, 20.0), *others))


@pytest.mark.parametrize("order", range(6))
def test_a_crowd_of_opt_ins_and_enrolments_is_right_in_some_order(order: int) -> None:
    """An OPT_IN enrols the customer, and an ENROL enrols her once more, where two enrolments are allowed."""
    sent: list[Sent] = [(*in_turn("two-68", action="OPT_IN"), 0.0, 20.0), (*in_turn("two-68"), 0.0, 20.0)]
    sent += [(*no("two-68"), 0.0, 20.0) for _ in range(6)]
    random.Random(order).shuffle(sent)
    assert broken(judged(*sent)) == []


@pytest.mark.parametrize("answer", [NO_ANSWER, BUSY], ids=["none", "busy"])
def test_a_request_without_an_answer_may_have_enrolled_the_customer(answer: Answer) -> None:
    record = judged((ask("enr-58", requestId="x"), answer, 0.0, 1.0), (*no("enr-58"), 2.0, 3.0))
    assert broken(record) == []
    assert [note.what.partition(":")[0] for note in record.notes] == ["left unjudged"]


def test_a_failure_in_a_form_of_its_own_breaks_the_engine_error() -> None:
    record = judged((ask("enr-58", requestId="x"), make_answer(b"<h1>500</h1>", 500), 0.0, 1.0))
    assert broken(record) == ["error.engine_error"]


def test_requests_that_change_nothing_do_not_wait_for_each_other() -> None:
    record = judged(
        *((ask("generic-81", requestId=f"g{n}"), refused("generic_not_eligible"), n, n + 1.5) for n in range(9)),
    )
    assert broken(record) == []
    assert [exchange.group for exchange in record.exchanges] == list(range(1, 10))


def test_enrolments_that_can_be_made_again_and_again_do_not_wait_for_each_other() -> None:
    record = judged(*((*in_turn("many-64"), n, n + 1.5) for n in range(9)))
    assert broken(record) == []
    assert [exchange.group for exchange in record.exchanges] == list(range(1, 10))


def test_an_opt_in_beside_such_enrolments_may_come_behind_them() -> None:
    opted = in_turn("steps-70", action="OPT_IN")
    record = judged((*opted, 0.0, 1.0), *((*in_turn("steps-70"), 0.0, 1.0) for _ in range(2)))
    assert broken(record) == []
    assert record.evidence.states()
    assert [exchange.group for exchange in record.exchanges] == [1, 1, 1]
