"""The spellings of a mobile number or e-mail address: find it in any spelling, name the spelling, and restore it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import quote

# Ways in which the suite spells a value differently from the test data. `spell` can repeat each of them for a replay.
_NAMED: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("", lambda value: value),
    (" in lower case", str.lower),
    (" in upper case", str.upper),
    (" in title case", str.title),
    (" without its last character", lambda value: value[:-1]),
    (" with a space before @", lambda value: value.replace("@", " @")),
)
_UNNAMED: Final = " spelled otherwise"
_CAPITALS: Final = " with capitals at "
_DIGITS: Final = " in digits from "
# A shorter value is masked only where it is a whole word: within other words it is likely to be a coincidence.
_SHORT: Final = 6
_DECIMALS: Final[dict[int, str]] = {
    code: str(unicodedata.decimal(chr(code)))
    for code in range(0x20000)
    if unicodedata.decimal(chr(code), None) is not None
}
_GAPS: Final[dict[int, str]] = dict.fromkeys(map(ord, " .()-+"), "")
_PHONE: Final = re.compile(r"[+\d .()\-]+", re.ASCII)


def describe(text: str, value: str) -> str:
    """Return the name of the spelling of a value in a text: "" for unchanged, otherwise a name for `spell`."""
    for name, change in _NAMED:
        if text == change(value):
            return name
    capitals = ",".join(str(place) for place, letter in enumerate(text) if letter != letter.lower())
    zero = next((ord(letter) - int(_DECIMALS[ord(letter)]) for letter in text if ord(letter) in _DECIMALS), 0)
    for name in (f"{_CAPITALS}{capitals}", f"{_DIGITS}U+{zero:04X}"):
        if spell(value, name) == text:
            return name
    return _UNNAMED


def is_lost(masked: bytes) -> bool:
    """Return whether a masked text has a value in a spelling without a name, which nobody can restore."""
    return f"{_UNNAMED}>".encode() in masked


def spell(value: str, spelling: str) -> str:
    """Return a value in the spelling that `describe` named. A spelling that it could not name leaves it unchanged."""
    for name, change in _NAMED:
        if spelling == name:
            return change(value)
    if spelling.startswith(_CAPITALS):
        places = {int(place) for place in spelling.removeprefix(_CAPITALS).split(",") if place.isdigit()}
        return "".join(c.upper() if place in places else c for place, c in enumerate(value.lower()))
    if spelling.startswith(f"{_DIGITS}U+"):
        zero = int(spelling.removeprefix(f"{_DIGITS}U+"), 16)
        return value.translate({ord("0") + digit: chr(zero + digit) for digit in range(10)})
    return value


def pattern(value: str) -> str:
    """Return a regular expression that matches a value in any spelling."""
    if _is_phone(value):
        body = ("[+]" if value.startswith("+") else "") + r"[ .()\-]{0,2}".join(map(_letter, normalise(value)))
    else:
        body = "".join(map(_letter, value))
    return body if len(value) >= _SHORT else rf"(?<!\w){body}(?!\w)"


def shortened(value: str) -> str | None:
    """Return a value without its last character; None if the rest would be too short to identify a person."""
    return value[:-1] if len(value) > _SHORT else None


def core(value: str) -> str:
    """Return a part of a value that every spelling holds after `normalise`; used to rule texts out quickly."""
    runs = [normalise(value)] if _is_phone(value) else re.findall("[a-z0-9]+", value.lower())
    return next((run for run in runs if len(run) > 2), max(runs, key=len, default=""))


def normalise(text: str) -> str:
    """Return a text in lower case with ASCII digits, without the characters that may separate digits."""
    return text.lower().translate(_GAPS if text.isascii() else _GAPS | _DECIMALS)


def _is_phone(value: str) -> bool:
    return _PHONE.fullmatch(value) is not None and len(normalise(value)) >= _SHORT


@lru_cache(maxsize=256)
def _letter(letter: str) -> str:
    """Return a regular expression that matches a character in all its forms."""
    if letter.isdigit() and letter.isascii():
        in_all_scripts = "".join(chr(code) for code, digit in _DECIMALS.items() if digit == letter)
        return f"[{in_all_scripts}]"
    if letter.isascii() and letter.isalnum():
        return letter
    forms = "|".join(re.escape(form) for form in dict.fromkeys(_forms(letter)))
    return rf"\s?(?:{forms})\s?" if letter == "@" else f"(?:{forms})"


def _forms(letter: str) -> Iterator[str]:
    """Yield the forms of a character in plain text, URLs, JSON and HTML."""
    yield letter
    yield quote(letter, safe="")
    yield f"\\u{ord(letter):04x}"
    yield html.escape(letter)
    yield f"&#{ord(letter)};"
    yield f"&#x{ord(letter):x};"
