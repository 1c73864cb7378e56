"""Bodies on the wire: the same call written, framed and announced in other ways, which change nothing of its answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import pytest

from contracts.exchange import NOTHING, Request
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_names
from contracts.spellings import SPELLINGS, Spelling
from contracts.suite.runner import Host

_JSON: Final = ("Content-Type", "application/json")
# Without a value the header is not sent. The page's examples are curl commands, which send */*.
_ACCEPTED: Final = ("", "*/*", "application/*;q=0.5", "application/json, text/plain, */*", "Application/JSON; q=1.0")
_OTHER_HEADERS: Final = (
    ("Accept-Encoding", "gzip, deflate"),
    ("Accept-Encoding", ""),
    ("Accept-Language", "de-DE, de;q=0.5, *;q=0.1"),
    # Where i has a capital of its own, a host may lose it as it looks up a listed value.
    ("Accept-Language", "tr-TR"),
)
# A body in chunks ends the connection: what a host leaves of it unread must not be taken for the next request.
_CHUNKED: Final = (_JSON, ("Transfer-Encoding", "chunked"), ("Connection", "close"))


@pytest.mark.parametrize("spelling", SPELLINGS[1:])
def test_spelling(host: Host, roles: Roles, profile: Profile, spelling: Spelling) -> None:
    for body in _bodies(roles, profile, spelling):
        host.ask(Request(body=body, spelling=spelling))


def test_accepted_media_types(host: Host, roles: Roles, profile: Profile) -> None:
    for value in _ACCEPTED:
        for body in _bodies(roles, profile, f"Accept {value}"):
            host.ask(Request(body=body, headers=(_JSON, ("Accept", value))))


def test_other_headers(host: Host, roles: Roles, profile: Profile) -> None:
    for name, value in _OTHER_HEADERS:
        bodies = _bodies(roles, profile, f"{name} {value}")
        for body in bodies if profile.each_alone else islice(bodies, 2):
            host.ask(Request(body=body, headers=(_JSON, (name, value))))


def test_body_in_chunks(host: Host, roles: Roles, profile: Profile) -> None:
    for body in _bodies(roles, profile, "ünï-☃-😀 in chunks"):
        host.ask(Request(body=body, headers=_CHUNKED))
    for body in _bodies(roles, profile, "x" * 5000):
        host.ask(Request(body=body, headers=_CHUNKED, spelling="pretty"))


def test_body_that_is_announced(host: Host, roles: Roles, profile: Profile) -> None:
    for body in _bodies(roles, profile, "100-continue"):
        host.ask(Request(body=body, headers=(_JSON, ("Expect", "100-continue"))))


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
