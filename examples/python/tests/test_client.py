"""What the client promises beyond the gauntlet: what it sends, when it tries again, and what it hands back."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from enrol_client import Basic, EnrolRequest, HostFailed, NoAnswer, OAuth, Refused, Unreadable

from enrol_kit import EnrolMock
from tests.clients import EXAMPLE
from tests.conftest import Call


def sent(mock: EnrolMock) -> list[dict[str, object]]:
    return [json.loads(one["request"]["body"]) for one in mock.journal(path="/v3/promotions/enrol")]


def test_a_success_has_the_ids_and_the_milestones(enrol: Call) -> None:
    enrolment = enrol()
    assert (enrolment.enrolled, enrolment.customer_id, enrolment.requests) == (True, 388369579, 1)
    assert (enrolment.request_id, enrolment.warnings) == (EXAMPLE.request_id, ())
    assert enrolment.enrollment_id
    assert enrolment.optin_id
    assert [(one.target_group_id, one.target_rule_id, one.initial_balance) for one in enrolment.milestones] == [
        (97829, 151359, 0)
    ]


def test_an_opt_in_enrols_too(enrol: Call) -> None:
    enrolment = enrol(EnrolRequest("690ddfe45d4a900e2157f1c2", 1133595380, 973, "388519295", action="OPT_IN"))
    assert (enrolment.enrolled, enrolment.milestones) == (True, ())


def test_a_wrong_password_is_refused_once(enrol: Call, enrol_mock: EnrolMock) -> None:
    with pytest.raises(Refused) as refused:
        enrol(login=Basic("store.server", "124"))
    assert (refused.value.status, len(sent(enrol_mock))) == (401, 1)


def test_a_warning_is_kept_and_is_no_error(enrol: Call) -> None:
    enrol()
    again = enrol(replace(EXAMPLE, request_id="another"))
    assert not again.enrolled
    assert again.warnings == ("Unable to enroll in promotions. Customer already enrolled or limit reached.",)


@pytest.mark.parametrize("shape", ["list-number", "list-string", "object-number", "object-string"])
def test_an_error_has_its_code_as_a_number_in_every_shape(shape: str, enrol: Call, enrol_mock: EnrolMock) -> None:
    enrol_mock.given(readings={"error-shape": shape, "refusal-status": "200", "data-on-error": "absent"})
    with pytest.raises(Refused) as refused:
        enrol(replace(EXAMPLE, identifier="1"))
    assert (refused.value.status, refused.value.codes) == (200, (400,))
    assert "Customer not found" in str(refused.value)
    assert len(sent(enrol_mock)) == 1


def test_the_documented_500_is_sent_again_with_the_same_request_id(enrol: Call, enrol_mock: EnrolMock) -> None:
    enrol_mock.fault("engine_error", count=2)
    assert enrol().requests == 3
    assert [one["requestId"] for one in sent(enrol_mock)] == [EXAMPLE.request_id] * 3


def test_a_busy_host_is_given_the_time_that_it_asks_for(enrol: Call, enrol_mock: EnrolMock) -> None:
    enrol_mock.fault("503", count=1, retryAfter=1)
    began = time.monotonic()
    assert enrol().requests == 2
    assert 1 <= time.monotonic() - began < 4


def test_a_host_that_asks_for_more_time_than_there_is_ends_the_call_at_once(enrol: Call, enrol_mock: EnrolMock) -> None:
    enrol_mock.fault("429", retryAfter=60)
    with pytest.raises(HostFailed) as failed:
        enrol()
    assert (failed.value.status, failed.value.retry_after) == (429, 60)
    assert len(sent(enrol_mock)) == 1


def test_the_deadline_holds_for_the_whole_call(enrol: Call, enrol_mock: EnrolMock) -> None:
    enrol_mock.fault("slow", pieces=200, over=30)
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        enrol()
    assert time.monotonic() - began < 7


def test_a_lost_answer_is_asked_for_again(enrol: Call, enrol_mock: EnrolMock) -> None:
    """The enrolment was made, and its answer is lost: the second answer says that the customer is enrolled already."""
    enrol_mock.fault("reset-before", count=1, handle=True)
    enrolment = enrol()
    assert (enrolment.requests, len(enrolment.warnings)) == (2, 1)


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", '{"data": null}', '{"data": []}', '{"data": {"customer": {"customerId": 1.5}}}', "[" * 9000],
)
def test_an_answer_that_is_none_is_an_error_of_the_client(body: str, enrol: Call, enrol_mock: EnrolMock) -> None:
    enrol_mock.fault("answer", status=200, body=body)
    with pytest.raises(Unreadable):
        enrol()
    assert len(sent(enrol_mock)) == 1


def test_numbers_lose_no_digit(enrol: Call, enrol_mock: EnrolMock) -> None:
    answer = {
        "data": {
            "status": "SUCCESS",
            "customer": {"customerId": 2**63 + 1},
            "enrollmentStatus": {"milestone": {"milestones": [{"targetRuleId": 2**53 + 1, "initialBalance": 0.1}]}},
        }
    }
    enrol_mock.fault("answer", status=200, body=json.dumps(answer))
    enrolment = enrol()
    assert (enrolment.customer_id, enrolment.milestones[0].target_rule_id) == (2**63 + 1, 2**53 + 1)
    assert enrolment.milestones[0].initial_balance == Decimal("0.1")


def test_a_token_is_fetched_once_and_anew_when_it_has_expired(enrol: Call, enrol_mock: EnrolMock) -> None:
    login = OAuth("sample-key", "sample-secret")
    assert enrol(login=login).enrolled
    enrol(login=login)
    assert len(enrol_mock.journal(path="/v3/oauth/token/generate")) == 1
    enrol_mock.fault("498", count=1)
    assert enrol(login=login).requests == 2
    assert len(enrol_mock.journal(path="/v3/oauth/token/generate")) == 2


def test_a_token_that_is_refused_again_is_an_error(enrol: Call, enrol_mock: EnrolMock) -> None:
    enrol_mock.fault("498")
    with pytest.raises((Refused, HostFailed)) as refused:
        enrol(login=OAuth("sample-key", "sample-secret"))
    assert refused.value.status == 498
    assert len(sent(enrol_mock)) == 2
