"""Whether an answer can be read at all, and whether it is about how the request was sent and not about the call.

The page says nothing of either. Source: RFC 9112 §6 and §7.1, RFC 9110 §8.4, §10.1.1 and §15.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.exchange import Answer, Request
from contracts.oracle.judgement import Judgement
from contracts.oracle.observation import Observation
from contracts.oracle.reply import Reply, has_envelope, is_foreign

_TOO_LARGE: Final = 413
# The page's requests have 300 bytes. A host may have any limit beyond that; gateways have 8 KiB and more.
_LARGE: Final = 4 * 1024
# What RFC 9112 §7.1 and RFC 9110 §10.1.1 ask of a host of HTTP/1.1: the rule, and what is expected by it.
_CHUNKS: Final = "chunked_body", "a body in chunks is read as any other (RFC 9112 §7.1)"
_ANNOUNCED: Final = "expectation", "a request with Expect: 100-continue is answered as any other (RFC 9110 §10.1.1)"
# Of credentials, of time, and of a connection that leads to another host.
_OF_ANOTHER_REASON: Final = (401, 407, 408, 421, 425, 429, 498)
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
    if not request.is_framed_otherwise:
        return False
    return version == "HTTP/1.0" or reply.status in _NOT_SO or is_foreign(reply)


def is_about_headers(request: Request, reply: Reply) -> bool:
    """What stands in front of the host does not like a header that the call does not need, and says so by itself.

    A gateway knows the cookies that it has set. What the host itself answers, in the form of the call, is judged.
    """
    is_refusal = 400 <= reply.status < 500 and reply.status not in _OF_ANOTHER_REASON
    is_of_the_host = reply.of_the_call or reply.garbled or has_envelope(reply.body)
    return request.has_more_headers and is_refusal and not is_of_the_host


def as_not_read(request: Request, judgement: Judgement) -> Judgement:
    """Return what a refusal shows of a host to which a body was sent in a way that only HTTP asks it to read.

    Many hosts take such a body for none. What they refuse then is not what was sent, so no claim and no reading
    follows.
    """
    in_chunks = any(name.lower() == "transfer-encoding" for name, _ in request.headers)
    rule, expected = _CHUNKS if in_chunks else _ANNOUNCED
    broken = [Observation(f"hygiene.{rule}", "broken", expected, o.got, level="hygiene") for o in judgement.broken[:1]]
    return Judgement("judged", tuple(broken))
