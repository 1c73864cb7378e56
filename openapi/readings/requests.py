"""The questions about the request: its fields, values and types, and the outcomes that answer violations."""

from __future__ import annotations

from copy import deepcopy

from openapi import extensions
from openapi.questions import Readings
from openapi.readings.nodes import (
    NOT_BLANK,
    Raw,
    allow,
    answer_otherwise,
    body,
    field,
    fields,
    forbid_null,
    operation,
)

_WHOLE = r"^-?[0-9]{1,18}$"  # at most as many digits as always fit into 64 bits
_HEX = "[0-9a-fA-F]{24}"


def identifier_names(raw: Raw, readings: Readings) -> None:
    """Accept the kinds of identifiers that other rows name: Body parameters row 8, Error codes row 5."""
    more = ["externalId", "external_id", "userid"]
    field(raw, "customer", "identifierName")["enum"] += (
        more if readings["identifier-names"] == "all-spellings" else more[:1]
    )


def milestone_action(raw: Raw, readings: Readings) -> None:
    """Accept ENROL_MILESTONES, which needs customer.milestone.targetRuleId: Error codes rows 1 and 8."""
    field(raw, "action")["enum"].append("ENROL_MILESTONES")
    field(raw, "customer")["properties"]["milestone"] = {"$ref": "#/components/schemas/RequestedMilestone"}
    raw["components"]["schemas"]["RequestedMilestone"] = {
        "type": "object",
        "description": "The milestone that ENROL_MILESTONES enrols into.",
        "x-outcome": "target_rule_id_required",
        "x-assumed": "The table has no such field; the text of code 310009 names it.",
        "properties": {
            "targetRuleId": {
                "type": "integer",
                "format": "int64",
                "description": "The id of the milestone's target rule.",
                "examples": [151359],
                "x-assumed": "The table has no such field; the text of code 310009 names it.",
            }
        },
    }
    needed = {"required": ["milestone"], "properties": {"milestone": {"required": ["targetRuleId"]}}}
    field(raw).update(
        {
            "if": {"required": ["action"], "properties": {"action": {"const": "ENROL_MILESTONES"}}},
            "then": {"properties": {"customer": needed}},
        }
    )


def source(raw: Raw, readings: Readings) -> None:
    """Require a source that is neither null nor blank: Error codes row 7."""
    field(raw, "customer")["required"].append("source")
    node = field(raw, "customer", "source")
    forbid_null(node)
    node["pattern"] = NOT_BLANK


def null_optional(raw: Raw, readings: Readings) -> None:
    """Treat null in an optional field as a value of the wrong type."""
    for node in fields(raw):
        forbid_null(node)


def unknown_value(raw: Raw, readings: Readings) -> None:
    """Answer an unlisted value with an error that has no documented code, or accept any value of `source`.

    A blank value in a required field is still answered with the code of the field, because it counts as missing
    (question blank-value).
    """
    if readings["unknown-value"] == "ignored":
        node = field(raw, "customer", "source")
        node["examples"] = [value for value in node.pop("enum") if value is not None]
        return
    for path in (("action",), ("customer", "identifierName"), ("customer", "source")):
        answer_otherwise(field(raw, *path), "enum", "invalid_request")
        if path[-1] != "source":
            field(raw, *path)["pattern"] = NOT_BLANK


def wrong_type(raw: Raw, readings: Readings) -> None:
    """Answer a wrong type with an error that has no documented code, or convert between numbers and strings."""
    for node in fields(raw):
        if readings["wrong-type"] == "plain-400":
            answer_otherwise(node, "type", "invalid_request")
        elif "string" in extensions.types(node):
            allow(node, "number")
        elif "integer" in extensions.types(node):
            allow(node, "string")
            node["pattern"] = _WHOLE


def blank_value(raw: Raw, readings: Readings) -> None:
    """Accept a blank string as a value; the look-up then finds nothing."""
    for node in fields(raw):
        if node.get("pattern") == NOT_BLANK:
            del node["pattern"]


def promotion_ids(raw: Raw, readings: Readings) -> None:
    """Require only one of the promotion's ids; an id that is null or blank counts as left out."""
    node = field(raw, "promotion")
    if readings["promotion-ids"] == "identifier-too":
        node["properties"]["identifier"] = {
            "type": deepcopy(node["properties"]["id"]["type"]),
            **({"pattern": NOT_BLANK} if "pattern" in node["properties"]["id"] else {}),
            "description": "The short identifier of the promotion.",
            "examples": ["enr-58"],
            "x-assumed": 'The table has no such field; "Error codes" row 9 asks for "a valid promotionId/identifier".',
        }
    del node["required"]
    node["description"] = "The promotion to enrol into, named by at least one of its ids."
    node["not"] = {"properties": {name: _left_out(one) for name, one in node["properties"].items()}}
    _let_ids_be_left_out(node)


def one_promotion_id_missing(raw: Raw, readings: Readings) -> None:
    """Accept a promotion without ids; the look-up then finds no promotion."""
    node = field(raw, "promotion")
    node.pop("required", None)
    node.pop("not", None)
    _let_ids_be_left_out(node)


def malformed_id(raw: Raw, readings: Readings) -> None:
    """Answer a malformed id with the code of its field.

    Malformed are: a promotion.id that is not 24 hexadecimal digits, a number below 1, and a customer id that holds
    anything but digits. A blank is not malformed where it counts as a value or as left out.
    """
    blank = readings["blank-value"] == "not-found"
    spaces = r"\s*" if readings["value-folding"] in ("trimmed", "both") else ""
    promotion = field(raw, "promotion")
    promotion["properties"]["id"]["pattern"] = _whole(_HEX, blank=blank or "required" not in promotion)
    for node in (promotion["properties"]["promotionId"], field(raw, "programId")):
        node["minimum"] = 1
    field(raw, "customer").update(
        {
            "if": {"required": ["identifierName"], "properties": {"identifierName": {"enum": ["id", "userid"]}}},
            "then": {"properties": {"identifierValue": {"pattern": _whole(f"{spaces}[0-9]+{spaces}", blank=blank)}}},
        }
    )


def unknown_fields(raw: Raw, readings: Readings) -> None:
    """Refuse a property that the page does not list."""
    for node in (field(raw), *fields(raw)):
        if "properties" in node:
            node["additionalProperties"] = False
            answer_otherwise(node, "additionalProperties", "unknown_field")


def promotion_field_names(raw: Raw, readings: Readings) -> None:
    """Rename the promotion's ids as both trees of the section "API Quick Reference" call them."""
    names = {"id": "promoHexId", "promotionId": "promoIntId"}
    node = field(raw, "promotion")
    for one in (node, *([node["not"]] if "not" in node else ())):
        one["properties"] = {names.get(name, name): below for name, below in one["properties"].items()}
    if "required" in node:
        node["required"] = [names.get(name, name) for name in node["required"]]
    for example in body(operation(raw)["requestBody"])["examples"].values():
        promotion = example["value"]["promotion"]
        example["value"]["promotion"] = {names.get(name, name): value for name, value in promotion.items()}


def _left_out(node: Raw) -> Raw:
    """Return the schema of the values of an id that count as left out: null, and blank where blanks count as missing."""
    return {"type": ["string", "null"], "pattern": r"^\s*$"} if node.get("pattern") == NOT_BLANK else {"const": None}


def _let_ids_be_left_out(promotion: Raw) -> None:
    for node in promotion["properties"].values():
        allow(node, "null")
        if node.get("pattern") == NOT_BLANK:
            del node["pattern"]


def _whole(form: str, *, blank: bool) -> str:
    """Anchor a pattern at both ends; with `blank` a blank string matches too."""
    return rf"^(?:{form}|\s*)$" if blank else f"^{form}$"
