"""The header Prefer, by which a client asks for a certain answer."""

from __future__ import annotations

import pytest

from openapi.document import Document
from tests import page
from tests.mockserver.caller import Caller, errors, with_value


def test_every_outcome_can_be_asked_for(mock: Caller, contract: Document) -> None:
    for outcome in contract.outcomes.values():
        response = mock.send(Prefer=f"outcome={outcome.name}")
        assert response.status_code == outcome.status
        assert response.headers["Preference-Applied"] == f"outcome={outcome.name}"
        if outcome.kind == "error":
            assert errors(response) == [(outcome.code, outcome.message)]
        else:
            assert response.get_json()["warnings"] == [{"message": outcome.message}]
    assert len(mock.enrolments()) == 2, "nothing but what the world starts with"


def test_310009_can_be_asked_for(mock: Caller) -> None:
    assert errors(mock.send(Prefer="outcome=target_rule_id_required"))[0][0] == 310009


def test_preferred_warning_has_the_body_of_that_warning(mock: Caller) -> None:
    promotions = {
        name: mock.send(Prefer=f"outcome={name}").get_json()["data"]["enrollmentStatus"]["promotion"]["enrollmentId"]
        for name in ("already_enrolled", "milestones_failed", "no_response")
    }
    assert promotions == {"already_enrolled": None, "milestones_failed": "0", "no_response": None}


def test_preferred_warning_needs_a_customer_and_a_promotion(mock: Caller) -> None:
    body = with_value(page.ENROL_REQUEST, "0", "customer", "identifierValue")
    response = mock.send(body, Prefer="outcome=already_enrolled")
    assert errors(response)[0][1].startswith("Customer not found")
    assert "Preference-Applied" not in response.headers


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("400", "action is required"),
        ("401", "The credentials"),
        ("404", "No such path"),
        ("405", "The path takes"),
        ("498", "The access token"),
        ("500", "Unable to enrol"),
    ],
)
def test_preferred_code_is_a_documented_outcome_of_that_status_if_there_is_one(
    mock: Caller, code: str, message: str
) -> None:
    response = mock.send(Prefer=f"code={code}")
    assert response.status_code == int(code)
    assert errors(response)[0][1].startswith(message)


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("code=200", "code=200"),
        ("example=enrolled", "example=enrolled"),
        ('return=minimal, example="enrolled"', "example=enrolled"),
        ("code=200, example=enrolled", "example=enrolled, code=200"),
    ],
)
def test_preferred_example_comes_word_for_word(mock: Caller, prefer: str, applied: str) -> None:
    response = mock.send(Prefer=prefer)
    assert response.get_json() == page.ENROL_RESPONSE
    assert response.headers["Preference-Applied"] == applied
    assert len(mock.enrolments()) == 2


@pytest.mark.parametrize(
    ("prefer", "says"),
    [
        ("outcome=promotion_not_fond", " (did you mean 'promotion_not_found'?); not 'promotion_not_fond'."),
        ("example=Enroled", "(did you mean 'enrolled'?)"),
        ("example=nothing", "enrolled"),
        ("code=abc", "an HTTP status from 200 to 599; not 'abc'."),
        ("code=199", "an HTTP status from 200 to 599; not '199'."),
        ("code=600", "an HTTP status"),
        ("code=4040", "an HTTP status"),
        ("code", "an HTTP status"),
        ("code=418, outcome=engine_error", "more than one status"),
        ("delay=abc", "delay may be a number of seconds from 0 to 30; not 'abc'."),
        ("delay=-1", "delay may be"),
        ("delay=nan", "delay may be"),
        ("wait", "wait may be a number of seconds from 0 to 30; not ''."),
        ("code=404, outcome=engine_error", "more than one status"),
    ],
)
def test_unknown_preference_value_is_told_what_there_is(mock: Caller, prefer: str, says: str) -> None:
    response = mock.send(Prefer=prefer)
    assert response.status_code == 400
    assert says in errors(response)[0][1]
    assert "Preference-Applied" not in response.headers


@pytest.mark.parametrize(
    ("code", "headers", "body"),
    [
        ("429", {"Retry-After": "1", "Content-Type": "text/plain"}, b"429 Too Many Requests\n"),
        ("503", {"Retry-After": "1"}, b"503 Service Unavailable\n"),
        ("204", {}, b""),
    ],
)
def test_preferred_code_without_an_outcome_is_the_bare_status(
    mock: Caller, code: str, headers: dict[str, str], body: bytes
) -> None:
    response = mock.send(Prefer=f"code={code}")
    assert (response.status_code, response.get_data()) == (int(code), body)
    assert headers.items() <= dict(response.headers).items()
    assert response.headers["Preference-Applied"] == f"code={code}"
    assert mock.journal()[-1]["why"] == f"Preferred: code={code}."
    assert len(mock.enrolments()) == 2


def test_preferred_502_is_a_page_of_a_gateway(mock: Caller) -> None:
    response = mock.send(Prefer="code=502")
    assert (response.status_code, response.mimetype) == (502, "text/html")
    assert b"<h1>502 Bad Gateway</h1>" in response.get_data()


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("wait=0", "wait=0"),
        ("delay=0", "delay=0"),
        ("delay=0.5, wait=3", "delay=0.5"),
        ("wait=1, wait=2", "wait=1"),
        ("wait=31", "wait=30"),
        ("delay=999999999", "delay=30"),
    ],
)
def test_preferred_delay_is_applied_to_the_usual_answer(mock: Caller, prefer: str, applied: str) -> None:
    response = mock.send(Prefer=prefer)
    assert response.get_json() == page.ENROL_RESPONSE
    assert response.headers["Preference-Applied"] == applied
    assert len(mock.enrolments()) == 3


def test_preferred_delay_goes_with_a_preferred_answer(mock: Caller) -> None:
    response = mock.send(Prefer="wait=1, code=429")
    assert response.status_code == 429
    assert response.headers["Preference-Applied"] == "code=429, wait=1"


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async, wait=10", "", ",", "=", "\xff"])
def test_other_preferences_are_ignored(mock: Caller, prefer: str) -> None:
    response = mock.send(Prefer=prefer)
    assert response.get_json() == page.ENROL_RESPONSE
    assert "Preference-Applied" not in response.headers


def test_parameters_and_letter_case_of_a_preference_do_not_matter(mock: Caller) -> None:
    assert mock.send(Prefer="Code=404; strict, return=minimal").status_code == 404


@pytest.mark.parametrize(
    "prefer",
    [
        "code=404",
        "CODE=404",
        'code="404"',
        'code="4\\04"',
        "code = 404",
        "code\t=\t404",
        " code=404 ",
        "code=404;a=b;c",
        "code=404 ; a=b",
        'code="404"; a="x, outcome=engine_error"',
        "return=minimal, code=404",
        ",,code=404,",
        'handling="a, code=500", code=404',
        "code=404, code=500",
        "code=404, Code=500, code=nonsense",
        "code=404; x, code=500",
    ],
)
def test_forms_of_one_preference(mock: Caller, prefer: str) -> None:
    """RFC 7240, section 2: tokens in any case, quotes, spaces, parameters, and the first of several counts."""
    response = mock.send(Prefer=prefer)
    assert response.status_code == 404
    assert response.headers["Preference-Applied"] == "code=404"


@pytest.mark.parametrize("prefer", ["outcome=nonsense, outcome=engine_error", "outcome, outcome=engine_error"])
def test_first_of_two_preferences_counts_even_if_it_does_not_exist(mock: Caller, prefer: str) -> None:
    response = mock.send(Prefer=prefer)
    assert response.status_code == 400
    assert "outcome may be " in errors(response)[0][1]


@pytest.mark.parametrize("prefer", ['outcome="engine_error', "outcome=engine_error x", "outcome==engine_error"])
def test_preference_with_a_slip_is_told_what_there_is(mock: Caller, prefer: str) -> None:
    response = mock.send(Prefer=prefer)
    assert response.status_code == 400
    assert "outcome may be " in errors(response)[0][1]


def test_request_that_is_refused_anyway_cannot_prefer(mock: Caller) -> None:
    assert mock.client.post(page.PATH, json={}, headers={"Prefer": "code=200"}).status_code == 401
    assert mock.send({}, Prefer="code=200").status_code == 400
