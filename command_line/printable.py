"""Printable text: whatever a host, a client or a file says, no character of it controls a terminal or hides."""

from __future__ import annotations

import re
from typing import Final

# Characters that a terminal does not show or that change the text around them: controls, text directions, surrogates,
# and those that Unicode calls default ignorable. The joiners and U+FE0F are parts of emoji and of words.
INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def printable(text: str, *, kept: str = "") -> str:
    r"""Return a text with invisible characters written as escapes, such as \x1b. `kept`: those that stay as they are."""
    return INVISIBLE.sub(lambda found: found[0] if found[0] in kept else _escape(found[0]), text)


def printable_lines(text: str) -> str:
    """Return a text with invisible characters other than line feeds written as escapes."""
    return printable(text, kept="\n")


def _escape(letter: str) -> str:
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(letter)
    return known.get(letter) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )
