"""Unlisted fields: at every level of a request, none of them in the place of a listed one, and none that names nobody."""

from __future__ import annotations

from typing import Any

from contracts.inputs.roles import Roles
from contracts.inputs.unlisted_fields import unlisted_fields
from contracts.oracle.history import History
from openapi.world import World
from tests.contracts.conftest import make_target


def bodies(roles: Roles) -> list[dict[str, Any]]:
    return [asking.body for asking in unlisted_fields(roles, History(roles.target.data))]


def test_the_listed_fields_stay_as_they_are() -> None:
    roles = Roles(make_target(), 1)
    numbers = {p.id: p.promotion_id for p in roles.target.data.promotions}
    for body in bodies(roles):
        assert numbers[body["promotion"]["id"]] == body["promotion"]["promotionId"]
        assert body["action"] in ("ENROL", "OPT_IN")


def test_a_request_that_must_be_refused_says_that_it_need_not() -> None:
    sent = bodies(Roles(make_target(), 1))
    drafts = [body for body in sent if body["promotion"]["promotionId"] == 1133590111]
    assert [(body["promotion"]["status"], body["force"]) for body in drafts] == [("LIVE", True)]
    named = {
        body["customer"].get("customerId") for body in sent if body["customer"]["identifierValue"] == "199999999999"
    }
    assert named == {388519295}


def test_a_trial_is_followed_by_the_same_request_in_earnest() -> None:
    sent = bodies(Roles(make_target(), 1))
    place = next(place for place, body in enumerate(sent) if body.get("dryRun"))
    assert {name: sent[place].get(name) for name in sent[place + 1]} == sent[place + 1]


def test_without_data_there_is_nothing_to_send() -> None:
    assert bodies(Roles(make_target(data=World()), 1)) == []
