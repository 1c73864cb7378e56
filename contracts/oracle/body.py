"""The defects of a request body: what is missing, of the wrong type, blank, unlisted or malformed.

Source: the page, "Body parameters" rows 1 to 10, and "Error codes" rows 1 to 8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.exchange import NOTHING
from contracts.oracle.reasons import ANY, PLAIN, Asked, Option, Reason, reading
from contracts.oracle.value_reasons import (
    json_type,
    malformed,
    milestone_action,
    missing,
    odd_text,
    show,
    unlisted,
    wrong_type,
)
from openapi.document import Document

_SPELLINGS = ("externalId", "external_id", "userid")
_IDENTIFIERS = ("id", "mobile", "email")


class BodyReader:
    """Reads bodies by one document: which fields there are, and which outcome answers each."""

    def __init__(self, document: Document):
        fields = {field.path: field for field in document.request_fields}
        self._outcomes = {
            path: next((f.outcome for f in (fields[path[:n]] for n in range(len(path), 0, -1)) if f.outcome), PLAIN)
            for path in fields
        }
        self._values = {
            path: tuple(value for value in field.schema["enum"] if value is not None)
            for path, field in fields.items()
            if "enum" in field.schema
        }
        self._names = {
            (): {path[0] for path in fields},
            ("promotion",): {path[1] for path in fields if path[:-1] == ("promotion",)},
            ("customer",): {path[1] for path in fields if path[:-1] == ("customer",)},
        }

    def read(self, body: Any) -> tuple[tuple[Reason, ...], Asked]:
        """Return the reasons a body gives to refuse it, and what it asks for."""
        if not isinstance(body, dict):
            outcomes = {outcome for path, outcome in self._outcomes.items() if len(path) == 1}
            options = tuple(Option(outcome) for outcome in sorted(outcomes | {PLAIN}))
            return (Reason(f"the body is {json_type(body)}, not an object", (), options),), Asked()
        reasons: list[Reason] = []
        promotion = self._object(body, "promotion", reasons)
        customer = self._object(body, "customer", reasons)
        action = self._action(body, customer, reasons)
        asked = Asked(
            action=action,
            promotion_given=promotion is not None and not _unreadable(promotion),
            promotion=self._promotion_hex(promotion, reasons),
            promotion_id=self._number(promotion, ("promotion", "promotionId"), reasons),
            identifier=_text(promotion.get("identifier")) if promotion is not None else None,
            program_id=self._number(body, ("programId",), reasons),
            identifier_name=self._identifier_name(customer, reasons),
            identifier_value=self._identifier_value(customer, reasons),
            source=self._source(customer, reasons),
            request_id=self._request_id(body, reasons),
        )
        self._unknown_fields(body, (), reasons)
        self._unknown_fields(promotion, ("promotion",), reasons)
        self._unknown_fields(customer, ("customer",), reasons)
        return tuple(reasons), asked

    def _object(self, body: Mapping[str, Any], name: str, reasons: list[Reason]) -> dict[str, Any] | None:
        value = body.get(name, NOTHING)
        if isinstance(value, dict):
            if not value and name == "customer":
                # 310004 asks for "the customer object with identifiers": it may answer {} as well as 310006 and 310007.
                names = (
                    "customer_required",
                    "identifier_name_required",
                    "identifier_value_required",
                    "source_required",
                )
                claims = ("request.customer.identifierName.required", "request.customer.identifierValue.required")
                reasons.append(Reason("customer is empty", claims, tuple(Option(outcome) for outcome in names)))
                return None
            return value
        outcome = self._outcomes[(name,)]
        if value is NOTHING or value is None:
            reasons.append(missing((name,), value, outcome))
        else:
            reasons.append(wrong_type((name,), value, outcome, coercible=False))
        return None

    def _action(self, body: Mapping[str, Any], customer: Any, reasons: list[Reason]) -> str | None:
        path = ("action",)
        value = self._string(body, path, reasons)
        if value is None or value in self._values[path]:
            return value
        if value == "ENROL_MILESTONES":
            reasons += milestone_action(customer, self._outcomes[path])
            return value
        outcome = self._outcomes[path]
        what = f"action is {show(value)}, which is not listed"
        reasons.append(Reason(what, ("request.action.values",), unlisted(path, outcome)))
        return None

    def _promotion_hex(self, promotion: Mapping[str, Any] | None, reasons: list[Reason]) -> str | None:
        path = ("promotion", "id")
        # A missing id of the promotion is no defect by itself: whether one is enough is an open question.
        if promotion is None or promotion.get("id") is None:
            return None
        value = self._string(promotion, path, reasons, not_found="promotion_not_found")
        if not isinstance(promotion["id"], str):
            return value
        if value is None:
            return promotion["id"]  # blank: what that means depends on the other id
        if not re.fullmatch(r"[0-9a-fA-F]{24}", value):
            reasons.append(malformed(path, value, self._outcomes[path], "promotion.id is not 24 hexadecimal digits"))
        return value

    def _identifier_name(self, customer: Mapping[str, Any] | None, reasons: list[Reason]) -> str | None:
        path = ("customer", "identifierName")
        if customer is None:
            return None
        value = self._string(customer, path, reasons, not_found="customer_not_found")
        if value is None or value in _IDENTIFIERS:
            return value
        outcome = self._outcomes[path]
        if value in _SPELLINGS:
            key = f"identifier-names/{value}"
            accepting = ("with-externalId", "all-spellings") if value == "externalId" else ("all-spellings",)
            accepted = Option(None, (reading(key, *accepting),), decides=False)
            refusing = ("id-mobile-email",) if value == "externalId" else ("id-mobile-email", "with-externalId")
            refused = reading(key, *refusing)
            listed = (Option(o.outcome, (*o.implies, refused), decides=False) for o in unlisted(path, outcome))
            claims = ("request.customer.identifierName.values",)
            reasons.append(Reason(f"identifierName is {value}", claims, (accepted, *listed)))
            return value
        what = f"identifierName is {show(value)}, which is not listed"
        reasons.append(Reason(what, ("error.identifier_name_required",), unlisted(path, outcome)))
        return None

    def _identifier_value(self, customer: Mapping[str, Any] | None, reasons: list[Reason]) -> str | None:
        path = ("customer", "identifierValue")
        if customer is None:
            return None
        value = self._string(customer, path, reasons, not_found="customer_not_found")
        if value is None or not isinstance(customer["identifierValue"], str):
            return value
        form = {"id": r"\d+", "mobile": r"\+?\d+", "email": r"[^@\s]+@[^@\s]+"}.get(str(customer.get("identifierName")))
        if form and not re.fullmatch(form, value, re.ASCII):
            what = f"identifierValue {show(value)} cannot be one of its kind"
            reasons.append(malformed(path, value, self._outcomes[path], what))
        elif value.isdigit() and len(value) > 18 and customer.get("identifierName") == "id":
            reasons.append(malformed(path, value, self._outcomes[path], "identifierValue is beyond 64 bits"))
        return value

    def _source(self, customer: Mapping[str, Any] | None, reasons: list[Reason]) -> str | None:
        path = ("customer", "source")
        if customer is None:
            return None
        value = customer.get("source", NOTHING)
        outcome = self._outcomes[path]
        if value is NOTHING:
            optional = Option(None, (reading("source", "optional"),))
            required = Option(outcome, (reading("source", "required"),), decides=False)
            claims = ("request.customer.source.optional",)
            reasons.append(Reason("customer.source is missing", claims, (optional, required), worded=True))
            return None
        if value is None:
            # A host that needs a source refuses null in either reading: in effect it is refused.
            key = "null-optional/customer.source"
            absent, refused = (reading(key, "absent"),), (reading(key, "refused"),)
            options = (Option(None, absent, False), Option(outcome, refused, False), Option(PLAIN, refused, False))
            reasons.append(Reason("customer.source is null", ("request.customer.source.type",), options))
            return None
        ignored = Option(None, (reading("unknown-value/customer.source", "ignored"),), decides=False)
        if not isinstance(value, str):
            wrong = wrong_type(path, value, outcome, coercible=_as_text(value) is not None)
            reasons.append(replace(wrong, options=(*wrong.options, ignored)))
            return None
        if value in self._values[path]:
            return value
        # Where the value is not looked at, source may still take part in finding the customer, and find nobody.
        nobody = Option("customer_not_found", decides=False)
        if not value.strip():
            passing = Option(None, decides=False)
            reasons.append(Reason("customer.source is blank", (), (Option(outcome), Option(PLAIN), passing, nobody)))
            return None
        what = f"customer.source is {show(value)}, which is not listed"
        reasons.append(Reason(what, ("request.customer.source.values",), (*unlisted(path, outcome), ignored, nobody)))
        return None

    def _request_id(self, body: Mapping[str, Any], reasons: list[Reason]) -> Any:
        path = ("requestId",)
        value = body.get("requestId", NOTHING)
        if value is NOTHING:
            return NOTHING
        if value is None:
            key = "null-optional/requestId"
            absent = Option(None, (reading(key, "absent"),), decides=False)
            refused = Option(PLAIN, (reading(key, "refused"),), decides=False)
            reasons.append(Reason("requestId is null", ("request.requestId.type",), (absent, refused)))
            return None
        if not isinstance(value, str):
            reasons.append(wrong_type(path, value, PLAIN, coercible=_as_text(value) is not None))
            return value
        reasons += odd_text(path, value, PLAIN)
        return value

    def _string(
        self, parent: Mapping[str, Any], path: tuple[str, ...], reasons: list[Reason], not_found: str | None = None
    ) -> str | None:
        """Return the string at a path, as a host may coerce it, and note what is wrong with it."""
        value = parent.get(path[-1], NOTHING)
        outcome = self._outcomes[path]
        if value is NOTHING or value is None:
            reasons.append(missing(path, value, outcome))
            return None
        if not isinstance(value, str):
            coerced = _as_text(value)
            coercible = coerced is not None and coerced in self._values.get(path, (coerced,))
            reasons.append(wrong_type(path, value, outcome, coercible=coercible))
            return coerced if coercible else None
        if not value.strip():
            key = f"blank-value/{'.'.join(path)}:{'blank' if value else 'empty'}"
            options = [Option(outcome, (reading(key, "field-code"),))]
            if not_found:
                options.append(Option(not_found, (reading(key, "not-found"),)))
            if path in self._values:
                options.append(Option(PLAIN))
            if path == ("promotion", "id"):
                # No defect where the other id is enough, or wins.
                options.append(Option(None, decides=False))
            reasons.append(
                Reason(f"{'.'.join(path)} is blank", (f"request.{'.'.join(path)}.required",), tuple(options))
            )
            return None
        reasons += odd_text(path, value, outcome)
        return value

    def _number(self, parent: Mapping[str, Any] | None, path: tuple[str, ...], reasons: list[Reason]) -> float | None:
        """Return the number at a path, as a host may coerce it, and note what is wrong with it."""
        if parent is None:
            return None
        value = parent.get(path[-1], NOTHING)
        outcome = self._outcomes[path]
        if value is NOTHING or value is None:
            if path != ("promotion", "promotionId"):
                reasons.append(missing(path, value, outcome))
            return None
        if isinstance(value, float):
            # The page says Number: a fraction is one, and names nothing; 3334.0 is 3334, or refused, by the parser.
            options = (Option(None), Option(outcome), Option(PLAIN))
            reasons.append(Reason(f"{'.'.join(path)} is {value}", (), options))
            return value
        if not isinstance(value, int) or isinstance(value, bool):
            coerced = _as_number(value)
            reasons.append(wrong_type(path, value, outcome, coercible=coerced is not None))
            return coerced
        if not 0 < value < 2**31:
            # The page says Number and gives no width; a host may find such an id malformed, or just not find it.
            options = (Option(None), Option(outcome), Option(PLAIN))
            reasons.append(Reason(f"{'.'.join(path)} is {value}", (), options))
        return value

    def _unknown_fields(self, value: Mapping[str, Any] | None, path: tuple[str, ...], reasons: list[Reason]) -> None:
        unknown = sorted(set(value or ()) - self._names[path])
        if unknown:
            key = f"unknown-fields/{'.'.join(path) or 'body'}"
            # Whether `identifier` is a listed field of the promotion is an open question by itself.
            open_too = path == ("promotion",) and "identifier" in unknown
            ignored = Option(None, () if open_too else (reading(key, "ignored"),), decides=False)
            refused = Option(ANY, () if open_too else (reading(key, "refused"),), decides=False)
            what = f"{'.'.join(path) or 'the body'} has the unlisted {', '.join(map(show, unknown[:3]))}"
            reasons.append(Reason(what, (), (ignored, refused)))


def _unreadable(promotion: Mapping[str, Any]) -> bool:
    """An id of the promotion is there, but nothing that could be one: not missing, and not to be looked up."""
    return isinstance(promotion.get("id"), list | dict) or isinstance(promotion.get("promotionId"), list | dict)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def _as_number(value: Any) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,400}(\.0+)?\s*", value, re.ASCII):
        return int(value.strip().partition(".")[0])
    return None
