"""openapi/control.yaml describes the control plane as it is served: every door, every status, every body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from mockserver.control import filters
from mockserver.control.plane import DOORS
from openapi import source
from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller

DOCUMENT = yaml.safe_load(source.CONTROL.read_text(encoding="utf-8"))
# An address of nobody's machine, kept for documentation (RFC 5737).
STRANGER = {"REMOTE_ADDR": "192.0.2.7"}
# What clients of all machines may see, but no page of another origin.
OPEN = ("/_mock/health", "/_mock/console/static/{file}")
CUSTOMERS: dict[str, Any] = {"customers": [{"id": 700000001, "mobile": "49155"}]}
# What gets each status beside 200: path with query, body, and the environment of the request.
OTHER_STATUSES: dict[tuple[str, str, int], tuple[str, Any, dict[str, str]]] = {
    ("GET", "/_mock/journal", 400): ("?stauts=400", None, {}),
    ("GET", "/_mock/journal/{id}", 404): ("", None, {}),
    ("GET", "/_mock/findings", 400): ("?level=broken", None, {}),
    ("GET", "/_mock/journal", 408): ("?wait=3&timeout=0", None, {}),
    ("DELETE", "/_mock/journal", 400): ("?limit=x", None, {}),
    ("PUT", "/_mock/world", 400): ("", {"programs": [{}]}, {}),
    ("PUT", "/_mock/readings", 400): ("", {"error-shape": "objekt"}, {}),
    ("POST", "/_mock/world", 400): ("", {"customers": [{}]}, {}),
    ("PATCH", "/_mock/world", 400): ("", [], {}),
    ("POST", "/_mock/faults", 400): ("", {"effect": "429", "cuont": 1}, {}),
    ("DELETE", "/_mock/faults/{id}", 404): ("", None, {}),
    ("POST", "/_mock/cases/{name}", 400): ("", {"tmies": 1}, {}),
    ("POST", "/_mock/cases/{name}", 404): ("nothing", {}, {}),
    ("POST", "/_mock/cases/{name}/result", 400): ("", {"did": "nothing"}, {}),
    ("POST", "/_mock/cases/{name}/result", 404): ("nothing/result", {}, {}),
    ("POST", "/_mock/cases/{name}/result", 409): ("engine_error/result", {"did": "hung"}, {}),
    ("POST", "/_mock/reset", 400): ("", {"tset": "tests/test_x.py::test_y"}, {}),
    **{(method, "/_mock/world", 413): ("", "x" * 2**20, {}) for method in ("PUT", "POST", "PATCH")},
    ("PUT", "/_mock/readings", 413): ("", "x" * 2**20, {}),
    **{
        ("POST", f"/_mock/{door}", 413): ("", "x" * 2**20, {})
        for door in ("reset", "faults", "cases/{name}", "cases/{name}/result")
    },
    ("GET", "/_mock/console/{page}", 204): ("rows?state=0-0-", None, {}),
    ("GET", "/_mock/console/{page}", 303): ("switch?to=other", None, {}),
    ("GET", "/_mock/console/{page}", 400): ("switch?to=!", None, {}),
    ("GET", "/_mock/console/{page}", 404): ("nowhere", None, {}),
    ("POST", "/_mock/console/{page}", 303): ("reset", None, {}),
    ("POST", "/_mock/console/{page}", 400): ("faults", None, {}),
    ("POST", "/_mock/console/{page}", 404): ("nowhere", None, {}),
    ("POST", "/_mock/console/{page}", 413): ("world", "x" * 2**20, {}),
    ("GET", "/_mock/console/exchanges/{id}", 404): ("nothing", None, {}),
    ("GET", "/_mock/console/static/{file}", 404): ("nothing.css", None, {}),
    **{
        (method, path, 403): ("", None, {"HTTP_ORIGIN": "https://example.com"} if path in OPEN else STRANGER)
        for method, path in DOORS
    },
}


# What stands for the names in braces where nothing else is said.
NAMES = {
    "{name}": "already_enrolled",
    "{name}/result": "already_enrolled/result",
    "{id}": "1",
    "{page}": "try",
    "{file}": "console.css",
}


def filled(path: str, rest: str = "") -> str:
    """Return a path of the document with a value for its name: the beginning of `rest`, or one that exists."""
    head, brace, name = path.partition("{")
    if brace and rest and not rest.startswith("?"):
        return head + rest
    return head + (NAMES[brace + name] if brace else "") + rest


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def check_body(answer: TestResponse, method: str, path: str) -> None:
    """Hold the body of an answer against the document."""
    pointer = f"#/paths/{path.replace('/', '~1')}/{method.lower()}/responses/{answer.status_code}"
    node = DOCUMENT["paths"][path][method.lower()]["responses"][str(answer.status_code)]
    if "$ref" in node:
        pointer, node = node["$ref"], DOCUMENT["components"]["responses"][node["$ref"].rpartition("/")[2]]
    if "content" not in node:
        assert answer.data == b""
        return
    media_type = answer.headers["Content-Type"]
    assert media_type in node["content"]
    if media_type == "application/json":
        reference = {"$ref": f"{pointer}/content/application~1json/schema"}
        Draft202012Validator({**DOCUMENT, **reference}).validate(json.loads(answer.data))


def test_document_is_valid() -> None:
    validate(json.loads(json.dumps(DOCUMENT)))


def test_document_has_every_door_and_no_other() -> None:
    assert {(method, path) for method, path, _ in operations()} == set(DOORS)


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: part)
def test_door_answers_as_the_document_says(mock: Caller, method: str, path: str) -> None:
    mock.send()
    mock.send({"action": "enrol"})
    bodies = {"/_mock/faults": {"effect": "429"}, "/_mock/world": CUSTOMERS if method in ("POST", "PATCH") else {}}
    bodies |= {"/_mock/cases/{name}/result": {"did": "returned"}}
    bodies["/_mock/readings"] = {"error-shape": "object-number"}
    for prefix in ("", "/_s/some-session"):
        sent = mock.client.post(prefix + page.PATH, json=page.ENROL_REQUEST, headers=AUTHORIZED)
        mock.client.post(f"{prefix}/_mock/cases/already_enrolled", json={"reset": False})
        mock.client.post(f"{prefix}/_mock/faults", json={"effect": "503", "after": 9})
        is_exchange = "{id}" in path and "faults" not in path
        rest = sent.headers["X-Cap-Requestid"] if is_exchange else ""
        asked: dict[str, Any] = {"json": bodies.get(path)}
        if path == "/_mock/console/{page}" and method == "POST":
            asked = {"data": {"outcome": "engine_error"}}
        answer = mock.client.open(prefix + filled(path, rest), method=method, **asked)
        assert answer.status_code == 200
        check_body(answer, method, path)


def test_every_other_status_of_the_document_has_a_request() -> None:
    listed = {(method, path, int(status)) for method, path, one in operations() for status in one["responses"]}
    # Those of a mock whose store is away are asked for in stores/test_away.py.
    usual = {(*door, status) for door in DOORS for status in (200, 401, 503)}
    assert listed - usual == set(OTHER_STATUSES)


@pytest.mark.parametrize(("method", "path", "status"), OTHER_STATUSES, ids=str)
def test_door_refuses_as_the_document_says(mock: Caller, method: str, path: str, status: int) -> None:
    query, body, environ = OTHER_STATUSES[method, path, status]
    mock.client.post("/_mock/cases/already_enrolled")
    answer = mock.client.open(filled(path, query), method=method, json=body, environ_overrides=environ)
    assert answer.status_code == status
    check_body(answer, method, path)


def test_document_is_served(mock: Caller) -> None:
    assert yaml.safe_load(mock.client.get("/_mock/control.yaml").text) == DOCUMENT


def test_query_of_the_journal_is_that_of_the_document() -> None:
    named = [parameter["name"] for parameter in DOCUMENT["paths"]["/_mock/journal"]["get"]["parameters"]]
    assert named == list(filters._READERS)
