"""The questions about the answer: what stands beside what, and in which shape."""

from __future__ import annotations

from openapi.questions import Readings
from openapi.readings.nodes import Raw, allow, body, responses, schema

_REPEATED = "What stands there repeats the request; the page shows no answer with errors."


def error_shape(raw: Raw, readings: Readings) -> None:
    """Make `errors` one object, or a code a string, or both."""
    container, _, code = readings["error-shape"].partition("-")
    if code == "string":
        schema(raw, "Error")["properties"]["code"]["type"] = "string"
    if container == "object":
        errors = schema(raw, "ErrorAnswer")["properties"]["errors"]
        for keyword in ("type", "minItems", "items"):
            del errors[keyword]
        errors["$ref"] = "#/components/schemas/Error"
        errors["description"] = "What is wrong with the request."


def warning_shape(raw: Raw, readings: Readings) -> None:
    """Make `warnings` one object, or a list of strings."""
    warnings = schema(raw, "EnrolAnswer")["properties"]["warnings"]
    if readings["warning-shape"] == "object":
        del warnings["type"], warnings["items"]
        warnings["anyOf"] = [{"$ref": "#/components/schemas/Warning"}, {"type": "null"}]
    else:
        warnings["items"] = {"type": "string", "description": "The text of the catalogue."}
        del raw["components"]["schemas"]["Warning"]


def data_on_error(raw: Raw, readings: Readings) -> None:
    """Leave `data` out beside errors, or let it repeat the request."""
    answer = schema(raw, "ErrorAnswer")
    if readings["data-on-error"] == "absent":
        del answer["properties"]["data"]
        answer["required"].remove("data")
        return
    text = {"type": ["string", "null"], "x-assumed": _REPEATED}
    answer["properties"]["data"] = {
        "type": ["object", "null"],
        "description": "The request as far as it could be read; null when there is none.",
        "x-questions": {"type": "data-on-error"},
        "properties": {
            "requestId": {**text, "description": "The request's own identifier."},
            "action": {**text, "description": "The action."},
            "customer": {
                "type": "object",
                "description": "The customer as named.",
                "x-assumed": _REPEATED,
                "properties": {
                    "identifierName": {**text, "description": "The kind of identifier."},
                    "identifierValue": {**text, "description": "The identifier."},
                },
            },
        },
    }


def request_id_absent(raw: Raw, readings: Readings) -> None:
    """Leave requestId out, or make one up, where the request had none; it is never null then."""
    enrolment = schema(raw, "Enrolment")
    enrolment["properties"]["requestId"]["type"] = "string"
    if readings["request-id-absent"] == "omitted":
        enrolment["required"].remove("requestId")


def already_enrolled_body(raw: Raw, readings: Readings) -> None:
    """Let `data` be null beside the first warning."""
    if readings["already-enrolled-body"] == "data-null":
        _let_data_be_null(raw)


def limit_reached_body(raw: Raw, readings: Readings) -> None:
    """Let `data` be null beside the same warning."""
    _let_data_be_null(raw)


def milestones_failed_body(raw: Raw, readings: Readings) -> None:
    """Let `milestone` be null where milestones failed."""
    _let_milestone_be_null(raw)


def no_milestones(raw: Raw, readings: Readings) -> None:
    """Let `milestone` be null, or left out, where there are none."""
    if readings["no-milestones"] == "null":
        _let_milestone_be_null(raw)
    else:
        schema(raw, "Enrolment")["properties"]["enrollmentStatus"]["required"].remove("milestone")


def enrol_gives_optin_id(raw: Raw, readings: Readings) -> None:
    """Show no optinId in the example of ENROL, whose promotion may be of type LOYALTY, where only OPT_IN gives one."""
    if readings["enrol-gives-optin-id"] == "after-opt-in":
        enrolled = body(responses(raw)["200"])["examples"]["enrolled"]["value"]
        enrolled["data"]["enrollmentStatus"]["promotion"]["optinId"] = None


def _let_data_be_null(raw: Raw) -> None:
    schema(raw, "EnrolAnswer")["properties"]["data"] = {
        "anyOf": [{"$ref": "#/components/schemas/Enrolment"}, {"type": "null"}]
    }


def _let_milestone_be_null(raw: Raw) -> None:
    allow(schema(raw, "Enrolment")["properties"]["enrollmentStatus"]["properties"]["milestone"], "null")
