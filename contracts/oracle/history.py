"""The history: which enrolments a host has made so far, so that what comes next can be judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from openapi.world import Customer, Promotion, World

# What an answer reports. again: the same as an earlier answer to the same request. full: that the customer is already enrolled, or a limit reached. unclear: something that the host
# should have refused, so that nobody can tell what it has done.
Event = Literal["enrolled", "opted_in", "full", "unclear", "again"]


@dataclass(slots=True)
class Membership:
    """What is known of one customer in one promotion.

    `enrolments`: how many were made in this run, or are listed in the test data. `certain`: no others can have been
    made. `full`: the host has warned "already enrolled or limit reached", so it must make no more.
    `maybe_opted_in`: the test data lists an opt-in id, and does not say whether an ENROL or an OPT_IN made it.
    """

    certain: bool
    enrolments: int = 0
    opted_in: bool = False
    maybe_opted_in: bool = False
    full: bool = False
    enrollment_ids: list[str] = field(default_factory=list)
    optin_ids: list[str] = field(default_factory=list)


class History:
    """Remembers memberships, the enrolments of each promotion, whose each id is, and the requestIds that were sent.

    `fresh`: nobody was enrolled before the run but the customers whom the test data lists as enrolled. `shared`: others
    enrol customers on the host too, so it is never fresh.
    """

    def __init__(self, data: World, *, fresh: bool = False, shared: bool = False):
        self.fresh = fresh
        self.shared = shared
        self.request_ids: set[str] = set()
        self._memberships: dict[tuple[int, str], Membership] = {}
        self._taken: dict[str, int] = {}
        self._uncertain_seats: set[str] = set()
        self._owners: dict[tuple[str, str], tuple[int, str]] = {}
        self._places: dict[Customer, int] = {}
        for place, customer in enumerate(data.customers):
            self._places.setdefault(customer, place)
        places = {customer.id: place for place, customer in enumerate(data.customers)}
        for entry in data.enrolments:
            place = places[entry.customer]
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
        """Record that nobody was enrolled before the run but the customers whom the test data lists as enrolled."""
        if self.shared:
            return
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
        # On a host that is not fresh, more may have been added to what the test data lists.
        known.certain = known.certain and self.fresh
        return known

    def seats_taken(self, promotion: Promotion) -> int:
        """Return how many enrolments of a promotion are known to have been made."""
        return self._taken.get(promotion.id, 0)

    def seats_certain(self, promotion: Promotion) -> bool:
        """No enrolment of the promotion can have been made that is not known of."""
        return self.fresh and promotion.id not in self._uncertain_seats

    def owner(self, kind: str, value: str) -> tuple[int, str] | None:
        """Return the key of the membership that an id was first seen with. `kind`: enrollmentId or optinId."""
        return self._owners.get((kind, value))

    def key(self, customer: Customer, promotion: Promotion) -> tuple[int, str]:
        """Return the key of a membership: the place of the customer in the test data, and the promotion's string id."""
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
        """Remember what an answer reports. An opt-in of a customer who was not enrolled enrols as well."""
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
        """Remember that an enrolment may have been made: the answer was lost, or was an error."""
        key = self._key(customer, promotion)
        self._memberships.setdefault(key, Membership(certain=False)).certain = False
        self._uncertain_seats.add(promotion.id)

    def _own(self, kind: str, value: str | None, key: tuple[int, str]) -> None:
        if value:
            self._owners.setdefault((kind, value), key)

    def _key(self, customer: Customer, promotion: Promotion) -> tuple[int, str]:
        return self._places[customer], promotion.id
