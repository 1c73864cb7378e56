"""What the headers say about the body and about the answer that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mockserver.conduct.rule import Rule, Silence, Standard, Symptom
from mockserver.conduct.shown import plain
from mockserver.exchange.header_values import accepted, with_parameters
from openapi.places import MEDIA_TYPE

_SHOWN: Final = Silence("unsupported_media_type", "example.enrol")
CONTENT_TYPE = Rule(
    "media.content_type",
    "broken",
    "No Content-Type, or another than the page's examples send.",
    _SHOWN,
    f"Send Content-Type: {MEDIA_TYPE}.",
)
CHARSET = Rule(
    "media.charset",
    "hygiene",
    "A charset other than UTF-8.",
    Standard(
        "RFC 8259",
        "8.1",
        "JSON text exchanged between systems that are not part of a closed ecosystem MUST be encoded using UTF-8",
    ),
    f"Send Content-Type: {MEDIA_TYPE}, without a charset.",
)
ACCEPT = Rule(
    "media.accept",
    "hygiene",
    "An Accept that leaves JSON out, though every answer of the page is JSON.",
    Standard(
        "RFC 9110",
        "12.5.1",
        'The "Accept" header field can be used by user agents to specify their preferences regarding response media types.',
    ),
    f"Send Accept: {MEDIA_TYPE}, or no Accept at all.",
)
ENCODED = Rule(
    "media.content_encoding",
    "note",
    "A compressed body; the page shows none.",
    _SHOWN,
    "Send the body as it is, or ask the host whether it takes compressed ones.",
)
RULES: Final = (CONTENT_TYPE, CHARSET, ACCEPT, ENCODED)

_LONGEST: Final = 1000  # characters of a header that is taken apart


def of_lines(headers: Mapping[str, str]) -> Iterator[Symptom]:
    """Yield what is wrong with Content-Type, Content-Encoding and Accept."""
    given = headers.get("content-type", "")
    media_type, parameters = with_parameters(given[:_LONGEST])
    if not given:
        yield Symptom(CONTENT_TYPE, "The request has no Content-Type")
    elif media_type.lower() != MEDIA_TYPE:
        yield Symptom(CONTENT_TYPE, f"The Content-Type is {plain(media_type)}")
    charset = parameters.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        yield Symptom(CHARSET, f"The charset is {plain(charset)}")
    encoding = headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        yield Symptom(ENCODED, f"The Content-Encoding is {plain(encoding)}")
    accept = headers.get("accept", "")
    if accept != "*/*" and 0 < len(accept) <= _LONGEST and accepted(accept).quality(MEDIA_TYPE) <= 0:
        yield Symptom(ACCEPT, "Accept leaves JSON out")
