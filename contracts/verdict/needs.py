"""The needs: what a run needs in order to test a claim. For each claim, the longest matching prefix wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.host.target import Target


@dataclass(frozen=True, slots=True)
class Need:
    """What a run needs in order to test claims.

    `claims`: the prefix of their names. `data`: what the host or the target file must have. `enrols`: they can be tested
    only by requests that may enrol a customer.
    """

    claims: str
    data: str
    enrols: bool = True


_ENROLABLE: Final = "a LIVE promotion of type LOYALTY or LOYALTY_EARNING, and a customer who may be enrolled"
_NOT_LIVE: Final = (
    "a host that is not treated as live; a live one gets no request that it could mistake for a valid one"
)
_ANY_HOST: Final = "any host that answers; no customer is enrolled"

NEEDS: Final = (
    Need("call.", _ANY_HOST, enrols=False),
    Need("example.", _ENROLABLE),
    Need("example.opt_in", "a LIVE promotion of type LOYALTY_EARNING, and a customer who may be enrolled"),
    Need("auth.basic", "Basic credentials (credentials: basic)", enrols=False),
    Need("auth.oauth", "OAuth credentials (credentials: oauth)", enrols=False),
    Need(
        "auth.required",
        "credentials in the target file, so that a host can be shown valid and invalid ones",
        enrols=False,
    ),
    Need("request.", _ANY_HOST, enrols=False),
    Need("request.requestId.", _ENROLABLE),
    Need("request.customer.identifierName.values", "a customer in the target file with id, mobile and email"),
    Need("request.customer.source.", _ENROLABLE),
    Need("response.", _ENROLABLE),
    Need("response.errors.filled", _ANY_HOST, enrols=False),
    Need(
        "response.data.enrollmentStatus.milestone.",
        "a LIVE promotion with milestones, and a customer who may be enrolled",
    ),
    Need("error.", _ANY_HOST, enrols=False),
    Need(
        "error.target_rule_id_required",
        "a host that accepts the action ENROL_MILESTONES; a host that refuses that action never sends this code",
        enrols=False,
    ),
    Need("error.promotion_inactive", "a promotion with a status such as PAUSED, STOPPED or COMPLETED, and a customer"),
    Need("error.customer_not_found", "a LIVE promotion; the request names a customer who does not exist"),
    Need("error.generic_not_eligible", "a LIVE promotion of type GENERIC, and a customer"),
    Need("error.opt_in_not_supported", "a LIVE promotion of type LOYALTY, and a customer"),
    Need("error.engine_error", "a promotion whose engine fails (engine: down), and a customer"),
    Need("promotion.live_or_upcoming", "an UPCOMING promotion of type LOYALTY or LOYALTY_EARNING, and a customer"),
    Need("promotion.loyalty_types", "LIVE promotions of both types, LOYALTY and LOYALTY_EARNING, and a customer"),
    Need("warning.already_enrolled", f"{_ENROLABLE}; the request is sent twice"),
    Need("warning.limit_reached", "a promotion with limitPerPromotion, or limitPerCustomer above 1, and customers"),
    Need("warning.milestones_failed", "a promotion with a milestone that fails, and a customer"),
    Need(
        "warning.no_response", "a promotion whose engine does not confirm enrolments (engine: silent), and a customer"
    ),
)


def need(claim: str) -> Need:
    """Return what a run needs in order to test a claim."""
    return max((n for n in NEEDS if claim.startswith(n.claims)), key=lambda n: len(n.claims), default=_UNLISTED)


def missing(claim: str, target: Target) -> str:
    """Return in words what a run against this target needs in order to test a claim that it did not test."""
    needed = need(claim)
    if target.live and needed.enrols:
        return f"permission to enrol on this host (--permit-enrolments), and {needed.data}"
    if target.live and needed.data == _ANY_HOST:
        return _NOT_LIVE
    return needed.data


_UNLISTED: Final = Need("", _ANY_HOST, enrols=False)
