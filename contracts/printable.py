"""Printable text: whatever a host or a file says, no character of it controls a terminal."""

from __future__ import annotations

import re
from typing import Final

# Characters that a terminal does not show or that change the text around them: controls, text directions, surrogates.
INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    r"""Return a text with invisible characters written as escapes, such as \x1b."""
    return INVISIBLE.sub(_escape, text)


def printable_lines(text: str) -> str:
    """Return a text with invisible characters other than line feeds written as escapes."""
    return "\n".join(map(printable, text.split("\n")))


def _escape(found: re.Match[str]) -> str:
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(found[0])
    return known.get(found[0]) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )
