"""What the mock records of an enrolment, and which milestones an answer shows."""

from __future__ import annotations

import msgspec

from openapi.world import World
from tests.mockserver.caller import Caller, caller
from tests.mockserver.conftest import MakeMock


def milestone(mock: Caller, promotion: str, *, action: str = "ENROL", customer: str = "388600004") -> object:
    return mock.enrol(customer, promotion, action=action).get_json()["data"]["enrollmentStatus"]["milestone"]


def test_milestones_of_the_promotion_are_shown(mock: Caller) -> None:
    assert milestone(mock, "earn-61") == {
        "status": "SUCCESS",
        "milestones": [
            {"targetGroupId": 97901, "targetRuleId": 151501, "initialBalance": 12.5},
            {"targetGroupId": 97901, "targetRuleId": 151502, "initialBalance": 300},
        ],
    }


def test_promotion_without_milestones_shows_an_empty_list(mock: Caller) -> None:
    assert milestone(mock, "soon-62") == {"status": "SUCCESS", "milestones": []}


def test_opt_in_enters_no_milestones(mock: Caller) -> None:
    assert milestone(mock, "earn-61", action="OPT_IN") == {"status": "SUCCESS", "milestones": []}


def test_failed_milestones_leave_those_that_succeeded(mock: Caller) -> None:
    assert milestone(mock, "broken-84") == {
        "status": "FAILED",
        "milestones": [{"targetGroupId": 97904, "targetRuleId": 151551, "initialBalance": 40}],
    }


def test_refused_enrolment_enters_no_milestones(mock: Caller) -> None:
    assert milestone(mock, "earn-61", customer="388600010") == {"status": "FAILED", "milestones": []}


def test_record_is_kept_by_customer_promotion_and_sequence(mock: Caller) -> None:
    mock.enrol("dora@example.com", "three-65", name="email")
    mock.enrol("388600004", "three-65")
    promotion = mock.promotion("three-65").id
    assert [record for record in mock.enrolments() if record["promotion"] == promotion] == [
        {
            "customer": 388600004,
            "promotion": promotion,
            "sequence": sequence,
            "enrollmentId": enrollment_id,
            "optinId": optin_id,
            "optedIn": False,
        }
        for sequence, enrollment_id, optin_id in ((1, "25911", "25912"), (2, "25913", "25914"))
    ]


def test_ids_that_a_silent_engine_does_not_return_are_recorded(mock: Caller) -> None:
    mock.enrol("388600004", "silent-83")
    (record,) = [one for one in mock.enrolments() if one["promotion"] == mock.promotion("silent-83").id]
    assert (record["enrollmentId"], record["optinId"]) == ("25911", "25912")


def test_warnings_add_up(make_mock: MakeMock, sample_world: World) -> None:
    silent_too = tuple(
        msgspec.structs.replace(promotion, engine="silent") if promotion.identifier == "broken-84" else promotion
        for promotion in sample_world.promotions
    )
    world = msgspec.structs.replace(sample_world, promotions=silent_too)
    warnings = caller(make_mock(world=world), world).enrol("388600004", "broken-84").get_json()["warnings"]
    assert [warning["message"] for warning in warnings] == [
        "failed to enrol into milestones",
        "Unable to enroll in promotions. No Response from EMF service.",
    ]


def test_pinned_ids_are_for_the_first_enrolment_only(make_mock: MakeMock, sample_world: World) -> None:
    twice = tuple(
        msgspec.structs.replace(promotion, limit_per_customer=2) if promotion.identifier == "enr-58" else promotion
        for promotion in sample_world.promotions
    )
    world = msgspec.structs.replace(sample_world, promotions=twice)
    mock = caller(make_mock(world=world), world)
    ids = [
        mock.enrol("388369579", "enr-58").get_json()["data"]["enrollmentStatus"]["promotion"]["enrollmentId"]
        for _ in range(2)
    ]
    assert ids == ["25286", "25911"]
