"""An answer that a test makes up reaches the client as it is, whatever may be read in it."""

from __future__ import annotations

import json

import pytest

from tests.mockserver.conduct.asking import Asking


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"data":' * 10_000, '{"data": "\\ud800"}', '{"errors": [1e999]}', "\ufeff{}", "NaN"],
    ids=lambda body: body[:12],
)
def test_answer_that_is_hard_to_read_is_sent(asking: Asking, body: str) -> None:
    fault = {"effect": "answer", "status": 200, "body": body}
    assert asking.send(json.dumps(fault).encode(), to="/_mock/faults").status_code == 200
    answer = asking.send()
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, body)
