"""Enrolments: what a request that no rule refused changes in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from mockserver.errors import MockError
from mockserver.exchange.case import Case
from mockserver.stores import EnrolmentRecord, Transaction
from openapi.document import Outcome
from openapi.world import World

Ids = tuple[str, str | None]
Pinned = Mapping[tuple[int, str], Ids]


def pinned(world: World) -> Pinned:
    """Return the ids that the world keeps for a first enrolment, by the ids of customer and promotion."""
    return {(entry.customer, entry.promotion): (entry.enrollment_id, entry.optin_id) for entry in world.pinned}


def commit(
    case: Case, warnings: Iterable[Outcome], transaction: Transaction, *, pinned: Pinned
) -> EnrolmentRecord | None:
    """Record the enrolment or opt-in and return its record, or None if a warning says that nobody was enrolled.

    An OPT_IN of an enrolled customer keeps the enrolment and its id, and adds an opt-in with a new id. An
    OPT_IN of anybody else enrols them as well. A second OPT_IN adds another opt-in, or changes nothing and
    returns the first one (opt-in-after).
    """
    for warning in warnings:
        if warning.name == "already_enrolled":
            return None
    key = case.key
    if key is None:
        raise MockError("no rule refused a request whose promotion or customer is not found")
    enrolled = case.standing.awaiting or case.standing.latest
    if case.opts_in and enrolled is not None:
        if enrolled.opted_in and case.readings["opt-in-after"] == "same-ids":
            return enrolled
        record = replace(enrolled, optin_id=transaction.new_id(), opted_in=True)
    else:
        kept = pinned.get(key) if case.standing.enrolments == 0 else None
        enrollment_id, optin_id = kept or (transaction.new_id(), None)
        customer, promotion = key
        opt_in = (optin_id or transaction.new_id()) if _gives_optin_id(case) else None
        sequence = case.standing.enrolments + 1
        record = EnrolmentRecord(customer, promotion, sequence, enrollment_id, opt_in, case.opts_in)
    transaction.put(record)
    return record


def _gives_optin_id(case: Case) -> bool:
    """Whether a new enrolment gets an optinId at once (enrol-gives-optin-id)."""
    reading = case.readings["enrol-gives-optin-id"]
    if reading == "always" or case.opts_in:
        return True
    return reading == "loyalty-only" and case.promotion is not None and case.promotion.type == "LOYALTY"
