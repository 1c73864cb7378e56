"""What the headers say about the body and about the answer that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from mockserver.conduct.request import Sent
from mockserver.conduct.rule import Rule, Silence, Standard, Symptom
from mockserver.conduct.shown import plain
from mockserver.exchange.header_lines import HeaderLines
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


def symptoms(sent: Sent) -> Iterator[Symptom]:
    """Yield what is wrong with Content-Type, Content-Encoding and Accept."""
    yield from sent.request.headers.known(_of_lines)


def _of_lines(headers: HeaderLines) -> tuple[Symptom, ...]:
    return tuple(_symptoms(headers.by_name))


def _symptoms(headers: Mapping[str, str]) -> Iterator[Symptom]:
    given = headers.get("content-type", "")
    media_type, parameters = parse_options_header(given[:_LONGEST])
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
    if 0 < len(accept) <= _LONGEST and parse_accept_header(accept, MIMEAccept).quality(MEDIA_TYPE) <= 0:
        yield Symptom(ACCEPT, "Accept leaves JSON out")
