"""Echo: what was sent comes back as it was sent, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cast import Cast, identifiers_of
from contracts.profile import Profile
from contracts.session import Session
from contracts.strategies import generated, texts

_FIXED = ("0", "007", " a ", "a  b", "é", "e\u0301", "😀", "null", "x" * 255, "\u2028", "\u202e", "a\u00a0b", "A", "a")


def test_request_id(session: Session, cast: Cast, profile: Profile, run_seed: int) -> None:
    if not cast.plentiful or not cast.customers:
        pytest.skip("needs a promotion whose limit lets a customer enrol again and again")
    promotion = cast.plentiful[0]
    for text in _FIXED:
        session.call(cast.body(promotion, cast.random.choice(cast.customers), requestId=text), _CLAIM)

    @generated(profile.echoes, run_seed)
    @given(texts(), st.sampled_from(cast.customers), st.data())
    def ask(text: str, customer: object, data: st.DataObject) -> None:
        who = next(c for c in cast.customers if c == customer)
        by = data.draw(st.sampled_from(identifiers_of(who)))
        session.call(cast.body(promotion, who, by=by, requestId=text), _CLAIM)

    ask()


_CLAIM = "response.data.requestId.echo"
