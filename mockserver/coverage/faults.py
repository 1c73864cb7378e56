"""The faults that a client can meet, and by what an answer shows one of a gateway or of a host that is broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from mockserver.exchange.handling import Handling
from mockserver.exchange.response import Response
from mockserver.faults.effects import BREAKAGES, REFUSE_TLS
from openapi.places import MEDIA_TYPE

SLOW: Final = "slow"
DRIBBLE: Final = "dribble"
# All of them, each with what the client gets. Those of connections have the names of their effects.
FAULTS: Final[Mapping[str, str]] = {
    "429": "429 with Retry-After",
    "498": "498, as for an access token that has expired",
    "502": "502 of a gateway, with a page of HTML",
    "503": "503 of a gateway",
    "garbage": "a success whose body is no JSON",
    "empty": "a success without a body",
    "wrong-media-type": "a body of JSON that is called something else",
    SLOW: "an answer that comes late",
    DRIBBLE: "a body that comes in pieces, with pauses",
    **BREAKAGES,
    REFUSE_TLS: "the TLS handshake is refused",
}
_WITHOUT_BODY: Final = (204, 205)


def shown_by(handling: Handling, response: Response) -> Iterator[str]:
    """Yield the faults that the status, the headers and the body of an answer show."""
    status, kind, body = response.status, response.media_type, response.body
    is_json = _is_object(body)
    match status:
        case 429 if response.header("Retry-After") is not None:
            yield "429"
        case 498:
            yield "498"
        case 502 if kind == "text/html" and not is_json:
            yield "502"
        case 503 if not is_json:
            yield "503"
    if is_json and kind != MEDIA_TYPE:
        yield "wrong-media-type"
    elif 200 <= status < 300 and status not in _WITHOUT_BODY and handling.request.method != "HEAD":
        if not body:
            yield "empty"
        elif not is_json and kind == MEDIA_TYPE:
            yield "garbage"


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(body), dict)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
