"""The world format: programs, promotions, customers, enrolments, credentials, and ids that exist nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from openapi import source

PromotionType = Literal["GENERIC", "LOYALTY", "LOYALTY_EARNING"]
PromotionStatus = Literal["DRAFT", "PENDING_APPROVAL", "UPCOMING", "LIVE", "PAUSED", "STOPPED", "COMPLETED"]
Engine = Literal["up", "down", "silent"]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Base of every entry: frozen, keys in camelCase in YAML, unknown keys refused."""


class Basic(_Entry, frozen=True):
    """User name and password of a till that uses Basic credentials."""

    username: str
    password: str


class Client(_Entry, frozen=True):
    """An API client that may request OAuth access tokens, each valid for `ttl_seconds`."""

    key: str
    secret: str
    ttl_seconds: int = 300


class Credentials(_Entry, frozen=True):
    """Valid credentials: Basic users, complete Authorization headers, OAuth clients."""

    basic: tuple[Basic, ...] = ()
    headers: tuple[str, ...] = ()
    oauth: tuple[Client, ...] = ()


class Program(_Entry, frozen=True):
    """A loyalty program."""

    id: int
    name: str = ""


class Milestone(_Entry, frozen=True):
    """A milestone of a promotion. If `fails` is true, no customer can be enrolled into it."""

    target_group_id: int
    target_rule_id: int
    initial_balance: float | int = 0
    fails: bool = False


class Promotion(_Entry, frozen=True):
    """A promotion. None means: no limit, no milestones, or an `identifier` that is not known."""

    id: str
    promotion_id: int
    program_id: int
    type: PromotionType
    status: PromotionStatus
    identifier: str | None = None
    limit_per_customer: Annotated[int, msgspec.Meta(ge=1)] = 1
    limit_per_promotion: Annotated[int, msgspec.Meta(ge=0)] | None = None
    milestones: tuple[Milestone, ...] | None = None
    engine: Engine = "up"


class Customer(_Entry, frozen=True):
    """A customer; an identifier of None is not known."""

    id: int | None = None
    mobile: str | None = None
    email: str | None = None
    external_id: str | None = None
    source: str | None = None


class Enrolment(_Entry, frozen=True):
    """An enrolment: the customer's id, the promotion's string id, and the ids of the records it made."""

    customer: int
    promotion: str
    enrollment_id: str
    optin_id: str | None = None


class AbsentPromotion(_Entry, frozen=True):
    """A string id and a numeric id that no promotion has."""

    id: str
    promotion_id: int


class Absent(_Entry, frozen=True):
    """Ids of a program, a promotion and a customer that do not exist at the host."""

    program_id: int
    promotion: AbsentPromotion
    customer: Customer


class World(_Entry, frozen=True):
    """The data that exists at a host, for one organisation."""

    programs: tuple[Program, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    customers: tuple[Customer, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    pinned: tuple[Enrolment, ...] = ()
    credentials: Credentials = Credentials()
    absent: Absent | None = None


def load(path: Path = source.WORLD) -> World:
    """Read a world file. Raises SourceError with file and JSON pointer."""
    return parse(source.read(path), path=path)


def parse(raw: Any, *, path: Path, pointer: str = "") -> World:
    """Convert plain data to a World and check it. Raises SourceError with file and JSON pointer.

    `pointer`: the JSON pointer of the world in its file, where it is only a part of that file.
    """
    world = source.shape(raw, World, path=path, pointer=pointer)
    for problem in _problems(world):
        raise source.SourceError(f"{path}: {pointer}{problem}")
    return world


def _problems(world: World) -> Iterator[str]:
    """Yield each inconsistency as a message that begins with its JSON pointer."""
    yield from _given_twice(world)
    yield from _dangling(world)
    yield from _absent_but_there(world)
    for index, promotion in enumerate(world.promotions):
        for place, milestone in enumerate(promotion.milestones or ()):
            balance = milestone.initial_balance
            if isinstance(balance, float) and not isfinite(balance):
                yield f"/promotions/{index}/milestones/{place}/initialBalance: must be a finite number, JSON has no other"
    for index, customer in enumerate(world.customers):
        if all(getattr(customer, name) is None for name in _IDENTIFIERS):
            yield f"/customers/{index}: has no identifier (id, mobile, email, externalId)"


# Customer identifiers: attribute name to key on the wire.
_IDENTIFIERS = {"id": "id", "mobile": "mobile", "email": "email", "external_id": "externalId"}


def _given_twice(world: World) -> Iterator[str]:
    records = [*world.enrolments, *world.pinned]
    kinds: list[tuple[str, list[Any]]] = [
        ("/programs: the id", [program.id for program in world.programs]),
        ("/promotions: the id", [promotion.id for promotion in world.promotions]),
        ("/promotions: the promotionId", [promotion.promotion_id for promotion in world.promotions]),
        ("/promotions: the identifier", [promotion.identifier for promotion in world.promotions]),
        *(
            (f"/customers: the {wire_name}", [getattr(customer, name) for customer in world.customers])
            for name, wire_name in _IDENTIFIERS.items()
        ),
        ("/enrolments and /pinned: the enrollmentId", [record.enrollment_id for record in records]),
        ("/enrolments and /pinned: the optinId", [record.optin_id for record in records]),
    ]
    for place, values in kinds:
        for value, times in Counter(values).items():
            if value is not None and times > 1:
                yield f"{place} {value!r} is given twice; it must be unique"
    for (customer, promotion), times in Counter((pin.customer, pin.promotion) for pin in world.pinned).items():
        if times > 1:
            yield f"/pinned: customer {customer} and promotion {promotion!r} are given twice; a pair may be pinned once"


def _dangling(world: World) -> Iterator[str]:
    programs = {program.id for program in world.programs}
    promotions = {promotion.id for promotion in world.promotions}
    customers = {customer.id for customer in world.customers}
    for index, promotion in enumerate(world.promotions):
        if promotion.program_id not in programs:
            yield f"/promotions/{index}/programId: no program has the id {promotion.program_id}"
    for place, entries in (("enrolments", world.enrolments), ("pinned", world.pinned)):
        for index, entry in enumerate(entries):
            if entry.promotion not in promotions:
                yield f"/{place}/{index}/promotion: no promotion has the id {entry.promotion!r}"
            if entry.customer not in customers:
                yield f"/{place}/{index}/customer: no customer has the id {entry.customer}"


def _absent_but_there(world: World) -> Iterator[str]:
    absent = world.absent
    if absent is None:
        return
    if any(program.id == absent.program_id for program in world.programs):
        yield f"/absent/programId: a program of this world has the id {absent.program_id}; use an id that does not exist"
    for index, promotion in enumerate(world.promotions):
        ids = {_bare(each) for each in (promotion.id, promotion.promotion_id, promotion.identifier)}
        if not ids.isdisjoint((_bare(absent.promotion.id), _bare(absent.promotion.promotion_id))):
            yield f"/absent/promotion: /promotions/{index} has one of these ids; use ids that do not exist"
    for index, customer in enumerate(world.customers):
        identifiers = {_bare(getattr(customer, name)) for name in _IDENTIFIERS}
        for name, wire_name in _IDENTIFIERS.items():
            value = getattr(absent.customer, name)
            if value is not None and _bare(value) in identifiers:
                yield f"/absent/customer/{wire_name}: /customers/{index} has {value!r}; use an identifier that does not exist"


def _bare(value: str | int | None) -> str:
    """Normalise an id as a very tolerant host might: numbers as strings, no outer spaces, case or leading zeros."""
    return "" if value is None else str(value).strip().casefold().lstrip("0")
