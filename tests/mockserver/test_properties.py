"""Whatever is sent, the mock gives the one answer that is right for it, and never fails itself."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from openapi.document import Document
from tests import page
from tests.mockserver import expected
from tests.mockserver.caller import Caller, codes, errors, with_value, without

SETTINGS = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PREFERENCES = ("code", "example", "outcome")
LOOKUP_TEXTS = {row.text for row in page.ERROR_CODES if row.code == 400}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
names = [parameter.path.rpartition(".")[2] for parameter in page.BODY_PARAMETERS]
paths = st.sampled_from([tuple(parameter.path.split(".")) for parameter in page.BODY_PARAMETERS])
known = st.sampled_from(
    ["ENROL", "OPT_IN", "ENROL_MILESTONES", "id", "mobile", "388369579", "68c3f64bbd0a8a0aa705c793", 1133590053, 3334]
)
# What a header may hold: any bytes but control characters.
header_texts = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30)
tokens = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=10)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=5), inner, max_size=8)


near_requests = objects(known | values | objects(known | values))
changed_requests = st.builds(
    lambda path, value: with_value(page.ENROL_REQUEST, value, *path), paths, known | values
) | st.builds(lambda path: without(page.ENROL_REQUEST, *path), paths)


@pytest.mark.slow
@SETTINGS
@given(body=values | near_requests | changed_requests)
@example(body=page.ENROL_REQUEST)
@example(body=page.OPT_IN_REQUEST)
def test_any_json_gets_the_answer_to_what_is_wrong_with_it(mock: Caller, contract: Document, body: Any) -> None:
    sent = json.dumps(body, allow_nan=True).encode()
    before = mock.enrolments()
    response = mock.send_raw(sent)
    changed = mock.enrolments() != before
    answer = response.get_json()
    assert contract.validator(contract.response_schema(response.status_code)).is_valid(answer)
    if expected.malformed(sent):
        assert (response.status_code, errors(response)) == (400, [(400, "The body is not valid JSON.")])
        assert not changed
    elif expected.codes(body):
        assert (response.status_code, codes(response)) == (400, expected.codes(body))
        assert not changed
    elif answer["errors"]:
        ((code, text),) = errors(response)
        assert (response.status_code, code) == (400, 400)
        assert text in LOOKUP_TEXTS
        assert not changed
    else:
        assert response.status_code == 200
        assert answer["data"]["action"] == body["action"]
        assert changed is not bool(answer["warnings"]), "either somebody was enrolled, or a warning says why not"


@SETTINGS
@given(body=st.binary(max_size=200), content_type=st.sampled_from(["application/json", "text/plain", "x"]))
@example(body=b"1", content_type="application/json")
@example(body=b"{}", content_type="application/json")
def test_any_bytes_are_refused_for_what_they_are(mock: Caller, body: bytes, content_type: str) -> None:
    response = mock.send_raw(body, content_type)
    if content_type != "application/json":
        assert (response.status_code, codes(response)) == (415, [415])
    elif expected.malformed(body):
        assert (response.status_code, errors(response)) == (400, [(400, "The body is not valid JSON.")])
    else:
        assert (response.status_code, codes(response)) == (400, expected.codes(json.loads(body)))


@SETTINGS
@given(header=header_texts)
@pytest.mark.parametrize("name", ["Authorization", "X-CAP-API-OAUTH-TOKEN"])
def test_any_text_in_place_of_the_credentials_is_refused(mock: Caller, name: str, header: str) -> None:
    response = mock.client.post(page.PATH, json=page.ENROL_REQUEST, headers={name: header})
    assert (response.status_code, codes(response)) == (401, [401])


@SETTINGS
@given(header=header_texts)
@pytest.mark.parametrize("name", ["Cookie", "X-CAP-API-OAUTH-TOKEN", "Prefer", "User-Agent"])
def test_any_text_in_another_header_changes_nothing(mock: Caller, name: str, header: str) -> None:
    assume(name != "Prefer" or not any(word in header.lower() for word in PREFERENCES))
    mock.client.post("/_mock/reset")
    response = mock.send(**{name: header})
    assert (response.status_code, response.get_json()) == (200, page.ENROL_RESPONSE)


@SETTINGS
@given(value=tokens)
@pytest.mark.parametrize("name", PREFERENCES)
def test_any_unknown_value_of_a_preference_is_refused(mock: Caller, contract: Document, name: str, value: str) -> None:
    examples = [one for status in contract.statuses for one in contract.response_examples(status)]
    assume(value not in (*contract.outcomes, *map(str, contract.statuses), *examples))
    response = mock.send(Prefer=f"{name}={value}")
    ((code, text),) = errors(response)
    assert (response.status_code, code) == (400, 400)
    assert text.startswith(f"Prefer: {name} may be ")
    assert text.endswith(f"not {value!r}.")


@SETTINGS
@given(content_type=header_texts)
@example(content_type="application/json;")
@example(content_type=" APPLICATION/JSON ; a=b")
def test_any_content_type_but_json_is_not_supported(mock: Caller, content_type: str) -> None:
    media_type = content_type.partition(";")[0].strip().lower()
    status = 200 if media_type == "application/json" else 415
    assert mock.send_raw(json.dumps(page.ENROL_REQUEST).encode(), content_type).status_code == status


@SETTINGS
@given(name=tokens.filter(lambda name: re.fullmatch(r"[a-z]+", name) is not None), value=tokens)
@example(name="charset", value="utf-8")
@example(name="charset", value="latin-1")
def test_any_parameter_of_the_content_type_but_the_charset_is_ignored(mock: Caller, name: str, value: str) -> None:
    status = 415 if name == "charset" and value not in ("utf-8", "utf8") else 200
    response = mock.send_raw(json.dumps(page.ENROL_REQUEST).encode(), f"application/json; {name}={value}")
    assert response.status_code == status


@SETTINGS
@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_request_id_of_any_text_is_echoed(mock: Caller, value: str) -> None:
    response = mock.send(page.ENROL_REQUEST | {"requestId": value})
    assert response.get_json()["data"]["requestId"] == value
