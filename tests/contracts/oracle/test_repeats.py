"""A requestId that is sent twice, and what says nothing of a reading: a full promotion, an answer without content."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.oracle.history import History
from openapi.world import World
from tests.contracts.answers import ALREADY, ASHA, BRUNO, PROMOTIONS, ask, made, milestone, plain, text, warned
from tests.contracts.conftest import Ask, broken

MILESTONES = "response.data.enrollmentStatus.milestone.milestones"
OPT: dict[str, Any] = {"action": "OPT_IN"}


@pytest.fixture
def past(sample: World) -> History:
    """A fresh host on which Asha was enrolled by a request with the requestId of every request here."""
    history = History(sample, fresh=True)
    history.record(ASHA, PROMOTIONS["opt-73"], "enrolled", enrollment_id="1", optin_id="2")
    history.request_ids.add("some-test-id")
    return history


def test_a_second_enrolment_by_the_same_request_id_is_one_too_many(judge: Ask, past: History) -> None:
    again = broken(judge(ask("opt-73"), made("opt-73", ids=("3", "4")), history=past))
    assert again == {"warning.already_enrolled"}


@pytest.mark.parametrize(
    "answer",
    [made("opt-73"), warned(ALREADY, "opt-73"), plain("this requestId was used before")],
    ids=["the first answer again", "the warning", "a refusal"],
)
def test_a_request_id_that_is_known_may_be_answered_in_three_ways(judge: Ask, past: History, answer: Any) -> None:
    status = 409 if answer["errors"] else 200
    assert not broken(judge(ask("opt-73"), answer, status, history=past))


def test_the_first_answer_again_is_no_second_enrolment(judge: Ask, past: History) -> None:
    happened = judge(ask("opt-73"), made("opt-73"), history=past).happened
    assert happened is not None
    past.record(happened.customer, happened.promotion, happened.event)
    assert past.membership(ASHA, PROMOTIONS["opt-73"]).enrolments == 1
    assert past.seats_taken(PROMOTIONS["opt-73"]) == 1


def test_a_new_request_id_gets_no_earlier_answer(judge: Ask, past: History) -> None:
    past.request_ids.clear()
    assert "warning.already_enrolled" in broken(judge(ask("opt-73"), made("opt-73"), history=past))
    assert broken(judge(ask("opt-73"), plain("used before"), 409, history=past))


def test_an_opt_in_with_the_request_id_of_the_enrolment_opts_in(judge: Ask, past: History) -> None:
    """Both example requests of the page have the same requestId."""
    happened = judge(ask("opt-73", **OPT), made("opt-73", ids=("1", "3"), **OPT), history=past).happened
    assert happened is not None
    assert happened.event == "opted_in"


def test_a_request_id_of_another_customer_may_be_refused_but_is_no_repeat(judge: Ask, past: History) -> None:
    past.carried_out |= past.request_ids
    assert not broken(judge(ask("opt-73", BRUNO), plain("this requestId was used before"), 409, history=past))
    assert broken(judge(ask("opt-73", BRUNO), warned(ALREADY, "opt-73", BRUNO), history=past))
    assert broken(judge(ask("opt-73", BRUNO), made("opt-73"), history=past))
    past.carried_out.clear()  # it was refused before
    assert broken(judge(ask("opt-73", BRUNO), plain("this requestId was used before"), 409, history=past))


def test_a_full_promotion_says_nothing_of_an_opt_in_that_comes_first(judge: Ask, sample: World) -> None:
    history = History(sample, fresh=True)
    for customer in sample.customers[:2]:
        history.record(customer, PROMOTIONS["pair-69"], "enrolled")
    stranger = sample.customers[2]
    answer = warned(ALREADY, "pair-69", stranger, **OPT)
    judgement = judge(ask("pair-69", stranger, **OPT), answer, history=history)
    assert not broken(judgement)
    assert "opt-in-first" not in judgement.implies


def test_an_opt_in_of_somebody_enrolled_takes_no_second_seat(judge: Ask, sample: World) -> None:
    history = History(sample, fresh=True)
    for event in ("enrolled", "opted_in"):
        history.record(ASHA, PROMOTIONS["pair-69"], event)
    assert history.seats_taken(PROMOTIONS["pair-69"]) == 1
    answer = warned(ALREADY, "pair-69", BRUNO)
    assert broken(judge(ask("pair-69", BRUNO), answer, history=history)) == {"warning.limit_reached"}


@pytest.mark.parametrize("answer", [{"errors": None}, {"data": None, "errors": None, "warnings": None}], ids=str)
@pytest.mark.parametrize("changes", [{"action": "UNENROL"}, {"action": []}, {"customer_source": "NOWHERE"}], ids=str)
def test_an_answer_without_errors_is_no_refusal(judge: Ask, answer: Any, changes: dict[str, Any]) -> None:
    assert broken(judge(ask("soon-62", **changes), answer, 400))


def test_a_milestone_id_may_be_written_as_any_json_number(judge: Ask) -> None:
    number = 9.7901e4
    items = ((number, 151501.0, 12.5), (number, 1.51502e5, 3e2))
    assert not broken(judge(ask("earn-61"), made("earn-61", milestone=milestone(items))))
    wrong = ((number + 0.5, 151501, 12.5), (number, 151502, 300))
    assert broken(judge(ask("earn-61"), made("earn-61", milestone=milestone(wrong)))) == {
        f"{MILESTONES}.targetGroupId.value",
    }


def test_a_code_may_be_written_as_any_json_number(judge: Ask) -> None:
    """400.0 and 4E2 are the number 400 (RFC 8259 §6)."""
    assert not broken(judge(ask("draft-71"), plain(text("promotion_not_found"), 4e2), 400))


def test_milestones_of_another_promotion_do_not_fit_beside_the_warning(judge: Ask, sample: World) -> None:
    history = History(sample, fresh=True)
    history.record(ASHA, PROMOTIONS["earn-61"], "enrolled", enrollment_id="1", optin_id="2")
    others = milestone(((97829, 151359, 0),))
    answer = warned(ALREADY, "earn-61", ids=("1", "2"), status="SUCCESS", milestone=others)
    assert f"{MILESTONES}.targetGroupId.value" in broken(judge(ask("earn-61"), answer, history=history))
    answer = warned(ALREADY, "soon-62", milestone=others)
    history.record(ASHA, PROMOTIONS["soon-62"], "enrolled")
    assert f"{MILESTONES}.targetGroupId.value" in broken(judge(ask("soon-62"), answer, history=history))
