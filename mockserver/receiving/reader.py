"""Reads the fields of a body, under a choice of readings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mockserver.exchange.request_fields import Path, PromotionIds, RequestFields
from openapi.document import Document
from openapi.questions import Readings


class Reader:
    """Knows the names of the fields and which of their values count as given.

    `names` are those of the document, wherever in the body they stand.
    """

    def __init__(self, document: Document, readings: Readings) -> None:
        self.names = frozenset(str(step) for field in document.request_fields for step in field.path)
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
        promotion = self._promotion(body.get("promotion"), invalid)
        customer = _object(body.get("customer"))
        milestone = _object(customer.get("milestone")) if self._knows_milestone else {}
        if invalid:
            body = _valid(body, (), invalid)
            customer = _valid(customer, ("customer",), invalid)
            milestone = _valid(milestone, ("customer", "milestone"), invalid)
        source = _text(customer.get("source"))
        return RequestFields(
            _text(body.get("requestId")),
            _text(body.get("action")),
            promotion,
            _text(customer.get("identifierName")),
            _text(customer.get("identifierValue")),
            source if source in self._sources else None,
            _number(milestone.get("targetRuleId")),
            _number(body.get("programId")),
        )

    def _promotion(self, promotion: Any, invalid: Collection[Path]) -> PromotionIds | None:
        """Return the ids of the promotion; None if it is no object or one of its ids is invalid."""
        if not isinstance(promotion, dict) or not self._paths_of_ids.isdisjoint(invalid):
            return None
        return PromotionIds(
            self._id_text(promotion.get(self._id)),
            _number(promotion.get(self._promotion_id)),
            self._id_text(promotion.get("identifier")) if self._knows_identifier else None,
        )

    def _id_text(self, value: Any) -> str | None:
        """Return an id as text. A blank one counts as absent, or stays a value that no promotion has (blank-value)."""
        return None if value is None or (self._blank_is_missing and not str(value).strip()) else str(value)


def _valid(holder: Mapping[str, Any], above: Path, invalid: Collection[Path]) -> Mapping[str, Any]:
    """Return an object of the body without the fields that break the document. `above` is its path."""
    return {name: value for name, value in holder.items() if (*above, name) not in invalid}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
