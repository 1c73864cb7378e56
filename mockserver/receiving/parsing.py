"""Parsing: the JSON value of a body. However large the body is, no more is made of it than somebody looks at."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from mockserver.receiving.nesting import depth

# Lists and objects inside each other. The parser counts them as calls, of which Python 3.11 allows a thousand in all,
# and other versions of Python allow others. So the mock has a limit of its own, below all of theirs.
_LEVELS: Final = 920
# The document says nothing of what is deeper, and its validator follows 255 levels only.
_LEVELS_KEPT: Final = 32
_WHOLE: Final = 2048  # bytes of a body that is made whole; the page's own requests have 300
_WHOLE_INSIDE: Final = 1024  # bytes of a list or an object inside a longer body that is made whole
_OTHERS: Final = 100  # names that the document does not have, in one object of a longer body

_TEXTS: Final = re.compile(rb""""(?:[^"\\]++|\\.)*+"?""", re.DOTALL)
# Numbers that a double or the interpreter may not hold: 200 digits before the point, or three of the exponent.
_MANY_DIGITS: Final = b"0" * 200
_LONG_EXPONENTS: Final = (b"e000", b"e+000")
_ALIKE: Final = bytes.maketrans(b"123456789E-", b"000000000e+")
_FAR: Final = re.compile(rb"(?<![\d.eE+-])-?(?:\d{200,}+[\d.eE+-]*+|\d++(?:\.\d++)?+[eE][+-]?+\d{3,}+)")

_CHECKED: Final = msgspec.json.Decoder(msgspec.Raw)
_HELD: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parse(body: bytes, names: frozenset[str] = frozenset()) -> Any:
    """Return the JSON value, without what is deeper than any place of the document. Raises ValueError with the reason.

    Integers are exact up to the length that the interpreter converts (4,300 digits). If a key occurs
    twice, the last one counts. Refused are NaN and Infinity, numbers beyond a double, a byte order mark,
    encodings other than UTF-8, lone surrogates, and nesting deeper than 920 levels.

    A body of more than 2 KiB is checked as a whole, and a part of it is made: of each object the fields with these
    `names` and a hundred others, and empty lists and objects in place of those that are longer than 1 KiB. In an object
    under a name of its own, no field is looked for.
    """
    try:
        # A body that is no JSON may pass here. The parser refuses it.
        brackets = body.count(b"[") + body.count(b"{")
        if brackets > _LEVELS and depth(_without_texts(body)) > _LEVELS:
            raise ValueError(f"The JSON is nested deeper than {_LEVELS} levels.")
        if len(body) > _WHOLE:
            _check(body)
            return _part(body.strip(), names, _LEVELS_KEPT)
        value = msgspec.json.decode(body)
        return value if brackets <= _LEVELS_KEPT else _without_depths(value, _LEVELS_KEPT)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _check(body: bytes) -> None:
    """Raise an error for what is no JSON, without making anything of it."""
    body.decode()  # the parser looks neither at the bytes of a text that it skips, nor at the size of a number
    _CHECKED.decode(body)
    alike = body.translate(_ALIKE)
    if any(sign in alike for sign in (_MANY_DIGITS, *_LONG_EXPONENTS)):
        msgspec.json.decode(b"[%b]" % b",".join(_FAR.findall(_without_texts(body))))


def _part(text: bytes, names: frozenset[str], levels: int) -> Any:
    """Return what is made of the text of a JSON value that stands so many levels above the deepest ones."""
    if text[:1] not in (b"{", b"["):
        return msgspec.json.decode(text)
    if len(text) <= _WHOLE_INSIDE:
        return _without_depths(msgspec.json.decode(text), levels)
    if text[:1] == b"[" or not levels:
        return [] if text[:1] == b"[" else {}
    found, others = {}, 0
    for name, inner in _HELD.decode(text).items():
        is_other = name not in names
        others += is_other
        if not is_other or others <= _OTHERS:
            found[name] = _part(bytes(inner), frozenset() if is_other else names, levels - 1)
    return found


def _without_texts(body: bytes) -> bytes:
    """Return a body without its texts, in which anything may stand."""
    return _TEXTS.sub(b"", body) if b"\\" in body else b"".join(body.split(b'"')[::2])


def _without_depths(value: Any, levels: int) -> Any:
    """Return a JSON value whose lists and objects are empty below so many levels."""
    if isinstance(value, dict):
        return {name: _without_depths(inner, levels - 1) for name, inner in value.items()} if levels else {}
    if isinstance(value, list):
        return [_without_depths(inner, levels - 1) for inner in value] if levels else []
    return value
