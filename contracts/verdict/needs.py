"""The needs: what a run needs in order to test a claim. For each claim, the longest matching prefix wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contracts.host.login import Login
from contracts.host.target import Target
from openapi.world import Promotion, World


@dataclass(frozen=True, slots=True)
class Need:
    """What a run needs in order to test claims.

    `claims`: the prefix of their names. `data`: what the host or the target file must have. `enrols`: they can be
    tested only by requests that may enrol a customer. `has`: whether the test data has what they need. `login`: the
    credentials that they need, or ""; `logs_in`: whether a login has these.
    """

    claims: str
    data: str
    enrols: bool = True
    has: Callable[[World], bool] = lambda world: True
    login: str = ""
    logs_in: Callable[[Login], bool] = lambda login: True

    def __str__(self) -> str:
        return ", and ".join(filter(None, (self.login, self.data)))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a run was given. `budget`: how many requests may enrol a customer; None is no limit. `spent`: how many did.

    `made`: how many enrolments succeeded. `ended`: why the run ended early, or "".
    """

    target: Target
    budget: int | None = None
    spent: int = 0
    made: int = 0
    ended: str = ""


def _some(fits: Callable[[Promotion], bool]) -> Callable[[World], bool]:
    """Return a test of a world: it has a promotion that fits, and a customer."""
    return lambda world: bool(world.customers) and any(fits(promotion) for promotion in world.promotions)


def _takes_enrolments(promotion: Promotion) -> bool:
    return promotion.status in ("LIVE", "UPCOMING") and promotion.type != "GENERIC" and promotion.engine == "up"


def _of_type(*types: str) -> Callable[[World], bool]:
    """Return a test of a world: it has LIVE promotions of each type that take enrolments, and a customer."""
    return lambda world: all(
        _some(lambda p, kind=kind: _takes_enrolments(p) and (p.type, p.status) == (kind, "LIVE"))(world)  # type: ignore[misc]  # mypy infers no type for the default
        for kind in types
    )


def _has_every_identifier(world: World) -> bool:
    return any(None not in (c.id, c.mobile, c.email) for c in world.customers) and _some(_takes_enrolments)(world)


_ENROLABLE: Final = "a LIVE promotion of type LOYALTY or LOYALTY_EARNING, and a customer who may be enrolled"
_TAKES: Final = _some(_takes_enrolments)
_ANY_HOST: Final = "any host that answers; no customer is enrolled"
_MILESTONES_ACTION: Final = (
    "a host that accepts the action ENROL_MILESTONES; a host that refuses that action never sends this code"
)

NEEDS: Final = (
    Need("call.", _ANY_HOST, enrols=False),
    Need("example.", _ENROLABLE, has=_TAKES),
    Need(
        "example.opt_in",
        "a LIVE promotion of type LOYALTY_EARNING, and a customer who may be enrolled",
        has=_of_type("LOYALTY_EARNING"),
    ),
    Need(
        "auth.basic",
        _ENROLABLE,
        has=_TAKES,
        login="Basic credentials (credentials: basic)",
        logs_in=lambda login: login.basic is not None,
    ),
    Need(
        "auth.oauth",
        f"an endpoint at tokenPath that issues a token, and {_ENROLABLE}",
        has=_TAKES,
        login="OAuth credentials (credentials: oauth)",
        logs_in=lambda login: login.oauth is not None,
    ),
    Need(
        "auth.required",
        "",
        enrols=False,
        login="credentials in the target file, so that a host can be shown valid and invalid ones",
        logs_in=lambda login: login.is_given,
    ),
    Need("request.", _ANY_HOST, enrols=False),
    Need("request.requestId.", _ENROLABLE, has=_TAKES),
    Need("request.action.values", "a LIVE promotion, and a customer; the request has an unlisted action", has=_TAKES),
    Need(
        "request.customer.identifierName.values",
        "a customer in the target file with id, mobile and email, and a LIVE promotion",
        has=_has_every_identifier,
    ),
    Need("request.customer.source.", _ENROLABLE, has=_TAKES),
    Need("response.", _ENROLABLE, has=_TAKES),
    Need("response.errors.filled", _ANY_HOST, enrols=False),
    Need(
        "response.data.enrollmentStatus.milestone.",
        "a LIVE promotion with milestones, and a customer who may be enrolled",
        has=_some(lambda promotion: _takes_enrolments(promotion) and bool(promotion.milestones)),
    ),
    Need("error.", _ANY_HOST, enrols=False),
    Need("error.target_rule_id_required", _MILESTONES_ACTION, enrols=False, has=lambda world: False),
    Need(
        "error.promotion_inactive",
        "a promotion with a status such as PAUSED, STOPPED or COMPLETED, and a customer",
        has=_some(lambda promotion: promotion.status not in ("LIVE", "UPCOMING")),
    ),
    Need(
        "error.program_not_found",
        "a LIVE promotion, and a customer; the request names a program that does not exist",
        has=_TAKES,
    ),
    Need(
        "error.customer_not_found",
        "a LIVE promotion; the request names a customer who does not exist",
        has=lambda world: any(map(_takes_enrolments, world.promotions)),
    ),
    Need(
        "error.generic_not_eligible",
        "a LIVE promotion of type GENERIC, and a customer",
        has=_some(lambda promotion: (promotion.type, promotion.status) == ("GENERIC", "LIVE")),
    ),
    Need(
        "error.opt_in_not_supported",
        "a LIVE promotion of type LOYALTY, and a customer",
        has=_of_type("LOYALTY"),
    ),
    Need(
        "error.engine_error",
        "a promotion whose engine fails (engine: down), and a customer",
        has=_some(lambda promotion: promotion.engine == "down"),
    ),
    Need(
        "promotion.live_or_upcoming",
        "an UPCOMING promotion of type LOYALTY or LOYALTY_EARNING, and a customer",
        has=_some(lambda promotion: _takes_enrolments(promotion) and promotion.status == "UPCOMING"),
    ),
    Need(
        "promotion.loyalty_types",
        "LIVE promotions of both types, LOYALTY and LOYALTY_EARNING, and a customer",
        has=_of_type("LOYALTY", "LOYALTY_EARNING"),
    ),
    Need("warning.already_enrolled", f"{_ENROLABLE}; the request is sent twice", has=_TAKES),
    Need(
        "warning.limit_reached",
        "a promotion with limitPerPromotion, or limitPerCustomer above 1, and customers",
        has=_some(lambda promotion: promotion.limit_per_promotion is not None or promotion.limit_per_customer > 1),
    ),
    Need(
        "warning.milestones_failed",
        "a promotion with a milestone that fails, and a customer",
        has=_some(lambda promotion: any(milestone.fails for milestone in promotion.milestones or ())),
    ),
    Need(
        "warning.no_response",
        "a promotion whose engine does not confirm enrolments (engine: silent), and a customer",
        has=_some(lambda promotion: promotion.engine == "silent"),
    ),
)


def need(claim: str) -> Need:
    """Return what a run needs in order to test a claim."""
    return max((n for n in NEEDS if claim.startswith(n.claims)), key=lambda n: len(n.claims), default=_UNLISTED)


def missing(claim: str, reach: Reach) -> str:
    """Return in words what a run needs in addition to what it was given, in order to test a claim that it did not test."""
    needed = need(claim)
    lacks = [
        needed.login if not needed.logs_in(reach.target.login) else "",
        needed.data if not needed.has(reach.target.data) else "",
        "permission to enrol on this host (--permit-enrolments)" if needed.enrols and reach.budget == 0 else "",
    ]
    if any(lacks):
        return ", and ".join(filter(None, lacks))
    if reach.ended:
        return f"the rest of the run, which ended early: {reach.ended}"
    if needed.enrols and reach.budget is not None and reach.spent >= reach.budget:
        if not reach.made:
            return "a customer in the target file who can still be enrolled: no permitted request enrolled anybody"
        sent = (
            f"all {reach.budget} requests that it permits were"
            if reach.budget > 1
            else "the one request that it permits was"
        )
        return f"a larger --budget: {sent} sent"
    if needed.data == _ANY_HOST:
        return "an answer that shows it; there was none"
    return f"{needed}; no answer has shown it"


_UNLISTED: Final = Need("", _ANY_HOST, enrols=False)
