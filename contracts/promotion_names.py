"""The names of a promotion's two ids, of which the page has two pairs (question promotion-field-names)."""

from __future__ import annotations

from typing import Any, Final

Names = tuple[str, str]

# Source: "Body parameters", rows 4 and 5.
PROMOTION_NAMES: Final[Names] = ("id", "promotionId")
# Source: "API Quick Reference".
QUICK_REFERENCE_NAMES: Final[Names] = ("promoHexId", "promoIntId")


def renamed(body: Any, before: Names, after: Names) -> Any:
    """Return the body of a request with other names for the ids of its promotion; unchanged if it has no promotion."""
    promotion = body.get("promotion") if isinstance(body, dict) else None
    if before == after or not isinstance(promotion, dict):
        return body
    changed = dict(zip(before, after, strict=True))
    return {**body, "promotion": {changed.get(name, name): value for name, value in promotion.items()}}
