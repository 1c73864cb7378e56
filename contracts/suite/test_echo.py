"""Echo: the answer repeats the requestId exactly as it was sent."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_names
from contracts.inputs.strategies import generated, texts
from contracts.suite.runner import Host

_FIXED: Final = (
    *(
        " a ",
        "a  b",
        "é",
        "e\u0301",
        "😀",
        "\u2028",
        "\u202e",
        "a\u00a0b",
        "A",
        "a",
        "üñí-☃-😀",
        "'\"<>&\\/",
        "\u0000",
        "a\r\nb\tc",
    ),
    # Texts that a host may parse as a number, a date or a UUID, and write differently.
    *("0", "007", "42", "-1", "1.0", "1e3", "9007199254740993", "true", "null", "2026-11-24T10:00:00+00:00"),
    *(
        "550E8400-E29B-41D4-A716-446655440000",
        "550e8400e29b41d4a716446655440000",
        "{550e8400-e29b-41d4-a716-446655440000}",
    ),
    # Texts that have a meaning in templates, regular expressions and format strings.
    *("$$ $& $` $' $1 \\1 \\g<0>", "%s %d %% %41", "{} {0} {x} {{", "${x} #{x} <%= x %> {{x}}"),
)
_LONG: Final = ("x" * 255, "x" * 10_000)


def test_request_id(host: Host, roles: Roles, profile: Profile, run_seed: int) -> None:
    if not roles.general_purpose or not roles.customers:
        pytest.skip("needs a promotion that takes enrolments, and a customer")
    promotion = roles.general_purpose[0]
    for text in (*_FIXED, *_LONG):
        host.call(roles.body(promotion, roles.random.choice(roles.customers), requestId=text), _CLAIM)
    # No text is sent twice: the page calls the requestId unique.
    sent = {*_FIXED, *_LONG}

    @generated(profile.echoes, run_seed)
    @given(texts(), st.sampled_from(roles.customers), st.data())
    def ask(text: str, customer: object, data: st.DataObject) -> None:
        listed = next(c for c in roles.customers if c == customer)
        by = data.draw(st.sampled_from(identifier_names(listed)))
        if text not in sent:
            sent.add(text)
            host.call(roles.body(promotion, listed, by=by, requestId=text), _CLAIM)

    ask()


def test_request_id_of_an_opt_in(host: Host, roles: Roles) -> None:
    if not roles.loyalty_earning or not roles.customers:
        pytest.skip("needs a promotion of type LOYALTY_EARNING, and a customer")
    customer = roles.random.choice(roles.customers)
    for text in _FIXED:
        # Doubled: the text itself was sent before, and must be unique.
        host.call(roles.body(roles.loyalty_earning[0], customer, action="OPT_IN", requestId=text * 2), _CLAIM)


_CLAIM: Final = "response.data.requestId.echo"
