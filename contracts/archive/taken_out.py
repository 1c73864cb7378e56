"""Values that somebody has taken out of an archive, or has masked, before giving it away."""

from __future__ import annotations

import base64
import json
import re
from typing import Final

from contracts.exchange import NOTHING, decode, is_deep

# What stands for a value that somebody took out, such as <secret>, [Authorization redacted], REDACTED or ***.
_WORDS: Final = r"(?:redacted|removed|masked|hidden|filtered|sanitized|scrubbed|omitted|stripped|secret)"
_TAKEN_OUT: Final = (
    rf"(?:[\[<({{]+[^\[\]<>(){{}}\"]{{0,60}}\b{_WORDS}[^\[\]<>(){{}}\"]{{0,60}}[\])}}>]+|REDACTED|[*•]{{3,}})"
)
# A value may also be masked in part, as 91******01 and redacted@example.com, or by other marks.
_IN_PART: Final = (
    r"(?:[\w.+@-]{0,30}[*•█]{3,}[\w.+@*•█-]{0,30}|\+?\d{0,6}x{4,}\d{0,6}|#{3,}"
    r"|[\w.+-]{0,30}redacted[\w.+@-]{0,60})"
)
_VALUE_TAKEN_OUT: Final = re.compile(_TAKEN_OUT, re.IGNORECASE)
_TEXT_TAKEN_OUT: Final = re.compile(rf"\"{_TAKEN_OUT}\"", re.IGNORECASE)
_TEXT_MASKED: Final = re.compile(rf"\"(?:{_TAKEN_OUT}|{_IN_PART})\"", re.IGNORECASE)
# A login may also be a bare word, the name of a variable, one letter many times, or next to nothing.
_NO_LOGIN: Final = re.compile(
    rf"{_TAKEN_OUT}|\W*(?:{_WORDS}|null|undefined|basic|bearer)\W*|.*[{{}}<>$%].*|(.)\1*|.{{0,5}}",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_MARK: Final = 200


def has_values_taken_out(body: bytes) -> bool:
    """Somebody has taken values out of a body, or all of it."""
    text = body.decode("utf-8", "replace")
    return bool(_TEXT_TAKEN_OUT.search(text)) or _is_taken_out(text)


def has_values_masked(body: bytes) -> bool:
    """Somebody has masked values of a body, also in part: what was sent cannot be known."""
    text = body.decode("utf-8", "replace")
    if "\\u2" in text and (value := decode(body)) is not NOTHING and not is_deep(value):
        text = json.dumps(value, ensure_ascii=False)
    return bool(_TEXT_MASKED.search(text))


def is_login(value: str) -> bool:
    """The value of a header shows a login, and not what somebody has put in its place."""
    scheme, _, rest = value.strip().rpartition(" ")
    if scheme.lower() != "basic":
        return not _NO_LOGIN.fullmatch(rest)
    try:
        user, colon, password = base64.b64decode(rest + "=" * (-len(rest) % 4)).decode("latin-1").partition(":")
    except ValueError:
        return False
    return bool(colon) and not _is_taken_out(user) and not _is_taken_out(password)


def _is_taken_out(text: str) -> bool:
    return len(text) < _LONGEST_MARK and bool(_VALUE_TAKEN_OUT.fullmatch(text.strip()))
