"""What the journal leaves out: the values of headers, of a query and of a body that may be secrets."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from mockserver.exchange.header_lines import HeaderLines

# The headers whose values are shown. Any other header may carry a secret.
_HARMLESS = frozenset(
    {
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "access-control-request-headers",
        "access-control-request-method",
        "cache-control",
        "connection",
        "content-type",
        "content-encoding",
        "content-language",
        "content-length",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "pragma",
        "prefer",
        "priority",
        "sec-ch-ua",
        "sec-ch-ua-mobile",
        "sec-ch-ua-platform",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "te",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
        "x-mock-session",
        "x-requested-with",
    }
)
_SCHEMES = frozenset({"basic", "bearer", "digest"})
_SECRET = "pass|secret|token|key|auth|credential|session|cookie"  # what is in the names of fields that hold secrets
# A field whose name says that its value is a secret. A body is cut, so the quote at its end may be missing.
_NAMED = re.compile(
    rb"""("[^"]*(?:%b)[^"]*"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[\d.eE+-]+)""" % _SECRET.encode(),
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(_SECRET, re.IGNORECASE)


def masked_headers(headers: HeaderLines) -> tuple[tuple[str, str], ...]:
    """Return a pair for each header line. Only the harmless ones keep their values."""
    return tuple((name.title(), value if name.lower() in _HARMLESS else _masked(value)) for name, value in headers)


def masked_body(body: bytes) -> bytes:
    """Return a body in which the fields that are named as secrets have no values."""
    return _NAMED.sub(rb'\1"***"', body)


def masked_query(query: str) -> str:
    """Mask the values of a query whose names say that they are secrets."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    return "&".join(
        f"{name}=***" if mark and _NAME.search(unquote_plus(name)) else name + mark + value
        for name, mark, value in pairs
    )


def _masked(value: str) -> str:
    """Mask a value; only the scheme of a credential stays."""
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} ***" if blank and scheme.lower() in _SCHEMES else "***"
