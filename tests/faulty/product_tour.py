"""A second fixed list of requests: fields that meet, refusals in front of enrolments, limits, and repeats of each kind."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.faulty.asking import DROP, ENROL, Answer, Asker, request
from tests.faulty.words import ACTIONS, SOURCES
from tests.faulty.world import Customer

KINDS = ("id", "mobile", "email")
REFUSED = (
    "draft-71",
    "pending-72",
    "paused-73",
    "stopped-74",
    "ended-75",
    "generic-81",
    "down-82",
    "many-64",
    "soon-62",
)
ACCEPTED = ("soon-62", "soon-63", "steps-70", "broken-84", "partly-85")
LIMITED = ("two-68", "three-65", "pair-69", "seats-66")


def product_tour(asker: Asker) -> Iterator[Answer]:
    """Send all requests to a new host, and yield the responses in order."""
    for body in (
        *_refusals_first(asker),
        *_limits(asker),
        *_repeats(asker),
        *_milestones_that_fail(asker),
        *_products(asker),
    ):
        yield asker.ask(body)


def _who(customer: Customer, kind: str) -> dict[str, Any]:
    value = {"id": str(customer.id), "mobile": customer.mobile, "email": customer.email}[kind]
    return {"customer__identifierName": kind, "customer__identifierValue": value, "customer__source": customer.source}


def _registered(asker: Asker, source: object) -> Customer:
    """Return a customer who is registered at a source, or the first one."""
    customers = asker.host.memory.world.customers
    return next((one for one in customers if one.source == source), customers[0])


def _refusals_first(asker: Asker) -> Iterator[dict[str, Any]]:
    """Yield what must be refused for a customer and a promotion, and then a request that is right."""
    customers = asker.host.memory.world.customers
    for place, (action, kind) in enumerate(product(ACTIONS, KINDS)):
        who = _who(customers[place], kind)
        for identifier in ("soon-62", "soon-63"):
            here = asker.promotion(identifier)
            other = 973 if here["programId"] == 3334 else 3334
            base = request(action=action, **here, **who)
            yield request(base, programId=999999)
            yield request(base, programId=other)
            yield request(base, programId=DROP)
            yield request(base, action="UNENROL")
            yield request(base, customer__source="SHOP")
            yield base
            yield request(**here, **who)
            yield request(base, programId=999999)
            yield request(**here, **who)


def _limits(asker: Asker) -> Iterator[dict[str, Any]]:
    """Yield enrolments up to each limit and beyond, in which source, identifier and action change."""
    customers = asker.host.memory.world.customers
    for identifier in LIMITED:
        here = asker.promotion(identifier)
        for place, customer in enumerate(customers[:6]):
            kind = KINDS[place % 3]
            if place % 2:
                yield request(action="OPT_IN", **here, **_who(customer, kind))
            yield request(**here | _who(customer, kind) | {"programId": 999999})
            for source in (customer.source, "ALL", customer.source, DROP):
                yield request(**here, **_who(customer, kind) | {"customer__source": source}, requestId=DROP)
                yield request(action="OPT_IN", **here, **_who(customer, kind))
        for customer in customers[6:]:
            yield request(action="OPT_IN", **here, **_who(customer, "id") | {"customer__source": "ALL"})


def _repeats(asker: Asker) -> Iterator[dict[str, Any]]:
    """Yield enrolments that come again: at once and later, with another requestId, source, identifier and action."""
    customers = asker.host.memory.world.customers[6:]
    for customer in customers:
        here = asker.promotion("opt-73")
        for number, kind in enumerate(KINDS):
            yield request(**here, **_who(customer, kind), requestId=f"{customer.id}-{number // 2}")
            yield request(**here, **_who(customer, kind) | {"customer__source": DROP}, requestId=f"{customer.id}-x")
        early = asker.promotion("earn-61")
        yield request(action="OPT_IN", **early, **_who(customer, "id"))
        yield request(ENROL, **early, **_who(customer, "mobile"))
    for customer in customers:
        yield request(**asker.promotion("opt-73"), **_who(customer, "id"), requestId=f"{customer.id}-late")


def _milestones_that_fail(asker: Asker) -> Iterator[dict[str, Any]]:
    """Yield enrolments of which milestones fail, by each kind of identifier and with each kind of source."""
    for identifier in ("broken-84", "partly-85"):
        for place, customer in enumerate(asker.host.memory.world.customers):
            source = (customer.source, DROP, "ALL")[place // 3 % 3]
            who = _who(customer, KINDS[place % 3]) | {"customer__source": source}
            yield request(**asker.promotion(identifier), **who)


def _products(asker: Asker) -> Iterator[dict[str, Any]]:
    """Yield every combination of promotion, action, identifier and source."""
    for identifier, action, kind, source in product((*ACCEPTED, *REFUSED), ACTIONS, KINDS, (*SOURCES, DROP)):
        customer = _registered(asker, source)
        changes = _who(customer, kind) | {"customer__source": source}
        base = request(action=action, **asker.promotion(identifier), **changes)
        yield base
        if identifier in ("draft-71", "paused-73", "generic-81") and source in ("INSTORE", "ALL"):
            yield base
        if identifier in ("soon-63", "soon-62") and source in ("TMALL", "ALL"):
            yield request(base, programId=999999)
            yield request(base, programId=3334)
            yield request(base, customer__identifierValue={"id": "1", "mobile": "1", "email": "a@b"}[kind])
