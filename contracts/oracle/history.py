"""The history: what a host has accepted so far, as the oracle must remember it to judge what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from openapi.world import Customer, Promotion, World

# unclear: something was done that should have been refused, and nobody can tell what.
Event = Literal["enrolled", "opted_in", "full", "unclear"]


@dataclass(slots=True)
class Membership:
    """What is known of one customer in one promotion.

    `enrolments`: made in this run or listed in the test data. `full`: the host has said "already
    enrolled or limit reached", so no more may be made. `certain`: nothing else can have been made.
    `maybe_opted_in`: the test data lists an opt-in id, which an enrolment or an opt-in may have made.
    """

    certain: bool
    enrolments: int = 0
    opted_in: bool = False
    maybe_opted_in: bool = False
    full: bool = False
    enrollment_ids: list[str] = field(default_factory=list)
    optin_ids: list[str] = field(default_factory=list)


class History:
    """Memberships by customer and promotion, seat counts by promotion, who owns which id, and the requestIds sent.

    `fresh`: nobody is enrolled but whom the test data lists.
    """

    def __init__(self, data: World, *, fresh: bool = False):
        self.fresh = fresh
        self.request_ids: set[str] = set()
        self._data = data
        self._memberships: dict[tuple[int, str], Membership] = {}
        self._taken: dict[str, int] = {}
        self._uncertain_seats: set[str] = set()
        self._owners: dict[tuple[str, str], tuple[int, str]] = {}
        for entry in data.enrolments:
            place = next(i for i, customer in enumerate(data.customers) if customer.id == entry.customer)
            membership = self._memberships.setdefault((place, entry.promotion), Membership(certain=True))
            membership.enrolments += 1
            membership.enrollment_ids.append(entry.enrollment_id)
            if entry.optin_id:
                membership.optin_ids.append(entry.optin_id)
                membership.maybe_opted_in = True
            self._taken[entry.promotion] = self._taken.get(entry.promotion, 0) + 1
            self._own("enrollmentId", entry.enrollment_id, (place, entry.promotion))
            self._own("optinId", entry.optin_id, (place, entry.promotion))

    def declare_fresh(self) -> None:
        """Take it as known that nobody was enrolled before the run but whom the test data lists."""
        self.fresh = True
        for membership in self._memberships.values():
            membership.certain = True
        self._uncertain_seats.clear()

    def membership(self, customer: Customer, promotion: Promotion) -> Membership:
        """Return what is known of a customer in a promotion."""
        key = self._key(customer, promotion)
        known = self._memberships.get(key)
        if known is None:
            return Membership(certain=self.fresh)
        # What the test data lists is certain only where nothing can have been added since.
        known.certain = known.certain and self.fresh
        return known

    def seats_taken(self, promotion: Promotion) -> int:
        """Return how many enrolments of a promotion are known to have been made."""
        return self._taken.get(promotion.id, 0)

    def seats_certain(self, promotion: Promotion) -> bool:
        """No other enrolment of the promotion can have been made."""
        return self.fresh and promotion.id not in self._uncertain_seats

    def owner(self, kind: str, value: str) -> tuple[int, str] | None:
        """Return which customer (by place in the test data) and promotion an id was first seen with."""
        return self._owners.get((kind, value))

    def key(self, customer: Customer, promotion: Promotion) -> tuple[int, str]:
        """Return what identifies a membership, whichever identifier was used."""
        return self._key(customer, promotion)

    def record(
        self,
        customer: Customer,
        promotion: Promotion,
        event: Event,
        *,
        enrollment_id: str | None = None,
        optin_id: str | None = None,
    ) -> None:
        """Remember what an answer said. `opted_in` of somebody who was not enrolled enrols as well."""
        key = self._key(customer, promotion)
        membership = self._memberships.setdefault(key, Membership(certain=self.fresh))
        if event == "unclear":
            self.doubt(customer, promotion)
        if event == "full":
            membership.full = True
            if not membership.enrolments:
                self._uncertain_seats.add(promotion.id)
        if event == "enrolled" or (event == "opted_in" and not membership.enrolments):
            membership.enrolments += 1
            self._taken[promotion.id] = self._taken.get(promotion.id, 0) + 1
        if event == "opted_in":
            membership.opted_in = True
        for kind, value, known in (
            ("enrollmentId", enrollment_id, membership.enrollment_ids),
            ("optinId", optin_id, membership.optin_ids),
        ):
            if value and value not in known:
                known.append(value)
            self._own(kind, value, key)

    def doubt(self, customer: Customer, promotion: Promotion) -> None:
        """Remember that nobody can tell whether an enrolment was made: the answer was lost or an error."""
        key = self._key(customer, promotion)
        self._memberships.setdefault(key, Membership(certain=False)).certain = False
        self._uncertain_seats.add(promotion.id)

    def _own(self, kind: str, value: str | None, key: tuple[int, str]) -> None:
        if value:
            self._owners.setdefault((kind, value), key)

    def _key(self, customer: Customer, promotion: Promotion) -> tuple[int, str]:
        return self._data.customers.index(customer), promotion.id
