"""The body of a result is written once for each form, and filled in for each customer. It is the same as one written whole."""

from __future__ import annotations

import json
import os
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.deciding.directory import Directory
from mockserver.exchange.answers import Result
from mockserver.exchange.request_fields import PromotionIds, RequestFields
from mockserver.plan import Plan
from mockserver.replying import results
from mockserver.replying.skeletons import CHECK_ALL
from mockserver.stores import EnrolmentRecord, Standing
from openapi import document, questions, world
from tests import page
from tests.mockserver.caller import Caller, caller
from tests.mockserver.conftest import MakeMock

READINGS = questions.defaults(questions.load())
RECORD = EnrolmentRecord(1, "p", 1, "10", "20", opted_in=True)
CASE = Directory(world.load(), READINGS).open_case(
    RequestFields(
        "r", "ENROL", PromotionIds("68c3f64bbd0a8a0aa705c793", 1133590053, None), "id", "388369579", program_id=3334
    )
)
TEXTS = st.text() | st.sampled_from(["%b", "%%", '"', "\\", "8888888888777770", '"8888888888777771"', "\0", "é\u2028"])


def request(number: int) -> dict[str, Any]:
    return {**page.ENROL_REQUEST, "requestId": f"r{number}"}


@pytest.fixture(scope="module")
def unchecked() -> Plan:
    """A plan whose replies are not written anew for each answer, as where no test runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(CHECK_ALL)
        return Plan.of(document.load(), READINGS)


def test_the_whole_suite_has_each_body_written_anew(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert os.environ[CHECK_ALL]
    right = results.data
    assert [mock.send(request(number)).status_code for number in range(3)] == [200] * 3
    monkeypatch.setattr(results, "data", lambda *given: {**(right(*given) or {}), "status": "LOST"})
    answer = mock.send(request(3))
    assert answer.status_code == 500
    assert "BrokenReply" in answer.get_json()["errors"][0]["message"]


def test_without_the_tests_a_form_is_written_once(
    make_mock: MakeMock, sample_world: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CHECK_ALL)
    mock, right, written = caller(make_mock(), sample_world), results.data, list[str]()

    def data(result: Result, exchange_id: str) -> Any:
        written.append(exchange_id)
        return right(result, exchange_id)

    monkeypatch.setattr(results, "data", data)
    answers = [mock.send(request(number)).get_json()["data"] for number in range(20)]
    assert written[-1] in ("exchange-2", "8888888888777770"), "the second answer has the last new form"
    assert [one.pop("requestId") for one in answers] == [f"r{number}" for number in range(20)]
    assert answers[1:] == answers[1:2] * 19


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    request_id=TEXTS | st.none(),
    value=TEXTS,
    customer=st.integers(-(2**63), 2**63 - 1),
    ids=st.tuples(TEXTS, TEXTS | st.none()),
    identifier=TEXTS,
    is_new=st.booleans(),
)
@example(request_id="r", value="v", customer=1, ids=("1", None), identifier="8888888888777770", is_new=True)
@example(request_id="", value="", customer=0, ids=("", ""), identifier="100 %", is_new=True)
def test_what_is_filled_in_is_as_it_is_written(
    unchecked: Plan,
    request_id: str | None,
    value: str,
    customer: int,
    ids: tuple[str, str | None],
    identifier: str,
    is_new: bool,
) -> None:
    assert CASE.customer is not None
    assert CASE.promotion is not None
    record = replace(RECORD, enrollment_id=ids[0], optin_id=ids[1])
    case = msgspec.structs.replace(
        CASE,
        fields=msgspec.structs.replace(CASE.fields, request_id=request_id, identifier_value=value),
        customer=msgspec.structs.replace(CASE.customer, id=customer),
        promotion=msgspec.structs.replace(CASE.promotion, identifier=identifier),
        standing=Standing() if is_new else Standing(1, record, None, 1),
    )
    warnings = () if is_new else (unchecked.document.outcomes["already_enrolled"],)
    result = Result(case, warnings, record if is_new else None, "")
    for _ in range(2):  # the first of a form is written whole
        sent = json.loads(unchecked.replies.reply(result, "exchange-1").body)["data"]
        assert sent == results.data(result, "exchange-1")
