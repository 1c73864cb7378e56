"""Connecting: wait for a host that is starting, report redirects and gateways, find login and names of the ids."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import Misuse
from contracts.exchange import Answer
from contracts.host.connection import Unreachable
from contracts.host.login import Login, OAuthClient
from contracts.inputs.roles import Roles
from contracts.session.connect import connect
from contracts.session.session import Session
from openapi.world import World
from tests.contracts.answers import plain, refused
from tests.contracts.conftest import ListWire, make_answer, make_session, make_target

MISSING = make_answer(refused("program_id_required"), 400)
NO_PROMOTION = make_answer(refused("promotion_not_found"), 400)
NO_CUSTOMER = make_answer(refused("customer_not_found"), 400)
NEEDED = make_answer(refused("promotion_required"), 400)
GATEWAY = make_answer(b"<html>", 502)
NAMES, OTHER = ("id", "promotionId"), ("promoHexId", "promoIntId")


def met(*answers: Answer | Exception, seconds: float = 0.0, slept: list[float] | None = None, **target: Any) -> Session:
    """Return a session after connecting to a host with these answers."""
    session = make_session(ListWire(answers), target=make_target(**target))
    sleep = (slept if slept is not None else []).append
    session.dialect = connect(session, Roles(session.record.target, 1), seconds=seconds, sleep=sleep)
    return session


def sent(session: Session) -> list[Any]:
    wire = session.wire
    assert isinstance(wire, ListWire)
    return [request.body for request in wire.sent]


def test_connecting_waits_for_a_host_that_is_starting() -> None:
    slept: list[float] = []
    met(Unreachable("not yet"), *[GATEWAY] * 3, MISSING, NO_CUSTOMER, NO_PROMOTION, seconds=10, slept=slept)
    assert slept == [1.0, 1.0]


@pytest.mark.parametrize("answer", [make_answer({"message": "no Route matched"}, 404), make_answer(b"<html>", 200)])
def test_connecting_waits_for_the_call_behind_a_gateway(answer: Answer) -> None:
    slept: list[float] = []
    met(answer, answer, MISSING, NO_CUSTOMER, NO_PROMOTION, seconds=10, slept=slept)
    assert slept == [1.0, 1.0]


def test_a_host_that_does_not_start_in_time_is_unreachable() -> None:
    slept: list[float] = []
    with pytest.raises(Unreachable, match="not yet"):
        met(*[Unreachable("not yet")] * 3, seconds=3, slept=slept)
    assert slept == [1.0, 1.0]


def test_without_wait_a_host_must_answer_at_once() -> None:
    with pytest.raises(Unreachable):
        met(Unreachable("gone"))


def test_a_gateway_is_asked_six_times() -> None:
    met(*[GATEWAY] * 5, MISSING, NO_CUSTOMER, NO_PROMOTION)
    why = r"^http://127\.0\.0\.1:9 is behind a gateway that answers HTTP 502 in its place; wait with --wait$"
    with pytest.raises(Misuse, match=why):
        met(*[GATEWAY] * 6)


def test_four_requests_to_come_later_are_waited_for() -> None:
    met(*[make_answer({"message": "slow down"}, 429, {"retry-after": "1"})] * 4, MISSING, NO_CUSTOMER, NO_PROMOTION)


@pytest.mark.parametrize(
    ("base", "answer", "said"),
    [
        (
            "",
            make_answer(b"<html>", 404),
            "HTTP 404 with text/html in place of JSON; check the host, and the base path",
        ),
        (
            "",
            make_answer({"message": "no"}, 404),
            "HTTP 404 without data and errors; check the host, and the base path",
        ),
        ("", make_answer({}, 200), "HTTP 200 without data and errors; check the host, and the base path"),
        ("", make_answer(b"", 204), "HTTP 204 without content; check the host, and the base path"),
        ("/v3/promotions/enrol", make_answer(b"<html>", 404), "give the base URL, without /v3/promotions/enrol"),
        ("", make_answer(b"sent to an HTTPS port", 400), "HTTP 400 with text/html in place of JSON; try https://"),
    ],
)
def test_what_is_not_the_call_is_misuse(base: str, answer: Answer, said: str) -> None:
    with pytest.raises(Misuse) as caught:
        met(*[answer] * 4, url=f"http://127.0.0.1:9{base}")
    assert f"http://127.0.0.1:9{base} does not answer as the enrol call does: HTTP" in str(caught.value)
    assert said in str(caught.value)


def test_a_stranger_that_falls_silent_is_misuse() -> None:
    odd = make_answer(b"<html>", 404)
    with pytest.raises(Misuse, match="does not answer as the enrol call does: HTTP 404"):
        met(odd, *[Unreachable("gone")] * 9)
    with pytest.raises(Misuse, match="does not answer as the enrol call does: no answer; check the host"):
        met(make_answer(b"", 502), *[Unreachable("gone")] * 14)


def test_one_answer_of_the_call_is_enough() -> None:
    odd = make_answer(b"<html>", 404)
    assert met(odd, odd, MISSING, NO_CUSTOMER, NO_PROMOTION).control is not None


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("https://other.example/v3?token=secret", "https://other.example/v3; test that host instead"),
        ("https://till:secret@other.example/", "https://other.example/; test that host instead"),
        ("/login?secret", "http://127.0.0.1:9/login; that is the same host, so check the base path in its URL"),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x; that is the same host, so check the base path in its URL"),
        ("https://127.0.0.1:9/x", "https://127.0.0.1:9/x; use https:// in its URL"),
        ("http://[::1", "an address that is none; check the host"),
        ("", "no address; check the host"),
    ],
)
def test_a_redirect_names_the_host_without_secrets(location: str, place: str) -> None:
    with pytest.raises(Misuse) as caught:
        met(make_answer(b"", 307, {"location": location}))
    assert str(caught.value) == f"http://127.0.0.1:9 answers with a redirect to {place}; redirects are not followed"


def test_oauth_is_tried_if_both_forms_of_the_password_are_refused() -> None:
    login = Login(basic=("till", "p"), oauth=OAuthClient("k", "s", "/token"))
    no = make_answer(b"", 401)
    session = met(no, no, MISSING, NO_CUSTOMER, NO_PROMOTION, login=login)
    assert session.dialect.login == "oauth"


def test_the_names_are_those_under_which_a_promotion_is_found() -> None:
    assert met(MISSING, NO_CUSTOMER, NO_PROMOTION).dialect.promotion_names == NAMES
    # Under the first names all answers are equal, for the first promotion and for a GENERIC one.
    blind = [NO_PROMOTION] * 4
    assert met(MISSING, *blind, NO_CUSTOMER, NO_PROMOTION).dialect.promotion_names == OTHER


def test_the_names_are_those_of_the_page_if_all_answers_are_equal() -> None:
    assert met(MISSING, *[NO_PROMOTION] * 8).dialect.promotion_names == NAMES


def test_names_under_which_the_promotion_is_missing_are_not_used() -> None:
    assert met(NEEDED, *[NEEDED] * 8, MISSING).dialect.promotion_names == OTHER
    assert met(NEEDED, *[NEEDED] * 8, NEEDED).dialect.promotion_names == NAMES


def test_on_a_live_host_the_names_are_found_with_absent_ids() -> None:
    elsewhere: dict[str, Any] = {"url": "https://elsewhere.example", "complete": False}
    assert met(MISSING, NO_PROMOTION, make_answer(plain(), 400), **elsewhere).dialect.promotion_names == NAMES
    session = met(MISSING, NO_PROMOTION, NO_PROMOTION, NO_PROMOTION, make_answer(plain(), 400), **elsewhere)
    assert session.dialect.promotion_names == OTHER
    absent = session.record.target.absent.promotion
    assert [body["promotion"] for body in sent(session)[1:]] == [
        {"id": absent.id, "promotionId": absent.promotion_id},
        {"id": [], "promotionId": []},
        {"promoHexId": absent.id, "promoIntId": absent.promotion_id},
        {"promoHexId": [], "promoIntId": []},
    ]


def test_without_test_data_the_names_are_those_of_the_page() -> None:
    assert met(MISSING, data=World(absent=make_target().absent)).dialect.promotion_names == NAMES
