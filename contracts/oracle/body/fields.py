"""The fields of the request, one function each: what it asks for, and the reasons it gives to refuse the request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.oracle.body.described import Described, Path
from contracts.oracle.body.value_reasons import (
    converted_out_of_form,
    malformed,
    milestone_action,
    missing,
    odd_text,
    show,
    unlisted,
    wrong_type,
)
from contracts.oracle.body.values import Reasons, as_text, read_text
from contracts.oracle.reasons import ANY, PLAIN, Option, Reason, reading

# The kinds of identifier that "Body parameters" row 7 lists, and those that only other places of the page name.
_IDENTIFIERS: Final = ("id", "mobile", "email")
_OTHER_IDENTIFIERS: Final = ("externalId", "external_id", "userid")
# What a value of each kind of identifier looks like to any host. Of the lengths that E.164 allows a mobile, those that
# occur.
_WORD: Final = r"[A-Za-z0-9_+-]+"
_FORMS: Final[Mapping[str, str]] = {
    "id": r"\d+",
    "mobile": r"\d{8,15}",
    "email": rf"{_WORD}(\.{_WORD})*@([A-Za-z0-9-]+\.)+[A-Za-z]{{2,}}",
}
# Fields that only other places of the page name: "Error codes" rows 8 and 9.
_KNOWN_ELSEWHERE: Final = {("promotion", "identifier"), ("customer", "milestone")}
# Outcomes that ask for one of the fields that an empty customer lacks. The text of 310004, customer_required, asks for
# "the customer object with identifiers", so it may answer an empty customer too.
_EMPTY_CUSTOMER: Final = (
    "customer_required",
    "identifier_name_required",
    "identifier_value_required",
    "source_required",
)


def read_object(described: Described, body: Mapping[str, Any], name: str) -> tuple[dict[str, Any] | None, Reasons]:
    """Return the object `promotion` or `customer`, None where there is none to read. Rows 3 and 6."""
    value = body.get(name, NOTHING)
    if isinstance(value, dict):
        if not value and name == "customer":
            claims = ("request.customer.identifierName.required", "request.customer.identifierValue.required")
            options = tuple(Option(outcome) for outcome in _EMPTY_CUSTOMER)
            return None, (Reason("customer is empty", claims, options),)
        return value, ()
    outcome = described.outcomes[(name,)]
    if value is NOTHING or value is None:
        return None, (missing((name,), value, outcome),)
    return None, (wrong_type((name,), value, outcome, convertible=False),)


def read_request_id(body: Mapping[str, Any]) -> tuple[Any, Reasons]:
    """Return requestId as it was sent, NOTHING where it was left out. Row 1."""
    path = ("requestId",)
    value = body.get("requestId", NOTHING)
    if value is NOTHING:
        return NOTHING, ()
    if value is None:
        key = "null-optional/requestId"
        absent = Option(None, (reading(key, "absent"),), decides=False)
        refused = Option(PLAIN, (reading(key, "refused"),), decides=False)
        return None, (Reason("requestId is null", ("request.requestId.type",), (absent, refused)),)
    if not isinstance(value, str):
        return value, (wrong_type(path, value, PLAIN, convertible=as_text(value) is not None),)
    return value, odd_text(path, value, PLAIN)


def read_action(described: Described, body: Mapping[str, Any], customer: Any) -> tuple[str | None, Reasons]:
    """Return action, None where it is none that the page names. Row 2."""
    path = ("action",)
    value, reasons = read_text(described, body, path)
    outcome = described.outcomes[path]
    if value is None or value in described.listed[path]:
        return value, reasons
    if value == "ENROL_MILESTONES":
        return value, (*reasons, milestone_action(customer, outcome))
    what = f"action is {show(value)}, which is not listed"
    return None, (*reasons, Reason(what, ("request.action.values",), unlisted(path, outcome), kind="unlisted"))


def read_promotion_hex(described: Described, promotion: Mapping[str, Any] | None) -> tuple[str | None, Reasons]:
    """Return the string id of the promotion. Row 4."""
    path = ("promotion", "id")
    # Whether the promotion needs both of its ids is an open question, which the look-ups deal with.
    if promotion is None or promotion.get("id") is None:
        return None, ()
    sent = promotion["id"]
    value, reasons = read_text(described, promotion, path, not_found="promotion_not_found")
    if not isinstance(sent, str):
        return value, tuple(map(converted_out_of_form, reasons))
    if value is None:
        # What a blank id means depends on the other id, so the look-ups must see that it was blank.
        return sent, reasons
    if re.fullmatch(r"[0-9a-fA-F]{24}", value):
        return value, reasons
    what = "promotion.id is not 24 hexadecimal digits"
    return value, (*reasons, malformed(path, described.outcomes[path], what))


def read_identifier_name(described: Described, customer: Mapping[str, Any] | None) -> tuple[str | None, Reasons]:
    """Return the kind of identifier, None where it is none that the page names. Row 7."""
    path = ("customer", "identifierName")
    if customer is None:
        return None, ()
    value, reasons = read_text(described, customer, path, not_found="customer_not_found")
    if value is None or value in _IDENTIFIERS:
        return value, reasons
    refusals = unlisted(path, described.outcomes[path])
    if value in _OTHER_IDENTIFIERS:
        return value, (*reasons, _other_identifier(value, refusals))
    what = f"identifierName is {show(value)}, which is not listed"
    return None, (*reasons, Reason(what, ("error.identifier_name_required",), refusals, kind="unlisted"))


def read_identifier_value(described: Described, customer: Mapping[str, Any] | None) -> tuple[str | None, Reasons]:
    """Return the value of the identifier. Row 8."""
    path = ("customer", "identifierValue")
    if customer is None:
        return None, ()
    value, reasons = read_text(described, customer, path, not_found="customer_not_found")
    if value is None:
        return value, reasons
    kind = customer.get("identifierName")
    form = _FORMS.get(str(kind))
    has_form = not form or re.fullmatch(form, value, re.ASCII)
    if not isinstance(customer["identifierValue"], str):
        return value, reasons if has_form else tuple(map(converted_out_of_form, reasons))
    if not has_form:
        what = f"identifierValue {show(value)} cannot be one of its kind"
    elif value.isdigit() and len(value) > 18 and kind == "id":
        what = "identifierValue is beyond 64 bits"
    else:
        return value, reasons
    return value, (*reasons, malformed(path, described.outcomes[path], what))


def read_source(described: Described, customer: Mapping[str, Any] | None) -> tuple[str | None, Reasons]:
    """Return source, None where it is none that the page lists. Row 9."""
    path = ("customer", "source")
    if customer is None:
        return None, ()
    value = customer.get("source", NOTHING)
    outcome = described.outcomes[path]
    if value is NOTHING:
        return None, (_without_source(outcome),)
    if value is None:
        return None, (_null_source(outcome),)
    ignored = Option(None, (reading("unknown-value/customer.source", "ignored"),), decides=False)
    if not isinstance(value, str):
        wrong = wrong_type(path, value, outcome, convertible=as_text(value) is not None)
        return None, (replace(wrong, options=(*wrong.options, ignored)),)
    if value in described.listed[path]:
        return value, ()
    # A host that does not check the value may still use it to find the customer, and then finds nobody.
    nobody = Option("customer_not_found", decides=False)
    if not value.strip():
        blank = (Option(outcome), Option(PLAIN), Option(None, decides=False), nobody)
        return None, (Reason("customer.source is blank", (), blank),)
    what = f"customer.source is {show(value)}, which is not listed"
    unknown = (*unlisted(path, outcome), ignored, nobody)
    return None, (Reason(what, ("request.customer.source.values",), unknown, kind="unlisted"),)


def unknown_fields(described: Described, value: Mapping[str, Any] | None, path: Path) -> Reasons:
    """Return the reason that fields give which the page does not list. `path`: of the object they stand in."""
    unknown = sorted(set(value or ()) - described.names[path])
    if not unknown:
        return ()
    place = ".".join(path)
    key = f"unknown-fields/{place or 'body'}"
    # Whether `identifier` is a field of the promotion, and `milestone` one of the customer, are questions of their own:
    # no reading follows.
    undecided = any((*path, name) in _KNOWN_ELSEWHERE for name in unknown)
    ignored = Option(None, () if undecided else (reading(key, "ignored"),), decides=False)
    refused = Option(ANY, () if undecided else (reading(key, "refused"),), decides=False)
    what = f"{place or 'the body'} has the unlisted {', '.join(map(show, unknown[:3]))}"
    return (Reason(what, (), (ignored, refused)),)


def _other_identifier(value: str, refusals: tuple[Option, ...]) -> Reason:
    """Return the reason that a kind of identifier gives which row 7 does not list, and row 8 or "Error codes" row 6 does."""
    key = f"identifier-names/{value}"
    accepting = ("with-externalId", "all-spellings") if value == "externalId" else ("all-spellings",)
    refusing = ("id-mobile-email",) if value == "externalId" else ("id-mobile-email", "with-externalId")
    accepted = Option(None, (reading(key, *accepting),), decides=False)
    refused = (Option(o.outcome, (reading(key, *refusing),), decides=False) for o in refusals)
    return Reason(f"identifierName is {value}", ("request.customer.identifierName.values",), (accepted, *refused))


def _without_source(outcome: str) -> Reason:
    optional = Option(None, (reading("source", "optional"),))
    required = Option(outcome, (reading("source", "required"),), decides=False)
    claims = ("request.customer.source.optional",)
    return Reason("customer.source is missing", claims, (optional, required), worded=True, kind="missing")


def _null_source(outcome: str) -> Reason:
    # A host that requires a source refuses null whichever way it reads null, so a refusal always counts as "refused".
    key = "null-optional/customer.source"
    absent, refused = (reading(key, "absent"),), (reading(key, "refused"),)
    options = (Option(None, absent, False), Option(outcome, refused, False), Option(PLAIN, refused, False))
    return Reason("customer.source is null", ("request.customer.source.type",), options)
