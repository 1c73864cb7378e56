"""Every field of the request, missing and wrong in every way: exact codes for one defect, any of theirs for two."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Cast
from contracts.inputs.wrong_values import FIELDS, Defect, Path, defects_of
from contracts.session.session import Session


@pytest.mark.parametrize("action", ["ENROL", "OPT_IN"])
@pytest.mark.parametrize("path", FIELDS, ids=".".join)
def test_one_defect(session: Session, cast: Cast, path: Path, action: str) -> None:
    body = _base(cast, action)
    for defect in defects_of(path, body):
        session.call(defect.put(body))


@pytest.mark.parametrize("name", ["mobile", "email"])
def test_one_defect_in_another_identifier(session: Session, cast: Cast, name: str) -> None:
    customer = next((c for c in cast.customers if getattr(c, name)), None)
    if customer is None:
        pytest.skip(f"needs a customer with a known {name}")
    body: dict[str, Any] = cast.body(cast.takers[0] if cast.takers else None, customer, by=name)
    path = ("customer", "identifierValue")
    for defect in defects_of(path, body):
        session.call(defect.put(body))
    value = body["customer"]["identifierValue"]
    for near in (value.upper(), value.title(), value.replace("@", " @"), f"\t{value}"):
        session.call(Defect(path, near).put(body))


def test_two_defects(session: Session, cast: Cast, profile: Profile) -> None:
    body = _base(cast, "ENROL")
    every = [defect for path in FIELDS for defect in defects_of(path, body)]
    for _ in range(profile.pairs):
        first, second = cast.random.sample(every, 2)
        session.call(second.put(first.put(body)))


@pytest.mark.parametrize("action", ["ENROL", "OPT_IN"])
def test_several_fields_missing(session: Session, cast: Cast, action: str) -> None:
    body = _base(cast, action)
    for gone in (("promotion", "programId"), ("customer", "programId"), ("promotion", "customer", "programId")):
        left = {key: value for key, value in body.items() if key not in gone}
        session.call(left)


def test_no_body_at_all(session: Session) -> None:
    bodies: tuple[Any, ...] = ({}, [], "ENROL", 5, None, True)
    for body in bodies:
        session.call(body)


def _base(cast: Cast, action: str) -> dict[str, Any]:
    """Return a good body, or one that names what exists nowhere where nothing better is known."""
    promotions = cast.earning if action == "OPT_IN" else cast.takers
    customer = cast.random.choice(cast.customers) if cast.customers else None
    return cast.body(promotions[0] if promotions else None, customer, action=action)
