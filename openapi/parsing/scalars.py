"""What a value without quotes stands for.

A number is written as JSON writes it; words are those of the core schema of YAML 1.2. Whatever else YAML 1.1 or 1.2
takes for a number, or YAML 1.1 for a time, is refused: other programs read another value there.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from math import isinf
from typing import Any, Final

from openapi.parsing.problem import LONGEST_NUMBER, Problem, quoted

WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# A value that begins with none of these is a word or a text.
FIRST_OF_NUMBERS: Final = frozenset("0123456789+-.")

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Source: yaml.org/type/timestamp, YAML 1.1.
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}[0-9.:+\-Zz \t]*")
_NO_NUMBER: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# Source: yaml.org/type/int and /float, YAML 1.1; YAML 1.2.2, section 10.3.2.
_OTHER_NUMBER: Final = re.compile(
    r"[-+]?(?:0b[01_]+|0o[0-7]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?)"
)


def plain(text: str) -> Any:
    """Return what a value without quotes stands for: null, a boolean, a number, a date or a text.

    Raises Problem, without a place, for a value in which programs see different things.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in FIRST_OF_NUMBERS:
        if text[0].isspace():  # YAML knows spaces and tabs only
            raise Problem(f"U+{ord(text[0]):04X} is not a space here, though it looks like one; type a plain space")
        return text
    number = _NUMBER.fullmatch(text)
    if number:
        return decimal(text) if number[1] or number[2] else integer(text)
    if _DATE.fullmatch(text):
        return _date(text)
    if _TIME.fullmatch(text):
        raise Problem(f"quote it: {quoted(text)} (without quotes, some programs read a time in another form)")
    if _NO_NUMBER.fullmatch(text):
        raise Problem(f"a number must be finite; if it is a text, quote it: {quoted(text)}")
    if _OTHER_NUMBER.fullmatch(text):
        _refuse_long(text)
        raise Problem(
            f"quote it: {quoted(text)} (without quotes, programs read different numbers in it); "
            "a number is written as in JSON"
        )
    return text


def integer(text: str) -> int:
    """Return a whole number in decimal digits. Raises Problem if it is too long."""
    _refuse_long(text)
    return int(text)


def decimal(text: str) -> float:
    """Return a number with a fraction or an exponent. Raises Problem if it would become another number."""
    _refuse_long(text)
    value = float(text)
    if isinf(value) or Decimal(repr(value)) != Decimal(text):
        raise Problem(f"as a number this would lose digits; if it is a text, quote it: {quoted(text)}")
    return value


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"there is no such date; if it is a text, quote it: {quoted(text)}") from None


def _refuse_long(text: str) -> None:
    if len(text) > LONGEST_NUMBER:
        raise Problem(f"this number has {len(text)} characters; at most {LONGEST_NUMBER} are read")
