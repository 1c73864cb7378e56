"""The journal says what a refused request only just misses."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from mockserver.control.near_miss import meant
from openapi.questions import Readings
from openapi.world import World
from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller, caller, with_value, without
from tests.mockserver.conftest import MakeMock

ENROL = page.ENROL_REQUEST


def near_miss(mock: Caller) -> str:
    return str(mock.journal()[-1]["nearMiss"])


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/v3/promotions/enrol/", "only by a slash at the end"),
        ("//v3/promotions//enrol", "only by doubled slashes"),
        ("/v3/promotions/%65nrol", "only by percent signs"),
        ("/V3/Promotions/Enrol", "only by upper and lower case"),
        ("//V3/promotions%2Fenrol/", "only by slashes, percent signs and case"),
        ("/api/v3/promotions/enrol", "but /api stands in front of it"),
        ("/v3/promotion/enrol", "looks like /v3/promotions/enrol"),
        ("/v3/promotions/enroll", "looks like /v3/promotions/enrol"),
        ("/v3/oauth/token/generate/", "/v3/oauth/token/generate only by a slash"),
        ("/v3/oauth/token", "looks like /v3/oauth/token/generate"),
        ("/", ""),
        ("/favicon.ico", ""),
    ],
)
def test_path(mock: Caller, path: str, says: str) -> None:
    mock.client.post(path, headers={"Host": "localhost"}, environ_overrides={"REQUEST_URI": path})
    assert mock.journal()[-1]["status"] == 404
    assert (says in near_miss(mock)) if says else near_miss(mock) == ""


def test_method(mock: Caller) -> None:
    mock.client.open(page.PATH, method="PoST", environ_overrides={"REQUEST_METHOD": "post"})
    assert near_miss(mock) == "Methods are in capitals: POST."
    mock.client.get(page.PATH)
    assert near_miss(mock) == ""


def test_browser_that_asks_for_a_page_of_another_origin(mock: Caller) -> None:
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    mock.client.options(page.PATH, headers=asked)
    assert near_miss(mock) == (
        "A browser asks whether a page of http://localhost:3000 may send the call. "
        "Start the mock with --cors http://localhost:3000 to let it."
    )
    mock.client.options(page.PATH, headers={"Origin": "http://localhost:3000"})
    assert near_miss(mock) == "", "no browser asks so"


@pytest.mark.parametrize(
    ("authorization", "says"),
    [
        (basic("store.server:wrong"), "The world has this user, with another password"),
        (basic("nobody:wrong"), ""),
        ("Basic store.server:123", "not the Base64 form"),
        (basic("store.server"), "not the Base64 form"),
        ("c3RvcmUuc2VydmVyOjEyMw==", "has no scheme"),
        ("Bearer abc", "sent in X-CAP-API-OAUTH-TOKEN, not in Authorization"),
        (None, ""),
    ],
)
def test_login(mock: Caller, authorization: str | None, says: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    mock.client.post(page.PATH, json=ENROL, headers=headers)
    assert mock.journal()[-1]["status"] == 401
    assert (says in near_miss(mock)) if says else near_miss(mock) == ""
    assert "store.server" not in near_miss(mock)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("mobile", "EXT-0001", "Customer 388369579 has this value as externalId, not as mobile."),
        ("id", "asha@example.com", "Customer 388369579 has this value as email, not as id."),
        ("mobile", "+919800000001", "Customer 388369579 has this value as mobile, but for a + in front."),
        ("mobile", " 919800000001", "Customer 388369579 has this value as mobile, but for spaces around it."),
        ("email", "Asha@Example.com", "Customer 388369579 has this value as email, but for upper and lower case."),
        ("mobile", "+91 98000 00001", "Customer 388369579 has this value as mobile, but for spaces, signs and case."),
        ("mobile", "1", ""),
    ],
)
def test_customer(mock: Caller, name: str, value: str, says: str) -> None:
    customer = {**ENROL["customer"], "identifierName": name, "identifierValue": value}
    mock.send({**ENROL, "customer": customer})
    assert mock.journal()[-1]["outcomes"] == ["customer_not_found"]
    assert near_miss(mock) == says


def test_customer_of_another_source(make_mock: MakeMock, readings: Readings, sample_world: World) -> None:
    mock = caller(make_mock(readings={**readings, "source-selects": "yes"}), sample_world)
    mock.send(with_value(ENROL, "WEBSITE", "customer", "source"))
    assert near_miss(mock) == "Customer 388369579 has this id, but is of source INSTORE."


@pytest.mark.parametrize(
    ("promotion", "says"),
    [
        ({"id": "68c3f64bbd0a8a0aa705c815", "promotionId": 1133590115}, "exists but has ended."),
        ({"id": "68c3f64bbd0a8a0aa705c811", "promotionId": 1133590111}, "exists but is a draft."),
        (
            {"id": "68c3f64bbd0a8a0aa705c793", "promotionId": 1},
            "The id is that of a promotion (id 68c3f64bbd0a8a0aa705c793",
        ),
        ({"id": "nope", "promotionId": 1133590053}, "The promotionId is that of a promotion"),
        ({"id": "1133590053", "promotionId": 1}, "A promotion has '1133590053' as its promotionId, not as its id"),
        ({"id": "68C3F64BBD0A8A0AA705C793", "promotionId": 1}, "has this id, but for upper and lower case"),
        ({"id": "nope", "promotionId": 1}, ""),
    ],
)
def test_promotion(mock: Caller, promotion: dict[str, Any], says: str) -> None:
    mock.send({**ENROL, "promotion": promotion})
    assert mock.journal()[-1]["outcomes"] == ["promotion_not_found"]
    assert (says in near_miss(mock)) if says else near_miss(mock) == ""


def test_program(mock: Caller) -> None:
    mock.send(with_value(ENROL, 999999, "programId"))
    assert near_miss(mock) == "Promotion 68c3f64bbd0a8a0aa705c793 belongs to program 3334."


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (with_value(ENROL, "enrol", "action"), "action is 'enrol' (did you mean 'ENROL'?)."),
        (with_value(without(ENROL, "programId"), 3334, "programID"), "There is no programId (is it 'programID'?)"),
        (
            with_value(without(ENROL, "customer", "identifierName"), "id", "customer", "identifier_name"),
            "There is no customer/identifierName (is it 'identifier_name'?)",
        ),
        (without(ENROL, "programId"), ""),
        ([], ""),
        (with_value(ENROL, 7, "action"), ""),
        (with_value(ENROL, [{}], "customer"), ""),
    ],
)
def test_field(mock: Caller, body: Any, says: str) -> None:
    mock.send(body)
    assert mock.journal()[-1]["status"] == 400
    assert near_miss(mock) == says


def test_few_and_short_words_are_compared(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty thousand names take most of a second."""
    compared: list[str] = []

    def nearest(word: str, known: list[str]) -> str:
        compared.extend([word, *known])
        return ""

    monkeypatch.setattr("mockserver.control.near_miss.nearest", nearest)
    monkeypatch.setattr("mockserver.control.near_miss.meant", meant.__wrapped__)  # which remembers nothing
    mock.send({**without(ENROL, "programId"), "program" * 100: 1, **{f"program{number}": 1 for number in range(100)}})
    mock.send(with_value(ENROL, "enrol" * 1000, "action"))
    mock.send(with_value(ENROL, "enrol", "action"))
    assert "program7" in compared
    assert "enrol" in compared
    assert len(compared) < 70
    assert max(map(len, compared)) <= 80


def test_what_is_not_refused_misses_nothing(mock: Caller) -> None:
    mock.send()
    mock.send()
    mock.client.post("/v3/oauth/token/generate", json={}, headers=AUTHORIZED)
    assert [one["nearMiss"] for one in mock.journal()] == ["", "", ""]


def test_bug_in_a_near_miss_is_answered_and_recorded(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("mockserver.app.near_miss", lambda *_: 1 // 0)
        assert mock.send({}).status_code == 500
    assert "ZeroDivisionError" in mock.journal()[0]["why"]
