"""Credentials: the host accepts both valid kinds, and enrols no customer with any other."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

import pytest

from contracts.credentials import Credentials
from contracts.exchange import Request
from contracts.inputs import strangers
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles
from contracts.suite.host import Host

# Kinds of wrong credentials that are tried on one customer before he is enrolled. A customer is used up each time.
_TOGETHER: Final = 30
# Seconds to wait for the end of a token.
_PATIENCE: Final = 5.0
# Each kind is tried once more for so many repeats of a profile.
_REPEATS: Final = 40


@pytest.mark.parametrize("kind", ["basic", "oauth"])
def test_credentials_that_are_valid(host: Host, roles: Roles, kind: Credentials) -> None:
    login = host.target.login
    if (login.basic if kind == "basic" else login.oauth) is None:
        pytest.skip(f"needs {kind} credentials")
    customer = roles.customers[0] if roles.customers else None
    promotion = roles.general_purpose[0] if roles.general_purpose else None
    bodies = [roles.body(promotion, None), roles.body(None, customer), roles.body(None, None, programId=None)]
    if promotion and customer:
        bodies.append(roles.body(promotion, customer))
        bodies += [roles.body(earning, customer, action="OPT_IN") for earning in roles.loyalty_earning[:1]]
    for body in bodies:
        host.ask(Request(body=body, credentials=kind), f"auth.{kind}")


def test_a_token_is_as_good_as_a_login(host: Host, roles: Roles) -> None:
    """Whoever comes with a token is found, refused, repeated and remembered as anybody else."""
    if host.target.login.oauth is None or host.target.login.basic is None:
        pytest.skip("needs both kinds of credentials")
    for body in strangers.with_a_token(roles):
        host.ask(Request(body=body, credentials="oauth"))
    # Each of two customers is enrolled with one kind of credentials, and known to the other.
    kinds: tuple[Credentials, ...] = ("oauth", "valid")
    for turn, pair in enumerate(_untouched(host, roles)["ENROL"][:2]):
        for kind in (kinds[turn], kinds[1 - turn]):
            host.ask(Request(body=roles.body(*pair), credentials=kind))


def test_attacks_on_both_actions(host: Host, roles: Roles, profile: Profile) -> None:
    """Each wrong kind must be refused, and afterwards the customer must still be enrolled for the first time."""
    _needs_a_login(host)
    kinds = strangers.wrong_kinds(host.target.login)
    for start in range(0, len(kinds), _TOGETHER):
        some = kinds[start : start + _TOGETHER]
        for action, pairs in _untouched(host, roles).items():
            for pair in pairs[:1]:
                _ask_all(host, strangers.attacks(roles, pair, some, action, start))
                # With valid credentials the same request must be the first: the refused ones must have enrolled nobody.
                host.call(roles.body(*pair, action=action), "auth.required")
    for turn in range(1, profile.repeats // _REPEATS):
        for action, promotions in (("ENROL", roles.general_purpose), ("OPT_IN", roles.loyalty_earning)):
            for promotion in promotions[:1]:
                for customer in roles.shuffled_customers()[:1]:
                    _ask_all(host, strangers.attacks(roles, (promotion, customer), kinds, action, turn))


def test_plain_wrong_credentials_whatever_is_asked(host: Host, roles: Roles) -> None:
    _needs_a_login(host)
    _ask_all(host, strangers.variations(roles, host.document))


def test_no_credentials_in_other_ways_to_the_call(host: Host, roles: Roles) -> None:
    _needs_a_login(host)
    _ask_all(host, strangers.strange_ways(roles, host.document.path))


def test_wrong_credentials_at_the_beginning_of_a_connection(host: Host, roles: Roles) -> None:
    _needs_a_login(host)
    _ask_all(host, strangers.on_a_new_connection(roles))


def test_token_that_was_used_until_its_end(host: Host, roles: Roles) -> None:
    """A host that remembers a token must forget it. Of hosts whose tokens live long, a run does not live to see it."""
    if host.target.login.oauth is None:
        pytest.skip("needs an OAuth client")
    pairs = [(promotion, customer) for promotion in roles.general_purpose[:1] for customer in roles.customers[:1]]
    for promotion, customer in pairs:
        host.ask(Request(body=roles.body(promotion, customer), credentials="oauth"), "auth.oauth")
        seconds = host.seconds_to_end_of_token()
        if seconds is None or seconds > _PATIENCE:
            pytest.skip(f"needs an OAuth client whose tokens live {_PATIENCE:.0f} seconds at most")
        time.sleep(seconds)
        for action in ("ENROL", "OPT_IN"):
            body = roles.body(promotion, customer, action=action)
            host.ask(Request(body=body, credentials="outlived"), "auth.required")


def test_refusals_tell_a_stranger_nothing(host: Host, roles: Roles) -> None:
    _needs_a_login(host)
    _ask_all(host, strangers.questions_of_strangers(roles))


def _needs_a_login(host: Host) -> None:
    if not host.target.login.is_given:
        pytest.skip("needs credentials: a host that takes requests without any need not refuse wrong ones")


def _ask_all(host: Host, requests: Iterable[Request]) -> None:
    for request in requests:
        host.ask(request, *(() if request.credentials == "valid" else ("auth.required",)))


def _untouched(host: Host, roles: Roles) -> dict[str, list[strangers.Pair]]:
    """Return for each action the pairs of a promotion and a customer of whom the run knows no enrolment."""
    free = [(p, c) for p, c in roles.shuffled_pairs() if not host.history.membership(c, p).is_known]
    return {"ENROL": free, "OPT_IN": [(p, c) for p, c in reversed(free) if p.type == "LOYALTY_EARNING"]}
