"""Faults that change the answer, or put another in its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openapi.document import Document
from tests import page
from tests.mockserver.caller import Caller, codes, errors, with_value
from tests.mockserver.faults.asking import set_fault


@pytest.mark.parametrize("effect", ["429", "503"])
def test_limit_says_when_to_try_again(mock: Caller, effect: str) -> None:
    set_fault(mock, effect, count=1)
    set_fault(mock, effect, retryAfter=7, count=1)
    assert [mock.send().headers.get("Retry-After") for _ in range(3)] == ["1", "7", None]
    assert [one["status"] for one in mock.journal()] == [int(effect), int(effect), 200]


def test_502_is_a_page_of_a_gateway(mock: Caller) -> None:
    set_fault(mock, "502")
    response = mock.send()
    assert (response.status_code, response.mimetype) == (502, "text/html")
    assert response.get_data().startswith(b"<html>")


def test_status_of_the_document_has_the_words_of_the_document(mock: Caller) -> None:
    set_fault(mock, "498")
    response = mock.send()
    assert response.status_code == 498
    assert codes(response) == [498]


def test_every_outcome_is_an_effect(mock: Caller, contract: Document) -> None:
    for outcome in contract.outcomes.values():
        set_fault(mock, outcome.name, count=1)
        response = mock.send()
        assert response.status_code == outcome.status
        assert "Preference-Applied" not in response.headers
        if outcome.kind == "error":
            assert errors(response) == [(outcome.code, outcome.message)]
        else:
            assert response.get_json()["warnings"] == [{"message": outcome.message}]
        assert f": {outcome.name}. " in mock.journal()[-1]["why"]
    assert len(mock.enrolments()) == 2, "nothing was recorded"


def test_warning_needs_a_customer_as_the_usual_answer_does(mock: Caller) -> None:
    set_fault(mock, "no_response")
    response = mock.send(with_value(page.ENROL_REQUEST, "0", "customer", "identifierValue"))
    assert errors(response)[0][1].startswith("Customer not found")
    assert mock.journal()[-1]["why"].startswith("Fault 1: no_response. customer_not_found: ")


def test_fault_counts_more_than_a_preference(mock: Caller) -> None:
    set_fault(mock, "already_enrolled", count=1)
    response = mock.send(Prefer="code=404")
    assert response.get_json()["warnings"]
    assert "Preference-Applied" not in response.headers
    assert mock.send(Prefer="code=404").status_code == 404


@pytest.mark.parametrize("effect", ["garbage", "empty"])
def test_success_without_json(mock: Caller, effect: str) -> None:
    set_fault(mock, effect)
    response = mock.send()
    assert (response.status_code, response.mimetype) == (200, "application/json")
    with pytest.raises(ValueError):  # noqa: PT011  # whichever decoder the client has
        json.loads(response.get_data())
    assert (effect == "empty") is (response.get_data() == b"")


def test_wrong_media_type_has_the_usual_body(mock: Caller) -> None:
    set_fault(mock, "wrong-media-type")
    response = mock.send()
    assert response.mimetype == "text/html"
    assert response.headers.getlist("Content-Type") == ["text/html; charset=utf-8"]
    assert json.loads(response.get_data()) == page.ENROL_RESPONSE


def test_given_answer_comes_word_for_word(mock: Caller) -> None:
    set_fault(mock, "answer", status=207, headers={"content-type": "text/csv", "X-A": "b"}, body="ä,b")
    response = mock.send()
    assert (response.status_code, response.get_data().decode()) == (207, "ä,b")
    assert response.headers.getlist("Content-Type") == ["text/csv"]
    assert response.headers["X-A"] == "b"


def test_request_is_handled_only_if_the_fault_says_so(mock: Caller) -> None:
    set_fault(mock, "503", count=1)
    set_fault(mock, "503", count=1, handle=True)
    assert mock.send().status_code == 503
    assert len(mock.enrolments()) == 2
    assert mock.send().status_code == 503
    assert len(mock.enrolments()) == 3
    assert [one["why"] for one in mock.journal()] == [
        "Fault 1: 503. The request was not handled.",
        "Fault 2: 503. The request was handled: No rule refuses the request.",
    ]
    assert mock.send().get_json()["warnings"], "already enrolled"


@pytest.mark.parametrize(
    ("match", "struck"),
    [
        ({"method": "post"}, True),
        ({"method": "GET"}, False),
        ({"path": page.PATH}, True),
        ({"path": "/v3/oauth/token/generate"}, False),
        ({"path": "*"}, True),
        ({"action": "ENROL"}, True),
        ({"action": "OPT_IN"}, False),
        ({"customer": "388369579"}, True),
        ({"customer": "38836957"}, False),
        ({"promotion": "68c3f64bbd0a8a0aa705c793"}, True),
        ({"promotion": "1133590053"}, True),
        ({"promotion": "1133590054"}, False),
        ({"header": "x-test"}, True),
        ({"header": "X-Test: yes"}, True),
        ({"header": "X-Test: no"}, False),
        ({"header": "X-Other"}, False),
        ({"action": "ENROL", "customer": "1"}, False),
    ],
)
def test_fault_meets_only_what_it_matches(mock: Caller, match: dict[str, str], struck: bool) -> None:
    set_fault(mock, "500", **match)
    assert (mock.send(X_Test="yes").status_code == 500) is struck


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"customer": 1, "promotion": [], "action": {}}', b"[" * 100_000])
def test_fault_on_a_field_lets_other_bodies_pass(mock: Caller, body: bytes) -> None:
    set_fault(mock, "500", customer="388369579")
    set_fault(mock, "500", promotion="1133590053")
    set_fault(mock, "500", action="ENROL")
    assert mock.send_raw(body).status_code == 400


def test_fault_on_any_path_spares_the_control_plane(mock: Caller) -> None:
    set_fault(mock, "503", path="*")
    assert mock.client.get("/nowhere").status_code == 503
    assert mock.client.get("/_mock/health").status_code == 200


def test_fault_without_a_path_is_about_the_enrol_call(mock: Caller) -> None:
    set_fault(mock, "503")
    assert mock.client.get("/nowhere").status_code == 404


def test_count_and_after(mock: Caller) -> None:
    set_fault(mock, "503", after=1, count=2)
    assert [mock.send().status_code for _ in range(5)] == [200, 503, 503, 200, 200]


def test_first_fault_that_strikes_counts(mock: Caller) -> None:
    set_fault(mock, "502", count=1)
    set_fault(mock, "503", count=1)
    assert [mock.send().status_code for _ in range(3)] == [502, 503, 200]


def strikes(mock: Caller, **keys: Any) -> list[int]:
    mock.client.delete("/_mock/faults")
    set_fault(mock, "503", **keys)
    return [mock.send().status_code for _ in range(40)]


def test_probability_repeats_with_its_seed(mock: Caller) -> None:
    first = strikes(mock, probability=0.5, seed=7)
    assert 8 < first.count(503) < 32
    assert strikes(mock, probability=0.5, seed=7) == first
    assert strikes(mock, probability=0.5, seed=8) != first
    assert set(strikes(mock, probability=0)) == {200}
    assert set(strikes(mock, probability=1)) == {503}
