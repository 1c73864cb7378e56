"""Says in plain words what msgspec and Python's JSON reader say in their own."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

_KINDS: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
    "date": "a date",
    "datetime": "a date with a time",
}
# What the limits of a value mean, by the kind of value and the sign.
_LIMITS: Final = {">=": "{} or more", "<=": "{} or less"}
_LENGTHS: Final = {">=": "{} or more {}", "<=": "{} or fewer {}", "": "{} {}"}
_PARTS: Final = {"str": "characters", "array": "entries", "object": "keys"}
_EXPECTED: Final = re.compile(
    r"Expected `(?P<kinds>[^`]*)`(?: of length (?P<length>>=|<=)? ?(?P<size>\d+)| (?P<sign>>=|<=) (?P<bound>\S+))?"
    r"(?P<regex> matching regex .*?)?(?:, got (?:`(?P<got>[^`]*)`|(?P<number>\d+)))?",
    re.DOTALL,
)
_KEY: Final = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)
_STEP: Final = re.compile(r"\[(\d+|\.\.\.)\]|\.([^.\[\]]+)")
_DIGITS: Final = "Exceeds the limit"
_LONGEST: Final = 100


def of_misfit(found: str) -> str:
    """Return what msgspec says of a value that does not fit, without its place."""
    expected, key = _EXPECTED.fullmatch(found), _KEY.fullmatch(found)
    if key:
        name = f"`{key['name']}`"
        return f"the key {name} is missing" if key["what"].startswith("missing") else f"unknown key {name}"
    if expected:
        return _of_expected(expected)
    enum = re.fullmatch(r"Invalid enum value (.*)", found, re.DOTALL)
    return f"{enum[1][:_LONGEST]} is none of the values that may stand here" if enum else found


def of_error(error: Exception) -> str:
    """Return what is wrong with a value that msgspec has refused, and where, as in "at log.entries[3]"."""
    if isinstance(error, UnicodeEncodeError):
        return "a text holds half a character: a surrogate without its other half"
    found, _, place = str(error).partition(" - at `")
    steps = place_in_words(place)
    return (
        f"{of_misfit(found)}{f' at {steps}' if steps else ''}"
        if isinstance(error, msgspec.ValidationError)
        else str(error)
    )


def place_in_words(place: str) -> str:
    """Return a place as programs write it: log.entries[3] for "$.log.entries[3]`"; "" for the whole value."""
    steps = (f"[{index}]" if index else f".{name.rstrip('`')}" for index, name in _STEP.findall(place))
    return "".join(steps).removeprefix(".")


def of_text(error: ValueError) -> str:
    """Return what Python's decoder of UTF-8 or of JSON says of a text that is none."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is 0x{error.object[error.start]:02x}, and the text is not {error.encoding.upper()}"
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: this is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
    return "a number has more than 4,300 digits" if _DIGITS in str(error) else str(error)


def _of_expected(match: re.Match[str]) -> str:
    kinds = match["kinds"].split(" | ")
    words = " or ".join(_KINDS.get(kind, kind) for kind in kinds)
    if match["size"]:
        words += f" of {_LENGTHS[match['length'] or ''].format(match['size'], _PARTS.get(kinds[0], 'parts'))}"
    elif match["sign"]:
        words += f", {_LIMITS[match['sign']].format(match['bound'])}"
    if match["regex"]:
        words += " of another form"
    got = _KINDS.get(match["got"] or "", match["got"]) or match["number"]
    return f"expected {words}{f', got {got}' if got else ''}"
