"""The sample data of this host: world.yaml read with PyYAML, without any check and without openapi/world.py."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

WORLD = Path(__file__).parents[2] / "openapi" / "world.yaml"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone of a promotion. If `fails` is true, no customer can be enrolled into it."""

    group: int
    rule: int
    balance: float
    fails: bool


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion with its limits; `engine` is "up", "down" or "silent"; `others`: more programs that it belongs to."""

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
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with all identifiers; an unknown one is ''."""

    id: int
    mobile: str
    email: str
    external: str
    source: str


@dataclass(slots=True)
class Record:
    """One enrolment; `goals` are its milestones, `via` is the kind of identifier that the request used."""

    customer: int
    promotion: str
    enrollment_id: str
    optin_id: str | None
    opted_in: bool = False
    goals: tuple[Milestone, ...] = ()
    via: str = "id"


@dataclass(frozen=True, slots=True)
class World:
    """The parts of world.yaml that this host uses."""

    users: tuple[tuple[str, str], ...]
    headers: tuple[str, ...]
    keys: dict[tuple[str, str], int]
    programs: tuple[int, ...]
    promotions: tuple[Promotion, ...]
    customers: tuple[Customer, ...]
    enrolments: tuple[Record, ...]
    pinned: dict[tuple[int, str], tuple[str, str]]


def load(path: Path | None = None) -> World:
    """Read a world file, by default the kit's own."""
    return _parse((path or WORLD).read_text(encoding="utf-8"))


@functools.cache
def _parse(text: str) -> World:
    raw = yaml.safe_load(text)
    credentials = raw.get("credentials", {})
    promotions = {one["id"]: _promotion(one) for one in raw["promotions"]}
    return World(
        users=tuple((one["username"], one["password"]) for one in credentials.get("basic", ())),
        headers=tuple(credentials.get("headers", ())),
        keys={(one["key"], one["secret"]): one["ttlSeconds"] for one in credentials.get("oauth", ())},
        programs=tuple(one["id"] for one in raw["programs"]),
        promotions=tuple(promotions.values()),
        customers=tuple(_customer(one) for one in raw["customers"]),
        enrolments=tuple(
            Record(
                one["customer"],
                one["promotion"],
                one["enrollmentId"],
                one.get("optinId"),
                goals=promotions[one["promotion"]].milestones,
            )
            for one in raw.get("enrolments", ())
        ),
        pinned={
            (one["customer"], one["promotion"]): (one["enrollmentId"], one["optinId"]) for one in raw.get("pinned", ())
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
        others=tuple(one.get("otherProgramIds", ())),
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
