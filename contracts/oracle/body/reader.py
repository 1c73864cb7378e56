"""The reader of bodies: from a body to what it asks for, and to the reasons it gives to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.exchange import PROMOTION_NAMES
from contracts.oracle.body import fields
from contracts.oracle.body.described import describe
from contracts.oracle.body.value_reasons import json_type
from contracts.oracle.body.values import Reasons, read_number
from contracts.oracle.reasons import PLAIN, Asked, Option, Reason
from openapi.document import Document


class BodyReader:
    """Reads bodies by one document: which fields there are, and which outcome answers each."""

    def __init__(self, document: Document):
        self._described = describe(document)

    def read(self, body: Any) -> tuple[Reasons, Asked]:
        """Return the reasons a body gives to refuse it, and what it asks for."""
        if not isinstance(body, dict):
            return (self._no_object(body),), Asked()
        known = self._described
        promotion, promotion_reasons = fields.read_object(known, body, "promotion")
        customer, customer_reasons = fields.read_object(known, body, "customer")
        action, action_reasons = fields.read_action(known, body, customer)
        hex_id, hex_id_reasons = fields.read_promotion_hex(known, promotion)
        promotion_id, promotion_id_reasons = read_number(known, promotion, ("promotion", "promotionId"))
        program_id, program_id_reasons = read_number(known, body, ("programId",))
        name, name_reasons = fields.read_identifier_name(known, customer)
        value, value_reasons = fields.read_identifier_value(known, customer)
        source, source_reasons = fields.read_source(known, customer)
        request_id, request_id_reasons = fields.read_request_id(body)
        asked = Asked(
            action=action,
            promotion_given=promotion is not None,
            unreadable=_unreadable(promotion or {}),
            promotion=hex_id,
            promotion_id=promotion_id,
            identifier=_text(promotion.get("identifier")) if promotion is not None else None,
            program_id=program_id,
            identifier_name=name,
            identifier_value=value,
            source=source,
            request_id=request_id,
        )
        reasons = (
            *promotion_reasons,
            *customer_reasons,
            *action_reasons,
            *hex_id_reasons,
            *promotion_id_reasons,
            *program_id_reasons,
            *name_reasons,
            *value_reasons,
            *source_reasons,
            *request_id_reasons,
            *fields.unknown_fields(known, body, ()),
            *fields.unknown_fields(known, promotion, ("promotion",)),
            *fields.unknown_fields(known, customer, ("customer",)),
        )
        return reasons, asked

    def _no_object(self, body: Any) -> Reason:
        outer = {outcome for path, outcome in self._described.outcomes.items() if len(path) == 1}
        options = tuple(Option(outcome) for outcome in sorted(outer | {PLAIN}))
        return Reason(f"the body is {json_type(body)}, not an object", (), options)


def _unreadable(promotion: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of the promotion that are a list or an object: they are not missing, and cannot be looked up."""
    return frozenset(name for name in PROMOTION_NAMES if isinstance(promotion.get(name), list | dict))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
