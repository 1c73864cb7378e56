"""The world format: programs, promotions, customers, enrolments, credentials, and ids that exist nowhere."""

from __future__ import annotations

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
    other_program_ids: tuple[int, ...] = ()

    @property
    def program_ids(self) -> tuple[int, ...]:
        """The ids of all programs that the promotion belongs to, that of `programId` first."""
        return (self.program_id, *self.other_program_ids)


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
    """Read a world file, YAML or JSON. Raises SourceError with file, place and JSON pointer."""
    return parse(source.read(path), path=path)


def parse(raw: Any, *, path: Path | str, pointer: str = "") -> World:
    """Convert plain data to a World and check it. Raises SourceError with file, place and JSON pointer.

    `path` is '' for data of no file. `pointer`: the JSON pointer of the world, where it is only a part of its file.
    """
    world = source.shape(raw, World, path=path, pointer=pointer)
    for place, problem in problems(world):
        raise source.SourceError(f"{source.where(path, f'{pointer}{place}')}{pointer}{problem}")
    return world


def problems(world: World) -> Iterator[tuple[str, str]]:
    """Yield each inconsistency: the pointer of the entry to look at, and a message that begins with a pointer."""
    yield from _given_twice(world)
    yield from _dangling(world)
    yield from _absent_but_there(world)
    for index, promotion in enumerate(world.promotions):
        for number, milestone in enumerate(promotion.milestones or ()):
            balance = milestone.initial_balance
            if isinstance(balance, float) and not isfinite(balance):
                place = f"/promotions/{index}/milestones/{number}/initialBalance"
                yield place, f"{place}: must be a finite number, JSON has no other"
    for index, customer in enumerate(world.customers):
        if customer.id is None and customer.mobile is customer.email is customer.external_id is None:
            place = f"/customers/{index}"
            yield place, f"{place}: has no identifier (id, mobile, email, externalId)"


# Customer identifiers: attribute name to key on the wire.
_IDENTIFIERS = {"id": "id", "mobile": "mobile", "email": "email", "external_id": "externalId"}


def _given_twice(world: World) -> Iterator[tuple[str, str]]:
    """A world may have 100,000 customers, so each list is only looked through if it has something twice."""
    promotions, customers = world.promotions, world.customers
    records = [*world.enrolments, *world.pinned]
    parts: list[tuple[str, str, list[Any]]] = [
        ("/programs", "id", [program.id for program in world.programs]),
        ("/promotions", "id", [promotion.id for promotion in promotions]),
        ("/promotions", "promotionId", [promotion.promotion_id for promotion in promotions]),
        ("/promotions", "identifier", [promotion.identifier for promotion in promotions]),
        *(("/customers", key, [getattr(one, name) for one in customers]) for name, key in _IDENTIFIERS.items()),
        ("/enrolments and /pinned", "enrollmentId", [record.enrollment_id for record in records]),
        ("/enrolments and /pinned", "optinId", [record.optin_id for record in records]),
    ]
    for part, key, values in parts:
        if (index := _second(values)) is not None:
            place = f"{part}/{index}/{key}"
            if part.startswith("/enrolments"):
                late = index - len(world.enrolments)
                place = f"/pinned/{late}/{key}" if late >= 0 else f"/enrolments/{index}/{key}"
            yield place, f"{part}: the {key} {values[index]!r} is given twice; it must be unique"
    pairs = [(pin.customer, pin.promotion) for pin in world.pinned]
    if (index := _second(pairs)) is not None:
        customer, promotion = pairs[index]
        pair = f"customer {customer} and promotion {promotion!r}"
        yield f"/pinned/{index}", f"/pinned: {pair} are given twice; a pair may be pinned once"


def _second(values: list[Any]) -> int | None:
    """Return the index of the first value that stands further up already; None is no value."""
    given = [value for value in values if value is not None]
    if len(set(given)) == len(given):
        return None
    seen: set[Any] = set()
    for index, value in enumerate(values):
        if value in seen:
            return index
        if value is not None:
            seen.add(value)
    return None


def _dangling(world: World) -> Iterator[tuple[str, str]]:
    programs = {program.id for program in world.programs}
    promotions = {promotion.id for promotion in world.promotions}
    customers = {customer.id for customer in world.customers}
    for index, promotion in enumerate(world.promotions):
        for number, program in enumerate(promotion.program_ids):
            place = f"/promotions/{index}/" + (f"otherProgramIds/{number - 1}" if number else "programId")
            if program not in programs:
                yield place, f"{place}: no program has the id {program}"
            elif program in promotion.program_ids[:number]:
                yield place, f"{place}: the program {program} is given twice; name each once"
    for part, entries in (("enrolments", world.enrolments), ("pinned", world.pinned)):
        for index, entry in enumerate(entries):
            if entry.promotion not in promotions:
                place = f"/{part}/{index}/promotion"
                yield place, f"{place}: no promotion has the id {entry.promotion!r}"
            if entry.customer not in customers:
                place = f"/{part}/{index}/customer"
                yield place, f"{place}: no customer has the id {entry.customer}"


def _absent_but_there(world: World) -> Iterator[tuple[str, str]]:
    absent = world.absent
    if absent is None:
        return
    if any(program.id == absent.program_id for program in world.programs):
        place = "/absent/programId"
        yield place, f"{place}: a program of this world has the id {absent.program_id}; use an id that does not exist"
    for index, promotion in enumerate(world.promotions):
        ids = {_bare(each) for each in (promotion.id, promotion.promotion_id, promotion.identifier)}
        if not ids.isdisjoint((_bare(absent.promotion.id), _bare(absent.promotion.promotion_id))):
            place = "/absent/promotion"
            yield place, f"{place}: /promotions/{index} has one of these ids; use ids that do not exist"
    wanted = {_bare(value): name for name in _IDENTIFIERS if (value := getattr(absent.customer, name)) is not None}
    for index, customer in enumerate(world.customers):
        for value in (customer.id, customer.mobile, customer.email, customer.external_id):
            if value is not None and (name := wanted.get(_bare(value))):
                place, given = f"/absent/customer/{_IDENTIFIERS[name]}", getattr(absent.customer, name)
                yield place, f"{place}: /customers/{index} has {given!r}; use an identifier that does not exist"


def _bare(value: str | int | None) -> str:
    """Normalise an id as a very tolerant host might: numbers as strings, no outer spaces, case or leading zeros."""
    return "" if value is None else str(value).strip().casefold().lstrip("0")
