"""Unlisted fields: what a request cannot know better than the host, under the names that careless code reads it by.

Code that fills its own objects from a body takes a status, a limit or an id from whoever sends one ("mass assignment").
The page lists none of these fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from contracts.inputs.products import Asking
from contracts.inputs.roles import Roles
from contracts.oracle.history import History
from openapi.world import Customer

_OF_THE_BODY: Final[Mapping[str, Any]] = {
    **{"force": True, "override": True, "admin": True, "internal": True, "skipValidation": True, "validate": False},
    **{"allowDuplicate": True, "ignoreLimit": True, "overrideLimit": True, "bypass": True, "type": "LOYALTY_EARNING"},
    **{"enrollmentId": "1", "optinId": "1", "identifier": "sent", "limit": 1_000_000_000, "status": "LIVE"},
    **{"warnings": ["sent"], "errors": None, "data": {}, "code": 200, "message": "sent"},
}
_OF_THE_PROMOTION: Final[Mapping[str, Any]] = {
    **{"status": "LIVE", "active": True, "isActive": True, "type": "LOYALTY_EARNING", "optIn": True, "name": "sent"},
    **{"limitPerCustomer": 1_000_000_000, "limitPerPromotion": 1_000_000_000, "limit": 1_000_000_000, "milestones": []},
    **{"startDate": "2020-01-01", "endDate": "2099-12-31", "enrollmentId": "1"},
}
_OF_THE_CUSTOMER: Final[Mapping[str, Any]] = {
    "initialBalance": 7,
    "status": "ACTIVE",
    "enrolled": False,
    "optedIn": False,
}
# Names by which a host may ask for a trial that changes nothing.
_TRIAL: Final[Mapping[str, Any]] = {
    **{"dryRun": True, "dry_run": True, "simulate": True, "preview": True, "test": True, "validateOnly": True},
    **{"async": True, "rollback": True},
}


def unlisted_fields(roles: Roles, history: History) -> Iterator[Asking]:
    """Yield requests whose answer would be another one if the host went by what they say beside the listed fields."""
    if len(roles.customers) < 2:
        return
    customer, other = roles.customers[:2]
    yield from _that_are_refused(roles, customer, other)
    for promotion in (*roles.general_purpose[:1], *(p for p in roles.repeatable if p.milestones)):
        yield Asking(_with(roles.body(promotion, customer), _of(other)))
    for promotion in roles.loyalty_earning[:1]:
        yield Asking(_with(roles.body(promotion, customer, action="OPT_IN"), _of(other)))
    fresh = [(p, c) for p, c in roles.shuffled_pairs() if not history.membership(c, p).enrolments]
    for promotion, newcomer in fresh[:1]:
        yield Asking({**roles.body(promotion, newcomer), **_TRIAL})
        # That was an enrolment, and no trial. And there is but one for each customer, whatever is sent.
        yield Asking(roles.body(promotion, newcomer))
        yield Asking(_with(roles.body(promotion, newcomer), {}))


def _that_are_refused(roles: Roles, customer: Customer, other: Customer) -> Iterator[Asking]:
    absent = roles.target.absent
    for promotion in (*roles.generic[:1], *roles.inactive):
        about = "error.generic_not_eligible" if promotion.type == "GENERIC" else "error.promotion_inactive"
        yield Asking(_with(roles.body(promotion, customer), {}), (about,))
    for promotion in roles.loyalty[:1]:
        body = roles.body(promotion, customer, action="OPT_IN")
        yield Asking(_with(body, {}), ("error.opt_in_not_supported",))
    for promotion in roles.general_purpose[:1]:
        yield Asking(_with(roles.body(promotion, None), _of(other)), ("error.customer_not_found",))
        unknown = roles.body(promotion, customer, programId=absent.program_id)
        program = {"id": promotion.program_id, "programId": promotion.program_id}
        yield Asking({**_with(unknown, {}), "program": program}, ("error.program_not_found",))
    for promotion in roles.engine_down[:1]:
        yield Asking(_with(roles.body(promotion, customer), {}), ("error.engine_error",))


def _with(body: dict[str, Any], of_customer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body with unlisted fields at every level. `of_customer`: more of them for the customer."""
    return {
        **_OF_THE_BODY,
        **body,
        "promotion": {**_OF_THE_PROMOTION, **body["promotion"]},
        "customer": {**_OF_THE_CUSTOMER, **of_customer, **body["customer"]},
    }


def _of(customer: Customer) -> dict[str, Any]:
    """Return what names a customer who is not the one that the request names."""
    known = {"mobile": customer.mobile, "email": customer.email, "externalId": customer.external_id}
    ids = {"customerId": customer.id, "id": customer.id, "userId": customer.id} if customer.id is not None else {}
    return {**ids, **{name: value for name, value in known.items() if value}}
