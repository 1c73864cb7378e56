"""The fields of a request, as the document and the readings take them."""

from __future__ import annotations

from msgspec import Struct

Path = tuple[str | int, ...]


class PromotionIds(Struct, frozen=True, gc=False):
    """The ids by which a request names a promotion; None for each one that it leaves out."""

    id: str | None
    promotion_id: int | None
    identifier: str | None


class RequestFields(Struct, frozen=True, gc=False):
    """The fields of a request. None stands for a field that is absent, null, or not as the document demands."""

    request_id: str | None = None
    action: str | None = None
    promotion: PromotionIds | None = None
    identifier_name: str | None = None
    identifier_value: str | None = None
    source: str | None = None
    target_rule_id: int | None = None
    program_id: int | None = None


NOTHING = RequestFields()
