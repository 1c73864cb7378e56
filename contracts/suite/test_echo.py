"""Echo: the answer repeats the requestId exactly as it was sent."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.exchange import Request
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_names
from contracts.inputs.strategies import generated, texts
from contracts.inputs.texts import BLANK, few_texts, fixed_texts, joined_texts, long_texts, other_texts
from contracts.spellings import Spelling
from contracts.suite.host import Host
from openapi.world import Promotion

_CLAIM: Final = "response.data.requestId.echo"


def test_request_id(host: Host, roles: Roles, profile: Profile, run_seed: int) -> None:
    promotion = _promotion(roles, "ENROL")
    fixed = (*fixed_texts(each_alone=profile.each_alone), *long_texts())
    for text in (*fixed, *BLANK):
        host.call(roles.body(promotion, roles.random.choice(roles.customers), requestId=text), _CLAIM)
    # No text is sent twice: the page calls the requestId unique.
    sent = set(fixed)

    @generated(profile.echoes, run_seed)
    @given(texts(), st.sampled_from(roles.customers), st.data())
    def ask(text: str, customer: object, data: st.DataObject) -> None:
        listed = next(c for c in roles.customers if c == customer)
        by = data.draw(st.sampled_from(identifier_names(listed)))
        if text not in sent:
            sent.add(text)
            host.call(roles.body(promotion, listed, by=by, requestId=text), _CLAIM)

    ask()


def test_request_id_of_an_opt_in(host: Host, roles: Roles, profile: Profile) -> None:
    _promotion(roles, "OPT_IN")
    lengths = ("o" * 257, "o" * 4097, "\u20ac" * 400 + "o")
    for text in (*other_texts(each_alone=profile.each_alone), *lengths):
        host.call({**_opt_in(roles), "requestId": text}, _CLAIM)


def test_request_id_in_escapes(host: Host, roles: Roles) -> None:
    promotion = _promotion(roles, "ENROL")
    spellings: tuple[tuple[Spelling, str], ...] = (("ascii", "e"), ("escaped", "f"))
    for spelling, end in spellings:
        for text in (*(f"{joined}{end}" for joined in joined_texts()), f'a/\b\f\n\r\t"\\{end}', f"\0\x1f\x7f{end}"):
            body = roles.body(promotion, roles.random.choice(roles.customers), requestId=text)
            host.ask(Request(body=body, spelling=spelling), _CLAIM)


def test_request_id_of_a_refusal(host: Host, roles: Roles) -> None:
    """Whatever the requestId, a customer who does not exist is not found."""
    promotion = _promotion(roles, "ENROL")
    for text in joined_texts():
        host.call(roles.body(promotion, None, requestId=f"{text}r"), "error.customer_not_found")


def test_request_id_beside_each_kind_of_promotion(host: Host, roles: Roles) -> None:
    """A host may have a part of its own for each program, and for each type."""
    first = _promotion(roles, "ENROL")
    each = {(promotion.program_id, promotion.type): promotion for promotion in roles.once_per_customer}
    for number, promotion in enumerate(each.values()):
        if promotion != first:
            for text in few_texts():
                # Always of the same customer: later tests need customers who are not enrolled.
                host.call(roles.body(promotion, roles.customers[0], requestId=f"{text}{number}"), _CLAIM)


def _opt_in(roles: Roles) -> dict[str, Any]:
    """Return an OPT_IN, always of the same customer: later tests need customers who are not enrolled."""
    return roles.body(roles.loyalty_earning[0], roles.customers[0], action="OPT_IN")


def _promotion(roles: Roles, action: str) -> Promotion:
    promotions = roles.general_purpose if action == "ENROL" else roles.loyalty_earning
    if not promotions or not roles.customers:
        pytest.skip(f"needs a promotion that takes {action}, and a customer")
    return promotions[0]
