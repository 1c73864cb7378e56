"""The fields that run.har has in addition to HAR 1.2. The writer and the reader share them.

Each struct is the value of the key ENROL_CONTRACT in the object that it describes. Other tools ignore that key.
"""

from __future__ import annotations

from typing import Final

import msgspec

from contracts.exchange import PROMOTION_NAMES, Credentials

ENROL_CONTRACT: Final = "_enrolContract"


class LogFields(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Fields of the archive. `promotion_names`: the host's names for `promotion.id` and `promotion.promotionId`.

    `recorded`: no run has sent the requests, but other programs.
    """

    promotion_names: tuple[str, str] = PROMOTION_NAMES
    recorded: bool = False


class EntryFields(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Fields of one exchange; see Exchange and Request for most of them.

    `raw`: the request was sent with `Request.raw`. `base64`: the text of the request's body is base64; HAR has a field
    for that in answers only.
    """

    number: int
    credentials: Credentials
    about: tuple[str, ...] = ()
    probe: bool = False
    opening: bool = False
    group: int = 0
    raw: bool = False
    base64: bool = False
