"""The secrets of strangers: mask what a text itself shows to be a secret, by its form, its name or its place.

The kit does not know these secrets. Recorded traffic is full of them, and a host may repeat those of its other clients.
"""

from __future__ import annotations

import base64
import re
from typing import Any, Final

from contracts.masking.secrets import SECRET

_BASIC: Final = re.compile(r"\b(basic(?:\s|%20|\+){1,8})([A-Za-z0-9+/_-]{4,}={0,2})", re.IGNORECASE)
_BEARER: Final = re.compile(
    r"\b(bearer(?:\s|%20|\+){1,8})(?=[^\s\"'<>]{0,2048}?\d)[A-Za-z0-9._~+/%=-]{12,}", re.IGNORECASE
)
_JWT: Final = re.compile(r"(?<![\w-])eyJ[\w-]{6,}\.[\w-]{2,}(?:\.[\w-]*){0,3}", re.ASCII)
_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL
)
_USER_OF_URL: Final = re.compile(r"(:(?:\\{0,8}/){2})[^/\s\"'<>@?#\\]{1,512}@")
# It matches URLs without a query too, so that a long text is gone through once.
_URL: Final = re.compile(
    r"(:(?:\\{0,8}/){2}[^\s\"'<>?#]{0,1024}+)([?#](?:[^\s\"'<>\\]|\\{1,8}(?:/|u00[0-9a-fA-F]{2}))*+)?"
)
_QUERY: Final = re.compile(r"[?#;].*", re.DOTALL)
_PARAMETER: Final = re.compile(r"([?#;&])([^=&;#]*)(=?)([^&;#]*)")

_SCHEMES: Final = "(?:basic|bearer|digest|negotiate|ntlm)"
# Parts of names that say of their value that it is a secret.
_WORDS: Final = (
    # The first letters of all words, which rule most places out quickly.
    r"(?=[pstacjxo])(?:pass(?:word|wd|phrase|code)|pwd|secret|token|(?:api|access|private|subscription)[-_ .]?key"
    r"|auth(?:orization|[-_ .]?key|[-_ .]?code)|credential|session(?!s\b)|sessid|cookie|signature|jwt|csrf|xsrf"
    r"|(?<![a-z])(?:sid|sig|otp|pin|auth)(?![a-z]))"
)
_NAME: Final = re.compile(_WORDS, re.IGNORECASE)
# Each name holds one of these; used to rule texts out quickly.
_HINTS: Final = (
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "auth",
    "cred",
    "sess",
    "cookie",
    "sig",
    "jwt",
    "srf",
    "sid",
    "otp",
    "pin",
)
_QUOTE: Final = r"(?:\\{0,8}[\"']|&(?:amp;)?(?:quot|#34|#39|apos);)"
# "name": "value", also with escaped quotes; name=value; <name>value; a line "name: value", as in a dump of headers.
_NAMED: Final = re.compile(
    rf"((?:{_WORDS})[\w.-]{{0,40}}+(?:{_QUOTE}?\s{{0,8}}+[:=]\s{{0,8}}+{_QUOTE}))[^\"'&<>\\]++"
    rf"|((?:{_WORDS})[\w.-]{{0,40}}+=)[^\s=\"'&;,<>\\][^\s\"'&;,<>\\]*+"
    # But <secret> is what takes the place of a secret, unless it is closed again.
    r"|(<(?=[\w.:-]{1,80}+[\s>])(?!secret>(?![^<>]{1,512}</))"
    rf"[\w.:-]{{0,40}}?(?:{_WORDS})[\w.-]{{0,40}}+(?:\s[^<>]{{0,200}})?>)[^\s<>][^<>]*+"
    rf"|((?:^|\\[rn])(?=[\w-]{{1,80}}+:)[\w-]{{0,40}}?(?:{_WORDS})[\w-]{{0,40}}+:[ ]{{0,8}}(?:{_SCHEMES}[ ])?+)"
    r"[^\s\"\\<][^\r\n\"\\]*+",
    re.IGNORECASE | re.MULTILINE,
)


def mask(text: str) -> str:
    """Return a text without logins, tokens, private keys, the values of URLs' queries, and values that are named as secret."""
    if "://" in text or ":\\/" in text:
        text = _USER_OF_URL.sub(rf"\1{SECRET}@", _URL.sub(_without_values, text))
    if "eyJ" in text:
        text = _JWT.sub(SECRET, text)
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(SECRET, text)
    lowered = text.lower()
    if "basic" in lowered:
        text = _BASIC.sub(_mask_basic, text)
    if "bearer" in lowered:
        text = _BEARER.sub(rf"\1{SECRET}", text)
    if has_hint(text):
        text = _NAMED.sub(lambda found: f"{found[found.lastindex or 0]}{SECRET}", text)
    return text


def mask_query(url: str) -> str:
    """Return a URL or path without the values of its query and fragment."""
    return _QUERY.sub(lambda found: _PARAMETER.sub(_parameter, found[0]), url)


def is_secret_name(name: str) -> bool:
    """The name of a field, header or cookie says that its value is a secret."""
    return _NAME.search(name) is not None


def has_hint(text: str) -> bool:
    """A text may hold the name of a secret."""
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)


def hide_named(value: Any) -> Any:
    """Return a JSON value in which SECRET replaces each text and number under a name that says that it is a secret."""
    if isinstance(value, dict):
        return {name: _hide(inner) if is_secret_name(name) else hide_named(inner) for name, inner in value.items()}
    return [hide_named(inner) for inner in value] if isinstance(value, list) else value


def _hide(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _hide(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_hide(inner) for inner in value]
    return value if value is None or value == "" or isinstance(value, bool) else SECRET


def _without_values(found: re.Match[str]) -> str:
    return found[1] + mask_query(found[2] or "")


def _parameter(found: re.Match[str]) -> str:
    """Mask the value of a parameter, or a query that has none. A fragment without a value is a place on a page."""
    start, name, equals, value = found.groups()
    if not equals:
        return f"?{SECRET}" if start == "?" and name else found[0]
    return f"{start}{name}={SECRET if value else ''}"


def _mask_basic(found: re.Match[str]) -> str:
    """Mask Basic credentials of any user: Base64 that decodes to a text with a colon."""
    try:
        decoded = base64.b64decode(
            found[2] + "=" * (-len(found[2]) % 4), altchars=b"-_" if re.search("[-_]", found[2]) else None
        )
    except ValueError:
        return found[0]
    return f"{found[1]}{SECRET}" if b":" in decoded else found[0]
