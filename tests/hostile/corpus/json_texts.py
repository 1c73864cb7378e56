"""Bodies of the documented call that are no JSON, or JSON that few programs survive."""

from __future__ import annotations

import json

from tests import page
from tests.hostile.case import Case, bodies

TEXT = json.dumps(page.ENROL_REQUEST)
DEPTHS = (33, 255, 256, 257, 512, 900, 920, 921, 993, 1000, 1500, 5_000, 100_000, 500_000)
SPELLINGS = {
    "empty": "",
    "blank": " \t\r\n ",
    "half": TEXT[: len(TEXT) // 2],
    "all but the end": TEXT[:-1],
    "one thing too many": f"{TEXT}}}",
    "two values": TEXT + TEXT,
    "two lines": f"{TEXT}\n{TEXT}",
    "a comma too many": f"{TEXT[:-1]},}}",
    "no comma": TEXT.replace(", ", " ", 1),
    "single quotes": TEXT.replace('"', "'"),
    "names without quotes": '{action: "ENROL"}',
    "a comment": f"/* */{TEXT}",
    "a comment at the end": f"{TEXT}// end",
    "Python": str(page.ENROL_REQUEST),
    "undefined": '{"action": undefined}',
    "NUL behind it": f"{TEXT}\0",
    "NUL before it": f"\0{TEXT}",
    "only NUL": "\0" * 1000,
    "form feed": f"\f{TEXT}",
    "no-break space": f"\u00a0{TEXT}",
    "line separator": f"\u2028{TEXT}",
    "a form": "action=ENROL&programId=3334",
    "XML": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "YAML": "&a [*a, *a]",
    "a guard": f")]}}',\n{TEXT}",
    "a call": f"callback({TEXT})",
}
ENCODINGS = {
    "byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "two byte order marks": b"\xef\xbb\xbf" * 2 + TEXT.encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16, little end first": TEXT.encode("utf-16-le"),
    "UTF-16, big end first": TEXT.encode("utf-16-be"),
    "UTF-32": TEXT.encode("utf-32"),
    "UTF-7": TEXT.replace("{", "+AHs-").encode(),
    "EBCDIC": TEXT.encode("cp037"),
    "Latin-1": TEXT.replace("some-test-id", "caf\u00e9").encode("latin-1"),
    "byte that is no UTF-8": TEXT.encode().replace(b"some", b"\xff"),
    "character that is cut": TEXT.encode().replace(b"some", b"\xe2\x82"),
    "overlong NUL": TEXT.encode().replace(b"some", b"\xc0\x80"),
    "overlong slash": TEXT.encode().replace(b"some", b"\xc0\xaf"),
    "half a surrogate pair as UTF-8": TEXT.encode().replace(b"some", b"\xed\xa0\x80"),
    "a surrogate pair as UTF-8": TEXT.encode().replace(b"some", b"\xed\xa0\xbd\xed\xb8\x80"),
    "beyond Unicode": TEXT.encode().replace(b"some", b"\xf4\x90\x80\x80"),
    "five bytes for a character": TEXT.encode().replace(b"some", b"\xf8\x88\x80\x80\x80"),
}
STRINGS = {
    "half a surrogate pair": r"\ud800",
    "the other half": r"\udc00",
    "halves the wrong way round": r"\udc00\ud800",
    "half a pair, then a letter": r"\ud83da",
    "unknown escape": r"\x41",
    "escape that is cut": r"\u12",
    "escape with a sign": r"\u+123",
    "a tab as it is": "\t",
    "a line break as it is": "\n",
    "NUL as it is": "\0",
    "a backslash at the end": "\\",
}
FINE_STRINGS = {
    "NUL": r"\u0000",
    "delete": "\x7f",
    "C1 controls": "\u0080\u009f",
    "right to left": "\u202e\u2066",
    "an emoji": r"\ud83d\ude00",
    "no character": "\uffff\ufdd0",
    "escaped slashes": r"\/\/",
    "terminal escape": r"\u001b[2J\u001b]0;x\u0007",
    "markup": "<script>alert(1)</script>",
    "a template": "{{7*7}} ${7*7} %s%n {0.__class__}",
    "SQL": "' OR '1'='1'; DROP TABLE enrolments; --",
    "a path": "../../../../etc/passwd",
    "a header": r"a\r\nSet-Cookie: x=1",
    "long": "a" * 300_000,
    "many escapes": r"\u0041" * 100_000,
    "combining marks": "e" + "\u0301" * 50_000,
}
NUMBERS = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "beyond a double": "1e400",
    "exponent without end": "1e999999999999999999",
    "leading zero": "03334",
    "plus": "+3334",
    "hexadecimal": "0xD06",
    "octal": "0o6406",
    "no digit before the point": ".5",
    "no digit behind the point": "5.",
    "no exponent": "1e",
    "two signs": "--1",
    "underscores": "3_334",
    "other digits": "\u0663\u0663\u0663\u0664",
    "only a sign": "-",
}
# What the document says to these numbers depends on the field, so only the statuses that it has are asked for.
FINE_NUMBERS = {
    "as a fraction": "3334.0",
    "with an exponent": "3.334e3",
    "nearly nothing": "1e-999999999",
    "minus nothing": "-0",
    "negative": "-3334",
    "32 bits and one": "4294970630",
    "64 bits and one": "18446744073709551617",
    "a million digits": "1" * 1_000_000,
    "a million digits behind the point": "1." + "1" * 999_000,
    "as many digits as Python converts": "1" * 4300,
    "one digit more than Python converts": "1" * 4301,
    "a million zeros": "1" + "0" * 1_000_000,
    "a negative number of a million digits": "-" + "9" * 1_000_000,
}


def _deep() -> dict[str, str]:
    """Return lists and objects inside each other, as the whole body and in places of it."""
    deep = {}
    for depth in DEPTHS:
        deep[f"{depth} lists"] = "[" * depth + "]" * depth
        deep[f"{depth} lists as promotion"] = TEXT.replace(
            json.dumps(page.ENROL_REQUEST["promotion"]), deep[f"{depth} lists"]
        )
        deep[f"{depth} lists never closed"] = "[" * depth
    for depth in (921, 993, 5_000, 100_000):
        deep[f"{depth} objects"] = '{"a":' * depth + "1" + "}" * depth
        deep[f"{depth} objects as customer"] = '{"customer":' + deep[f"{depth} objects"] + "}"
        deep[f"{depth} of both in turns"] = '[{"a":' * (depth // 2) + "1" + "}]" * (depth // 2)
        deep[f"{depth} lists under an unknown name"] = TEXT[:-1] + ', "x": ' + "[" * depth + "]" * depth + "}"
    return deep


def _repeated() -> dict[str, str]:
    """Return bodies in which a name comes twice."""
    return {name: f'{{"{name}": null, {TEXT[1:-1]}, "{name}": {{}}}}' for name in page.ENROL_REQUEST}


def _large() -> dict[str, str]:
    return {
        "300,000 numbers": "[" + "1," * 299_999 + "1]",
        "200,000 objects": "[" + "{}," * 199_999 + "{}]",
        "80,000 names": json.dumps(dict.fromkeys(range(80_000), 1)),
        "a name 60,000 times": "{" + '"programId":1,' * 59_999 + '"programId":1}',
        "a name of 900,000 letters": json.dumps({"a" * 900_000: 1}),
        "names of JavaScript": '{"__proto__": {"action": "ENROL"}, "constructor": {"prototype": {}}}',
        "an empty name": '{"": 1}',
        "a name with NUL": r'{"a\u0000b": 1}',
    }


def _with(name: str, text: str) -> str:
    """Return the page's request, in which one value is written so."""
    return TEXT.replace(json.dumps(page.ENROL_REQUEST[name]), text, 1)


CASES: tuple[Case, ...] = (
    *bodies("JSON", SPELLINGS, 400),
    *bodies("encoding", ENCODINGS, 400),
    *bodies("string", {name: _with("requestId", f'"{text}"') for name, text in STRINGS.items()}, 400),
    *bodies("fine string", {name: _with("requestId", f'"{text}"') for name, text in FINE_STRINGS.items()}, 200),
    *bodies("number", {name: _with("programId", text) for name, text in NUMBERS.items()}, 400),
    *bodies("fine number", {name: _with("programId", text) for name, text in FINE_NUMBERS.items()}, 200, 400),
    *bodies("depth", _deep(), 400),
    *bodies("twice", _repeated(), 400),
    *bodies("large", _large(), 400),
)
