"""Build the examples of errors and warnings from the catalogue, in the document's shapes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from openapi import envelope
from openapi.envelope import Envelope
from openapi.questions import Readings
from openapi.readings.nodes import Raw, body, operation, responses, schema

# Outcomes in words of the kit's own that answer under one reading only: (question, reading).
_ONLY_UNDER = {
    "unknown_field": ("unknown-fields", "refused"),
    "target_rule_not_found": ("milestone-action", "accepted"),
    "not_enrolled": ("opt-in-first", "refused"),
}


def build(raw: Raw, readings: Readings) -> None:
    """Write an example for each outcome that can occur, and show it in the response of its status.

    The rows of the page come first, because tools show the first example of a response. Examples built before are
    replaced. The schema ErrorItem shows the first error.
    """
    shape = envelope.read(raw)
    built = raw["components"]["examples"] = {}
    for response in responses(raw).values():
        held = body(response).get("examples", {})
        body(response)["examples"] = {name: example for name, example in held.items() if "$ref" not in example}
    for entry in sorted(_shown(raw, readings), key=lambda entry: "x-documented" not in entry):
        built[entry["name"]] = {"summary": _summary(entry), "value": _value(raw, entry, shape, readings)}
        examples = body(responses(raw)[str(entry["status"])])["examples"]
        examples[entry["name"]] = {"$ref": f"#/components/examples/{entry['name']}"}
    _show_first_error(raw, shape)


def _shown(raw: Raw, readings: Readings) -> list[Raw]:
    """Return the outcomes that can occur, and all that are on the page."""
    needed = {name: readings[question] == reading for name, (question, reading) in _ONLY_UNDER.items()}
    return [entry for entry in raw["x-outcomes"] if needed.get(entry["name"], True)]


def _summary(entry: Raw) -> str:
    if entry["kind"] == "warning":
        return f"Warning: {entry['message'].rstrip('.')}"
    return f"{entry['code']}: {entry['message'].partition('. ')[0].rstrip('.')}"


def _value(raw: Raw, entry: Raw, shape: Envelope, readings: Readings) -> Any:
    if entry["kind"] == "error":
        return shape.refusal([(entry["code"], entry["message"])], echo=_echo(raw))
    return shape.result(_data(raw, entry["name"], readings), warnings=[entry["message"]])


def _show_first_error(raw: Raw, shape: Envelope) -> None:
    first = next(entry for entry in raw["x-outcomes"] if entry["kind"] == "error" and "x-documented" in entry)
    for name, value in shape.error(first["code"], first["message"]).items():
        schema(raw, "ErrorItem")["properties"][name]["examples"] = [value]


def _echo(raw: Raw) -> dict[str, Any]:
    """Return the part of the first example request that a response with errors may repeat."""
    request = next(iter(body(operation(raw)["requestBody"])["examples"].values()))["value"]
    named = {name: request["customer"][name] for name in ("identifierName", "identifierValue")}
    return {"requestId": request["requestId"], "action": request["action"], "customer": named}


def _data(raw: Raw, warning: str, readings: Readings) -> Any:
    """Return the `data` that accompanies a warning, derived from the example response."""
    data = deepcopy(body(responses(raw)["200"])["examples"]["enrolled"]["value"]["data"])
    enrolment = data["enrollmentStatus"]
    if warning == "milestones_failed":
        failed = {"status": "FAILED", "milestones": []}
        enrolment["milestone"] = None if readings["milestones-failed-body"] == "milestone-null" else failed
    elif warning == "no_response":
        enrolment["promotion"].update(enrollmentId=None, optinId=None)
        data["status"] = "SUCCESS" if readings["no-response-body"] == "success" else "FAILED"
    elif readings["already-enrolled-body"] == "data-null":
        return None
    elif readings["already-enrolled-body"] == "ids-null":
        enrolment["promotion"].update(enrollmentId=None, optinId=None)
        enrolment["milestone"] = {"status": "FAILED", "milestones": []}
        data["status"] = "FAILED"
    return data
