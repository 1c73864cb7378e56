"""Known data: without a target file, find out how much of the sample data exists on the host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import msgspec

from contracts.errors import Misuse
from contracts.exchange import Request
from contracts.inputs.roles import Roles
from contracts.oracle.reply import ReplyReader
from contracts.session.session import Session
from openapi.world import Customer, Promotion, World

# The sample data got these promotions later. A host that was written for the earlier data does not know them.
_LATER: Final = frozenset(
    {
        "68c3f64bbd0a8a0aa705c808",
        "68c3f64bbd0a8a0aa705c809",
        "68c3f64bbd0a8a0aa705c80a",
        "68c3f64bbd0a8a0aa705c825",
    }
)
_NOT_FOUND: Final = frozenset({"promotion_not_found", "program_not_found", "customer_not_found"})


def find_known_data(session: Session, roles: Roles) -> str:
    """Limit the record's target to the part of the sample data that exists on the host, and return a note about it.

    If the host knows more than the page's example requests name, expect all of it and return "". If it knows none of
    the promotions that the sample got later, expect all but those. If it knows only what the examples name, expect only
    that. Raises Misuse if it knows neither. No request can enrol a customer.
    """
    target = session.record.target
    whole = target.data
    page = _of_the_page(whole, session)
    if _knows(session, roles, _without(whole, page)):
        later = tuple(p for p in whole.promotions if p.id in _LATER)
        if not any(_is_known(session, *pair) for pair in _pairs_of_later(roles, later)) and not session.stopped:
            earlier = tuple(p for p in whole.promotions if p.id not in _LATER)
            session.record.set_target(replace(target, data=msgspec.structs.replace(whole, promotions=earlier)))
        return ""
    if session.stopped:
        return ""
    if not _knows(session, roles, page):
        raise Misuse(
            f"{target.url} knows nothing of the sample data, which is expected if no target file is given; "
            "list what exists there in a target file (enrol-contract init writes one) and give it with --target"
        )
    login = target.login
    if session.dialect.login != "oauth":
        login = replace(login, oauth=None, expired=None)
    session.record.set_target(replace(target, data=page, login=login, complete=False))
    return (
        "of the sample data, the host knows only what the example requests of the page name, so only that is tested; "
        "list other data in a target file (--target)"
    )


def _of_the_page(whole: World, session: Session) -> World:
    """Return the promotions, programs and customers of the page's example requests, as far as the page shows them."""
    examples = session.record.document.request_examples()
    ids = {body["customer"]["identifierValue"] for body in examples.values()}
    enrol, opt_in = (
        next(p for p in whole.promotions if p.id == examples[name]["promotion"]["id"]) for name in ("enrol", "optIn")
    )
    # The page shows an answer to the ENROL request only.
    promotions = (enrol, msgspec.structs.replace(opt_in, identifier=None, milestones=None))
    return msgspec.structs.replace(
        whole,
        promotions=promotions,
        programs=tuple(p for p in whole.programs if any(p.id in promotion.program_ids for promotion in promotions)),
        customers=tuple(Customer(id=c.id, source=c.source) for c in whole.customers if str(c.id) in ids),
        enrolments=(),
        pinned=(),
    )


def _without(whole: World, page: World) -> World:
    """Return the promotions and customers of `whole` that are not in `page`."""
    promotions = {p.id for p in page.promotions}
    customers = {c.id for c in page.customers}
    return msgspec.structs.replace(
        whole,
        promotions=tuple(p for p in whole.promotions if p.id not in promotions),
        customers=tuple(c for c in whole.customers if c.id not in customers),
        enrolments=(),
        pinned=(),
    )


def _knows(session: Session, roles: Roles, data: World) -> bool:
    """The host answers at least one request for this data differently from one for data that does not exist."""
    return any(_is_known(session, listed, absent) for listed, absent in _pairs(roles, data))


def _pairs(roles: Roles, data: World) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield pairs of bodies that can enrol nobody: one for data of the list, and the same for data that does not exist.

    Which pairs get different answers depends on what a host looks up first.
    """
    customer = roles.customers[0]
    for promotion in data.promotions:
        program = promotion.program_id
        yield roles.body(promotion, None), roles.body(None, None, programId=program)
        if promotion.type == "GENERIC" or promotion.engine == "down":
            yield roles.body(promotion, customer), roles.body(None, customer, programId=program)
    for listed in data.customers:
        yield roles.body(None, listed), roles.body(None, None)


def _pairs_of_later(roles: Roles, promotions: tuple[Promotion, ...]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield pairs as `_pairs` does. The second kind is for hosts that look up the customer first: it names no program."""
    nowhere = roles.target.absent.program_id
    for promotion in promotions:
        program = promotion.program_id
        yield roles.body(promotion, None), roles.body(None, None, programId=program)
        for customer in roles.customers[:1]:
            yield (
                roles.body(promotion, customer, programId=nowhere),
                roles.body(None, customer, programId=nowhere),
            )


def _is_known(session: Session, listed: dict[str, Any], absent: dict[str, Any]) -> bool:
    """The host answers `listed` with something other than "not found", or with other texts than `absent`."""
    reader = ReplyReader(session.record.document)
    errors, absent_errors = (reader.read(session.probe(Request(body=body))).errors for body in (listed, absent))
    not_found = bool(errors) and all(item.names & _NOT_FOUND for item in errors)
    return not not_found or [item.message for item in errors] != [item.message for item in absent_errors]
