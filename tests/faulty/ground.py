"""The sample data this host speaks of: world.yaml read with plain PyYAML, unchecked."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

WORLD = Path(__file__).parents[2] / "openapi" / "world.yaml"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A target of a promotion; one that fails cannot be enrolled into."""

    group: int
    rule: int
    balance: float
    fails: bool


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion, its limits, and how its engine behaves: up, down or silent."""

    id: str
    number: int
    identifier: str
    program: int
    type: str
    status: str
    per_customer: int
    per_promotion: int | None
    engine: str
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer and all that names them."""

    id: int
    mobile: str
    email: str
    external: str
    source: str


@dataclass(slots=True)
class Record:
    """One enrolment of a customer into a promotion: with which milestones, and by which identifier."""

    customer: int
    promotion: str
    enrollment_id: str
    optin_id: str | None
    opted_in: bool = False
    goals: tuple[Milestone, ...] = ()
    via: str = "id"


@dataclass(frozen=True, slots=True)
class Ground:
    """All of world.yaml that a host needs."""

    users: tuple[tuple[str, str], ...]
    headers: tuple[str, ...]
    keys: dict[tuple[str, str], int]
    programs: tuple[int, ...]
    promotions: tuple[Promotion, ...]
    customers: tuple[Customer, ...]
    enrolments: tuple[Record, ...]
    pinned: dict[tuple[int, str], tuple[str, str]]


def survey(path: Path | None = None) -> Ground:
    """Read the sample data."""
    return _survey((path or WORLD).read_text(encoding="utf-8"))


@functools.cache
def _survey(text: str) -> Ground:
    world = yaml.safe_load(text)
    credentials = world.get("credentials", {})
    promotions = {one["id"]: _promotion(one) for one in world["promotions"]}
    return Ground(
        users=tuple((one["username"], one["password"]) for one in credentials.get("basic", ())),
        headers=tuple(credentials.get("headers", ())),
        keys={(one["key"], one["secret"]): one["ttlSeconds"] for one in credentials.get("oauth", ())},
        programs=tuple(one["id"] for one in world["programs"]),
        promotions=tuple(promotions.values()),
        customers=tuple(_customer(one) for one in world["customers"]),
        enrolments=tuple(
            Record(
                one["customer"],
                one["promotion"],
                one["enrollmentId"],
                one.get("optinId"),
                goals=promotions[one["promotion"]].milestones,
            )
            for one in world.get("enrolments", ())
        ),
        pinned={
            (one["customer"], one["promotion"]): (one["enrollmentId"], one["optinId"])
            for one in world.get("pinned", ())
        },
    )


def _promotion(one: dict[str, Any]) -> Promotion:
    return Promotion(
        id=one["id"],
        number=one["promotionId"],
        identifier=one["identifier"],
        program=one["programId"],
        type=one["type"],
        status=one["status"],
        per_customer=one.get("limitPerCustomer", 1),
        per_promotion=one.get("limitPerPromotion"),
        engine=one.get("engine", "up"),
        milestones=tuple(
            Milestone(goal["targetGroupId"], goal["targetRuleId"], goal["initialBalance"], goal.get("fails", False))
            for goal in one.get("milestones", ())
        ),
    )


def _customer(one: dict[str, Any]) -> Customer:
    return Customer(
        id=one["id"],
        mobile=one.get("mobile", ""),
        email=one.get("email", ""),
        external=one.get("externalId", ""),
        source=one.get("source", ""),
    )
