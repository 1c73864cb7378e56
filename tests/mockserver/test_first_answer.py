"""The example requests of the page get the answers that the page shows."""

from __future__ import annotations

from tests import page
from tests.mockserver.caller import Caller


def test_page_request_gets_the_page_response_to_the_letter(mock: Caller) -> None:
    response = mock.send(page.ENROL_REQUEST)
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert _typed(response.get_json()) == _typed(page.ENROL_RESPONSE)
    assert list(response.get_json()["data"]) == list(page.ENROL_RESPONSE["data"])


def test_page_opt_in_request_succeeds_with_its_headers_verbatim(mock: Caller) -> None:
    response = mock.client.post(
        page.PATH,
        json=page.OPT_IN_REQUEST,
        headers={
            "Content-Type": "application/json",
            "Authorization": "Basic DllZTk=",
            "Cookie": "_cfuvid=w9k84Tbu9Ahlvel7gyPLGv9wCGWeqg-1763442378135-0.0.1.1-604800000",
        },
    )
    data = response.get_json()["data"]
    assert response.status_code == 200
    assert data["status"] == "SUCCESS"
    assert data["action"] == "OPT_IN"
    assert data["customer"]["customerId"] == 388519295
    assert data["enrollmentStatus"]["promotion"]["optinId"] is not None
    assert data["enrollmentStatus"]["milestone"] == {"status": "SUCCESS", "milestones": []}


def test_other_enrolments_take_ids_above_every_id_of_the_world(mock: Caller) -> None:
    first = mock.enrol("388600004", "enr-58").get_json()["data"]["enrollmentStatus"]["promotion"]
    pinned = mock.send(page.ENROL_REQUEST).get_json()["data"]["enrollmentStatus"]["promotion"]
    second = mock.enrol("388600005", "enr-58").get_json()["data"]["enrollmentStatus"]["promotion"]
    assert (first["enrollmentId"], first["optinId"]) == ("25911", "25912")
    assert (pinned["enrollmentId"], pinned["optinId"]) == ("25286", "25910")
    assert (second["enrollmentId"], second["optinId"]) == ("25913", "25914")


def test_every_answer_has_an_id_of_its_own(mock: Caller) -> None:
    answers = [mock.send(), mock.send(), mock.send_raw(b"{"), mock.client.get("/nowhere")]
    assert [answer.headers["X-Cap-Requestid"] for answer in answers] == [f"exchange-{n}" for n in (1, 2, 3, 4)]


def test_request_id_is_echoed_and_null_when_absent(mock: Caller) -> None:
    for given, shown in (({"requestId": "Ünïcode \U0001f600"}, "Ünïcode \U0001f600"), ({"requestId": None}, None)):
        assert mock.send(page.ENROL_REQUEST | given).get_json()["data"]["requestId"] == shown
    body = {name: value for name, value in page.ENROL_REQUEST.items() if name != "requestId"}
    assert mock.send(body).get_json()["data"]["requestId"] is None


def _typed(value: object) -> object:
    """Return the value with the type of every scalar, so that 0, 0.0 and False compare unequal."""
    if isinstance(value, dict):
        return {key: _typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_typed(one) for one in value]
    return type(value), value
