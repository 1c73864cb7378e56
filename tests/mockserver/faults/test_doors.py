"""The doors of the control plane for faults, and what is refused there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mockserver.caller import Caller
from tests.mockserver.faults.asking import FAULTS, post_fault, set_fault


def shown(mock: Caller) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = mock.client.get(FAULTS).get_json()["faults"]
    return faults


def test_faults_are_shown_with_what_they_have_struck(mock: Caller) -> None:
    set_fault(mock, "429", count=1, retryAfter=3, seed=5)
    assert shown(mock) == [{"id": 1, "effect": "429", "count": 1, "retryAfter": 3, "seed": 5, "met": 0, "struck": 0}]
    mock.send()
    mock.send()
    assert (shown(mock)[0]["met"], shown(mock)[0]["struck"]) == (2, 1)


def test_several_faults_are_set_at_once_or_none(mock: Caller) -> None:
    response = post_fault(mock, {"faults": [{"effect": "429"}, {"effect": "502"}]})
    assert (response.status_code, [one["id"] for one in response.get_json()["faults"]]) == (200, [1, 2])
    assert post_fault(mock, {"faults": [{"effect": "500"}, {"effect": "nonsense"}]}).status_code == 400
    assert [one["effect"] for one in shown(mock)] == ["429", "502"]


def test_faults_are_removed_one_by_one_or_all(mock: Caller) -> None:
    for effect in ("429", "502", "503"):
        set_fault(mock, effect)
    assert [one["id"] for one in mock.client.delete(f"{FAULTS}/2").get_json()["faults"]] == [1, 3]
    assert mock.client.delete(f"{FAULTS}/2").status_code == 404
    assert mock.client.delete(FAULTS).get_json() == {"faults": []}
    assert mock.send().status_code == 200
    set_fault(mock, "503")
    assert shown(mock)[0]["id"] == 4, "an id is never given twice"


def test_reset_goes_back_to_the_faults_of_the_start(mock: Caller) -> None:
    set_fault(mock, "503")
    mock.client.post("/_mock/reset")
    assert shown(mock) == []
    assert mock.send().status_code == 200


@pytest.mark.parametrize("name", ["x", "-1", "1.0", "9" * 5000, "%31", "1/2", "{id}"])
def test_unknown_fault_cannot_be_removed(mock: Caller, name: str) -> None:
    set_fault(mock, "503")
    assert mock.client.delete(f"{FAULTS}/{name}").status_code == 404
    assert len(shown(mock)) == 1


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("PUT", FAULTS, "GET, POST, DELETE"), ("GET", f"{FAULTS}/1", "DELETE")]
)
def test_other_methods_are_told_what_is_allowed(mock: Caller, method: str, path: str, allowed: str) -> None:
    response = mock.client.open(path, method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)


def test_doors_are_listed(mock: Caller) -> None:
    doors = mock.client.get("/_mock/").get_json()["doors"]
    assert {"GET /_mock/faults", "POST /_mock/faults", "DELETE /_mock/faults", "DELETE /_mock/faults/{id}"} <= {*doors}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"effect": "reset-befor"}, "no effect is called 'reset-befor' (did you mean 'reset-before'?)"),
        ({"effect": "engine_eror"}, "(did you mean 'engine_error'?)"),
        ({"effect": "600"}, "a status from 200 to 599"),
        ({"effect": "429", "cuont": 2}, "/: unknown key `cuont` (did you mean 'count'?)"),
        ({"effect": "429", "count": 0}, "/count: expected a whole number, 1 or more"),
        ({"effect": "429", "count": "2"}, "/count: expected a whole number"),
        ({"effect": "429", "probability": 1.5}, "/probability"),
        ({"effect": "slow", "delay": 601}, "/delay"),
        ({"effect": "slow", "delay": -1}, "/delay"),
        ({"effect": "slow"}, "the effect slow needs a delay, or pieces"),
        ({"effect": "slow", "delayMost": 2, "pieces": 2, "over": 1}, "delayMost and sigma need a delay"),
        ({"effect": "slow", "delay": 2, "delayMost": 1}, "delayMost 1 is less than delay 2"),
        ({"effect": "slow", "delay": 0, "sigma": 1}, "sigma needs a delay above 0"),
        ({"effect": "slow", "pieces": 2}, "pieces and over need each other"),
        ({"effect": "502", "retryAfter": 2}, "the effect 502 takes no retryAfter; only 429 and 503 do"),
        ({"effect": "answer"}, "the effect answer needs a status, such as 503"),
        ({"effect": "answer", "status": 99}, "/status"),
        ({"effect": "429", "body": "x"}, "takes no status, headers or body"),
        ({"effect": "slow", "delay": 1, "handle": True}, "the effect slow takes no handle"),
        ({"effect": "already_enrolled", "handle": True}, "takes no handle"),
        ({"effect": "answer", "status": 200, "headers": {"A b": "c"}}, "the header 'A b' cannot be sent"),
        ({"effect": "answer", "status": 200, "headers": {"A": "b\r\nC: d"}}, "the header 'A' cannot be sent"),
        ({"effect": "answer", "status": 200, "headers": {"content-length": "3"}}, "are the server's"),
        ({"effect": "reset-in"}, "the effect reset-in breaks connections; start the mock with --socket-faults"),
        ({"effect": "refuse-tls"}, "--socket-faults"),
        ({}, "the key `effect` is missing"),
        ([], "expected an object, got a list"),
        ({"faults": 3}, "/faults"),
    ],
)
def test_fault_that_cannot_be_is_refused(mock: Caller, fault: Any, says: str) -> None:
    response = post_fault(mock, fault)
    assert response.status_code == 400
    assert says in response.get_json()["error"]
    assert "\n" not in response.get_json()["error"]
    assert shown(mock) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is not JSON: line 1, column 1: "),
        (b"{\n  x", "the body is not JSON: line 2, column 3: "),
        (
            b'{"effect": "429", "effect": "503"}',
            "the body is not JSON: line 1, column 19: the key 'effect' is given twice",
        ),
        (b"\xff", "the body is not UTF-8 (byte 0)"),
        (b"[" * 100_000, "the body is not JSON: "),
    ],
    ids=["nothing", "broken", "twice", "latin", "deep"],
)
def test_body_that_is_no_json_is_refused(mock: Caller, body: bytes, says: str) -> None:
    response = mock.client.post(FAULTS, data=body)
    assert response.status_code == 400
    assert response.get_json()["error"].startswith(says)


def test_faults_are_bounded(mock: Caller) -> None:
    assert post_fault(mock, {"faults": [{"effect": "429"}] * 100}).status_code == 200
    response = post_fault(mock, {"effect": "429"})
    assert (response.status_code, response.get_json()["error"]) == (400, "there can be 100 faults at once; remove some")
    mock.client.delete(FAULTS)
    large = {"effect": "answer", "status": 200, "body": "x" * 200_000}
    assert [post_fault(mock, large).status_code for _ in range(2)] == [200, 400]
