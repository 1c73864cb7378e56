"""The roles: group the target's promotions and customers by the tests that can use them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, Literal

from contracts.exchange import NOTHING, REQUEST_ID
from contracts.host.target import Target
from contracts.oracle.history import History
from openapi.world import Customer, Promotion

Identifier = Literal["id", "mobile", "email"]

IDENTIFIERS: Final[tuple[Identifier, ...]] = ("id", "mobile", "email")
# A promotion with at least this limit per customer counts as one without a limit.
_PLENTY: Final = 1000
# A run on a target that lists more customers uses this many of them: it would not end otherwise.
MOST_CUSTOMERS: Final = 60


class Roles:
    """The test data by what it is good for; every group may be empty. `random`: draws from the seed.

    `once_per_customer`, `loyalty`, `loyalty_earning`: a customer can be enrolled once, and the promotion has no limit.
    `repeatable`: a customer can be enrolled again and again. `general_purpose`: for tests in which the enrolment itself
    is not the subject. `generic`: LIVE, of type GENERIC. `engine_silent`: enrolments are not confirmed.
    """

    def __init__(self, target: Target, seed: int):
        self.target = target
        self.random = random.Random(seed)
        promotions = target.data.promotions
        self.customers = self._some(target.data.customers)
        self.enrolable = tuple(p for p in promotions if _can_be_enrolled_into(p) and p.engine == "up")
        self.repeatable = tuple(p for p in self.enrolable if p.limit_per_customer >= _PLENTY)
        self.once_per_customer = tuple(
            p for p in self.enrolable if p.limit_per_customer == 1 and p.limit_per_promotion is None
        )
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
        """Return a complete request body. None stands for a promotion or a customer that does not exist on the host.

        `by`: the identifierName; by default the first one that is known. `changes`: new values of requestId, programId,
        promotion, customer, customer.source (`source`) or customer.identifierValue (`value`); NOTHING removes the
        field. Unless changed, requestId is REQUEST_ID, which the session replaces by a unique one.
        """
        absent = self.target.absent
        named = customer or absent.customer
        name = by or first_identifier_name(named)
        fields = {"identifierName": name, "identifierValue": changes.pop("value", identifier_value(named, name))}
        source = changes.pop("source", (customer and customer.source) or "INSTORE")
        if source is not NOTHING:
            fields["source"] = source
        body = {
            "requestId": REQUEST_ID,
            "action": action,
            "promotion": {
                "id": promotion.id if promotion else absent.promotion.id,
                "promotionId": promotion.promotion_id if promotion else absent.promotion.promotion_id,
            },
            "customer": fields,
            "programId": promotion.program_id if promotion else self._any_program(),
            **changes,
        }
        return {key: value for key, value in body.items() if value is not NOTHING}

    def _some(self, customers: tuple[Customer, ...]) -> tuple[Customer, ...]:
        """Return the customers whom a run uses, in their order: all of them, or of very many a few of each kind."""
        if len(customers) <= MOST_CUSTOMERS:
            return customers
        order = list(range(len(customers)))
        self.random.shuffle(order)
        alike: Counter[tuple[str | None, ...]] = Counter()
        ranked: list[tuple[int, int]] = []
        for place in order:
            kind = (customers[place].source, *identifier_names(customers[place]))
            alike[kind] += 1
            ranked.append((alike[kind], place))
        ranked.sort(key=lambda one: one[0])
        return tuple(customers[place] for place in sorted(place for _, place in ranked[:MOST_CUSTOMERS]))

    def shuffled_customers(self) -> list[Customer]:
        """Return the customers in random order."""
        order = list(self.customers)
        self.random.shuffle(order)
        return order

    def one_customer_per_identifier(self) -> list[tuple[Customer, str]]:
        """For each kind of identifier, return a random customer who has it, and its name; without repeats if possible."""
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
        """Yield every pair of a promotion of `once_per_customer` and a customer, in random order."""
        pairs = [(promotion, customer) for promotion in self.once_per_customer for customer in self.customers]
        self.random.shuffle(pairs)
        yield from pairs

    def _any_program(self) -> int:
        programs = self.target.data.programs
        return programs[0].id if programs else self.target.absent.program_id


def identifier_value(customer: Customer, name: str) -> str:
    """Return the identifierValue of a customer for an identifierName; "" if it is not known."""
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
    """Return the first identifierName for which the value of a customer is known; "id" if there is none."""
    return next((name for name in IDENTIFIERS if identifier_value(customer, name)), "id")


def identifier_names(customer: Customer) -> list[str]:
    """Return the identifierNames, of id, mobile and email, for which the value of a customer is known."""
    return [name for name in IDENTIFIERS if identifier_value(customer, name)]


def fewest_enrolments_first(history: History, roles: Roles, promotion: Promotion) -> list[Customer]:
    """Return customers in random order, sorted by their known enrolments in the promotion, fewest first."""
    return sorted(roles.shuffled_customers(), key=lambda one: history.membership(one, promotion).enrolments)


def _can_be_enrolled_into(promotion: Promotion) -> bool:
    """The status and the type allow enrolments, and no milestone fails."""
    return (
        promotion.status in ("LIVE", "UPCOMING")
        and promotion.type != "GENERIC"
        and not any(m.fails for m in promotion.milestones or ())
    )
