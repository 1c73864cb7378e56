"""Known data: how much of the sample data a host knows, where no target file says what exists there."""

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
from openapi.world import Customer, World

_NOT_FOUND: Final = frozenset({"promotion_not_found", "program_not_found", "customer_not_found"})


def find_known_data(session: Session, roles: Roles) -> str:
    """Let the session expect no more of the sample data than the host knows, and return in words what that is.

    All of it, and there is nothing to say; or what the page's own requests name. Nobody is enrolled. Raises Misuse
    where it is nothing at all.
    """
    target = session.record.target
    whole = target.data
    page = _of_the_page(whole, session)
    if _knows(session, roles, _without(whole, page)) or session.stopped:
        return ""
    if not _knows(session, roles, page):
        raise Misuse(
            f"{target.url} knows nothing of the sample data, which is expected where no target file is given; "
            "say in one what exists there: enrol-contract init"
        )
    login = target.login
    if session.dialect.login != "oauth":
        login = replace(login, oauth=None, expired=None)
    session.record.expect(replace(target, data=page, login=login, complete=False))
    return "of the sample data it knows what the page's requests name; what else exists there a target file can say"


def _of_the_page(whole: World, session: Session) -> World:
    """Return what the page tells of the promotions, programs and customers of its examples."""
    examples = session.record.document.request_examples()
    ids = {body["customer"]["identifierValue"] for body in examples.values()}
    enrol, opt_in = (
        next(p for p in whole.promotions if p.id == examples[name]["promotion"]["id"]) for name in ("enrol", "optIn")
    )
    # Only to the request to enrol does the page show an answer.
    promotions = (enrol, msgspec.structs.replace(opt_in, identifier=None, milestones=None))
    return msgspec.structs.replace(
        whole,
        promotions=promotions,
        programs=tuple(p for p in whole.programs if p.id in {promotion.program_id for promotion in promotions}),
        customers=tuple(Customer(id=c.id, source=c.source) for c in whole.customers if str(c.id) in ids),
        enrolments=(),
        pinned=(),
    )


def _without(whole: World, page: World) -> World:
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
    """Whether any of this is answered otherwise than what exists nowhere, or not with "not found"."""
    return any(_differs(session, asked, nowhere) for asked, nowhere in _pairs(roles, data))


def _pairs(roles: Roles, data: World) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield requests that enrol nobody, each with the same one for what exists nowhere instead.

    Which of them tell anything depends on what a host looks up first.
    """
    someone = roles.customers[0]
    for promotion in data.promotions:
        program = promotion.program_id
        yield roles.body(promotion, None), roles.body(None, None, programId=program)
        if promotion.type == "GENERIC" or promotion.engine == "down":
            yield roles.body(promotion, someone), roles.body(None, someone, programId=program)
    for customer in data.customers:
        yield roles.body(None, customer), roles.body(None, None)


def _differs(session: Session, asked: dict[str, Any], nowhere: dict[str, Any]) -> bool:
    reader = ReplyReader(session.record.document)
    one, other = (reader.read(session.probe(Request(body=body))).errors for body in (asked, nowhere))
    found_nothing = bool(one) and all(item.names & _NOT_FOUND for item in one)
    return not found_nothing or [i.message for i in one] != [i.message for i in other]
