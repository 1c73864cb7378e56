"""The doors of the control plane while the store is away."""

from __future__ import annotations

import sqlite3

import pytest

from mockserver.console import places
from mockserver.control.access import Access
from mockserver.control.plane import DOORS
from tests.mockserver.stores.pair import Host, shared_mock
from tests.mockserver.test_control_document import check_body, filled


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    file = tmp_path_factory.mktemp("store") / "mock.db"
    host = Host.of(shared_mock(f"sqlite:{file}", access=Access("secret")))
    with sqlite3.connect(file) as other:
        other.execute("DROP TABLE enrol_mock_sessions")
    other.close()
    return host


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: part)
def test_door_answers_as_the_document_says(host: Host, method: str, path: str) -> None:
    for headers in ({"X-Mock-Token": "secret"}, {}):
        answer = host.caller.client.open(filled(path), method=method, json={}, headers=headers)
        is_open = path in ("/_mock/health", places.FILE)
        assert answer.status_code == (503 if headers or is_open else 401)
        if answer.status_code == 503:
            check_body(answer, method, path)
        # Who may not use the control plane learns nothing of the database.
        assert ("enrol_mock_sessions" in answer.text) == (bool(headers) and not is_open)
