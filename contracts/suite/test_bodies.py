"""Bodies on the wire: the same call written, framed and announced in other ways, which change nothing of its answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import pytest

from contracts.exchange import JSON_TYPE, NOTHING, Request
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_names
from contracts.spellings import SPELLINGS, Spelling
from contracts.suite.host import Host

# Without a value the header is not sent. The page's examples are curl commands, which send */*.
_ACCEPTED: Final = ("", "*/*", "application/*;q=0.5", "application/json, text/plain, */*", "Application/JSON; q=1.0")
_OTHER_HEADERS: Final = (
    ("Accept-Encoding", "gzip, deflate"),
    ("Accept-Encoding", ""),
    ("Accept-Language", "de-DE, de;q=0.5, *;q=0.1"),
    # Where i has a capital of its own, a host may lose it as it looks up a listed value.
    ("Accept-Language", "tr-TR"),
)
# What clients and gateways send along. Nothing of it belongs into the answer.
_OF_OTHERS: Final = (
    (
        ("X-Request-Id", "request-of-a-gateway"),
        ("X-Correlation-Id", "correlation-of-a-gateway"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("X-Forwarded-For", "203.0.113.7, 198.51.100.2"),
        ("X-Forwarded-Proto", "https"),
        ("Via", "1.1 gateway"),
    ),
    (
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        ("Referer", "https://www.example.com/loyalty?a=1"),
        ("Cache-Control", "no-cache"),
        ("Priority", "u=0"),
        ("DNT", "1"),
    ),
    (
        ("User-Agent", "curl/8.14.1"),
        ("Accept-Charset", "utf-8"),
    ),
    (("User-Agent", ""),),
    # The names of headers have no case (RFC 9110 §5.1). Gateways that speak HTTP/2 write them in small letters.
    (("content-type", "application/json"),),
)
# A body in chunks ends the connection: what a host leaves of it unread must not be taken for the next request.
_CHUNKED: Final = (JSON_TYPE, ("Transfer-Encoding", "chunked"), ("Connection", "close"))


@pytest.mark.parametrize("spelling", SPELLINGS[1:])
def test_spelling(host: Host, roles: Roles, profile: Profile, spelling: Spelling) -> None:
    for body in _bodies(roles, profile, spelling):
        host.ask(Request(body=body, spelling=spelling))


def test_accepted_media_types(host: Host, roles: Roles, profile: Profile) -> None:
    for value in _ACCEPTED:
        for body in _bodies(roles, profile, f"Accept {value}"):
            host.ask(Request(body=body, headers=(JSON_TYPE, ("Accept", value))))


def test_other_headers(host: Host, roles: Roles, profile: Profile) -> None:
    for name, value in _OTHER_HEADERS:
        bodies = _bodies(roles, profile, f"{name} {value}")
        for body in bodies if profile.each_alone else islice(bodies, 2):
            host.ask(Request(body=body, headers=(JSON_TYPE, (name, value))))


@pytest.mark.parametrize("place", range(len(_OF_OTHERS)))
def test_headers_of_clients_and_gateways(host: Host, roles: Roles, profile: Profile, place: int) -> None:
    more = _OF_OTHERS[place]
    headers = more if more[0][0] == "content-type" else (JSON_TYPE, *more)
    for body in islice(_bodies(roles, profile, f"headers {place}"), None if profile.each_alone else 2):
        host.ask(Request(body=body, headers=headers))


def test_body_in_chunks(host: Host, roles: Roles, profile: Profile) -> None:
    for body in _bodies(roles, profile, "ünï-☃-😀 in chunks"):
        host.ask(Request(body=body, headers=_CHUNKED))
    for body in _bodies(roles, profile, "x" * 5000):
        host.ask(Request(body=body, headers=_CHUNKED, spelling="pretty"))


def test_body_that_is_announced(host: Host, roles: Roles, profile: Profile) -> None:
    for body in _bodies(roles, profile, "100-continue"):
        host.ask(Request(body=body, headers=(JSON_TYPE, ("Expect", "100-continue"))))


def _bodies(roles: Roles, profile: Profile, text: str) -> Iterator[dict[str, Any]]:
    """Yield bodies that must be accepted, and bodies that must be refused. `text`: a part of their requestId."""
    customers = roles.customers
    for promotions, action in ((roles.general_purpose, "ENROL"), (roles.loyalty_earning, "OPT_IN")):
        for promotion in promotions[: 1 if customers else 0]:
            # Later tests need customers who have not opted in.
            customer = roles.random.choice(customers) if action == "ENROL" else customers[0]
            by = roles.random.choice(identifier_names(customer))
            yield roles.body(promotion, customer, action=action, by=by, requestId=f"{action} {text} é/\u2028")
    if profile.each_alone:
        yield roles.body(None, None, programId=NOTHING)
        for promotion in (*roles.general_purpose[:1], *roles.generic[:1], *roles.inactive[:1]):
            yield roles.body(promotion, None)
        for promotion in roles.general_purpose[:1]:
            yield roles.body(promotion, None, action="OPTIN")
