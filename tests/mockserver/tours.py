"""A tour: requests that together get every kind of answer, to check that none of them is a bug."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests import page
from tests.mockserver.caller import with_value, without

ENROL, OPT_IN = page.ENROL_REQUEST, page.OPT_IN_REQUEST


def tour() -> Iterator[Any]:
    """Yield the bodies in order. Their fields have the names of the page's table."""
    yield from (ENROL, ENROL, OPT_IN, OPT_IN, {}, [], None)
    for path in (("requestId",), ("action",), ("promotion",), ("promotion", "id"), ("customer",), ("programId",)):
        yield without(ENROL, *path)
        yield with_value(ENROL, "", *path)
        yield with_value(ENROL, None, *path)
    for path in (("programId",), ("promotion", "promotionId")):
        yield with_value(ENROL, "3334", *path)
        yield with_value(ENROL, -(2**70), *path)
    for path in (("requestId",), ("customer", "identifierValue"), ("customer", "source")):
        yield with_value(ENROL, 7, *path)
        yield with_value(ENROL, " Other ", *path)
    yield with_value(ENROL, 1, "customer", "colour")
    yield with_value(ENROL, 973, "programId")
    yield with_value(OPT_IN, ENROL["promotion"]["id"], "promotion", "id")
    for name, value in (("mobile", "919800000003"), ("email", "Chen@example.com"), ("externalId", "000042")):
        yield {**ENROL, "customer": {"identifierName": name, "identifierValue": value}}
    milestones = with_value(ENROL, "ENROL_MILESTONES", "action")
    yield milestones
    for milestone in (7, {}, {"targetRuleId": 1}, {"targetRuleId": 151359}):
        yield with_value(milestones, milestone, "customer", "milestone")
    for end in (1, 4, 7, 21, 22, 23, 24):
        ids = {"id": f"68c3f64bbd0a8a0aa705c8{end:02}", "promotionId": 1133590100 + end}
        for action in ("ENROL", "OPT_IN", "OPT_IN"):
            yield {**ENROL, "action": action, "promotion": ids}


def spelled(body: Any, readings: Mapping[str, str]) -> Any:
    """Return the body with the names for the promotion's ids that the readings choose."""
    if readings.get("promotion-field-names") != "promoHexId-promoIntId" or not isinstance(body, dict):
        return body
    names = {"id": "promoHexId", "promotionId": "promoIntId"}
    named = body.get("promotion")
    if not isinstance(named, dict):
        return body
    return {**body, "promotion": {names.get(name, name): value for name, value in named.items()}}
