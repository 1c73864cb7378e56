"""Learning: find the secrets in recorded traffic, so that they can be masked wherever else they appear."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from contracts.host.encodings import SHORT
from contracts.masking import strangers
from contracts.masking.headers import HARMLESS
from contracts.masking.secrets import SECRET

# Lists of pairs in a HAR. A value in one of them may be a secret, unless the header is harmless.
_PAIRS: Final = ("headers", "cookies", "queryString", "params")
# A number, or a media type.
_HARMLESS_VALUE: Final = re.compile(r"\d+|(?:application|text)/[\w.+-]+", re.ASCII)
# No server takes a longer one. What is longer is masked where it stands, but not wherever else it appears.
_LONGEST: Final = 16_384
_TEXTS: Final = ("url", "redirectURL", "text")


def secrets_of(entries: Any) -> set[str]:
    """Return the texts of eight to 16,384 characters in the entries of a HAR that may be secrets.

    These are the values of cookies, of queries and of all headers that are not known to be harmless, and what is named
    as a secret in a JSON body. Numbers are none: they are more often ids. `entries` may hold anything.
    """
    found = (part for value in _values(entries) for part in _parts(value))
    return {
        text
        for text in found
        if SHORT <= len(text) <= _LONGEST and not _HARMLESS_VALUE.fullmatch(text) and SECRET not in text
    }


def _values(node: Any) -> Iterator[str]:
    """Yield the values in which secrets may be, from every part of an archive."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            for name, inner in part.items():
                if name in _PAIRS and isinstance(inner, list):
                    yield from _of_pairs(name, inner)
                elif name in _TEXTS and isinstance(inner, str):
                    is_base64 = part.get("encoding") == "base64"
                    yield from _of_body(_plain(inner) if is_base64 else inner) if name == "text" else _of_url(inner)
                elif isinstance(inner, dict | list):
                    waiting.append(inner)


def _of_pairs(kind: str, pairs: list[Any]) -> Iterator[str]:
    for pair in pairs:
        name, value = (pair.get("name"), pair.get("value")) if isinstance(pair, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(value, str):
            continue
        if kind != "headers" or name.lower() not in HARMLESS:
            yield value
        else:
            yield from _of_url(value)


def _of_url(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    yield from (text for text in (parts.username, parts.password) if text)
    for query in (parts.query, parts.fragment):
        yield from (value for _, value in parse_qsl(query))


def _plain(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8")
    except ValueError:
        return ""


def _of_body(text: str) -> Iterator[str]:
    if not strangers.has_hint(text):
        return
    try:
        yield from _named(json.loads(text), secret=False)
    except (ValueError, RecursionError):
        yield from (value for name, value in parse_qsl(text) if strangers.is_secret_name(name))


def _named(value: Any, *, secret: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _named(inner, secret=secret or strangers.is_secret_name(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, secret=secret)
    elif secret and isinstance(value, str):
        yield value


def _parts(value: str) -> Iterator[str]:
    """Yield a value, what follows a scheme or a name in it, and the user name and password of Basic credentials."""
    yield value
    for part in re.split(r"[\s;,]+", value):
        yield part
        yield part.partition("=")[2]
        if part != value and re.fullmatch(r"[A-Za-z0-9+/_-]{8,}={0,2}", part):
            yield from _of_basic(part)


def _of_basic(text: str) -> Iterator[str]:
    try:
        user, colon, password = base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8").partition(":")
    except ValueError:
        return
    if colon:
        yield from (user, password)
