"""The control plane under /_mock/."""

from __future__ import annotations

from io import BytesIO

import pytest
import yaml

from openapi.document import Document
from tests import page
from tests.mockserver.caller import Caller


def test_health_needs_no_credentials(mock: Caller) -> None:
    response = mock.client.get("/_mock/health")
    assert (response.status_code, response.get_json()["status"]) == (200, "ok")
    assert mock.client.head("/_mock/health").status_code == 200


def test_reset_goes_back_to_the_start(mock: Caller) -> None:
    start = mock.enrolments()
    mock.send()
    mock.enrol("388600004", "enr-58")
    assert len(mock.enrolments()) == len(start) + 2
    assert mock.client.post("/_mock/reset").get_json() == {"enrolments": start}
    assert mock.journal() == []
    assert mock.send().get_json() == page.ENROL_RESPONSE


def test_world_is_shown_without_its_credentials(mock: Caller) -> None:
    response = mock.client.get("/_mock/world")
    assert response.get_json()["promotions"][0]["promotionId"] == 1133590053
    for secret in ("credentials", "sample-secret", "store.server", "DllZTk"):
        assert secret not in response.text


def test_outcomes_are_those_of_the_document_in_its_order(mock: Caller, contract: Document) -> None:
    outcomes = mock.client.get("/_mock/outcomes").get_json()["outcomes"]
    assert [outcome["name"] for outcome in outcomes] == list(contract.outcomes)
    assert outcomes[-1]["message"] == page.WARNING_MESSAGES[-1]


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/_mock/", 200, None),
        ("GET", "/_mock/nothing", 404, None),
        ("GET", "/_mock/reset", 405, "POST"),
        ("POST", "/_mock/journal", 405, "GET, DELETE"),
    ],
)
def test_program_that_looks_for_a_door_is_told_which_there_are(
    mock: Caller, method: str, path: str, status: int, allow: str | None
) -> None:
    response = mock.client.open(path, method=method)
    assert response.status_code == status
    assert response.headers.get("Allow") == allow
    assert "POST /_mock/reset" in response.get_json()["doors"]


def test_document_is_that_of_the_readings(mock: Caller, contract: Document) -> None:
    response = mock.client.get("/_mock/openapi.yaml")
    assert response.headers["Content-Type"] == "application/yaml"
    assert yaml.safe_load(response.text) == contract.raw


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/_mock/reset", b""),
        ("POST", "/_mock/reset", b'{"test": "a"}'),
        ("PUT", "/_mock/world", b"{}"),
        ("POST", "/_mock/world", b"{}"),
        ("PUT", "/_mock/readings", b"{}"),
        ("POST", "/_mock/faults", b'{"effect": "429"}'),
        ("POST", "/_mock/cases/promotion_not_found", b""),
        ("POST", "/_mock/cases/promotion_not_found/result", b'{"did": "returned"}'),
    ],
)
@pytest.mark.parametrize("more", [1, 2**21])
def test_a_body_of_which_a_part_came_changes_nothing(
    mock: Caller, method: str, path: str, sent: bytes, more: int
) -> None:
    """Also where the part by itself would be whole, as a reset without a body is."""
    if path.endswith("/result"):
        mock.client.post(path.removesuffix("/result"))
    mock.send(page.ENROL_REQUEST)
    before = [mock.client.get(f"/_mock/{one}").get_json() for one in ("enrolments", "faults", "readings", "world")]
    answer = mock.client.open(
        path,
        method=method,
        input_stream=BytesIO(sent if more == 1 else sent + b" " * more),
        environ_overrides={"CONTENT_LENGTH": str(len(sent) + more)},
    )
    assert answer.status_code == (400 if more == 1 else 413)
    assert answer.get_json()["error"] in (
        "The body ended before its announced length.",
        "The body is too large; the mock takes 1 MiB.",
    )
    assert before == [
        mock.client.get(f"/_mock/{one}").get_json() for one in ("enrolments", "faults", "readings", "world")
    ]
