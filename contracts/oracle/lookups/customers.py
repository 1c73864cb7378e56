"""Finding the customer by one identifier, and by `source` where a host lets it take part. "Error codes" row 11."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.folding import foldings, without_folding
from contracts.oracle.lookups.found import Found, maybe_missing
from contracts.oracle.reasons import Asked, Option, Reason, reading
from openapi.world import Customer

_NO_CUSTOMER: Final = Reason(
    "no such customer", ("error.customer_not_found",), (Option("customer_not_found"),), worded=True, absent=True
)


def find_customers(asked: Asked, knowledge: Knowledge) -> list[Found]:
    """Return every way in which the look-up of the customer may end."""
    name, value = asked.identifier_name, asked.identifier_value
    if name is None or value is None:
        return [Found()]
    exact = _customer(name, value, knowledge)
    if exact:
        found = [Found(customer=exact)]
    else:
        folded = [(implies, _customer(name, other, knowledge)) for implies, other in foldings(name, value)]
        hits = [Found(customer=customer, implies=implies) for implies, customer in folded if customer]
        found = [Found(implies=without_folding([hit.implies for hit in hits])), *hits]
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
    if asked.source is None or asked.source == "ALL" or registered in (asked.source, "ALL"):
        yield one
        return
    yield replace(one, implies=(*one.implies, reading("source-selects", "no")))
    elsewhere = replace(_NO_CUSTOMER, what="the customer registered elsewhere", worded=False, absent=False)
    yield Found(reasons=(elsewhere,), implies=(*one.implies, reading("source-selects", "yes")))


def _customer(name: str, value: str, knowledge: Knowledge) -> Customer | None:
    return next((customer for customer in knowledge.data.customers if _matches(customer, name, value)), None)


def _matches(customer: Customer, name: str, value: str) -> bool:
    if name in ("id", "userid"):
        return customer.id is not None and str(customer.id) == value
    if name in ("externalId", "external_id"):
        return customer.external_id == value
    if name == "email":
        return customer.email is not None and value in (customer.email, customer.email.lower())
    return name == "mobile" and customer.mobile == value


def _is_absent(asked: Asked, knowledge: Knowledge) -> bool:
    absent = knowledge.data.absent
    if absent is None or asked.identifier_name is None or asked.identifier_value is None:
        return False
    return _matches(absent.customer, asked.identifier_name, asked.identifier_value)
