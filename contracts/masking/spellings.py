"""The spellings of a personal datum: how it may stand in a text, and how each spelling is told and undone."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

# How a request may spell a datum otherwise than it is known. Each can be undone, as a replay must.
_NAMED: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("", lambda value: value),
    (" in lower case", str.lower),
    (" in upper case", str.upper),
    (" in title case", str.title),
    (" without its last character", lambda value: value[:-1]),
    (" with a space before @", lambda value: value.replace("@", " @")),
)
_OTHERWISE: Final = " spelled otherwise"
_CAPITALS: Final = " with capitals at "
_DIGITS: Final = " in digits from "
# A value shorter than this is masked as a whole word only: within other words it says nothing.
_SHORT: Final = 6
_DECIMALS: Final[dict[int, str]] = {
    code: str(unicodedata.decimal(chr(code)))
    for code in range(0x20000)
    if unicodedata.decimal(chr(code), None) is not None
}
_GAPS: Final[dict[int, str]] = dict.fromkeys(map(ord, " .()-+"), "")
_PHONE: Final = re.compile(r"[+\d .()\-]+", re.ASCII)


def describe(text: str, value: str) -> str:
    """Return how a text spells a value: '' for as it is, else words that `spell` understands."""
    for name, change in _NAMED:
        if text == change(value):
            return name
    capitals = ",".join(str(place) for place, letter in enumerate(text) if letter != letter.lower())
    zero = next((ord(letter) - int(_DECIMALS[ord(letter)]) for letter in text if ord(letter) in _DECIMALS), 0)
    for name in (f"{_CAPITALS}{capitals}", f"{_DIGITS}U+{zero:04X}"):
        if spell(value, name) == text:
            return name
    return _OTHERWISE


def spell(value: str, how: str) -> str:
    """Return a value in the spelling that `describe` has told; one that it could not tell, as it is known."""
    for name, change in _NAMED:
        if how == name:
            return change(value)
    if how.startswith(_CAPITALS):
        places = {int(place) for place in how.removeprefix(_CAPITALS).split(",") if place.isdigit()}
        return "".join(c.upper() if place in places else c for place, c in enumerate(value.lower()))
    if how.startswith(f"{_DIGITS}U+"):
        zero = int(how.removeprefix(f"{_DIGITS}U+"), 16)
        return value.translate({ord("0") + digit: chr(zero + digit) for digit in range(10)})
    return value


def pattern(value: str) -> str:
    """Return a regular expression for a value in any spelling."""
    if _is_phone(value):
        body = ("[+]" if value.startswith("+") else "") + r"[ .()\-]{0,2}".join(map(_letter, squeeze(value)))
    else:
        body = "".join(map(_letter, value))
    return body if len(value) >= _SHORT else rf"(?<!\w){body}(?!\w)"


def shortened(value: str) -> str | None:
    """Return a value without its last character, or None where too little would be left to say whose it was."""
    return value[:-1] if len(value) > _SHORT else None


def core(value: str) -> str:
    """Return a part of a value that every spelling of it has once it is squeezed."""
    runs = [squeeze(value)] if _is_phone(value) else re.findall("[a-z0-9]+", value.lower())
    return next((run for run in runs if len(run) > 2), max(runs, key=len, default=""))


def squeeze(text: str) -> str:
    """Return a text in small letters and plain digits, without what may stand between digits."""
    return text.lower().translate(_GAPS if text.isascii() else _GAPS | _DECIMALS)


def _is_phone(value: str) -> bool:
    return _PHONE.fullmatch(value) is not None and len(squeeze(value)) >= _SHORT


def _letter(letter: str) -> str:
    if letter.isdigit() and letter.isascii():
        same = "".join(chr(code) for code, digit in _DECIMALS.items() if digit == letter)
        return f"[{same}]"
    if letter.isascii() and letter.isalnum():
        return letter
    forms = "|".join(re.escape(form) for form in dict.fromkeys(_forms(letter)))
    return rf"\s?(?:{forms})\s?" if letter == "@" else f"(?:{forms})"


def _forms(letter: str) -> Iterator[str]:
    """Yield a letter as it stands in plain text, URLs, JSON and HTML."""
    yield letter
    yield quote(letter, safe="")
    yield f"\\u{ord(letter):04x}"
    yield html.escape(letter)
    yield f"&#{ord(letter)};"
    yield f"&#x{ord(letter):x};"
