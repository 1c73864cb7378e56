"""Whatever is sent: an answer that the document allows, never a failure of the mock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi.document import Document
from tests import page
from tests.mockserver.caller import Caller

SETTINGS = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
names = [parameter.path.rpartition(".")[2] for parameter in page.BODY_PARAMETERS]
known = st.sampled_from(
    ["ENROL", "OPT_IN", "ENROL_MILESTONES", "id", "mobile", "388369579", "68c3f64bbd0a8a0aa705c793", 1133590053, 3334]
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=5), inner, max_size=8)


near_requests = objects(known | values | objects(known | values))


@SETTINGS
@given(body=values | near_requests)
def test_any_json_gets_an_answer_the_document_allows(mock: Caller, contract: Document, body: Any) -> None:
    response = mock.send_raw(json.dumps(body, allow_nan=True).encode())
    assert response.status_code in {200, 400}, response.text
    assert contract.validator(contract.response_schema(response.status_code)).is_valid(response.get_json())


@SETTINGS
@given(body=st.binary(max_size=200), content_type=st.sampled_from(["application/json", "text/plain", "x"]))
def test_any_bytes_get_a_refusal(mock: Caller, body: bytes, content_type: str) -> None:
    assert mock.send_raw(body, content_type).status_code in {400, 415}


@SETTINGS
@given(header=st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30))
@pytest.mark.parametrize("name", ["Authorization", "X-CAP-API-OAUTH-TOKEN", "Prefer", "Content-Type", "Cookie"])
def test_any_header_is_survived(mock: Caller, name: str, header: str) -> None:
    assert mock.send(**{name: header}).status_code in {200, 400, 401, 415}


@SETTINGS
@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_request_id_of_any_text_is_echoed(mock: Caller, value: str) -> None:
    response = mock.send(page.ENROL_REQUEST | {"requestId": value})
    assert response.get_json()["data"]["requestId"] == value
