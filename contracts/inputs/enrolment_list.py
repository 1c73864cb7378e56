"""The enrolment list: requests that may enrol customers of the test data, for a host where a budget permits them.

The order spends each enrolment where it reaches the most claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from contracts.exchange import NOTHING, Credentials, Request
from contracts.inputs.roles import Roles, identifier_names
from contracts.inputs.safe_list import DescribedRequest
from openapi.world import Customer, Promotion

_SOURCE: Final = "request.customer.source.optional"
_KINDS: Final = "request.customer.identifierName.values"


def enrolment_list(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield the requests, the most useful ones first. The caller stops when the budget is used up.

    First come an enrolment, the same again and an opt-in, then one promotion of each kind that the data has, then what
    must be refused, then limits and failing engines. Last come all other promotions with all customers.
    """
    if not roles.customers:
        return
    yield from _first_promotion(roles)
    yield from _second_promotion(roles)
    yield from _refusals(roles)
    yield from _rare_promotions(roles)
    yield from _other_login(roles)
    yield from _limits(roles)
    yield from _the_rest(roles)


def _first_promotion(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield an enrolment, the same by each other identifier, and an opt-in."""
    for promotion in _with_milestones_first(roles.loyalty_earning or roles.once_per_customer)[:1]:
        customer = _with_most_identifiers(roles)
        first, *others = identifier_names(customer) or ["id"]
        login = f"auth.{roles.target.login.first}"
        yield _planned("an enrolment", roles.body(promotion, customer, by=first), "example.enrol", login, _KINDS)
        again = roles.body(promotion, customer, by=(others or [first])[0])
        yield _planned("the same enrolment again", again, _KINDS)
        if promotion.type == "LOYALTY_EARNING":
            yield _planned("the opt-in", roles.body(promotion, customer, action="OPT_IN"), "example.opt_in")
        for name in others[1:]:
            yield _planned(f"the same enrolment, by {name}", roles.body(promotion, customer, by=name), _KINDS)


def _second_promotion(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield enrolments into the other type of promotion and into an UPCOMING one, with optional fields left out."""
    customer = roles.customers[-1]
    live = [promotion for promotion in roles.once_per_customer if promotion.status == "LIVE"]
    for promotion in [p for p in live if p.type == "LOYALTY"][:1]:
        without = roles.body(promotion, customer, source=NOTHING)
        yield _planned("an enrolment without source", without, _SOURCE, "promotion.loyalty_types")
    for promotion in [p for p in roles.once_per_customer if p.status == "UPCOMING"][:1]:
        without = roles.body(promotion, customer, requestId=NOTHING)
        yield _planned(
            "an enrolment into an UPCOMING promotion, without requestId", without, "promotion.live_or_upcoming"
        )


def _refusals(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield requests that must be refused, although they name a promotion and a customer who exist."""
    customer = _with_most_identifiers(roles)
    for promotion in roles.generic[:1]:
        yield _planned("a GENERIC promotion", roles.body(promotion, customer), "error.generic_not_eligible")
    for promotion in roles.inactive[:1]:
        words = f"a promotion that is {promotion.status}"
        yield _planned(words, roles.body(promotion, customer), "error.promotion_inactive")
    for promotion in roles.loyalty[:1]:
        opt_in = roles.body(promotion, customer, action="OPT_IN")
        yield _planned("an opt-in to a promotion of type LOYALTY", opt_in, "error.opt_in_not_supported")
    for promotion in _with_milestones_first(roles.loyalty_earning or roles.once_per_customer)[:1]:
        program = roles.body(promotion, customer, programId=roles.target.absent.program_id)
        yield _planned("a program that does not exist", program, "error.program_not_found")
        yield _planned("a customer who does not exist", roles.body(promotion, None), "error.customer_not_found")
        yield _planned("an unlisted action", roles.body(promotion, customer, action="UNENROL"))
        yield _planned("an unlisted source", roles.body(promotion, customer, source="NOWHERE"))
        yield _planned("requestId is a list", roles.body(promotion, customer, requestId=[]))


def _rare_promotions(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield one request for each kind of promotion with which something fails."""
    customer = roles.customers[0]
    for promotions, words, claim in (
        (roles.failing_milestones, "a promotion with a milestone that fails", "warning.milestones_failed"),
        (roles.engine_silent, "a promotion whose engine does not confirm", "warning.no_response"),
        (roles.engine_down, "a promotion whose engine is down", "error.engine_error"),
    ):
        for promotion in promotions[:1]:
            yield _planned(words, roles.body(promotion, customer), claim)


def _other_login(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield an enrolment with the kind of login that the host is not asked with otherwise."""
    login = roles.target.login
    kinds: list[Credentials] = ["basic", "oauth"] if login.basic and login.oauth else []
    for kind in kinds:
        for promotion in roles.once_per_customer[:1]:
            body = roles.body(promotion, roles.customers[0])
            yield DescribedRequest(f"an enrolment with {kind}", Request(body=body, credentials=kind), (f"auth.{kind}",))


def _limits(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield enrolments up to a limit and one beyond it, for the promotion that takes the fewest of them."""
    taken = [entry.promotion for entry in roles.target.data.enrolments]
    steps: list[tuple[int, Promotion, list[Customer]]] = []
    for promotion in roles.limited_per_promotion:
        left = max((promotion.limit_per_promotion or 0) - taken.count(promotion.id), 0)
        steps.append((left + 1, promotion, list(roles.customers[: left + 1])))
    for promotion in roles.limited_per_customer:
        number = promotion.limit_per_customer + 1
        steps.append((number, promotion, [roles.customers[0]] * number))
    for _, promotion, customers in sorted(steps, key=lambda step: step[0])[:1]:
        for customer in customers:
            yield _planned("an enrolment up to a limit, and one beyond it", roles.body(promotion, customer))


def _the_rest(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield every other promotion and customer: an enrolment, the same again, and an opt-in where the type allows it."""
    for promotion in roles.inactive[1:]:
        words = f"a promotion that is {promotion.status}"
        yield _planned(words, roles.body(promotion, roles.customers[0]), "error.promotion_inactive")
    for promotion, customer in roles.shuffled_pairs():
        first, *others = identifier_names(customer) or ["id"]
        yield _planned("an enrolment", roles.body(promotion, customer, by=first))
        yield _planned("the same enrolment again", roles.body(promotion, customer, by=(others or [first])[0]))
        if promotion.type == "LOYALTY_EARNING":
            yield _planned("the opt-in", roles.body(promotion, customer, action="OPT_IN"))


def _planned(words: str, body: dict[str, Any], *about: str) -> DescribedRequest:
    return DescribedRequest(words, Request(body=body), about)


def _with_milestones_first(promotions: tuple[Promotion, ...]) -> list[Promotion]:
    return sorted(promotions, key=lambda promotion: (promotion.status != "LIVE", not promotion.milestones))


def _with_most_identifiers(roles: Roles) -> Customer:
    return max(roles.customers, key=lambda customer: len(identifier_names(customer)))
