"""Whether an answer can be read at all, and whether it is about how the request was sent and not about the call.

The page says nothing of either. Source: RFC 9112 §6 and §7.1, RFC 9110 §8.4, §10.1.1 and §15.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.exchange import Answer, Request
from contracts.oracle.observation import Observation
from contracts.oracle.reply import Reply, is_foreign

_TOO_LARGE: Final = 413
# The page's requests have 300 bytes. A host may have any limit beyond that; gateways have 8 KiB and more.
_LARGE: Final = 4 * 1024
_TRANSFER: Final = ("transfer-encoding", "expect")
# Length Required, Expectation Failed, Not Implemented, HTTP Version Not Supported.
_NOT_SO: Final = (411, 417, 501, 505)


def flaws(answer: Answer) -> Iterator[Observation]:
    """Yield what an answer breaks that clients cannot read, because its length or its coding is wrong."""
    if answer.flaw:
        claim = "example.response" if 200 <= answer.status < 300 else "response.errors.filled"
        yield Observation(claim, "broken", "a whole answer, as long and coded as its headers say", answer.flaw)


def is_about_size(request: Request, reply: Reply) -> bool:
    """The host turns away a large body: with 413, in words that are none of the page's, or by closing the connection."""
    if reply.decision != "refusal" or any(error.says or not error.plain for error in reply.errors):
        return False
    if reply.status >= 500 or (200 <= reply.status < 400 and reply.status != _TOO_LARGE):
        return False
    return len(request.payload()) > _LARGE


def is_about_transfer(request: Request, reply: Reply, version: str) -> bool:
    """What stands in front of the host takes no body in chunks, or does not say "continue" before a body.

    HTTP/1.0 knows neither.
    """
    if not any(name.lower() in _TRANSFER for name, _ in request.headers):
        return False
    return version == "HTTP/1.0" or reply.status in _NOT_SO or is_foreign(reply)
