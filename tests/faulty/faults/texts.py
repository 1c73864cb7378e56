"""Faults in how a requestId comes back: characters that are lost, texts that are read as something else, long texts."""

import html
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Callable
from typing import Any

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import Test, always, edit, get, opting_in, put
from tests.faulty.turn import Turn

PLACE = "data.requestId"
ECHO = "response.data.requestId.echo"


def _echo(name: str, says: str, change: Callable[[str], Any], when: Test = always, *claims: str) -> Fault:
    """Return the fault of a host that changes the requestId."""
    return Fault(f"request-id-{name}", says, (*claims, ECHO), (edit(PLACE, change, when),))


def _losing(name: str, what: str, pattern: str, instead: str = "") -> Fault:
    """Return the fault of a host that loses some characters, or puts others in their place."""
    into = f"comes back with {instead!a} in place of" if instead else "comes back without"
    return _echo(name, f"A requestId {into} {what}.", lambda text: re.sub(pattern, instead, text))


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict | list) else text


def _as_number(text: str) -> str:
    return repr(float(text)) if re.fullmatch(r"\d{1,15}\.\d+|\d+[eE]\d{1,2}", text, re.ASCII) else text


def _at(size: int) -> Callable[[str], str]:
    return lambda text: text.encode()[:size].decode("utf-8", "ignore")


def _in_blocks(text: str) -> str:
    raw = text.encode()
    return "".join(raw[at : at + 1024].decode("utf-8", "replace") for at in range(0, len(raw), 1024))


def _with_escapes(turn: Turn) -> bool:
    return b"\\u" in turn.raw.lower()


def _repeat_where_blank(turn: Turn) -> None:
    last = turn.memory.notes.get("last text", "")
    if turn.asked.request_id and turn.asked.request_id.strip():
        turn.memory.notes["last text"] = turn.asked.request_id
    elif turn.asked.request_id is not None and get(turn.document, PLACE) is not None:
        put(turn.document, PLACE, last or "none")


FAULTS = (
    _losing("loses-soft-hyphens", "soft hyphens", "\u00ad"),
    _losing("loses-joiners", "joiners and spaces of no width", "[\u200b-\u200d\u2060]"),
    _losing("loses-variation-selectors", "variation selectors", "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"),
    _losing("loses-text-directions", "marks of the text direction", "[\u200e\u200f\u202a-\u202e\u2066-\u2069]"),
    _losing("loses-private-letters", "letters for private use", "[\ue000-\uf8ff\U000f0000-\U0010fffd]", "\ufffd"),
    _losing("loses-noncharacters", "noncharacters", "[\ufdd0-\ufdef\ufffe\uffff]", "\ufffd"),
    _losing("loses-controls", "control characters", "[\x00-\x08\x0b\x0c\x0e-\x1f]"),
    _losing("loses-del", "DEL", "\x7f"),
    _losing("loses-tags", "what stands in angle brackets", "<[^<>]*>"),
    _losing("has-one-kind-of-line-end", "line separators", "[\u2028\u2029]", "\n"),
    _losing("has-spaces-for-tabs", "tabs", "\t", " "),
    _losing("has-plain-quotes", "typographic apostrophes", "\u2019", "'"),
    _losing("loses-a-byte-order-mark", "a byte order mark", "\ufeff"),
    _losing("halves-doubled-apostrophes", "doubled apostrophes", "''", "'"),
    _echo("ends-at-a-nul", "A requestId ends before a NUL.", lambda text: text.partition("\0")[0]),
    _echo("composed", "A requestId comes back in composed letters (NFC).", lambda t: unicodedata.normalize("NFC", t)),
    _echo("decomposed", "A requestId comes back with its accents apart.", lambda t: unicodedata.normalize("NFD", t)),
    _echo(
        "compatible",
        "A requestId comes back without compatibility letters, such as ligatures and wide letters.",
        lambda text: unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text)) if text.isprintable() else text,
    ),
    _echo(
        "without-outer-line-ends",
        "A requestId comes back without line ends before and behind it.",
        lambda text: text.strip("\r\n"),
    ),
    _echo(
        "without-outer-hard-spaces",
        "A requestId comes back without no-break spaces before and behind it.",
        lambda text: text.strip("\u00a0"),
    ),
    _echo("without-a-last-dot", "A requestId comes back without dots behind it.", lambda text: text.rstrip(".")),
    _echo(
        "without-outer-quotes",
        "A requestId in quotes comes back without them.",
        lambda text: text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text,
    ),
    _echo(
        "unescaped", "Backslash and n in a requestId come back as a line end.", lambda text: text.replace("\\n", "\n")
    ),
    _echo("unescaped-from-html", "&amp; in a requestId comes back as &.", html.unescape),
    _echo("unescaped-from-percent", "%20 in a requestId comes back as a space.", urllib.parse.unquote),
    _echo("with-spaces-for-plus", "+ in a requestId comes back as a space.", lambda text: text.replace("+", " ")),
    _echo(
        "parsed-as-json",
        "A requestId that looks like JSON comes back as JSON.",
        _parsed,
        always,
        "response.data.requestId.type",
    ),
    _echo("written-as-a-number", "A requestId that looks like a number comes back as that is written.", _as_number),
    _echo(
        "read-as-a-boolean",
        "The requestId true comes back as a boolean.",
        lambda text: True if text.lower() == "true" else text,
        always,
        "response.data.requestId.type",
    ),
    _echo(
        "read-as-null", "The requestId null comes back as null.", lambda text: None if text.lower() == "null" else text
    ),
    _echo(
        "read-as-a-date",
        "The zone +00:00 in a requestId comes back as Z.",
        lambda t: re.sub(r"(T.*)(\+00:00|\.000Z)$", r"\1Z", t),
    ),
    _echo(
        "made-safe-for-tables",
        "A requestId that begins like a formula gets an apostrophe before it.",
        lambda text: f"'{text}" if text[:1] in ("=", "@", "+") else text,
    ),
    _echo(
        "as-a-clean-path", "A requestId comes back without /.. in it.", lambda text: re.sub(r"[^/]+/\.\./", "", text)
    ),
    _echo(
        "in-a-western-code-page",
        "Letters beyond Windows-1252 in a requestId come back as question marks.",
        lambda text: text.encode("cp1252", "replace").decode("cp1252") if text.isprintable() else text,
    ),
    _echo(
        "loses-escaped-emoji",
        "An emoji that is sent as two escapes comes back as question marks.",
        lambda text: re.sub("[\U00010000-\U0010ffff]", "??", text),
        _with_escapes,
    ),
    _echo(
        "keeps-escaped-slashes",
        "A slash that is sent with a backslash before it keeps that.",
        lambda text: text.replace("/", "\\/"),
        lambda turn: b"\\/" in turn.raw,
    ),
    _echo("cut-at-255-bytes", "A requestId of more than 255 bytes comes back cut.", _at(255)),
    _echo("cut-at-1024-letters", "A requestId of more than 1,024 letters comes back cut.", lambda text: text[:1024]),
    _echo("cut-at-65535-letters", "A requestId of more than 65,535 letters comes back cut.", lambda text: text[:65535]),
    _echo(
        "has-its-length-in-a-byte",
        "A requestId of 256 letters comes back empty, one of 257 as one letter.",
        lambda text: text[: len(text) % 256] if len(text) > 255 else text,
    ),
    _echo("read-in-blocks", "A letter across two blocks of 1,024 bytes comes back as signs of an error.", _in_blocks),
    _echo(
        "loses-joiners-on-opt-in",
        "A requestId loses its joiners when a customer opts in.",
        lambda text: re.sub("[\u200c\u200d]", "", text),
        opting_in,
    ),
    _echo(
        "without-line-ends-in-one-program",
        "An ENROL in program 973 has its requestId back with spaces in place of line ends.",
        lambda text: re.sub("[\r\n]+", " ", text),
        lambda turn: turn.asked.program == 973 and not opting_in(turn),
    ),
    _echo(
        "loses-directions-for-loyalty-earning",
        "An ENROL in a promotion of type LOYALTY_EARNING has its requestId back without marks of direction.",
        lambda text: re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text),
        lambda turn: turn.promotion is not None and turn.promotion.type == "LOYALTY_EARNING" and not opting_in(turn),
    ),
    Fault(
        "request-id-of-the-last-where-blank",
        "A blank requestId comes back as that of an earlier request.",
        (ECHO,),
        (after("compose", _repeat_where_blank),),
    ),
    Fault(
        "request-id-in-small-letters-beside-errors",
        "Beside errors, the requestId comes back in small letters.",
        (ECHO,),
        (edit(PLACE, str.lower, lambda turn: bool(turn.complaints)),),
        under={"data-on-error": "partial-echo"},
    ),
)
