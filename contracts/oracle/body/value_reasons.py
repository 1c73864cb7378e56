"""The reasons that one value gives to refuse a request: it is missing, of a wrong type, unlisted, malformed or odd.

Source: the page, "Body parameters" rows 1 to 10, and "Error codes" rows 1 to 8.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.json_value import as_json
from contracts.oracle.reasons import PLAIN, Option, Reason, reading

_LONG: Final = 255
_LONG_ID: Final = 64
# What a host may answer that looks up a value of the wrong type, or looks for fields in a value that is no object.
_FOUND_NOTHING: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("promotion",): ("promotion_not_found",),
    ("promotion", "id"): ("promotion_not_found",),
    ("promotion", "promotionId"): ("promotion_not_found",),
    ("customer",): ("identifier_name_required", "identifier_value_required", "source_required"),
    ("customer", "identifierValue"): ("customer_not_found",),
    ("customer", "source"): ("customer_not_found",),
    ("programId",): ("program_not_found",),
}


def json_type(value: Any) -> str:
    """Return the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {dict: "object", list: "array", str: "string", int: "integer", float: "number"}
    return names.get(type(value), "nothing")


def show(value: Any) -> str:
    """Return a short form of a value for a message."""
    return as_json(value, 60)


def missing(path: tuple[str, ...], value: Any, outcome: str) -> Reason:
    """Return the reason that a required field gives which is missing or null."""
    name = ".".join(path)
    options = [Option(outcome)]
    if value is None:
        options.append(Option(PLAIN, (reading(f"wrong-type/{name}:null", "plain-400"),)))
    claims = (f"request.{name}.required",)
    if value is NOTHING:
        return Reason(f"{name} is missing", claims, tuple(options), worded=True, kind="missing")
    return Reason(f"{name} is null", claims, tuple(options))


def wrong_type(path: tuple[str, ...], value: Any, outcome: str, *, convertible: bool) -> Reason:
    """Return the reason that a value of the wrong type gives.

    A host may refuse it. It may also convert it (`convertible`), or look it up and find nothing.
    """
    name = ".".join(path)
    key = f"wrong-type/{name}:{json_type(value)}"
    # Of the texts in place of a number, only bare digits tell a reading. Whether a text with spaces or a sign is taken
    # depends on the parser.
    plain = outcome != PLAIN and not (isinstance(value, str) and not value.isdigit())
    options = [
        Option(outcome, (reading(key, "field-code"),) if plain else ()),
        Option(PLAIN, (reading(key, "plain-400"),) if plain else ()),
    ]
    if convertible:
        options.append(Option(None, (reading(key, "coerced"),) if plain else (), decides=False))
    options += (Option(found_nothing, decides=False) for found_nothing in _FOUND_NOTHING.get(path, ()))
    what = f"{name} is {show(value)}, of the type {json_type(value)}"
    return Reason(what, (f"request.{name}.type",), tuple(options), kind="type")


def unlisted(path: tuple[str, ...], outcome: str) -> tuple[Option, ...]:
    """Return the options of a host that refuses a value which the page does not list."""
    key = f"unknown-value/{'.'.join(path)}"
    return Option(outcome, (reading(key, "field-code"),)), Option(PLAIN, (reading(key, "plain-400"),))


def malformed(path: tuple[str, ...], outcome: str, what: str) -> Reason:
    """Return the reason that an id gives which cannot exist. A host may look it up in vain, or refuse it for its form."""
    key = f"malformed-id/{'.'.join(path)}"
    found, coded = (reading(key, "not-found"),), (reading(key, "field-code"),)
    return Reason(what, (), (Option(None, found), Option(outcome, coded), Option(PLAIN)), hint=True, kind="form")


def converted_out_of_form(reason: Reason) -> Reason:
    """Return the reason of a wrong type whose text has not the form of the field.

    A host that converts it may then refuse it for its form, so a refusal tells no reading.
    """
    options = (option if option.outcome is None else replace(option, implies=()) for option in reason.options)
    return replace(reason, options=tuple(options))


def odd_text(path: tuple[str, ...], value: str, outcome: str) -> tuple[Reason, ...]:
    """Return the reason that a text gives if it is unusually long, or holds characters that are no letters of a text.

    The page limits no text, so a host may refuse such a text in any field, or take it.
    """
    longest = _LONG_ID if path == ("requestId",) else _LONG
    if len(value) <= longest and not any(map(_is_odd, value)):
        return ()
    options = (Option(None), Option(outcome), Option(PLAIN))
    return (Reason(f"{'.'.join(path)} is very long or holds control characters", (), options),)


def _is_odd(char: str) -> bool:
    """The character is a control, a lone surrogate or a noncharacter. The last two are no I-JSON (RFC 7493 §2.1)."""
    code = ord(char)
    return unicodedata.category(char) in ("Cc", "Cs") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code < 0xFDF0


def milestone_action(customer: Any, outcome: str) -> Reason:
    """Return the reason that the action ENROL_MILESTONES gives.

    "Error codes" row 1 lists this action and "Body parameters" row 2 does not. A host that accepts it needs a
    targetRuleId ("Error codes" row 8).
    """
    key = "milestone-action"
    accepted = reading(key, "accepted")
    # A host that knows this action may refuse it in another way than those that it does not know.
    refused = tuple(Option(o.outcome, (reading(key, "refused"),)) for o in unlisted(("action",), outcome))
    milestone = customer.get("milestone") if isinstance(customer, dict) else None
    if isinstance(milestone, dict) and milestone.get("targetRuleId") is not None:
        return Reason("action is ENROL_MILESTONES", (), (*refused, Option(None, (accepted,), decides=False)))
    asks = Option("target_rule_id_required", (accepted,), decides=False)
    return Reason("action is ENROL_MILESTONES, without targetRuleId", ("request.action.values",), (*refused, asks))
