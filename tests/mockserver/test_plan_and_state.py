"""A plan and a state are independent: states can share a plan, and a state can get another plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mockserver.app import Mock
from mockserver.deciding.directory import Directory
from mockserver.exchange.case import Case
from mockserver.exchange.request_fields import RequestFields
from mockserver.plan import Plan
from mockserver.state import State
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests import page
from tests.mockserver.caller import caller
from tests.mockserver.conftest import MakeMock


def test_two_states_beside_one_plan_do_not_see_each_other(
    contract: Document, sample_world: World, readings: Readings
) -> None:
    plan = Plan.of(contract, readings)
    one, other = (caller(Mock(plan, State.of(sample_world, readings)), sample_world) for _ in range(2))
    assert one.send().get_json() == page.ENROL_RESPONSE
    assert other.journal() == []
    assert other.send().get_json() == page.ENROL_RESPONSE
    other.client.post("/_mock/reset")
    assert len(one.enrolments()) == 3
    assert len(one.journal()) == 1


def test_state_keeps_its_enrolments_and_journal_beside_another_plan(
    contract: Document, sample_world: World, readings: Readings
) -> None:
    state = State.of(sample_world, readings)
    before = caller(Mock(Plan.of(contract, readings), state), sample_world)
    assert before.send().get_json()["data"]["status"] == "SUCCESS"
    chosen = {**readings, "value-folding": "trimmed"}
    again = replace(state, directory=Directory(sample_world, chosen))
    after = caller(Mock(Plan.of(contract, chosen), again), sample_world)
    assert after.enrol(" 388369579 ", "enr-58").get_json()["data"]["status"] == "FAILED", "already enrolled"
    assert len(after.journal()) == 2


@pytest.mark.parametrize(
    "precedence",
    ["credentials-validation-lookup", "credentials-lookup-validation", "validation-credentials-lookup"],
)
def test_one_request_opens_one_case(
    precedence: str, make_mock: MakeMock, sample_world: World, readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[RequestFields] = []
    open_case = Directory.open_case

    def counted(directory: Directory, fields: RequestFields) -> Case:
        opened.append(fields)
        return open_case(directory, fields)

    monkeypatch.setattr(Directory, "open_case", counted)
    mock = caller(make_mock(readings={**readings, "precedence": precedence}), sample_world)
    assert mock.send().status_code == 200
    assert len(opened) == 1
    assert mock.send({"action": "DANCE"}).status_code == 400
    assert len(opened) == 2
