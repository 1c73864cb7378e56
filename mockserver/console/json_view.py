"""JSON for people: indented and coloured, but with every letter as it was sent."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from markupsafe import Markup, escape

from mockserver.console.rendering import visible

_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_INDENT: Final = "  "
_DEEPEST: Final = 60  # levels; deeper text is shown as it was sent


def shown(text: str) -> Markup:
    """Return a text for display. Where it is JSON it is indented, and each kind of value has a class of its own."""
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return escape(visible(text))
    tokens: list[str] = _TOKENS.findall(text)
    return escape(visible(text)) if _depth(tokens) > _DEEPEST else _indented(tokens)


def _depth(tokens: list[str]) -> int:
    depth = deepest = 0
    for token in tokens:
        depth += (token in "{[") - (token in "}]")
        deepest = max(deepest, depth)
    return deepest


def _indented(tokens: list[str]) -> Markup:
    """Return the tokens with one entry on a line. Tokens are never changed, so numbers and escapes stay as they are."""
    parts: list[Markup] = []
    depth = 0
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else ""
        after = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token in "}]":
            depth -= 1
            if before not in ("{", "["):
                parts.append(_line(depth))
        elif before in ("{", "[", ","):
            parts.append(_line(depth))
        parts.append(_coloured(token, is_key=after == ":"))
        if token in "{[":
            depth += 1
        if token == ":":
            parts.append(Markup(" "))
    return Markup("").join(parts)


def _line(depth: int) -> Markup:
    return Markup("\n" + _INDENT * depth)


def _coloured(token: str, *, is_key: bool) -> Markup:
    if token in "{}[],:":
        return Markup(token)
    kind = "key" if is_key else "string" if token[0] == '"' else "literal"
    return Markup('<span class="json-{}">{}</span>').format(kind, visible(token))
