"""The needs: what would reach a claim that a run did not reach. The longest beginning of its name counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.host.target import Target


@dataclass(frozen=True, slots=True)
class Need:
    """What the target file must list for the claims whose names begin so, and whether somebody must be enrolled."""

    claims: str
    data: str
    enrols: bool = True


_ENROLABLE: Final = "a LIVE promotion of type LOYALTY or LOYALTY_EARNING, and a customer who may be enrolled"
_NOT_LIVE: Final = "a host that is not treated as live: what a careless one could take for good is not sent there"
_NOBODY: Final = "any host that answers; nobody is enrolled"

NEEDS: Final = (
    Need("call.", _NOBODY, enrols=False),
    Need("example.", _ENROLABLE),
    Need("example.opt_in", "a LIVE promotion of type LOYALTY_EARNING, and a customer who may be enrolled"),
    Need("auth.basic", "Basic credentials (credentials: basic)", enrols=False),
    Need("auth.oauth", "OAuth credentials (credentials: oauth)", enrols=False),
    Need("auth.required", "credentials, so that wrong ones can be told from good ones", enrols=False),
    Need("request.", _NOBODY, enrols=False),
    Need("request.requestId.", _ENROLABLE),
    Need("request.customer.identifierName.values", "a customer whose id, mobile and e-mail address are all listed"),
    Need("request.customer.source.", _ENROLABLE),
    Need("response.", _ENROLABLE),
    Need("response.errors.filled", _NOBODY, enrols=False),
    Need("response.data.enrollmentStatus.milestone.", "a LIVE promotion with milestones, and a customer"),
    Need("error.", _NOBODY, enrols=False),
    Need(
        "error.target_rule_id_required",
        "a host that accepts the action ENROL_MILESTONES; one that refuses it has no use for this code",
        enrols=False,
    ),
    Need("error.promotion_inactive", "a promotion with a status such as PAUSED, STOPPED or COMPLETED, and a customer"),
    Need("error.customer_not_found", "a LIVE promotion; the customer asked for exists nowhere"),
    Need("error.generic_not_eligible", "a LIVE promotion of type GENERIC, and a customer"),
    Need("error.opt_in_not_supported", "a LIVE promotion of type LOYALTY, and a customer"),
    Need("error.engine_error", "a promotion whose engine fails (engine: down), and a customer"),
    Need("promotion.live_or_upcoming", "an UPCOMING promotion of type LOYALTY or LOYALTY_EARNING, and a customer"),
    Need("promotion.loyalty_types", "LIVE promotions of both types, LOYALTY and LOYALTY_EARNING, and a customer"),
    Need("warning.already_enrolled", f"{_ENROLABLE}; asked twice"),
    Need("warning.limit_reached", "a promotion with limitPerPromotion, or limitPerCustomer above 1, and customers"),
    Need("warning.milestones_failed", "a promotion with a milestone that fails, and a customer"),
    Need("warning.no_response", "a promotion whose engine does not confirm (engine: silent), and a customer"),
)


def need(claim: str) -> Need:
    """Return what would reach a claim."""
    return max((n for n in NEEDS if claim.startswith(n.claims)), key=lambda n: len(n.claims), default=_UNLISTED)


def missing(claim: str, target: Target) -> str:
    """Return in words what a run against this target what_would_decide to reach a claim."""
    wanted = need(claim)
    if target.live and wanted.enrols:
        return f"permission to enrol on this host, and {wanted.data}"
    if target.live and wanted.data == _NOBODY:
        return _NOT_LIVE
    return wanted.data


_UNLISTED: Final = Need("", _NOBODY, enrols=False)
