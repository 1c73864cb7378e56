"""JSON texts that differ and say the same: white space, escapes, order and the writing of numbers (RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tests.faulty.turn import Reply


class Digits(str):
    """A number as it was written."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """The members of an object, in their order."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a JSON text is written.

    `indent`: of one level; None for a text in one line. `newline`: ends a line. `around`: stands before and behind the
    text. `escapes`: every character beyond ASCII is escaped. `slashes`: each slash is escaped, as PHP does. `number`:
    writes the digits of a number. `order`: orders the members of an object.
    """

    comma: str = ", "
    colon: str = ": "
    indent: str | None = None
    newline: str = "\n"
    around: tuple[str, str] = ("", "")
    escapes: bool = False
    slashes: bool = False
    number: Callable[[str], str] = str
    order: Callable[[Pairs], list[tuple[str, Any]]] = list


def rewrite(reply: Reply, style: Style) -> Reply:
    """Return an answer whose JSON is written in this style. Whatever is no JSON object stays as it is."""
    try:
        value = json.loads(
            reply.body.decode(),
            object_pairs_hook=Pairs,
            parse_int=Digits,
            parse_float=Digits,
            parse_constant=Digits,
        )
    except ValueError:
        return reply
    if not isinstance(value, Pairs):
        return reply
    before, behind = style.around
    text = f"{before}{_written(value, style, 0)}{behind}"
    try:
        body = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can show
        body = f"{before}{_written(value, replace(style, escapes=True), 0)}{behind}".encode()
    return replace(reply, body=body)


def with_fraction(digits: str) -> str:
    """Write 400 as 400.0, and 12.5 as 12.50."""
    return f"{digits}0" if "." in digits else f"{digits}.0" if digits.lstrip("-").isdigit() else digits


def with_exponent(digits: str) -> str:
    """Write 400 as 4E2, and 12.5 as 1.25E1."""
    number = Decimal(digits)
    if not number.is_finite():
        return digits
    sign, figures, _ = number.normalize().as_tuple()
    text = "".join(map(str, figures))
    fraction = f".{text[1:]}" if text[1:] else ""
    return f"{'-' if sign else ''}{text[0]}{fraction}E{number.normalize().adjusted() if number else 0}"


def _written(value: Any, style: Style, level: int) -> str:
    if isinstance(value, Digits):
        return style.number(str(value))
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=style.escapes)
        return text.replace("/", "\\/") if style.slashes else text
    if isinstance(value, Pairs):
        members = [
            f"{_written(name, style, level)}{style.colon}{_written(one, style, level + 1)}"
            for name, one in style.order(value)
        ]
        return _enclosed("{", members, "}", style, level)
    if isinstance(value, list):
        return _enclosed("[", [_written(one, style, level + 1) for one in value], "]", style, level)
    return json.dumps(value)


def _enclosed(begin: str, parts: list[str], end: str, style: Style, level: int) -> str:
    if style.indent is None or not parts:
        return f"{begin}{style.comma.join(parts)}{end}"
    inner, outer = (style.newline + style.indent * depth for depth in (level + 1, level))
    return f"{begin}{inner}{f'{style.comma.rstrip()}{inner}'.join(parts)}{outer}{end}"
