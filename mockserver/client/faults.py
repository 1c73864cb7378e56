"""The faults that a client can meet, and by what an answer shows one of a gateway or of a host that is broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from werkzeug.wrappers import Response

from mockserver.exchange.handling import Handling
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
    **{name: text for name, (_, text) in BREAKAGES.items()},
    REFUSE_TLS: "the TLS handshake is refused",
}
_BY_STATUS: Final = frozenset({"429", "498", "502", "503"})


def shown_by(handling: Handling, response: Response) -> Iterator[str]:
    """Yield the faults that the status, the headers and the body of an answer show."""
    status, kind, body = response.status_code, response.mimetype, response.get_data()
    name = str(status)
    if name in _BY_STATUS:
        if (
            (name == "429" and "Retry-After" not in response.headers)
            or (name == "502" and kind != "text/html")
            or (name == "503" and _is_json(body))
        ):
            return
        yield name
    elif status == 200 and handling.request.method != "HEAD":
        if not body:
            yield "empty"
        elif kind == MEDIA_TYPE and not _is_json(body):
            yield "garbage"
        elif kind != MEDIA_TYPE and _is_json(body):
            yield "wrong-media-type"


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return False
    return True
