"""Products of fields: each two of action, identifier, source and what is named, or each three; see Profile.strength."""

from __future__ import annotations

import pytest

from contracts.inputs.products import ACTIONS, listed_sources, must_be_accepted, must_be_refused
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles
from contracts.suite.runner import Host


def test_what_must_be_refused(host: Host, roles: Roles, profile: Profile) -> None:
    for asking in must_be_refused(roles, listed_sources(host.document), strength=profile.strength):
        host.call(asking.body, *asking.about)


@pytest.mark.parametrize("action", ACTIONS)
def test_what_must_be_accepted(host: Host, roles: Roles, profile: Profile, action: str) -> None:
    promotions = [p for p in roles.repeatable if action == "ENROL" or p.type == "LOYALTY_EARNING"]
    for asking in must_be_accepted(
        roles, promotions, listed_sources(host.document), action=action, strength=profile.strength
    ):
        host.call(asking.body, *asking.about)
