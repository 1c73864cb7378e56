"""Enrolments: the change that an unopposed request makes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from mockserver.deciding.rules import Verdict
from mockserver.errors import MockError
from mockserver.exchange.case import Case
from mockserver.stores import Record, Transaction
from openapi.world import World

Ids = tuple[str, str | None]
Pinned = Mapping[tuple[int, str], Ids]


def pinned(world: World) -> Pinned:
    """Return the ids, by customer and promotion, that the world keeps for the first enrolment."""
    return {(entry.customer, entry.promotion): (entry.enrollment_id, entry.optin_id) for entry in world.pinned}


def commit(case: Case, verdict: Verdict, transaction: Transaction, *, pinned: Pinned) -> Record | None:
    """Record what the request asked for and return the record, or None where a warning says it was not done.

    An OPT_IN after an ENROL keeps the enrolment and its id and makes an opt-in record of its own, with
    a new id; without one it enrols as well. A later one makes a new opt-in record again, or changes
    nothing and returns the first (opt-in-after).
    """
    if any(warning.name == "already_enrolled" for warning in verdict.warnings):
        return None
    if case.key is None:
        raise MockError("no rule refused a request whose promotion or customer is not found")
    enrolled = case.standing.awaiting or case.standing.latest
    if case.opts_in and enrolled is not None:
        if enrolled.opted_in and case.readings["opt-in-after"] == "same-ids":
            return enrolled
        record = dataclasses.replace(enrolled, optin_id=transaction.new_id(), opted_in=True)
    else:
        kept = pinned.get(case.key) if case.standing.enrolments == 0 else None
        enrollment_id, optin_id = kept or (transaction.new_id(), None)
        customer, promotion = case.key
        record = Record(
            customer=customer,
            promotion=promotion,
            sequence=case.standing.enrolments + 1,
            enrollment_id=enrollment_id,
            optin_id=(optin_id or transaction.new_id()) if _gives_optin_id(case) else None,
            opted_in=case.opts_in,
        )
    transaction.put(record)
    return record


def _gives_optin_id(case: Case) -> bool:
    """The new enrolment has an opt-in record (enrol-gives-optin-id)."""
    reading = case.readings["enrol-gives-optin-id"]
    of_type = case.promotion is not None and case.promotion.type == "LOYALTY"
    return case.opts_in or reading == "always" or (reading == "loyalty-only" and of_type)
