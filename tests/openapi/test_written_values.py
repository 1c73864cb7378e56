"""A value in a file is read as it was written, or refused with its place and what to write instead.

YAML 1.1, YAML 1.2 and JSON read some values without quotes differently. A world, a target file, a baseline, a choice of
readings and an overlay are read in the same way.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openapi import source
from openapi.source import SourceError

OTHER_NUMBER = " (without quotes, programs read different numbers in it); a number is written as in JSON"
LOST = "as a number this would lose digits; if it is a text, quote it: "


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as refused:
        source.read(path)
    return str(refused.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("7", 7),
        ("-5", -5),
        ("0", 0),
        ("9007199254740993", 9007199254740993),
        ("12.5", 12.5),
        ("0.30000000000000004", 0.30000000000000004),
        ("1e3", 1000.0),
        ("1.0e+3", 1000.0),
        ("2026-01-01", date(2026, 1, 1)),
        # Words and forms that YAML 1.1 took for something else are the text that stands there.
        ("yes", "yes"),
        ("no", "no"),
        ("On", "On"),
        ("off", "off"),
        ("y", "y"),
        ("N", "N"),
        ("=", "="),
        ("<<", "<<"),
        ("!!str 0123", "0123"),
        ("! 0123", "0123"),
        ("!!int 7", 7),
        ("!!float 7", 7),
        ("!!null ~", None),
        ("!!bool true", True),
        # No version of YAML takes these for a number.
        ("1.2.3", "1.2.3"),
        ("10-20", "10-20"),
        ("-x", "-x"),
        ("+x", "+x"),
        (".x", ".x"),
        ("2026-1-1", "2026-1-1"),
        ("12:34:56:ab", "12:34:56:ab"),
        ("'0123'", "0123"),
        ('"+919800000001"', "+919800000001"),
    ],
)
def test_value_is_read_as_it_was_written(tmp_path: Path, value: str, read: Any) -> None:
    found = source.read(written(tmp_path, f"a: {value}\n"))
    assert (found, type(found["a"])) == ({"a": read}, type(read))


@pytest.mark.parametrize(
    "value",
    [
        *("0123", "00", "-007", "09800000001", "01.50", "+919800000001", "+1.5", "+0"),
        *("12:30:45", "10:00", "190:20:30.15", "1_000", "1_000.5", "0x1F", "0b1", "0o17", "-0x1f", ".5", "5.", "-.5"),
    ],
)
def test_number_that_programs_read_differently_is_refused(tmp_path: Path, value: str) -> None:
    path = written(tmp_path, f"b: 1\na: [x, {value}]\n")
    assert refusal(path) == f"line 2, column 8: quote it: '{value}'{OTHER_NUMBER}"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("9007199254740993.0", f"{LOST}'9007199254740993.0'"),
        ("9.007199254740993e15", f"{LOST}'9.007199254740993e15'"),
        ("12345678901234567.89", f"{LOST}'12345678901234567.89'"),
        ("1e400", f"{LOST}'1e400'"),
        ("68e364000000000000000012", f"{LOST}'68e364000000000000000012'"),
        (".inf", "a number must be finite; if it is a text, quote it: '.inf'"),
        ("-.INF", "a number must be finite; if it is a text, quote it: '-.INF'"),
        (".NaN", "a number must be finite; if it is a text, quote it: '.NaN'"),
        ("2026-13-01", "there is no such date; if it is a text, quote it: '2026-13-01'"),
        (
            "2026-01-01 10:00:00",
            "quote it: '2026-01-01 10:00:00' (without quotes, some programs read a time in another form)",
        ),
        (
            "2026-01-01T10:00:00+05:30",
            "quote it: '2026-01-01T10:00:00+05:30' (without quotes, some programs read a time in another form)",
        ),
        ("!!binary aGk=", "the tag '!!binary' is not known; if this is a text, quote it"),
        ("!!set {x}", "the tag '!!set' is not known; if this is a text, quote it"),
        ("!!timestamp 2026-01-01", "the tag '!!timestamp' is not known; if this is a text, quote it"),
        ("!secret", "the tag '!secret' is not known; if this is a text, quote it"),
        ("!!int 1.5", "this is no valid int"),
        ("!!int 0123", f"quote it: '0123'{OTHER_NUMBER}"),
    ],
)
def test_value_that_would_become_another_one_is_refused(tmp_path: Path, value: str, says: str) -> None:
    assert refusal(written(tmp_path, f"a: {value}\n")) == f"line 1, column 4: {says}"


def test_key_is_read_like_a_value(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "0123: a\n")).startswith("line 1, column 1: quote it: '0123'")
    assert source.read(written(tmp_path, "on: a\nno: b\n")) == {"on": "a", "no": "b"}


def test_anchors_and_merges_are_read(tmp_path: Path) -> None:
    text = (
        "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], c: 5}\nw:\n  <<: *x\n  <<: *y\nv: [*x, &s one, *s]\n"
    )
    assert source.read(written(tmp_path, text)) == {
        "x": {"a": 1, "b": 2},
        "y": {"b": 3, "c": 4},
        "z": {"a": 1, "b": 2, "c": 5},
        "w": {"a": 1, "b": 3, "c": 4},
        "v": [{"a": 1, "b": 2}, "one", "one"],
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: {<<: 1}\n", "line 1, column 9: `<<` merges objects only: the alias of an object, or a list of such aliases"),
        ("a: {<<: [1]}\n", "line 1, column 11: `<<` merges objects only: the alias of an object, or a list of such aliases"),
        ("a: &x 1\nb: &x 2\n", "line 2, column 4: the anchor 'x' is given twice"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: a second document begins here; a file holds one"),
    ],
)  # fmt: skip
def test_anchors_that_mean_nothing_are_refused(tmp_path: Path, text: str, says: str) -> None:
    assert refusal(written(tmp_path, text)) == says


@pytest.mark.parametrize("name", ["a.json", "a.JSON", "a.yaml"])
@pytest.mark.parametrize(
    ("text", "read"),
    [
        (r'{"a": "\ud83d\ude00"}', {"a": "😀"}),
        (r'{"a": "\\ud83d"}', {"a": r"\ud83d"}),
        ('{\n\t"a":\t[\n\t\t1]}', {"a": [1]}),
        ('{"a": "2026-01-01", "b": "0123", "c": 1.5, "d": -0.5e1}', {"a": "2026-01-01", "b": "0123", "c": 1.5, "d": -5.0}),
        ('{"a": 9007199254740993, "b": true, "c": null}', {"a": 9007199254740993, "b": True, "c": None}),
        ('\ufeff{"a": 1}', {"a": 1}),
        (f'{{"{"k" * 2000}": 1}}', {"k" * 2000: 1}),
    ],
    ids=["emoji", "backslash", "tabs", "texts", "large", "byte order mark", "long key"],
)  # fmt: skip
def test_json_is_read_as_json(tmp_path: Path, name: str, text: str, read: Any) -> None:
    assert source.read(written(tmp_path, text, name)) == read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1,\n "a": 2}', "line 2, column 2: the key 'a' is given twice"),
        ('[{"a": 1}, {"b": {}, "b": 2}]', "line 1, column 22: the key 'b' is given twice"),
        ('["x",\n "\\ud83dx"]', "line 2, column 3: \\ud83d is half a character: a surrogate without its other half"),
        ('["\\ude00\\ud83d"]', "line 1, column 3: \\ude00 is half a character: a surrogate without its other half"),
        ('["\\ud83d\\ud83d\\ude00"]', "line 1, column 3: \\ud83d is half a character: a surrogate without its other half"),
        ('{"a":\n NaN}', "line 2, column 2: JSON has no NaN"),
        ('{"a": -Infinity}', "line 1, column 7: JSON has no -Infinity"),
        ('{"a": 1e400}', f'line 1, column 7: {LOST}"1e400"'),
        ('{"a": 9007199254740993.0}', f'line 1, column 7: {LOST}"9007199254740993.0"'),
        ("[1" + "0" * 2000 + "]", "line 1, column 2: this number has 2001 characters; at most 1000 are read"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_json_that_would_become_something_else_is_refused(tmp_path: Path, name: str, text: str, says: str) -> None:
    assert refusal(written(tmp_path, text, name)) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": [1, 2,]}', "line 1, column 13: a comma before the ]; remove the comma"),
        ('{"a": 1, // one\n"b": 2}', "line 1, column 10: JSON has no comments"),
        ('# one\n{"a": 1}', "line 1, column 1: JSON has no comments"),
        ("{'a': 1}", "line 1, column 2: JSON has double quotes only"),
        ('{"a": 0123}', "line 1, column 8: a number has no plus and no zeros before it; if it is a text, put it in double quotes"),
        ('{"a": +91}', "line 1, column 7: a number has no plus and no zeros before it; if it is a text, put it in double quotes"),
        ('{"a": "x\ty"}', "line 1, column 9: a tab or the end of a line within a text; write \\t or \\n"),
        ('{"a": 1} {}', "line 1, column 10: this is not JSON: extra data"),
        ("a: 1\n", "line 1, column 1: this is not JSON: expecting value"),
        ("[" * 100_000, "values are nested more than 64 levels deep"),
        ("[" * 65 + "]" * 65, "values are nested more than 64 levels deep"),
        ("[" + "0," * 2_500_000 + "0]", "there are more than 2,500,000 values, with those that aliases stand for"),
    ],
    ids=["comma", "comment", "first comment", "quote", "zero", "plus", "tab", "two", "YAML", "no end", "deep", "many"],
)  # fmt: skip
def test_file_that_is_called_json_and_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    assert refusal(written(tmp_path, text, "a.json")) == says


def test_sixty_four_levels_are_read(tmp_path: Path) -> None:
    for name in ("a.json", "a.yaml"):
        assert source.read(written(tmp_path, "[" * 64 + "]" * 64, name))
    assert source.read(written(tmp_path, "{a: " * 64 + "b" + "}" * 64))
