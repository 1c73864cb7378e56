"""The strangers: requests with wrong credentials, each with a body that the host would carry out for somebody else.

What is asked varies from one to the next: a host may check credentials for one action only, or one kind of identifier.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, get_args

from contracts.credentials import Credentials
from contracts.exchange import EXAMPLE_COOKIE, JSON_TYPE, NOTHING, Request
from contracts.host.attacks import ATTACKS
from contracts.host.login import Login
from contracts.inputs.products import listed_sources
from contracts.inputs.roles import IDENTIFIERS, Roles, identifier_names, identifier_value
from openapi.document import Document
from openapi.world import Customer, Promotion

Pair = tuple[Promotion, Customer]

_LAST: Final = (JSON_TYPE, ("Connection", "close"))
_CHUNKED: Final = (*_LAST, ("Transfer-Encoding", "chunked"))
_LONG: Final = 4096
_MORE_HEADERS: Final = (
    (("Accept", "*/*"), ("Accept-Encoding", "gzip"), ("Accept-Language", "en"), ("Cookie", EXAMPLE_COOKIE)),
    (("Accept", ""),),
    (("Expect", "100-continue"),),
)
_LOGIN_IN_BODY: Final = dict.fromkeys(
    ("user", "username", "login", "password", "token", "accessToken", "access_token", "apiKey", "authorization"), "sent"
)
# How often a stranger asks the same.
_TURNS: Final = 3
# Of the credentials that are wrong in the plainest way, those that a login can be made into.
_PLAIN: Final[tuple[Credentials, ...]] = ("wrong-password", "forged", "tampered", "expired")


def wrong_kinds(login: Login) -> tuple[Credentials, ...]:
    """Return the wrong kinds of credentials that can be made from a login, "none" first."""
    kinds: tuple[Credentials, ...] = get_args(Credentials)
    return ("none", *(kind for kind in kinds if kind in ATTACKS and ATTACKS[kind].is_possible(login)))


def attacks(roles: Roles, pair: Pair, kinds: Sequence[Credentials], action: str, first: int) -> Iterator[Request]:
    """Yield a request of a customer and a promotion with each kind of wrong credentials.

    The kind of identifier and the source vary with the place of the credentials in their list. `first`: where to begin.
    """
    promotion, customer = pair
    names = identifier_names(customer) or ["id"]
    for place, kind in enumerate(kinds, first):
        changes = {"source": NOTHING} if place % 4 == 3 else {}
        body = roles.body(promotion, customer, action=action, by=names[place % len(names)], **changes)
        yield Request(body=body, credentials=kind)


def variations(roles: Roles, document: Document) -> Iterator[Request]:
    """Yield requests with plain wrong credentials, or none, over all that a request may name.

    Every kind of identifier, source and promotion, with ENROL and with OPT_IN, with and without the optional fields.
    """
    kinds = ("none", *(kind for kind in _PLAIN if ATTACKS[kind].is_possible(roles.target.login)))
    for place, body in enumerate([*_by_identifier(roles), *_odd_bodies(roles)]):
        yield Request(body=body, credentials="none")
        yield Request(body=body, credentials=kinds[1 + place % (len(kinds) - 1)])
    for place, body in enumerate([*_by_source(roles, document), *_by_promotion(roles), *_refused(roles)]):
        yield Request(body=body, credentials="none" if place % 2 else kinds[1 + place // 2 % (len(kinds) - 1)])
    for request, kind in itertools.product(_written_otherwise(roles), kinds[:2]):
        yield replace(request, credentials=kind)


def with_a_token(roles: Roles) -> Iterator[dict[str, Any]]:
    """Yield bodies to be sent with a valid token: what must be accepted, and what must be refused for another reason."""
    customer = max(roles.customers, key=lambda one: len(identifier_names(one)), default=None)
    if customer is None:
        return
    names = identifier_names(customer) or ["id"]
    for promotion in roles.repeatable[:1]:
        for by in names:
            yield roles.body(promotion, customer, by=by)
        yield roles.body(promotion, customer, source="NOWHERE")
        yield roles.body(promotion, customer, by=names[-1], action="UNENROL")
    for place, promotion in enumerate((*roles.generic[:1], *roles.inactive[:1], *_upcoming(roles))):
        yield roles.body(promotion, customer, by=names[place % len(names)], source=NOTHING if place % 2 else "ALL")


def _upcoming(roles: Roles) -> tuple[Promotion, ...]:
    return tuple(promotion for promotion in roles.once_per_customer if promotion.status == "UPCOMING")


def _written_otherwise(roles: Roles) -> Iterator[Request]:
    """Yield an ordinary call with other headers, and another spelling: a host may look for credentials in some only."""
    for promotion, action in itertools.islice(_both_actions(roles), 1):
        for customer in roles.customers[:1]:
            body = roles.body(promotion, customer, action=action)
            yield from (Request(body=body, headers=(*_LAST[:1], *more)) for more in _MORE_HEADERS)
            yield Request(body=body, headers=(("Content-Type", "application/json; charset=utf-8"),))
            yield Request(body=body, headers=_LAST)
            yield Request(body=body, spelling="pretty")
            # Credentials belong in the headers.
            yield Request(body={**body, **_LOGIN_IN_BODY})


def _refused(roles: Roles) -> Iterator[dict[str, Any]]:
    """Yield bodies that would be refused to everybody, for a reason that is none of a stranger's business."""
    for customer in roles.customers[:1]:
        for promotion in (*roles.generic[:1], *roles.inactive[:1], *roles.engine_down[:1]):
            for action in ("ENROL", "OPT_IN"):
                yield roles.body(promotion, customer, action=action)
        for promotion in roles.loyalty[:1]:
            yield roles.body(promotion, customer, action="OPT_IN")
        for promotion in roles.general_purpose[:1]:
            yield roles.body(promotion, customer, programId=roles.target.absent.program_id)


def _by_identifier(roles: Roles) -> Iterator[dict[str, Any]]:
    for customer, name in roles.one_customer_per_identifier():
        for promotion, action in _both_actions(roles):
            yield roles.body(promotion, customer, action=action, by=name)


def _by_source(roles: Roles, document: Document) -> Iterator[dict[str, Any]]:
    """Yield requests of each source by a customer who is registered there or, if nobody is, nowhere that is known."""
    asked = list(_both_actions(roles))
    for place, source in enumerate(listed_sources(document)):
        customers = [c for c in roles.customers if c.source == source] or [c for c in roles.customers if not c.source]
        if asked and customers:
            promotion, action = asked[place % len(asked)]
            yield roles.body(promotion, customers[0], action=action, source=source)


def _by_promotion(roles: Roles) -> Iterator[dict[str, Any]]:
    for place, promotion in enumerate(roles.enrolable):
        if roles.customers:
            action = "OPT_IN" if promotion.type == "LOYALTY_EARNING" and place % 2 else "ENROL"
            yield roles.body(promotion, roles.customers[place % len(roles.customers)], action=action)


def _odd_bodies(roles: Roles) -> Iterator[dict[str, Any]]:
    for promotion, action in _both_actions(roles):
        for customer in roles.customers[:1]:
            for changed in (
                {"requestId": NOTHING},
                {"requestId": f"{action}{'x' * _LONG}"},
                {"requestId": NOTHING, "source": NOTHING},
            ):
                yield roles.body(promotion, customer, action=action, **changed)
            for name in identifier_names(customer)[1:]:
                yield roles.body(promotion, customer, action=action, by=name, requestId=NOTHING, source=NOTHING)
    yield roles.body(None, None)
    yield {}


def strange_ways(roles: Roles, path: str) -> Iterator[Request]:
    """Yield requests without credentials to other spellings of the path, and with other methods.

    The page says nothing of these. But a host that carries them out must see credentials all the same.
    """
    folder, _, name = path.rpartition("/")
    spellings: tuple[str, ...] = (
        f"{path}/",
        f"{path}?x=1",
        f"{path};x=1",
        f"/{path}",
        f"{folder}//{name}",
        f"{folder}/./{name}",
    )
    spellings += (
        f"{folder}/x/../{name}",
        path.upper(),
        f"{folder}/%{ord(name[0]):02x}{name[1:]}",
        f"{path}.json",
        f"{path}%20",
    )
    bodies = [roles.body(p, c, action=action) for p, action in _both_actions(roles) for c in roles.customers[:1]]
    for place, spelling in enumerate(spellings if bodies else ()):
        yield Request(body=bodies[place % len(bodies)], credentials="none", path=spelling)
    yield from (Request(body=body, credentials="none", headers=_CHUNKED) for body in bodies)
    for body, method in itertools.product(bodies, ("PUT", "PATCH", "GET")):
        yield Request(body=body, credentials="none", method=method)


def on_a_new_connection(roles: Roles) -> Iterator[Request]:
    """Yield requests that are the first of a connection, and the second: the one before ends its connection."""
    kinds = ("none", *(kind for kind in _PLAIN[:2] if ATTACKS[kind].is_possible(roles.target.login)))
    refused = roles.body(None, None)
    for promotion, action in _both_actions(roles):
        for customer in roles.customers[:1]:
            body = roles.body(promotion, customer, action=action)
            for kind in kinds:
                yield Request(body=refused, headers=_LAST)
                yield Request(body=body, credentials=kind)
                yield Request(body=body, credentials=kind, headers=_LAST)


def questions_of_strangers(roles: Roles) -> Iterator[Request]:
    """Yield requests of customers and promotions that exist and that do not, by turns, with no and with wrong credentials.

    A refusal that tells one from the other tells a stranger who is a customer.
    """
    wrong = next(kind for kind in (*_PLAIN, "wrong") if ATTACKS[kind].is_possible(roles.target.login))
    if not roles.customers:
        return
    for promotion, action in _both_actions(roles):
        names = IDENTIFIERS if action == "ENROL" else IDENTIFIERS[:1]
        for name, _, kind in itertools.product(names, range(_TURNS), ("none", wrong)):
            customer = next((c for c in roles.customers if identifier_value(c, name)), None)
            for named in ((promotion, customer), (promotion, None), (None, customer)):
                if customer and identifier_value(named[1] or roles.target.absent.customer, name):
                    yield Request(body=roles.body(*named, action=action, by=name), credentials=kind)


def _both_actions(roles: Roles) -> Iterator[tuple[Promotion, str]]:
    yield from ((promotion, "ENROL") for promotion in roles.general_purpose[:1])
    yield from ((promotion, "OPT_IN") for promotion in roles.loyalty_earning[-1:])
