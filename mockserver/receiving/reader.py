"""Reads the fields of a body, under a choice of readings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mockserver.exchange.asked import Asked, Path, PromotionIds
from openapi.document import Document
from openapi.questions import Readings


class Reader:
    """Reads bodies under a choice of readings."""

    def __init__(self, document: Document, readings: Readings) -> None:
        source = next(field.schema for field in document.request_fields if field.path == ("customer", "source"))
        self._sources = frozenset(source.get("enum", source["examples"]))
        by_table = readings["promotion-field-names"] == "id-promotionId"
        self._id, self._promotion_id = ("id", "promotionId") if by_table else ("promoHexId", "promoIntId")
        names = (self._id, self._promotion_id, "identifier")
        self._places_of_ids: frozenset[Path] = frozenset({("promotion",), *(("promotion", name) for name in names)})
        self._knows_identifier = readings["promotion-ids"] == "identifier-too"
        self._knows_milestone = readings["milestone-action"] == "accepted"
        self._blank_is_missing = readings["blank-value"] == "field-code"

    def read(self, payload: Any, *, spoilt: Collection[Path] = ()) -> Asked:
        """Return what a body asks for; `spoilt` are the places where it breaks the document."""
        body = _object(payload)
        customer = _object(body.get("customer"))
        milestone = _object(customer.get("milestone")) if self._knows_milestone else {}

        def text(holder: Mapping[str, Any], *path: str) -> str | None:
            value = holder.get(path[-1])
            return None if value is None or path in spoilt else str(value)

        def number(holder: Mapping[str, Any], *path: str) -> int | None:
            value = holder.get(path[-1])
            return None if value is None or path in spoilt else int(value)

        return Asked(
            request_id=text(body, "requestId"),
            action=text(body, "action"),
            promotion=self._promotion(body.get("promotion"), spoilt),
            identifier_name=text(customer, "customer", "identifierName"),
            identifier_value=text(customer, "customer", "identifierValue"),
            source=source if (source := text(customer, "customer", "source")) in self._sources else None,
            target_rule_id=number(milestone, "customer", "milestone", "targetRuleId"),
            program_id=number(body, "programId"),
        )

    def _promotion(self, named: Any, spoilt: Collection[Path]) -> PromotionIds | None:
        """Return the ids; None for what names no promotion at all, or has an id that is spoilt."""
        if not isinstance(named, dict) or not self._places_of_ids.isdisjoint(spoilt):
            return None
        number = named.get(self._promotion_id)
        return PromotionIds(
            id=self._unless_blank(named.get(self._id)),
            promotion_id=None if number is None else int(number),
            identifier=self._unless_blank(named.get("identifier")) if self._knows_identifier else None,
        )

    def _unless_blank(self, value: Any) -> str | None:
        """Return an id as text; a blank one is left out, or stays a value that finds nothing."""
        return None if value is None or (self._blank_is_missing and not str(value).strip()) else str(value)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
