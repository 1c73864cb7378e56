"""Shapes of a megabyte, and of large header lines, that cost much to look at: each makes some work grow with what is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final

from tests import page

BODY: Final = 2**20 - 2000  # bytes of what is large in a body
LINE: Final = 60_000  # characters of what is large in a header line
_TEXT: Final = json.dumps(page.ENROL_REQUEST)
_ID: Final = json.dumps(page.ENROL_REQUEST["requestId"])


def plain() -> bytes:
    """Return a body of the same size that asks for nothing but reading it."""
    return _with("requestId", json.dumps("a" * BODY))


def bodies() -> dict[str, bytes]:
    """Return the bodies, each by its name."""
    many = _values()
    found = dict(_names_and_places())
    found |= {f"a list of {name}": f"[{_repeated(one)}]".encode() for name, one in many.items()}
    found |= {f"a list of {name} as customer": _with("customer", f"[{_repeated(one)}]") for name, one in many.items()}
    found |= {
        f"a text of {name}": _with("requestId", f'"{one * (BODY // len(one.encode()))}"')
        for name, one in _TEXTS.items()
    }
    found |= {f"nothing but {name}": one * (BODY // len(one)) for name, one in _NO_JSON.items()}
    return found


def _names_and_places() -> Iterator[tuple[str, bytes]]:
    for name, form in _NAMES.items():
        named = _object(form)
        yield name, named.encode()
        yield f"{name} beside the right ones", f"{_TEXT[:-1]},{named[1:]}".encode()
    for place in ("customer", "promotion", "action", "programId"):
        yield f"many names as {place}", _with(place, _object('"%d":1'))
        yield f"a long text as {place}", _with(place, json.dumps("E" * BODY))
    for name, text in {"signs and zeros": "+0 -", "blanks": " ", "letters": "a"}.items():
        value = json.dumps(text * (BODY // len(text)))
        yield (
            f"an identifier of {name}",
            _with("customer", f'{{"identifierName": "mobile", "identifierValue": {value}}}'),
        )
        yield f"a promotion of {name}", _with("promotion", f'{{"id": {value}}}')
    yield "names that stand twice", _doubled(BODY)
    yield "names that stand twice in a body that is read twice", _doubled(60_000)
    yield "a number of a million digits", _with("programId", "9" * BODY)
    yield "a fraction of a million digits", _with("programId", "1." + "9" * BODY)


_NAMES: Final = {
    "unknown names": '"%d":1',
    "unknown names without a value": '"%d":null',
    "names like a listed one": '"actio%d":1',
    "names of secrets": '"password%d":"x"',
    "long names": '"' + "n" * 2000 + '%d":1',
    "one name again and again": '"programId":1%.0s',
}
_TEXTS: Final = {
    "escapes": r"\u0041",
    "backslashes": r"\\",
    "escaped quotes": r"\"",
    "half surrogates": r"\ud800",
    "brackets": "[{",
    "colons": ":",
    "NUL": r"\u0000",
    "emoji": "\U0001f600",
    "tokens": "eyJ",
}
_NO_JSON: Final[Mapping[str, bytes]] = {
    "lists that open": b"[",
    "objects that open": b'{"":',
    "quotes": b'"',
    "escaped quotes": b'"\\',
    "blanks": b" ",
    "commas": b",",
    "forms": b"a=1&",
    "letters": b"a",
    "signs of an exponent": b"e",
    "NUL": b"\0",
    "bytes that are no UTF-8": b"\xff",
    "NaN": b"NaN,",
}


def _values() -> dict[str, str]:
    return {
        "numbers": "1",
        "fractions": "1.5e1",
        "numbers with a long exponent": "1e100",
        "numbers beyond a double": "1e999",
        "long numbers": "9" * 300,
        "numbers as long as can be": "9" * 4300,
        "texts": '""',
        "lists": "[]",
        "objects": "{}",
        "names": '{"a":1}',
        "lists of 30 levels": "[" * 30 + "]" * 30,
        "lists of 900 levels": "[" * 900 + "]" * 900,
        "objects of 30 levels": '{"":' * 30 + "1" + "}" * 30,
        "objects of 900 levels": '{"":' * 900 + "1" + "}" * 900,
        "NaN": "NaN",
    }


def lines() -> dict[str, tuple[str, str]]:
    """Return the header lines: a name and a value, each by what they are called."""
    return {
        f"{name}: {what}": (name, one * (LINE // len(one)) + end)
        for name in ("Prefer", "Accept", "Content-Type", "Authorization", "Cookie", "X-CAP-API-OAUTH-TOKEN", "Expect")
        for what, (one, end) in _REPEATED.items()
    }


_REPEATED: Final = {
    "letters": ("a", ""),
    "commas": (",", ""),
    "items": ("a,", ""),
    "items with parameters": ("a/b;q=0.1,", ""),
    "parameters": ("a=b;", ""),
    "quotes": ('"', ""),
    "escaped quotes": ('"\\', ""),
    "quotes that end": ('a="b",', ""),
    "blanks": (" ", "a"),
    "blanks behind a letter": ("a" + " " * 1000, "="),
    "tokens": ("eyJ", ""),
    "the halves of tokens": ("eyJ.", ""),
    "preferences": ("code=404,", ""),
    "Base64": ("QUJD", ""),
}
# Paths and queries, with the same question.
TARGETS: Final = {
    "slashes": "/" * LINE,
    "percent signs": "/" + "%41" * (LINE // 3),
    "the call again and again": page.PATH * (LINE // len(page.PATH)),
    "capitals": page.PATH.upper() * (LINE // len(page.PATH)),
    "nearly the call": page.PATH[:-1] + "x" * LINE,
    "tokens": "/" + "eyJ" * (LINE // 3),
    "sessions": "/_s/x" * (LINE // 5),
    "parameters": page.PATH + "?" + "key=a&" * (LINE // 6),
    "one long parameter": page.PATH + "?" + "%41" * (LINE // 3) + "=1",
    "tokens as parameters": page.PATH + "?" + "a=eyJ.&" * (LINE // 7),
}


def _with(name: str, text: str) -> bytes:
    """Return the page's request with one value written so."""
    return _TEXT.replace(json.dumps(page.ENROL_REQUEST[name]), text, 1).encode()


def _repeated(one: str) -> str:
    return ",".join([one] * (BODY // (len(one) + 1)))


def _object(form: str) -> str:
    """Return an object of fields that are written so, each with a number in its name."""
    fields: list[str] = []
    size = 0
    for number in count():
        if size >= BODY:
            break
        fields.append(form % number)
        size += len(fields[-1]) + 1
    return f"{{{','.join(fields)}}}"


def _doubled(size: int) -> bytes:
    """Return the page's request with names that each stand twice, the second ones behind all the first ones."""
    names = [f'"{number}":1' for number in range(size // 20)]
    return f"{_TEXT[:-1]},{','.join([*names, *names])}}}".encode()
