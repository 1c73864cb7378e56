"""The roles: which of the target's promotions and customers plays which part in the tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final, Literal

from contracts.exchange import NOTHING, REQUEST_ID
from contracts.host.target import Target
from openapi.world import Customer, Promotion

Identifier = Literal["id", "mobile", "email"]

IDENTIFIERS: Final[tuple[Identifier, ...]] = ("id", "mobile", "email")
_PLENTY: Final = 1000


class Roles:
    """The test data by the parts it can play; every part may be missing."""

    def __init__(self, target: Target, seed: int):
        self.target = target
        self.random = random.Random(seed)
        promotions = target.data.promotions
        self.customers = target.data.customers
        self.enrolable = tuple(p for p in promotions if _takes_enrolments(p) and p.engine == "up")
        self.repeatable = tuple(p for p in self.enrolable if p.limit_per_customer >= _PLENTY)
        self.once_per_customer = tuple(
            p for p in self.enrolable if p.limit_per_customer == 1 and p.limit_per_promotion is None
        )
        # Where the enrolment itself is not what is asked about: best where it can be repeated without end.
        self.general_purpose = self.repeatable or self.once_per_customer
        self.loyalty_earning = tuple(p for p in self.once_per_customer if p.type == "LOYALTY_EARNING")
        self.loyalty = tuple(p for p in self.once_per_customer if p.type == "LOYALTY")
        self.limited_per_customer = tuple(p for p in self.enrolable if 1 < p.limit_per_customer < _PLENTY)
        self.limited_per_promotion = tuple(p for p in self.enrolable if p.limit_per_promotion is not None)
        self.inactive = tuple(p for p in promotions if p.status not in ("LIVE", "UPCOMING"))
        self.generic = tuple(p for p in promotions if p.type == "GENERIC" and p.status == "LIVE")
        self.engine_down = tuple(p for p in promotions if p.engine == "down")
        self.engine_silent = tuple(p for p in promotions if p.engine == "silent")
        self.failing_milestones = tuple(p for p in promotions if any(m.fails for m in p.milestones or ()))

    def body(
        self,
        promotion: Promotion | None,
        customer: Customer | None,
        /,
        *,
        action: str = "ENROL",
        by: str | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        """Return a complete request body; None stands for a promotion or customer that exists nowhere.

        `changes` replace fields by name: requestId, programId, promotion, customer, source, value.
        The requestId is one of the request's own unless a change says otherwise.
        """
        absent = self.target.absent
        who = customer or absent.customer
        name = by or first_identifier_name(who)
        named = {"identifierName": name, "identifierValue": changes.pop("value", identifier_value(who, name))}
        source = changes.pop("source", (customer and customer.source) or "INSTORE")
        if source is not NOTHING:
            named["source"] = source
        body = {
            "requestId": REQUEST_ID,
            "action": action,
            "promotion": {
                "id": promotion.id if promotion else absent.promotion.id,
                "promotionId": promotion.promotion_id if promotion else absent.promotion.promotion_id,
            },
            "customer": named,
            "programId": promotion.program_id if promotion else self._any_program(),
            **changes,
        }
        return {key: value for key, value in body.items() if value is not NOTHING}

    def shuffled_customers(self, customers: tuple[Customer, ...] | None = None) -> list[Customer]:
        """Return customers in an order of the seed's."""
        order = list(self.customers if customers is None else customers)
        self.random.shuffle(order)
        return order

    def one_customer_per_identifier(self) -> list[tuple[Customer, str]]:
        """Return, for each kind of identifier, a customer of the seed's who has one; another each time while there are."""
        order = self.shuffled_customers()
        chosen: list[tuple[Customer, str]] = []
        for name in IDENTIFIERS:
            customer = next((c for c in order if identifier_value(c, name)), None)
            if customer:
                chosen.append((customer, name))
                order.remove(customer)
                order.append(customer)
        return chosen

    def shuffled_pairs(self) -> Iterator[tuple[Promotion, Customer]]:
        """Yield promotions that take a customer once, with customers, in an order of the seed's."""
        every = [(promotion, customer) for promotion in self.once_per_customer for customer in self.customers]
        self.random.shuffle(every)
        yield from every

    def _any_program(self) -> int:
        programs = self.target.data.programs
        return programs[0].id if programs else self.target.absent.program_id


def identifier_value(customer: Customer, name: str) -> str:
    """Return a customer's identifier of a kind, as it travels in a request."""
    value = {
        "id": customer.id,
        "userid": customer.id,
        "mobile": customer.mobile,
        "email": customer.email,
        "externalId": customer.external_id,
        "external_id": customer.external_id,
    }.get(name)
    return "" if value is None else str(value)


def first_identifier_name(customer: Customer) -> str:
    """Return the first kind of identifier that is known of a customer."""
    return next((name for name in IDENTIFIERS if identifier_value(customer, name)), "id")


def identifier_names(customer: Customer) -> list[str]:
    """Return the kinds of identifiers that are known of a customer, of those every host must take."""
    return [name for name in IDENTIFIERS if identifier_value(customer, name)]


def _takes_enrolments(promotion: Promotion) -> bool:
    return (
        promotion.status in ("LIVE", "UPCOMING")
        and promotion.type != "GENERIC"
        and not any(m.fails for m in promotion.milestones or ())
    )
