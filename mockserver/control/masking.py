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
# A text, and the value behind it if it is the name of a field. A body is cut, so a quote at its end may be missing.
_TEXT = rb""""((?:[^"\\]|\\.)*+)"?"""
_FIELD = re.compile(_TEXT + rb"(?:(\s*+:\s*+)(?:" + _TEXT + rb"|[\d.eE+-]++))?", re.DOTALL)
_ESCAPED = re.compile(r"\\u00([2-7][0-9a-f])", re.IGNORECASE)
_NAME = re.compile(_SECRET, re.IGNORECASE)


def masked_headers(headers: HeaderLines) -> tuple[tuple[str, str], ...]:
    """Return a pair for each header line. Only the harmless ones keep their values."""
    return tuple((name.title(), value if name.lower() in _HARMLESS else _masked(value)) for name, value in headers)


def masked_body(body: bytes) -> bytes:
    """Return a body, JSON or a form, in which the fields that are named as secrets have no values."""
    if body.lstrip()[:1] in (b"{", b"[", b'"'):
        return _FIELD.sub(_masked_field, body)
    return masked_query(body.decode("latin-1")).encode("latin-1")


def _masked_field(field: re.Match[bytes]) -> bytes:
    if field[2] is None:
        return field[0]
    name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), field[1].decode("latin-1"))
    return b'"%b"%b"***"' % (field[1], field[2]) if _NAME.search(name) else field[0]


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
