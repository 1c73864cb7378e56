"""Finding the customer by one identifier, and by `source` where a host lets it take part. "Error codes" row 11."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contracts.oracle.knowledge import KINDS, Knowledge, identifiers
from contracts.oracle.lookups.folding import foldings, without_folding
from contracts.oracle.lookups.found import Found, maybe_missing
from contracts.oracle.reasons import Asked, Option, Reason, reading

_NO_CUSTOMER: Final = Reason(
    "no such customer", ("error.customer_not_found",), (Option("customer_not_found"),), worded=True, absent=True
)


def find_customers(asked: Asked, knowledge: Knowledge) -> list[Found]:
    """Return every way in which the look-up of the customer may end."""
    name, value = asked.identifier_name, asked.identifier_value
    if name is None or value is None:
        return [Found()]
    exact = knowledge.customer(name, value)
    if exact:
        found = [Found(customer=exact)]
    else:
        folded = [(implies, knowledge.customer(name, other)) for implies, other in foldings(name, value)]
        hits = [Found(customer=customer, implies=implies) for implies, customer in folded if customer]
        found = [Found(implies=without_folding(value, [hit.implies for hit in hits])), *hits]
    return [outcome for one in found for outcome in _by_source(asked, one, knowledge)]


def _by_source(asked: Asked, one: Found, knowledge: Knowledge) -> Iterator[Found]:
    """Yield what is found where `source` may take part in finding the customer, and where it may not."""
    if one.customer is None:
        if not knowledge.complete and not _is_absent(asked, knowledge):
            yield replace(one, reasons=maybe_missing("nobody knows whether the customer exists", "customer_not_found"))
            return
        yield replace(one, reasons=(_NO_CUSTOMER,))
        return
    registered = one.customer.source
    if asked.source is None or registered in (asked.source, "ALL"):
        yield one
        return
    # The page does not say whether ALL stands for every source, or is one among the others.
    yield one if asked.source == "ALL" else replace(one, implies=(*one.implies, reading("source-selects", "no")))
    elsewhere = replace(_NO_CUSTOMER, what="the customer registered elsewhere", worded=False, absent=False)
    yield Found(reasons=(elsewhere,), implies=(*one.implies, reading("source-selects", "yes")))


def _is_absent(asked: Asked, knowledge: Knowledge) -> bool:
    absent = knowledge.data.absent
    if absent is None or asked.identifier_name is None or asked.identifier_value is None:
        return False
    named = KINDS.get(asked.identifier_name, ""), asked.identifier_value
    return named in identifiers(absent.customer)
