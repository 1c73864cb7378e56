"""The mix: what the callers of a load ask, in waves. The requests of one wave are sent at the same moment.

Each pair of a promotion and a customer is raced for only once, and by few requests, so that their answers can be judged
in every order. Between these waves come requests that can be sent without end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, count, cycle, zip_longest
from typing import Any, Final

from contracts.exchange import Request
from contracts.inputs.roles import Roles, identifier_names
from contracts.load.refusals import refusals
from contracts.load.waves import LoadRequest, Wave
from contracts.verdict.figures import Kind
from openapi.world import Customer, Promotion

# So many requests ask for the same thing at the same moment: of more, not every order could be tried.
_RACERS: Final = 3
_MOST_RACERS: Final = 6
# A limit is met by so many more customers than there are seats.
_BEYOND: Final = 3
# So many pairs that are enrolled are remembered, to ask for them again.
_REMEMBERED: Final = 500
# A promotion in which a customer can be enrolled so often counts as one without a limit, however long the load lasts.
_ENDLESS: Final = 1_000_000
# For so many requests of each caller nobody asks again for a customer for whom several have raced.
_REST: Final = 2
# So often a group of enrolments has one without a requestId.
_NAMELESS: Final = 0.3
# Between two rounds of what can be asked without end, so many things are asked that can be asked once, at most.
_AT_MOST: Final = 3
# What can be asked only once is spread over the load, and is over a little before its end.
_SOONER: Final = 1.2


class Mix:
    """Makes the waves of a load for a host on which anybody may be enrolled.

    `share`: which part of the customers is this mix's, and of how many parts; others have the rest. `elapsed`: returns
    the part of the load's time that is over, from 0 to 1. What can be asked only once is spread over all of it.
    `users`: how many callers there are.
    """

    def __init__(self, roles: Roles, elapsed: Callable[[], float], *, users: int, share: tuple[int, int] = (0, 1)):
        self._roles = roles
        self._elapsed = elapsed
        self._rest = users * _REST
        own = range(share[0], len(roles.target.data.customers), share[1])
        self._customers = [roles.target.data.customers[place] for place in own] or list(roles.customers[:1])
        roles.random.shuffle(self._customers)
        self._turn: Iterator[Customer | None] = cycle(self._customers or [None])
        self._number, self._planned_so_far = count(), 0
        self._resting: deque[tuple[int, Promotion, Customer]] = deque()
        self._enrolled: deque[tuple[Promotion, Customer]] = deque(maxlen=_REMEMBERED)
        endless = [p for p in roles.repeatable if p.limit_per_customer >= _ENDLESS]
        # An opt-in depends on the enrolments before it, so where there may be one, answers concern each other.
        self._repeatable = ([p for p in endless if p.type == "LOYALTY"] or endless) if self._customers else []
        self._refusals = cycle(refusals(roles))

    def waves(self) -> Iterator[Wave]:
        """Yield waves without end: what can be asked once, as long as there is any, and what can be asked again."""
        once, many, taken = self._once_each(), self._how_many(), 0
        for turn in count():
            for _ in range(_AT_MOST):
                if taken <= many * self._elapsed() * _SOONER:
                    yield from next(once, ())
                    taken += 1
            yield from filter(None, (self._endless(), self._repeats(), self._alone("repeat"), self._alone("opt-in")))
            yield from filter(None, (self._refusal(), self._refusal() if turn % 3 else self._stranger()))

    def _how_many(self) -> int:
        """Return how many groups of waves _once_each yields."""
        roles, customers = self._roles, len(self._customers)
        limits = len(roles.limited_per_promotion) + len(roles.limited_per_customer) * customers
        return limits + len(roles.once_per_customer) * customers

    def _once_each(self) -> Iterator[list[Wave]]:
        """Yield groups of waves: limits, races for one customer, and enrolments of one customer each."""
        limits = chain(map(self._limit, self._roles.limited_per_promotion), self._limits_of_customers())
        for limit, *races in zip_longest(limits, self._races(), self._races(1), fillvalue=None):
            yield from filter(None, (limit, *races))

    def _limit(self, promotion: Promotion) -> list[Wave]:
        """Return more customers than a promotion has seats, in waves that can be judged in every order."""
        callers = self._customers[: (promotion.limit_per_promotion or 0) + _BEYOND]
        sent = [self._planned("limit", self._body(promotion, customer)) for customer in callers]
        return [tuple(sent[place : place + _MOST_RACERS]) for place in range(0, len(sent), _MOST_RACERS)]

    def _limits_of_customers(self) -> Iterator[list[Wave]]:
        for promotion in self._roles.limited_per_customer:
            racers = min(promotion.limit_per_customer + 1, _MOST_RACERS)
            for customer in self._customers:
                yield [
                    tuple(self._planned("limit", self._body(promotion, customer)) for _ in range(racers)),
                    (self._planned("limit", self._body(promotion, customer)),),
                ]

    def _races(self, first: int = 0) -> Iterator[list[Wave]]:
        """Yield every other pair of a promotion and a customer: an enrolment that comes several times, or with an opt-in."""
        promotions = self._roles.once_per_customer
        places = range(first, len(promotions) * len(self._customers), 2)
        order = self._roles.random.sample(places, len(places))
        for place in order:
            promotion, customer = promotions[place % len(promotions)], self._customers[place // len(promotions)]
            if place % 3 == 0:
                wave: Wave = (self._planned("enrol", self._body(promotion, customer)),)
            else:
                wave = tuple(self._planned("race", self._body(promotion, customer)) for _ in range(_RACERS))
            if promotion.type == "LOYALTY_EARNING" and place % 3:
                wave = (*wave[1:], self._planned("race", self._body(promotion, customer, action="OPT_IN")))
            # Enrolments of others beside it: nothing of one answer may come from another request.
            waves: list[Wave] = [(*wave, *self._endless(2), *self._refusal())]
            if place % 4 < 2:
                in_vain = self._in_vain(promotion, customer, without_login=place % 2 == 0)
                waves = [(in_vain, *self._endless(2)), *waves]
            yield waves
            self._resting.append((self._planned_so_far, promotion, customer))

    def _in_vain(self, promotion: Promotion, customer: Customer, *, without_login: bool) -> LoadRequest:
        """Return a request that must enrol nobody, although it names somebody who is not enrolled yet."""
        if without_login and self._roles.target.login.is_given:
            return self._without_login(self._body(promotion, customer))
        body = self._body(promotion, customer, programId=self._roles.target.absent.program_id)
        return self._planned("refusal", body, "error.program_not_found")

    def _endless(self, number: int = 3) -> Wave:
        """Return enrolments of different customers who can be enrolled again and again, by whatever identifies them."""
        if not self._repeatable:
            return ()
        promotions = (self._repeatable[next(self._number) % len(self._repeatable)] for _ in range(number))
        bodies = [self._body(promotion, next(self._turn)) for promotion in promotions]
        if self._roles.random.random() < _NAMELESS:
            del bodies[0]["requestId"]
        return tuple(self._planned("enrol", body) for body in bodies)

    def _repeats(self) -> Wave:
        """Return enrolments of customers who are enrolled: all of them must hear so, also at the same moment."""
        return tuple(chain.from_iterable(self._alone("repeat") for _ in range(2)))

    def _alone(self, kind: Kind) -> Wave:
        """Return a request for somebody who is enrolled already, and whose enrolment is no longer under way."""
        while self._resting and self._resting[0][0] + self._rest < self._planned_so_far:
            self._enrolled.append(self._resting.popleft()[1:])
        if not self._enrolled:
            return ()
        promotion, customer = self._roles.random.choice(self._enrolled)
        opts_in = kind == "opt-in" and promotion.type == "LOYALTY_EARNING"
        action = "OPT_IN" if opts_in else "ENROL"
        return (self._planned("opt-in" if opts_in else "repeat", self._body(promotion, customer, action=action)),)

    def _refusal(self) -> Wave:
        """Return a request that must be refused, for the next row of the page that the data allows."""
        promotion, changes, about = next(self._refusals)
        customer = None if about == "error.customer_not_found" else next(self._turn)
        body = self._body(promotion, customer, **changes)
        return (self._planned("refusal", body, about),)

    def _stranger(self) -> Wave:
        """Return a request without credentials."""
        promotions = self._roles.general_purpose
        if not promotions or not self._roles.target.login.is_given:
            return ()
        return (self._without_login(self._body(promotions[0], next(self._turn))),)

    def _without_login(self, body: dict[str, Any]) -> LoadRequest:
        return LoadRequest("refusal", Request(body=body, credentials="none"), ("auth.required",))

    def _body(self, promotion: Promotion | None, customer: Customer | None, /, **changes: Any) -> dict[str, Any]:
        names = identifier_names(customer or self._roles.target.absent.customer) or ["id"]
        return self._roles.body(promotion, customer, by=names[next(self._number) % len(names)], **changes)

    def _planned(self, kind: Kind, body: dict[str, Any], *about: str) -> LoadRequest:
        self._planned_so_far += 1
        return LoadRequest(kind, Request(body=body), about)
