"""Forms of the body: the same JSON in another text, or in another coding."""

from __future__ import annotations

import gzip
import random
import zlib
from dataclasses import replace
from typing import Any

from tests.faulty.forms.form import Form
from tests.faulty.forms.texts import Pairs, with_exponent, with_fraction
from tests.faulty.turn import Reply


def _sorted(pairs: Pairs) -> list[tuple[str, Any]]:
    return sorted(pairs, key=lambda pair: pair[0])


def _backwards(pairs: Pairs) -> list[tuple[str, Any]]:
    return pairs[::-1]


def _shuffled(pairs: Pairs) -> list[tuple[str, Any]]:
    return random.sample(pairs, len(pairs))


def _gzipped(reply: Reply) -> Reply:
    return replace(reply, headers={**reply.headers, "Content-Encoding": "gzip"}, body=gzip.compress(reply.body, 1))


def _deflated(reply: Reply) -> Reply:
    return replace(reply, headers={**reply.headers, "Content-Encoding": "deflate"}, body=zlib.compress(reply.body, 1))


def _marked(reply: Reply) -> Reply:
    return replace(reply, body=b"\xef\xbb\xbf" + reply.body) if reply.body.strip().startswith(b"{") else reply


BODIES = (
    Form("pretty", "The JSON is indented by two spaces.", "space", {"indent": "  ", "around": ("", "\n")}),
    Form("pretty-crlf", "The JSON is indented by tabs, in lines that end with CR LF.", "space",
         {"indent": "\t", "newline": "\r\n", "colon": " : ", "around": ("\r\n", "\r\n")}),
    Form("compact", "The JSON has no white space.", "space", {"comma": ",", "colon": ":"}),
    Form("much-space", "16 KiB of white space stand before the JSON.", "space", {"around": (" " * 16384, "")}),
    Form("escaped", "Every character beyond ASCII is escaped.", "escapes", {"escapes": True}),
    Form("escaped-slashes", "Each slash is escaped, as PHP does.", "escapes", {"escapes": True, "slashes": True}),
    Form("sorted-keys", "The members of each object are in the order of the alphabet.", "order", {"order": _sorted}),
    Form("keys-backwards", "The members of each object stand in the opposite order.", "order", {"order": _backwards}),
    Form("shuffled-keys", "The members of each object stand in another order each time.", "order", {"order": _shuffled}),
    Form("decimals", "Each number has a fraction: 400.0.", "numbers", {"number": with_fraction}),
    Form("exponents", "Each number has an exponent: 4E2.", "numbers", {"number": with_exponent}),
    Form("gzip", "The body is sent in the coding gzip.", "coding", retell=_gzipped),
    Form("deflate", "The body is sent in the coding deflate.", "coding", retell=_deflated),
    Form("byte-order-mark", "A byte order mark stands before the JSON, which a reader may ignore (RFC 8259 §8.1).", "mark",
         retell=_marked),
)  # fmt: skip
