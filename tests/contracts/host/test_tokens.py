"""Tokens: kept while they live, and remembered when they have ended."""

from __future__ import annotations

import itertools

import pytest

from contracts.exchange import Answer
from contracts.host.login import OAuthClient
from contracts.host.tokens import TokenRefused, Tokens
from tests.contracts.conftest import make_answer

CLIENT = OAuthClient("key", "secret", "/token")


def tokens(seconds: float | None, now: list[float]) -> Tokens:
    counted = itertools.count(1)

    def fetch(_: OAuthClient) -> Answer:
        return make_answer({"data": {"accessToken": f"token-{next(counted)}", "ttlSeconds": seconds}})

    return Tokens(fetch, lambda: now[0])


def test_the_last_token_is_that_which_was_sent_whatever_its_age() -> None:
    now = [0.0]
    issued = tokens(0, now)
    assert [issued.token_for(CLIENT), issued.last_of(CLIENT), issued.token_for(CLIENT)] == [
        "token-1",
        "token-1",
        "token-2",
    ]


def test_a_token_outlives_its_end_only_after_it() -> None:
    now = [100.0]
    issued = tokens(2, now)
    assert issued.seconds_to_end(CLIENT) is None
    assert issued.token_for(CLIENT) == "token-1"
    seconds = issued.seconds_to_end(CLIENT)
    assert seconds is not None
    assert 2 < seconds < 5
    with pytest.raises(TokenRefused):
        issued.outlived(CLIENT)
    now[0] += seconds
    assert issued.outlived(CLIENT) == "token-1"
    assert issued.token_for(CLIENT) == "token-2"
    assert issued.outlived(CLIENT) == "token-1"


@pytest.mark.parametrize("seconds", [None, 0])
def test_a_token_that_never_lived_or_lives_for_ever_does_not_end(seconds: float | None) -> None:
    now = [0.0]
    issued = tokens(seconds, now)
    issued.token_for(CLIENT)
    now[0] += 1000
    assert issued.seconds_to_end(CLIENT) is None
    with pytest.raises(TokenRefused):
        issued.outlived(CLIENT)
