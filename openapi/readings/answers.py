"""The questions about the response body: its fields and their shapes."""

from __future__ import annotations

from openapi.questions import Readings
from openapi.readings.nodes import Raw, body, field, responses, schema

_REPEATED = "This field repeats the request; the page shows no response with errors."


def error_shape(raw: Raw, readings: Readings) -> None:
    """Make `errors` a single object, or each code a string, or both."""
    container, _, code = readings["error-shape"].partition("-")
    if code == "string":
        schema(raw, "ErrorItem")["properties"]["code"]["type"] = "string"
    if container == "object":
        errors = schema(raw, "ErrorAnswer")["properties"]["errors"]
        for keyword in ("type", "minItems", "items"):
            del errors[keyword]
        errors["$ref"] = "#/components/schemas/ErrorItem"
        errors["description"] = "What is wrong with the request."
        _hold_one(schema(raw, "EnrolAnswer")["properties"]["errors"])


def warning_shape(raw: Raw, readings: Readings) -> None:
    """Make `warnings` a single object, or a list of strings."""
    fields = [schema(raw, name)["properties"]["warnings"] for name in ("EnrolAnswer", "ErrorAnswer")]
    if readings["warning-shape"] == "object":
        for warnings in fields:
            _hold_one(warnings)
        return
    text = raw["components"]["schemas"].pop("WarningItem")["properties"]["message"]
    for warnings in fields:
        warnings["items"] = text


def data_on_error(raw: Raw, readings: Readings) -> None:
    """In a response with errors, remove `data`, or let it repeat the request."""
    answer = schema(raw, "ErrorAnswer")
    if readings["data-on-error"] == "absent":
        del answer["properties"]["data"]
        answer["required"].remove("data")
        return
    answer["properties"]["data"] = _or_null("RequestEcho")
    raw["components"]["schemas"]["RequestEcho"] = {
        "type": "object",
        "description": "The part of the request that could be read.",
        "x-questions": {"type": "data-on-error"},
        "properties": {
            "requestId": _echoed(raw, "requestId"),
            "action": _echoed(raw, "action"),
            "customer": {"$ref": "#/components/schemas/EchoedCustomer"},
        },
    }
    raw["components"]["schemas"]["EchoedCustomer"] = {
        "type": "object",
        "description": "The customer as the request named it.",
        "x-assumed": _REPEATED,
        "properties": {
            "identifierName": _echoed(raw, "customer", "identifierName"),
            "identifierValue": _echoed(raw, "customer", "identifierValue"),
        },
    }


def request_id_absent(raw: Raw, readings: Readings) -> None:
    """If the request had no requestId, leave it out of the response, or generate one; it is never null."""
    enrolment = schema(raw, "Enrolment")
    enrolment["properties"]["requestId"]["type"] = "string"
    if readings["request-id-absent"] == "omitted":
        enrolment["required"].remove("requestId")


def already_enrolled_body(raw: Raw, readings: Readings) -> None:
    """Allow `data` to be null beside the warning "already enrolled or limit reached" (Warning messages row 1)."""
    if readings["already-enrolled-body"] == "data-null":
        _let_data_be_null(raw)


def limit_reached_body(raw: Raw, readings: Readings) -> None:
    """Allow `data` to be null beside the same warning when a limit is reached."""
    _let_data_be_null(raw)


def milestones_failed_body(raw: Raw, readings: Readings) -> None:
    """Allow `milestone` to be null when milestones failed."""
    _let_milestone_be_null(raw)


def no_milestones(raw: Raw, readings: Readings) -> None:
    """Allow `milestone` to be null, or to be absent, when the promotion has none."""
    if readings["no-milestones"] == "null":
        _let_milestone_be_null(raw)
    else:
        schema(raw, "EnrolmentStatus")["required"].remove("milestone")


def enrol_gives_optin_id(raw: Raw, readings: Readings) -> None:
    """Set optinId to null in the example response to ENROL if only OPT_IN returns one.

    The reading `loyalty-only` keeps it: the promotion of the example may be of type LOYALTY.
    """
    if readings["enrol-gives-optin-id"] == "after-opt-in":
        enrolled = body(responses(raw)["200"])["examples"]["enrolled"]["value"]
        enrolled["data"]["enrollmentStatus"]["promotion"]["optinId"] = None


def _let_data_be_null(raw: Raw) -> None:
    schema(raw, "EnrolAnswer")["properties"]["data"] = _or_null("Enrolment")


def _let_milestone_be_null(raw: Raw) -> None:
    schema(raw, "EnrolmentStatus")["properties"]["milestone"] = _or_null("MilestoneStatus")


def _echoed(raw: Raw, *path: str) -> Raw:
    """Return the schema of a field that repeats a field of the request as far as it could be read."""
    return {
        "type": ["string", "null"],
        "description": f"The {path[-1]} of the request.",
        "examples": field(raw, *path)["examples"],
        "x-assumed": _REPEATED,
    }


def _hold_one(node: Raw) -> None:
    """Let a field hold one object instead of a list of them. A field whose list must be empty is always null."""
    del node["type"]
    node["anyOf"] = [node.pop("items"), {"type": "null"}]
    if node.pop("maxItems", None) == 0:
        node["const"] = None
        node["description"] = node["description"].replace("Null, or an empty list.", "Always null.")


def _or_null(name: str) -> Raw:
    """Return a schema that allows null beside the values of a named schema."""
    return {"anyOf": [{"$ref": f"#/components/schemas/{name}"}, {"type": "null"}]}
