"""Printable text: whatever a host or a file says, no character of it controls a terminal."""

from __future__ import annotations

import re
from typing import Final

# Characters that a terminal does not show or that change the text around them: controls, text directions, surrogates, and
# those that Unicode calls default ignorable. The joiners and U+FE0F are parts of emoji and of words.
INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
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
