"""What our HTTP Archives hold beyond HAR 1.2: the writer and the reader share these fields.

Each struct stands under the key ENROL_CONTRACT of the object that it describes. Other tools ignore such keys.
"""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.exchange import PROMOTION_NAMES, Credentials

ENROL_CONTRACT: Final = "_enrolContract"


class LogFields(msgspec.Struct, frozen=True, rename="camel"):
    """Of the whole archive. `promotion_names`: what the host calls `promotion.id` and `promotion.promotionId`."""

    promotion_names: tuple[str, str] = PROMOTION_NAMES


class EntryFields(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Of one exchange; see Exchange and Request, whose fields these are.

    `raw`: the body was sent as bytes that are no ordinary JSON. `base64`: the text of the request's body is base64,
    for which HAR has a word in answers only.
    """

    number: int
    credentials: Credentials
    about: tuple[str, ...] = ()
    probe: bool = False
    opening: bool = False
    raw: bool = False
    base64: bool = False
