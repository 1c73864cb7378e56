"""The history: which enrolments a host has made so far, so that what comes next can be judged."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, MutableMapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from contracts.oracle.seats import Ids, Key, Seats
from openapi.world import Customer, Promotion, World

# What an answer reports. again: the same as an earlier answer to the same request. full: that the customer is already
# enrolled, or a limit reached. unclear: something that the host should have refused, so that nobody can tell what it
# has done.
Event = Literal["enrolled", "opted_in", "full", "unclear", "again"]
# So many exchanges at most are named as those that led to a state.
_STEPS: Final = 5


@dataclass(slots=True)
class Membership:
    """What is known of one customer in one promotion.

    `enrolments`: how many were made in this run, or are listed in the test data. `certain`: no others can have been
    made. `full`: the host has warned "already enrolled or limit reached", so it must make no more.
    `maybe_opted_in`: the test data lists an opt-in id, and does not say whether an ENROL or an OPT_IN made it.
    `exchanges`: the numbers of those that made it so.
    """

    certain: bool
    enrolments: int = 0
    opted_in: bool = False
    maybe_opted_in: bool = False
    full: bool = False
    enrollment_ids: list[str] = field(default_factory=list)
    optin_ids: list[str] = field(default_factory=list)
    exchanges: list[int] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Something has happened to the customer in the promotion, or an answer may have been lost."""
        return bool(self.enrolments or self.opted_in or self.full)

    @property
    def state(self) -> tuple[object, ...]:
        """All of it but the exchanges, in a form that can be compared."""
        flags = self.certain, self.enrolments, self.opted_in, self.maybe_opted_in, self.full
        return *flags, frozenset(self.enrollment_ids), frozenset(self.optin_ids)

    def fork(self) -> Membership:
        """Return a copy that changes by itself."""
        enrollment_ids, optin_ids, exchanges = list(self.enrollment_ids), list(self.optin_ids), list(self.exchanges)
        return replace(self, enrollment_ids=enrollment_ids, optin_ids=optin_ids, exchanges=exchanges)


class History:
    """Remembers memberships, the enrolments of each promotion, whose each id is, and the requestIds that were sent.

    `carried_out`: the requestIds of the requests that were answered with a success.
    `fresh`: nobody was enrolled before the run but the customers whom the test data lists as enrolled. `shared`: others
    enrol customers on the host too, so it is never fresh. `named_by_strangers`: the memberships of which requests with
    wrong credentials have named both sides; whoever takes one may have enrolled the customer.
    """

    def __init__(self, data: World, *, fresh: bool = False, shared: bool = False):
        self.fresh, self.shared = fresh, shared
        self.request_ids: set[str] = set()
        self.carried_out: set[str] = set()
        self._memberships: MutableMapping[Key, Membership] = {}
        self._seats: dict[str, Seats] = {}
        self._ids = Ids()
        self.named_by_strangers: set[Key] = set()
        self._doubted: set[tuple[int | None, str | None]] = set()
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
            self._seats.setdefault(entry.promotion, Seats()).taken += 1
            self._ids.add("enrollmentId", entry.enrollment_id, (place, entry.promotion))
            self._ids.add("optinId", entry.optin_id, (place, entry.promotion))

    def fork(self, keys: Iterable[Key]) -> History:
        """Return a copy in which what becomes of these memberships and their promotions stays unknown to the original."""
        branch = copy(self)
        branch._memberships = ChainMap({}, self._memberships)  # to copy thousands of them would take too long
        branch._seats = {promotion: seats.fork() for promotion, seats in self._seats.items()}
        branch._ids, branch._doubted = self._ids.fork(), set(self._doubted)
        for key in keys:
            if key in self._memberships:
                branch._memberships[key] = self._memberships[key].fork()
        return branch

    def state(self, keys: Iterable[Key]) -> tuple[object, ...]:
        """Return what is known of these memberships and their promotions, in a form that can be compared."""
        known = ((self._memberships.get(key), self._seats.get(key[1], Seats())) for key in sorted(keys))
        return tuple((member and member.state, seats.taken, seats.certain) for member, seats in known)

    def declare_fresh(self) -> None:
        """Record that nobody was enrolled before the run but the customers whom the test data lists as enrolled."""
        if self.shared:
            return
        self.fresh = True
        for membership in self._memberships.values():
            membership.certain = True
        for seats in self._seats.values():
            seats.certain = True

    def membership(self, customer: Customer, promotion: Promotion) -> Membership:
        """Return what is known of a customer in a promotion."""
        key = self.key(customer, promotion)
        known = self._memberships.get(key)
        place, name = key
        certain = self.fresh and not self._doubted & {(place, None), (None, name), (None, None)}
        if known is None:
            return Membership(certain=certain)
        # On a host that is not fresh, more may have been added to what the test data lists.
        known.certain = known.certain and certain
        return known

    def seats_taken(self, promotion: Promotion) -> int:
        """Return how many enrolments of a promotion are known to have been made."""
        return self._seats.get(promotion.id, Seats()).taken

    def seats_certain(self, promotion: Promotion) -> bool:
        """No enrolment of the promotion can have been made that is not known of."""
        is_doubted = any(name in (None, promotion.id) for _, name in self._doubted)
        return self.fresh and self._seats.get(promotion.id, Seats()).certain and not is_doubted

    def steps(self, customer: Customer, promotion: Promotion) -> tuple[int, ...]:
        """Return the numbers of the exchanges that led to what is known of a customer in a promotion, the last few.

        Where the customer is not enrolled, they are those that took the seats of a promotion which has a limit.
        """
        known = self._memberships.get(self.key(customer, promotion))
        own = known.exchanges if known else []
        takers = self._seats.get(promotion.id, Seats()).takers if promotion.limit_per_promotion else []
        return tuple((own or takers)[-_STEPS:])

    def first_shown(self, kind: str, value: str) -> tuple[int, ...]:
        """Return the number of the exchange that showed an id first; nothing if none did. `kind`: as in `owner`."""
        return self._ids.first_shown(kind, value)

    def owner(self, kind: str, value: str) -> Key | None:
        """Return the key of the membership that an id was first seen with. `kind`: enrollmentId or optinId."""
        return self._ids.owner(kind, value)

    def key(self, customer: Customer, promotion: Promotion) -> Key:
        """Return the key of a membership."""
        return self._places[customer], promotion.id

    def record(
        self,
        customer: Customer | None,
        promotion: Promotion | None,
        event: Event,
        *,
        enrollment_id: str | None = None,
        optin_id: str | None = None,
        exchange: int = 0,
    ) -> None:
        """Remember what an answer reports. An opt-in of a customer who was not enrolled enrols as well.

        `exchange`: its number, 0 if it has none.
        """
        if customer is None or promotion is None:
            place = self._places[customer] if customer else None
            self._doubted.add((place, promotion.id if promotion else None))
            return
        key, seats = self.key(customer, promotion), self._seats.setdefault(promotion.id, Seats())
        membership = self._memberships.setdefault(key, Membership(certain=self.fresh))
        if exchange:
            membership.exchanges.append(exchange)
        if event == "unclear":
            self.doubt(customer, promotion)
        if event == "full":
            membership.full = True
            if not membership.enrolments:
                seats.certain = False
        if event == "enrolled" or (event == "opted_in" and not membership.enrolments):
            membership.enrolments += 1
            seats.taken += 1
            seats.takers.append(exchange)
        if event == "opted_in":
            membership.opted_in = True
        for kind, value, known in (
            ("enrollmentId", enrollment_id, membership.enrollment_ids),
            ("optinId", optin_id, membership.optin_ids),
        ):
            if value and value not in known:
                known.append(value)
            self._ids.add(kind, value, key, exchange)

    def doubt(self, customer: Customer, promotion: Promotion) -> None:
        """Remember that an enrolment may have been made: the answer was lost, or was an error."""
        key = self.key(customer, promotion)
        self._memberships.setdefault(key, Membership(certain=False)).certain = False
        self._seats.setdefault(promotion.id, Seats()).certain = False
