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


def test_a_token_is_as_old_as_the_request_for_it() -> None:
    """The host may have made it long before it came."""
    now = [0.0]

    def fetch(_: OAuthClient) -> Answer:
        now[0] += 5
        return make_answer({"data": {"accessToken": "token", "ttlSeconds": 4}})

    issued = Tokens(fetch, lambda: now[0])
    issued.token_for(CLIENT)
    assert issued.forget_old(CLIENT)


@pytest.mark.parametrize(
    ("seconds", "age", "is_old"), [(2, 1.5, False), (2, 2.5, True), (90, 50, False), (90, 61, True)]
)
def test_a_token_may_be_refused_at_its_end_or_after_a_minute(seconds: float, age: float, is_old: bool) -> None:
    now = [0.0]
    issued = tokens(seconds, now)
    issued.token_for(CLIENT)
    now[0] += age
    assert issued.forget_old(CLIENT) is is_old
