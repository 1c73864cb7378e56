"""Faults of one session strike nobody else."""

from __future__ import annotations

import pytest

from mockserver.app import Mock
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.faults.fault import Fault
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller, caller

HERE = {"X-Mock-Session": "here"}


def enrol(mock: Caller, prefix: str = "") -> int:
    answer = mock.client.post(prefix + page.PATH, json=page.ENROL_REQUEST, headers=AUTHORIZED)
    return answer.status_code


def test_each_session_has_its_own_faults(mock: Caller) -> None:
    assert mock.client.post("/_s/here/_mock/faults", json={"effect": "503", "count": 2}).status_code == 200
    assert [enrol(mock), enrol(mock, "/_s/there"), enrol(mock, "/_s/here")] == [200, 200, 503]
    assert mock.send(X_Mock_Session="here").status_code == 503
    assert mock.client.get("/_mock/faults").get_json() == {"faults": []}
    assert mock.client.get("/_mock/faults", headers=HERE).get_json()["faults"][0]["struck"] == 2


def test_change_of_the_world_keeps_the_faults(mock: Caller) -> None:
    mock.client.post("/_mock/faults", json={"effect": "503"})
    assert mock.client.put("/_mock/world", json={"programs": []}).status_code == 200
    assert enrol(mock) == 503
    mock.client.post("/_mock/reset")
    assert enrol(mock) == 200


def test_session_begins_with_the_faults_of_the_start(
    contract: Document, sample_world: World, readings: Readings
) -> None:
    faults = Faults(Abilities(contract.outcomes), (Fault("503", count=1),))
    mock = caller(Mock.of(contract, sample_world, readings, faults=faults), sample_world)
    assert [enrol(mock, prefix) for prefix in ("", "", "/_s/a", "/_s/a", "/_s/b")] == [503, 200, 503, 200, 503]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_strangers_cannot_set_faults(mock: Caller, method: str) -> None:
    answer = mock.client.open(
        "/_mock/faults", method=method, json={"effect": "503"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert answer.status_code == 403
    assert enrol(mock) == 200


def test_handshakes_are_refused_without_a_session_only(
    contract: Document, sample_world: World, readings: Readings
) -> None:
    faults = Faults(Abilities(contract.outcomes, sockets=True, tls=True), (Fault("refuse-tls"), Fault("503")))
    mock = caller(Mock.of(contract, sample_world, readings, faults=faults), sample_world)
    assert [one["effect"] for one in mock.client.get("/_mock/faults").get_json()["faults"]] == ["refuse-tls", "503"]
    assert [one["effect"] for one in mock.client.get("/_s/a/_mock/faults").get_json()["faults"]] == ["503"]
    assert mock.client.post("/_mock/faults", json={"effect": "refuse-tls"}).status_code == 200
    refused = mock.client.post("/_s/a/_mock/faults", json={"effect": "refuse-tls"})
    assert refused.status_code == 400
    assert "is set without a session, since a handshake names none" in refused.get_json()["error"]
