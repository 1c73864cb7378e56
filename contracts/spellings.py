"""Spellings: other ways to write the same JSON value. Source: RFC 8259 §2 (white space), §4 (order), §7 (escapes)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, get_args

Spelling = Literal["usual", "compact", "pretty", "ascii", "escaped", "reversed", "padded", "padded-more"]

SPELLINGS: Final[tuple[Spelling, ...]] = get_args(Spelling)
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
# For str.translate: each visible character of ASCII in its wide form.
WIDE: Final[Mapping[int, int]] = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
# Bytes of white space before the first field and behind the last one.
_PADDING: Final[Mapping[str, int]] = {"padded": 32 * 1024, "padded-more": 256 * 1024}


def spelled(value: Any, spelling: Spelling) -> str:
    """Return a JSON value as text.

    `spelling`: "compact" has no space, "pretty" has lines, tabs and spaces everywhere. "ascii" escapes what is not
    ASCII, and slashes. "escaped" escapes every character of names and texts. "reversed" has the fields of each object
    in reverse order. "padded" and "padded-more" have 32 KiB and 256 KiB of white space.
    """
    return _WRITERS[spelling](value)


def _usual(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pretty(value: Any) -> str:
    lines = json.dumps(value, ensure_ascii=False, indent="\t", separators=(" , ", " : "))
    return "\r\n " + lines.replace("\n", "\r\n") + " \r\n"


def _ascii(value: Any) -> str:
    return json.dumps(value).replace("/", "\\/")


def _escaped(value: Any) -> str:
    return _TEXT.sub(lambda found: f'"{_units(json.loads(found[0]))}"', json.dumps(value))


def _units(text: str) -> str:
    """Return each UTF-16 unit of a text as an escape."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02X}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def reversed_fields(value: Any) -> Any:
    """Return a JSON value with the fields of every object in reverse order; JSON gives the order no meaning."""
    return {key: reversed_fields(value[key]) for key in reversed(value)} if isinstance(value, dict) else value


def _reversed(value: Any) -> str:
    return _usual(reversed_fields(value))


def _padded(spelling: str) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        half = "\n".ljust(_PADDING[spelling] // 2)
        text = _usual(value)
        return f"{text[:1]}{half}{text[1:-1]}{half}{text[-1:]}" if isinstance(value, dict) else f"{half}{text}{half}"

    return write


_WRITERS: Final[Mapping[Spelling, Callable[[Any], str]]] = {
    "usual": _usual,
    "compact": _compact,
    "pretty": _pretty,
    "ascii": _ascii,
    "escaped": _escaped,
    "reversed": _reversed,
    "padded": _padded("padded"),
    "padded-more": _padded("padded-more"),
}
