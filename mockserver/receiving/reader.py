"""Reads the fields of a body, under a choice of readings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mockserver.exchange.request_fields import Path, PromotionIds, RequestFields
from openapi.document import Document
from openapi.questions import Readings


class Reader:
    """Knows the names of the fields and which of their values count as given."""

    def __init__(self, document: Document, readings: Readings) -> None:
        source = next(field.schema for field in document.request_fields if field.path == ("customer", "source"))
        self._sources = frozenset(source.get("enum", source["examples"]))
        by_table = readings["promotion-field-names"] == "id-promotionId"
        self._id, self._promotion_id = ("id", "promotionId") if by_table else ("promoHexId", "promoIntId")
        names = (self._id, self._promotion_id, "identifier")
        self._paths_of_ids: frozenset[Path] = frozenset({("promotion",), *(("promotion", name) for name in names)})
        self._knows_identifier = readings["promotion-ids"] == "identifier-too"
        self._knows_milestone = readings["milestone-action"] == "accepted"
        self._blank_is_missing = readings["blank-value"] == "field-code"

    def read(self, payload: Any, *, invalid: Collection[Path] = ()) -> RequestFields:
        """Return the fields of a body, leaving out those at the `invalid` paths, where it breaks the document."""
        body = _object(payload)
        customer = _object(body.get("customer"))
        milestone = _object(customer.get("milestone")) if self._knows_milestone else {}

        def text(holder: Mapping[str, Any], *path: str) -> str | None:
            value = holder.get(path[-1])
            return None if value is None or path in invalid else str(value)

        def number(holder: Mapping[str, Any], *path: str) -> int | None:
            value = holder.get(path[-1])
            return None if value is None or path in invalid else int(value)

        return RequestFields(
            request_id=text(body, "requestId"),
            action=text(body, "action"),
            promotion=self._promotion(body.get("promotion"), invalid),
            identifier_name=text(customer, "customer", "identifierName"),
            identifier_value=text(customer, "customer", "identifierValue"),
            source=source if (source := text(customer, "customer", "source")) in self._sources else None,
            target_rule_id=number(milestone, "customer", "milestone", "targetRuleId"),
            program_id=number(body, "programId"),
        )

    def _promotion(self, promotion: Any, invalid: Collection[Path]) -> PromotionIds | None:
        """Return the ids of the promotion; None if it is no object or one of its ids is invalid."""
        if not isinstance(promotion, dict) or not self._paths_of_ids.isdisjoint(invalid):
            return None
        number = promotion.get(self._promotion_id)
        return PromotionIds(
            id=self._id_text(promotion.get(self._id)),
            promotion_id=None if number is None else int(number),
            identifier=self._id_text(promotion.get("identifier")) if self._knows_identifier else None,
        )

    def _id_text(self, value: Any) -> str | None:
        """Return an id as text. A blank one counts as absent, or stays a value that no promotion has (blank-value)."""
        return None if value is None or (self._blank_is_missing and not str(value).strip()) else str(value)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
