"""The faultless host gives the page's answers, over a real socket."""

import base64
import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faulty.asking import ENROL, LOGIN, OPT_IN, Asker, request
from tests.faulty.conforming import random_combinations, single_readings
from tests.faulty.server import serve
from tests.faulty.wire import Handle

PAGE_RESPONSE = {
    "data": {
        "requestId": "some-test-id",
        "action": "ENROL",
        "customer": {"identifierName": "id", "identifierValue": "388369579", "customerId": 388369579},
        "enrollmentStatus": {
            "promotion": {
                "id": "68c3f64bbd0a8a0aa705c793",
                "identifier": "enr-58",
                "programId": 3334,
                "enrollmentId": "25286",
                "optinId": "25910",
            },
            "milestone": {
                "status": "SUCCESS",
                "milestones": [{"targetGroupId": 97829, "targetRuleId": 151359, "initialBalance": 0}],
            },
        },
        "status": "SUCCESS",
    },
    "errors": None,
    "warnings": None,
}


@pytest.fixture
def handle() -> Iterator[Handle]:
    with serve() as handle:
        yield handle


def post(handle: Handle, body: Any, headers: dict[str, str], path: str = "/v3/promotions/enrol") -> tuple[int, Any]:
    connection = http.client.HTTPConnection(handle.url.removeprefix("http://"), timeout=5)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_the_enrol_example_has_the_example_response(handle: Handle) -> None:
    assert post(handle, ENROL, {"Authorization": LOGIN["authorization"]}) == (200, PAGE_RESPONSE)


def test_the_opt_in_example_works_as_it_is_printed(handle: Handle) -> None:
    cookie = "_cfuvid=w9k84Tbu9Ahlvel7gyPLGv9wCGWeqg-1763442378135-0.0.1.1-604800000"
    status, body = post(handle, OPT_IN, {"Authorization": "Basic DllZTk=", "Cookie": cookie})
    assert status == 200
    assert body["errors"] is None
    assert body["data"]["status"] == "SUCCESS"
    assert body["data"]["customer"]["customerId"] == 388519295


def test_a_raw_password_and_an_oauth_token_let_in(handle: Handle) -> None:
    plain = "Basic " + base64.b64encode(b"store.server:123").decode()
    assert post(handle, ENROL, {"Authorization": plain})[0] == 200
    status, body = post(handle, {"key": "sample-key", "secret": "sample-secret"}, {}, "/v3/oauth/token/generate")
    assert status == 200
    assert body["data"]["ttlSeconds"] == 300
    assert post(handle, ENROL, {"X-CAP-API-OAUTH-TOKEN": body["data"]["accessToken"]})[0] == 200


def test_an_expired_token_is_answered_with_498(handle: Handle) -> None:
    _, body = post(handle, {"key": "expired-key", "secret": "expired-secret"}, {}, "/v3/oauth/token/generate")
    assert post(handle, ENROL, {"X-CAP-API-OAUTH-TOKEN": body["data"]["accessToken"]})[0] == 498


def test_a_connection_is_kept_and_a_chunked_body_is_read(handle: Handle) -> None:
    connection = http.client.HTTPConnection(handle.url.removeprefix("http://"), timeout=5)
    headers = {"Content-Type": "application/json", "Authorization": LOGIN["authorization"]}
    answers = []
    for chunked in (False, True, False):
        body = json.dumps(ENROL).encode()
        connection.request("POST", "/v3/promotions/enrol", iter([body]) if chunked else body, headers)
        local = connection.sock.getsockname()
        response = connection.getresponse()
        answers.append((local, response.status, bool(response.read())))
    connection.close()
    assert answers == [(answers[0][0], 200, True)] * 3


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v3/promotions/enrol", 405), ("POST", "/", 404)])
def test_what_is_not_the_call_is_refused(method: str, path: str, status: int) -> None:
    assert Asker().ask(ENROL, method=method, path=path)[0] == status


@pytest.mark.slow
def test_no_body_and_no_combination_of_readings_makes_the_host_stumble() -> None:
    spoilt: list[Any] = [
        None,
        "",
        " ",
        5,
        -1,
        1.5,
        True,
        "x",
        [],
        {},
        "3334",
        10**400,
        1e999,
        "\ud800",
        "OPT_IN",
        "0388369579",
    ]
    fields = ["requestId", "action", "promotion", "promotion__id", "promotion__promotionId", "customer", "programId"]
    fields += ["customer__identifierName", "customer__identifierValue", "customer__source", "customer__milestone"]
    for readings in [*single_readings(), *random_combinations(seed=1, n=5)]:
        asker = Asker(readings)
        for field in fields:
            for value in spoilt:
                status, _, body = asker.ask(request(**{field: value}))
                assert status in (200, 400, 404, 422), (readings, field, value)
                assert isinstance(body, dict)
