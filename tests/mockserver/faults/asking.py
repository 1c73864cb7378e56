"""Set faults at a mock, in this process or another one."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.test import TestResponse

from tests.mockserver.caller import Caller
from tests.mockserver.process import Process

FAULTS = "/_mock/faults"


def post_fault(mock: Caller, fault: Any) -> TestResponse:
    return mock.client.post(FAULTS, json=fault)


def set_fault(mock: Caller, effect: str, **keys: Any) -> None:
    response = post_fault(mock, {"effect": effect, **keys})
    assert response.status_code == 200, response.get_json()


def ask(process: Process, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Send a request to the control plane, and return the status and the JSON of the answer."""
    connection = process.connect()
    connection.request(method, path, None if body is None else json.dumps(body))
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer
