"""Tokens: kept while they live, and remembered when they have ended."""

from __future__ import annotations

import itertools

import pytest

from contracts.exchange import Answer
from contracts.host.login import OAuthClient
from contracts.host.tokens import NoTokenEndpoint, TokenRefused, Tokens
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


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"accessToken": "t", "ttlSeconds": 60}, "errors": None},
        {"accessToken": "t", "ttlSeconds": "60"},
        {"access_token": "t", "token_type": "Bearer", "expires_in": 60},
        {"data": {"access_token": "t", "expires_in": 60}},
        {"data": None, "access_token": "t", "expires_in": 60},
    ],
)
def test_a_token_is_read_as_the_vendor_names_it_and_as_the_standard_does(document: object) -> None:
    issued = Tokens(lambda _: make_answer(document), lambda: 0.0)
    assert issued.token_for(CLIENT) == "t"
    assert issued.seconds_to_end(CLIENT) == pytest.approx(61.65)


@pytest.mark.parametrize(
    ("status", "document", "is_there"),
    [
        (404, {"message": "no Route matched"}, False),
        (405, {}, False),
        (200, {"message": "welcome"}, False),
        (200, [], False),
        (308, {}, False),
        (400, {"error": "unsupported_grant_type"}, False),
        (400, {"error": "invalid_client"}, True),
        (401, {"message": "Unauthorized"}, True),
        (200, {"data": None, "errors": [{"code": 401}]}, True),
        (500, {}, True),
        (0, {}, True),
    ],
)
def test_what_is_no_endpoint_for_tokens_refuses_nobody(status: int, document: object, *, is_there: bool) -> None:
    with pytest.raises(TokenRefused) as refused:
        Tokens(lambda _: make_answer(document, status), lambda: 0.0).token_for(CLIENT)
    assert isinstance(refused.value, NoTokenEndpoint) is not is_there


def test_an_endpoint_that_has_issued_a_token_is_there() -> None:
    answers = [make_answer({"data": {"accessToken": "t", "ttlSeconds": 0}}), make_answer({}, 404)]
    issued = Tokens(lambda _: answers.pop(0), lambda: 0.0)
    assert issued.token_for(CLIENT) == "t"
    with pytest.raises(TokenRefused) as refused:
        issued.token_for(CLIENT)
    assert not isinstance(refused.value, NoTokenEndpoint)
