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
    met(Unreachable("not yet"), GATEWAY, MISSING, NO_CUSTOMER, NO_PROMOTION, seconds=10, slept=slept)
    assert slept == [1.0, 1.0]


def test_a_host_that_does_not_start_in_time_is_unreachable() -> None:
    slept: list[float] = []
    with pytest.raises(Unreachable, match="not yet"):
        met(*[Unreachable("not yet")] * 3, seconds=3, slept=slept)
    assert slept == [1.0, 1.0]


def test_without_wait_a_host_must_answer_at_once() -> None:
    with pytest.raises(Unreachable):
        met(Unreachable("gone"))


def test_a_gateway_is_asked_three_times() -> None:
    met(GATEWAY, GATEWAY, MISSING, NO_CUSTOMER, NO_PROMOTION)
    with pytest.raises(
        Misuse, match=r"^http://127\.0\.0\.1:9 answers HTTP 502 without JSON; check that it is a host of the"
    ):
        met(GATEWAY, GATEWAY, GATEWAY)


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("https://other.example/v3?token=secret", "https://other.example/v3"),
        ("https://till:secret@other.example/", "https://other.example/"),
        ("/login?secret", "/login"),
        ("", "no address"),
    ],
)
def test_a_redirect_names_the_host_without_secrets(location: str, place: str) -> None:
    with pytest.raises(Misuse) as caught:
        met(make_answer(b"", 307, {"location": location}))
    assert str(caught.value) == f"http://127.0.0.1:9 answers with a redirect to {place}; test that host instead"


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
