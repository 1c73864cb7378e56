"""Build the example responses with errors and warnings from the catalogue, in the document's shapes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from openapi import envelope
from openapi.questions import Readings
from openapi.readings.nodes import Raw, body, operation, responses


def build(raw: Raw, readings: Readings) -> None:
    """Add an example for each documented outcome to the response of its status."""
    shape = envelope.read(raw)
    for entry in raw["x-outcomes"]:
        if "x-documented" not in entry:
            continue
        if entry["kind"] == "error":
            value = shape.refusal([(entry["code"], entry["message"])], echo=_echo(raw))
        else:
            value = shape.result(_data(raw, entry["name"], readings), warnings=[entry["message"]])
        examples = body(responses(raw)[str(entry["status"])]).setdefault("examples", {})
        examples[entry["name"]] = {
            "summary": entry["message"].partition(". ")[0].rstrip("."),
            "x-assumed": "Built from the catalogue, in the shapes of the chosen readings.",
            "value": value,
        }


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
