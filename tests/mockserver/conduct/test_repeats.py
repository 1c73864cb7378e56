"""Findings about what is sent again, and about going on after a refusal."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import Mock
from openapi import questions
from openapi.document import Document
from openapi.world import World
from tests import page
from tests.mockserver.conduct.asking import Asking, changed
from tests.mockserver.conftest import Clock

OWN = changed(("requestId", "till-1"))
NOBODY = changed(("requestId", "till-1"), ("customer.identifierValue", "388369570"))
AFTER_REFUSAL = ("broken", "retry.after_refusal", "Sent again unchanged after customer_not_found")
LOST, STORM = "retry.after_lost_answer", "retry.storm"
REUSED = ("broken", "request_id.reused", "One requestId is sent with different requests")
NEVER = ("note", "retry.never", "The documented error 500 was never tried again")
OPT_IN = changed(("action", "OPT_IN"), ("requestId", "till-2"))


def repeats(asking: Asking) -> list[tuple[str, str, str]]:
    """Return the findings, without the note that is about the one request that is not tried again."""
    return [one for one in asking.found() if one != NEVER]


def test_a_refusal_of_the_page_is_not_to_be_retried(asking: Asking) -> None:
    asking.send(NOBODY)
    assert asking.found() == []
    asking.send(NOBODY)
    asking.send(NOBODY)
    assert asking.found() == [AFTER_REFUSAL]
    (found,) = asking.all()
    assert (found["count"], found["place"]) == (2, "Error codes, row 11")
    assert found["page"].startswith("Customer not found.")


@pytest.mark.parametrize("status", ["200", "422"])
def test_a_refusal_counts_with_whatever_status_it_comes(under: Callable[..., Asking], status: str) -> None:
    asking = under(validation_status=status)
    for _ in range(2):
        asking.send(changed(("action", ...)))
    assert ("broken", "retry.after_refusal", "Sent again unchanged after action_required") in asking.found()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 498])
def test_another_4xx_is_not_to_be_retried_either(asking: Asking, status: int) -> None:
    asking.fault("answer", status=status, body="{}", count=1)
    asking.send(OWN)
    asking.send(OWN)
    assert asking.found() == [("hygiene", "retry.after_4xx", f"Sent again unchanged after HTTP {status}")]


@pytest.mark.parametrize("status", [408, 421, 425, 500, 502, 503, 504])
def test_what_may_be_over_soon_may_be_retried(asking: Asking, clock: Clock, status: int) -> None:
    asking.fault("answer", status=status, body="{}", count=1)
    asking.send(OWN)
    clock.seconds += 1
    asking.send(OWN)
    assert asking.found() == []


def test_another_login_is_another_request(asking: Asking) -> None:
    asking.send(OWN, authorization="Basic wrong")
    asking.send(OWN)
    assert asking.found() == []
    asking.send(OWN, authorization="Basic wrong")
    asking.send(OWN, authorization="Basic wrong")
    assert asking.found() == [("hygiene", "retry.after_4xx", "Sent again unchanged after HTTP 401")]


@pytest.mark.parametrize(
    "between",
    [
        lambda asking: asking.control("world", {"customers": [{"id": 388369570}]}),
        lambda asking: asking.control("reset"),
        lambda asking: asking.fault("429", count=1),
        lambda asking: asking.control("journal", method="DELETE"),
    ],
)
def test_a_test_that_does_something_between_means_it(asking: Asking, between: Callable[[Asking], Any]) -> None:
    asking.send(NOBODY)
    between(asking)
    asking.send(NOBODY)
    assert repeats(asking) == []


def test_looking_at_the_mock_changes_nothing(asking: Asking) -> None:
    asking.send(NOBODY)
    asking.client.get("/_mock/journal")
    asking.send(NOBODY)
    assert asking.found() == [AFTER_REFUSAL]


def test_a_request_that_another_one_has_made_possible_is_no_retry(under: Callable[..., Asking]) -> None:
    asking = under(opt_in_first="refused")
    opt_in = changed(("requestId", "till-2"), request=page.OPT_IN_REQUEST)
    assert asking.send(opt_in).status_code == 400
    assert asking.send({**opt_in, "action": "ENROL", "requestId": "till-3"}).status_code == 200
    assert asking.send(opt_in).status_code == 200
    assert asking.found() == []


def test_a_mended_request_and_one_much_later_are_no_retry(asking: Asking, clock: Clock) -> None:
    asking.send(changed(("requestId", "till-1"), ("action", ...)))
    asking.send(changed(("requestId", "till-2")))
    asking.send(changed(("requestId", "till-3"), ("customer.identifierValue", "388369570")))
    clock.seconds += 61
    asking.send(changed(("requestId", "till-3"), ("customer.identifierValue", "388369570")))
    asking.send(changed(("requestId", "till-4"), ("customer.identifierValue", "388369570")))
    assert {level for level, *_ in asking.found()} == {"note"}, "only that the row of action was met"


def test_a_refused_request_under_another_request_id_is_a_note(asking: Asking) -> None:
    asking.send(NOBODY)
    asking.send({**NOBODY, "requestId": "till-2"})
    title = "Sent again under another requestId after customer_not_found"
    assert asking.found() == [("note", "retry.after_refusal_with_new_id", title)]
    assert asking.all()[0]["place"] == "Error codes, row 11"


def test_two_long_bodies_that_begin_alike_are_two_requests(asking: Asking) -> None:
    for end in (b"1", b"2"):
        asking.send(b" " * 10_000 + end)
    assert asking.rules() == {"request.wrong_type"}


def test_sessions_know_nothing_of_each_other(asking: Asking) -> None:
    asking.send(NOBODY)
    asking.send(NOBODY, x_mock_session="other")
    asking.send(changed(("requestId", "till-1")), x_mock_session="third")
    assert asking.found() == []


@pytest.mark.parametrize(("effect", "waited", "is_right"), [("429", 4, False), ("429", 5, True), ("503", 4, False), ("503", 5, True)])  # fmt: skip
def test_retry_after_counts(asking: Asking, clock: Clock, effect: str, waited: int, is_right: bool) -> None:
    asking.fault(effect, retryAfter=5, count=1)
    asking.send(OWN)
    clock.seconds += waited
    asking.send(OWN)
    title = f"A retry came before the time of Retry-After, after {effect}"
    assert asking.found() == ([] if is_right else [("hygiene", "retry.too_soon", title)])


@pytest.mark.parametrize(("waited", "is_right"), [(9, False), (11, True)])
def test_retry_after_may_be_a_date(asking: Asking, clock: Clock, waited: int, is_right: bool) -> None:
    date = "Tue, 14 Nov 2023 22:13:30 GMT"  # ten seconds after the clock of the mock
    asking.fault("answer", status=503, body="{}", headers={"Retry-After": date}, count=1)
    asking.send(OWN)
    clock.seconds += waited
    asking.send(OWN)
    assert (asking.found() == []) is is_right


@pytest.mark.parametrize("value", ["soon", "", "-1", "1.5", "9" * 400])
def test_a_retry_after_that_is_none_does_no_harm(asking: Asking, value: str) -> None:
    asking.fault("answer", status=503, body="{}", headers={"Retry-After": value}, count=1)
    asking.send(OWN)
    assert asking.send(OWN).status_code == 200


def test_five_tries_within_a_second_are_a_storm(asking: Asking, clock: Clock) -> None:
    asking.fault("500", count=10)
    for _ in range(4):
        asking.send(OWN)
    assert repeats(asking) == []
    asking.send(OWN)
    assert [rule for _, rule, _ in repeats(asking)] == [STORM]


def test_tries_with_waiting_between_are_no_storm(asking: Asking, clock: Clock) -> None:
    asking.fault("500", count=8)
    for wait in (0, 0.2, 0.4, 0.8, 1.6, 3.2):
        clock.seconds += wait
        asking.send(OWN)
    assert repeats(asking) == []


@pytest.mark.parametrize("effect", ["empty", "garbage"])
def test_a_retry_after_an_answer_that_says_nothing_is_a_note(asking: Asking, effect: str) -> None:
    asking.fault(effect, count=1)
    asking.send(OWN)
    asking.send(OWN)
    assert asking.found() == [("note", LOST, "ENROL was sent again because its answer was lost")]


def test_an_answer_that_a_test_has_written_is_not_lost(asking: Asking) -> None:
    asking.fault("answer", status=200, body='{"data": {"status": "SUCCESS"}, "errors": null}', count=1)
    asking.send(OWN)
    asking.send(OWN)
    assert asking.found() == []


def test_a_retry_before_a_late_answer_is_a_note(asking: Asking, clock: Clock) -> None:
    asking.fault("slow", delay=10, count=1)
    asking.send(OWN)
    clock.seconds += 5
    asking.send(OWN)
    assert asking.found() == [("note", LOST, "ENROL was sent again because its answer came late")]


def test_a_retry_before_a_late_refusal_is_no_retry_of_a_refusal(asking: Asking, clock: Clock) -> None:
    asking.fault("slow", delay=10, count=1)
    asking.send(NOBODY)
    clock.seconds += 5
    asking.send(NOBODY)
    assert asking.found() == [("note", LOST, "ENROL was sent again because its answer came late")]


def test_a_client_may_have_given_up_when_the_mock_itself_is_slow(sample_world: World, contract: Document) -> None:
    times = itertools.count(1_700_000_000.0, 0.5)  # each look at the clock takes half a second
    known = questions.defaults(questions.load())
    asking = Asking(Mock.of(contract, sample_world, known, now=lambda: next(times)), sample_world)
    asking.send(NOBODY)
    asking.send(NOBODY)
    assert asking.found() == [("note", LOST, "ENROL was sent again because its answer came late")]


def test_the_same_again_after_a_late_answer_that_came_is_no_retry(asking: Asking, clock: Clock) -> None:
    asking.fault("slow", delay=10, count=1)
    asking.send(OWN)
    clock.seconds += 11
    asking.send(OWN)
    assert asking.found() == []


def test_a_retry_under_another_request_id_is_a_note(asking: Asking) -> None:
    asking.fault("503", count=1, retryAfter=0)
    asking.send(OWN)
    asking.send({**OWN, "requestId": "till-2"})
    assert asking.found() == [("note", "retry.new_request_id", "A retry has another requestId")]


def test_one_request_id_stands_for_one_request(asking: Asking) -> None:
    asking.send(OWN)
    asking.send(OWN)
    assert asking.found() == []
    asking.send({**OWN, "customer": {"identifierName": "id", "identifierValue": "388600001"}})
    assert asking.found() == [REUSED]
    assert asking.all()[0]["place"] == "Body parameters, row 1"


def test_a_reset_begins_anew_with_request_ids(asking: Asking) -> None:
    asking.send(OWN)
    asking.control("reset")
    asking.send({**OWN, "action": "OPT_IN"})
    assert asking.found() == []


def test_the_two_requests_of_the_page_share_a_request_id(asking: Asking) -> None:
    asking.send(page.ENROL_REQUEST)
    asking.send(page.OPT_IN_REQUEST)
    assert asking.found() == []


def test_requests_without_a_request_id_are_right(asking: Asking) -> None:
    for action in ("ENROL", "OPT_IN"):
        for value in (..., None, ""):
            asking.send(changed(("requestId", value), ("action", action), request=page.OPT_IN_REQUEST))
    assert asking.found() == []


@pytest.mark.parametrize("reading", ["500", "200", "503"])
def test_the_documented_500_wants_a_try_later(under: Callable[..., Asking], clock: Clock, reading: str) -> None:
    asking = under(engine_status=reading)
    asking.fault("engine_error", count=1)
    asking.send(OWN)
    assert asking.found() == [NEVER], "as long as nothing came"
    clock.seconds += 5
    asking.send(OWN)
    assert asking.found() == []


def test_a_client_that_gives_up_after_a_retry_has_tried_again(asking: Asking, clock: Clock) -> None:
    asking.fault("engine_error")
    for wait in (1, 2, 4):
        asking.send(OWN)
        clock.seconds += wait
    assert asking.found() == []


def test_a_500_that_is_left_at_that_is_told_after_the_reset_too(asking: Asking, clock: Clock) -> None:
    session = asking.mock.sessions.use("one", now=clock())
    session.test = "tests/test_till.py::test_engine"
    asking.client.post("/_s/one/_mock/faults", json={"effect": "engine_error"})
    asking.send(OWN, x_mock_session="one")
    asking.client.post("/_s/one/_mock/reset")
    session.test = "tests/test_till.py::test_next"
    asking.send(OWN, x_mock_session="one")
    (found,) = asking.all()
    assert (found["rule"], found["count"], found["place"]) == ("retry.never", 1, "Error codes, row 14")
    assert found["tests"] == ["tests/test_till.py::test_engine"]
    assert "Try again later." in found["page"]


def test_a_500_of_a_session_that_is_forgotten_is_told(asking: Asking, clock: Clock) -> None:
    asking.client.post("/_s/one/_mock/faults", json={"effect": "engine_error"})
    asking.send(OWN, x_mock_session="one")
    clock.seconds += 3601
    assert asking.found() == [NEVER]
    clock.seconds += 1
    assert asking.all()[0]["count"] == 1


@pytest.mark.parametrize("effect", ["500", "502", "503"])
def test_other_failures_may_be_left_at_that(asking: Asking, effect: str) -> None:
    asking.fault("answer", status=int(effect), body="{}", count=1)
    asking.send(OWN)
    assert asking.found() == []


def test_going_on_after_errors_with_http_200_is_found(under: Callable[..., Asking]) -> None:
    asking = under(refusal_status="200")
    asking.send(NOBODY)
    asking.send({**NOBODY, "action": "OPT_IN", "requestId": "till-2"})
    (found,) = asking.all()
    assert (found["level"], found["rule"]) == ("broken", "outcome.went_on_as_if_enrolled")
    assert found["title"] == "Went on as if enrolled after customer_not_found with HTTP 200"
    assert found["place"] == "Response parameters, row 22"


def test_going_on_after_another_status_is_a_note(asking: Asking) -> None:
    asking.send(NOBODY)
    asking.send({**NOBODY, "action": "OPT_IN", "requestId": "till-2"})
    title = "Went on with OPT_IN after customer_not_found with HTTP 400"
    assert asking.found() == [("note", "outcome.opt_in_after_refusal", title)]


@pytest.mark.parametrize(
    "then",
    [
        [changed(("requestId", "a")), changed(("requestId", "b"), ("action", "OPT_IN"))],  # another customer
        [
            {
                **NOBODY,
                "action": "OPT_IN",
                "requestId": "d",
                "programId": 973,
                "promotion": page.OPT_IN_REQUEST["promotion"],
            }
        ],
    ],
)
def test_going_on_with_something_else_is_right(under: Callable[..., Asking], then: list[dict[str, Any]]) -> None:
    asking = under(refusal_status="200")
    asking.send(NOBODY)
    for body in then:
        asking.send(body)
    assert asking.found() == []


def test_opt_in_after_an_enrolment_or_the_warning_is_right(asking: Asking) -> None:
    enrol = changed(("requestId", "a"), request=page.OPT_IN_REQUEST)
    enrol["action"] = "ENROL"
    asking.send(enrol)
    asking.send({**enrol, "requestId": "b"})
    asking.send({**enrol, "requestId": "c", "action": "OPT_IN"})
    assert asking.found() == []
