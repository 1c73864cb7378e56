"""At the same time: several requests are under way at once. In some order, the page must explain all answers."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest

from contracts.exchange import NOTHING, REQUEST_ID, Credentials, Request
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, fewest_enrolments_first, identifier_names
from contracts.suite.host import Host
from openapi.world import Customer, Promotion

# A group is small: to explain its answers, each order may have to be tried.
_FEW: Final = 3
_STRANGERS: Final[tuple[Credentials, ...]] = ("none", "wrong", "forged", "wrong-password")

pytestmark = pytest.mark.usefixtures("needs_customers")


def test_different_customers(host: Host, roles: Roles, profile: Profile) -> None:
    """Nothing of one answer may come from another request. Each differs from all others in whatever it can."""
    promotions = (*roles.general_purpose[:1], *roles.engine_silent[:1], *roles.failing_milestones[:1])
    for number in range(profile.rounds):
        customers = iter(roles.shuffled_customers())
        bodies: list[dict[str, Any]] = []
        for promotion, customer in zip((*roles.general_purpose[:1] * 3, *promotions, None), customers, strict=False):
            names = identifier_names(customer) or ["id"]
            # Two have none: nothing in common may be taken for the same request.
            request_id = NOTHING if len(bodies) % 4 == number % 4 else REQUEST_ID
            bodies.append(roles.body(promotion, customer, by=names[number % len(names)], requestId=request_id))
        for promotion in roles.loyalty_earning[-1:]:
            bodies += [roles.body(promotion, customer, action="OPT_IN") for customer in list(customers)[:1]]
        host.call_at_once(bodies)


def test_one_customer_several_times(host: Host, roles: Roles, profile: Profile) -> None:
    """One of the requests enrols the customer, and the others are told so, by whatever identifier they name them."""
    for number, (promotion, customer) in enumerate(
        _fresh(host, roles, roles.once_per_customer)[: min(profile.rounds, 6)]
    ):
        names = identifier_names(customer) or ["id"]
        # All by the same kind, or each by another; one from no source, and one without a requestId.
        ways: list[dict[str, Any]] = [{}, {"source": NOTHING}, {"requestId": NOTHING}]
        host.call_at_once(
            [
                roles.body(promotion, customer, by=names[(number // 2 + turn * (number % 2)) % len(names)], **way)
                for turn, way in enumerate(ways)
            ]
        )
        host.call(roles.body(promotion, customer))


def test_one_customer_twice_where_something_fails(host: Host, roles: Roles) -> None:
    """Whoever is enrolled without a confirmation, or into some of the milestones only, is so once."""
    for promotion in (*roles.engine_silent[:1], *roles.failing_milestones):
        for customer in fewest_enrolments_first(host.history, roles, promotion)[:2]:
            host.call_at_once([roles.body(promotion, customer), roles.body(promotion, customer)])
            host.call(roles.body(promotion, customer))


def test_a_client_that_did_not_wait(host: Host, roles: Roles) -> None:
    """A request that is sent again while the first one is under way must not enrol a second time."""
    for number, (promotion, customer) in enumerate(_fresh(host, roles, roles.once_per_customer)[:2]):
        body = roles.body(promotion, customer, requestId=f"{host.request_ids}-impatient-{number}")
        host.call_at_once([body, body])
        host.call(roles.body(promotion, customer))


def test_nobody_is_lost(host: Host, roles: Roles) -> None:
    """Of enrolments at the same moment, none takes the place of another: each is still known afterwards."""
    for kind in (0, 1):  # several customers into one promotion, and one customer into several promotions
        pairs = _all_fresh(host, roles, roles.once_per_customer)
        for most, _ in Counter(pair[kind].id for pair in pairs).most_common(1):
            bodies = [roles.body(*pair) for pair in pairs if pair[kind].id == most][:_FEW]
            host.call_at_once(bodies)
            for body in bodies:
                host.call(body)


def test_one_more_than_the_limit_per_customer(host: Host, roles: Roles) -> None:
    for promotion in roles.limited_per_customer:
        if promotion.limit_per_customer > _FEW:
            continue
        for number, customer in enumerate(fewest_enrolments_first(host.history, roles, promotion)[:2]):
            names = identifier_names(customer) or ["id"]
            # The second customer also opts in, where that may enrol.
            actions = ("OPT_IN", "ENROL") if number and promotion.type == "LOYALTY_EARNING" else ("ENROL",)
            ways = [
                (names[number * turn % len(names)], actions[turn % len(actions)])
                for turn in range(promotion.limit_per_customer + 1)
            ]
            host.call_at_once([roles.body(promotion, customer, action=action, by=by) for by, action in ways])
            host.call(roles.body(promotion, customer))


def test_enrol_and_opt_in(host: Host, roles: Roles, profile: Profile) -> None:
    for promotion, customer in _fresh(host, roles, roles.loyalty_earning)[: min(profile.rounds, 4)]:
        host.call_at_once([roles.body(promotion, customer, action=action) for action in ("ENROL", "OPT_IN")])
        host.call_at_once([roles.body(promotion, customer, action=action) for action in ("OPT_IN", "ENROL")])
        host.call(roles.body(promotion, customer))


def test_opt_in_twice(host: Host, roles: Roles, profile: Profile) -> None:
    for number, (promotion, customer) in enumerate(
        _fresh(host, roles, roles.loyalty_earning)[: min(profile.rounds, 4)]
    ):
        # Into each promotion once without an enrolment before.
        if number >= len(roles.loyalty_earning):
            host.call(roles.body(promotion, customer))
        host.call_at_once([roles.body(promotion, customer, action="OPT_IN") for _ in range(2)])
        host.call(roles.body(promotion, customer))


def test_refusals_beside_an_enrolment(host: Host, roles: Roles, profile: Profile) -> None:
    """What is refused enrols nobody, although the request beside it enrols somebody."""
    pairs = _fresh(host, roles, roles.once_per_customer)[: min(profile.rounds, 4)]
    for number, (promotion, customer) in enumerate(pairs):
        body = roles.body(promotion, customer)
        others = [c for c in roles.shuffled_customers() if c is not customer][:2]
        good = [roles.body(general, other) for general in roles.general_purpose[:1] for other in others]
        refused = [
            {**body, "programId": roles.target.absent.program_id},
            {**body, "action": "UNENROL"},
            roles.body(promotion, None),
            *(roles.body(generic, customer) for generic in roles.generic[:1]),
            *(roles.body(inactive, customer) for inactive in roles.inactive[number : number + 1]),
            *(roles.body(loyalty, customer, action="OPT_IN") for loyalty in roles.loyalty[:1]),
        ]
        for half in (refused[:3], refused[3:]):
            host.call_at_once([*half, *good])
        host.call(body)


def test_strangers_beside_an_enrolment(host: Host, roles: Roles, profile: Profile) -> None:
    """The credentials of one request let no other in, and a stranger's request does not shut out anybody else."""
    if not host.target.login.is_given:
        pytest.skip("needs credentials: a host that takes requests without any need not refuse wrong ones")
    fresh = _fresh(host, roles, roles.once_per_customer)
    customer = roles.customers[0]
    for number, kind in enumerate(_STRANGERS[: profile.rounds]):
        if kind == "wrong-password" and host.target.login.basic is None:
            continue
        good = [roles.body(general, c) for general in roles.general_purpose[:1] for c in roles.shuffled_customers()[:2]]
        strange = [roles.body(promotion, customer) for promotion, customer in fresh[number : number + 1]]
        strange += [roles.body(general, customer) for general in roles.general_purpose[:1]]
        host.ask_at_once(
            [
                *(Request(body=body, credentials=kind) for body in strange),
                *(Request(body=body) for body in (*good, roles.body(None, None))),
            ]
        )
        for body in strange[: len(fresh[number : number + 1])]:
            host.call(body)  # the stranger's request has enrolled nobody


def _fresh(host: Host, roles: Roles, promotions: tuple[Promotion, ...]) -> list[tuple[Promotion, Customer]]:
    """Return a quarter of the fresh pairs, in turns of the promotions: the journeys need some, too."""
    pairs = _all_fresh(host, roles, promotions)
    met: Counter[str] = Counter()
    turns = []
    for promotion, customer in pairs:
        turns.append((met[promotion.id], (promotion, customer)))
        met[promotion.id] += 1
    return [pair for _, pair in sorted(turns, key=lambda turn: turn[0])][: len(pairs) // 4]


def _all_fresh(host: Host, roles: Roles, promotions: tuple[Promotion, ...]) -> list[tuple[Promotion, Customer]]:
    """Return pairs of a promotion and a customer who is not known to be enrolled in it, in random order."""
    return [pair for pair in roles.shuffled_pairs() if pair[0] in promotions and not _enrolments(host, *pair)]


def _enrolments(host: Host, promotion: Promotion, customer: Customer) -> int:
    return host.history.membership(customer, promotion).enrolments
