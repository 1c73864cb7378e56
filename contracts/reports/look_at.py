"""Where the owner of a host looks first, for each kind of claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The longest beginning of a claim's name that stands here counts.
_PLACES: Final[Mapping[str, str]] = {
    "auth.": "the check of credentials, which comes before everything else",
    "auth.required": "the check of credentials: which requests get past it, and what it compares",
    "budget.": "how long the host takes, beside the network and whatever stands before it",
    "call.": "the route of the call: its path and its method",
    "error.": "the check that this row of the page describes, and the checks that run before it",
    "error.customer_not_found": "how a customer is looked up: by which kind of identifier, and by the whole value",
    "error.engine_error": "what becomes of a failure of the promotion engine on its way into the answer",
    "error.promotion_inactive": "which states of a promotion the check lets pass, for each action",
    "error.promotion_not_found": "how a promotion is looked up: by both of its ids",
    "error.program_not_found": "how the program of a promotion is looked up and compared",
    "example.": "the example request as it stands on the page, step by step",
    "hygiene.": "the framework or the gateway that answers before the code of the call",
    "promotion.": "which types and states of a promotion the checks let pass",
    "request.": "how this field is read and checked, before anything is looked up",
    "response.": "how this field of the answer is filled, and from what",
    "response.data.customer.customerId": "how the customer is looked up, and whose id is written into the answer",
    "response.data.enrollmentStatus.promotion.enrollmentId.unique": "how ids of enrolments are made, kept and shown again",
    "response.data.enrollmentStatus.promotion.optinId.unique": "how ids of opt-ins are made, kept and shown again",
    "response.data.requestId": "how requestId gets from the request into the answer, unchanged",
    "response.errors": "how errors are written, and what else stands beside them",
    "response.warnings": "how warnings are written, and when",
    "warning.already_enrolled": "the look for an enrolment that exists: its key, and what is kept after each answer",
    "warning.limit_reached": "what counts against the limit, and when it is compared",
    "warning.milestones_failed": "what becomes of a milestone that cannot be enrolled into",
    "warning.no_response": "what becomes of an enrolment that the promotion engine does not confirm",
}


def look_at(claim: str) -> str:
    """Return where to look first for a broken claim, budget or rule of hygiene."""
    return _PLACES[max((start for start in _PLACES if claim.startswith(start)), key=len)]
