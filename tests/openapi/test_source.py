"""YAML files are read strictly; an error message says what is wrong, where, and which key was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest

from openapi import source
from openapi.source import SourceError


class Room(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    beds: Annotated[int, msgspec.Meta(ge=0)] = 0
    view: Literal["garden", "street"] | None = None


class House(msgspec.Struct, forbid_unknown_fields=True):
    rooms: tuple[Room, ...] = ()
    keys: dict[str, Room] = {}
    attic: Room | None = None


def refusal_of(path: Path) -> str:
    with pytest.raises(SourceError) as refused:
        source.read(path)
    return str(refused.value)


def test_file_is_read_as_plain_data(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("list: [1, two, null]\nword: Ünïcode\n", encoding="utf-8")
    assert source.read(path) == {"list": [1, "two", None], "word": "Ünïcode"}


def test_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.yaml"
    assert refusal_of(path) == f"{path}: cannot be read: No such file or directory"


def test_folder_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path) == f"{tmp_path}: cannot be read: Is a directory"


def test_bytes_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("näme: x".encode("latin-1"))
    assert refusal_of(path) == f"{path}: line 1, column 2: is not UTF-8 (byte 1 is 0xe4); save it as UTF-8"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' is given twice"),
        ("a:\n  - {x: 1, x: 2}\n", "line 2, column 12: the key 'x' is given twice"),
        ("a: [1, 2\n", "line 2, column 1: "),
        ("a: !!python/name:os.system\n", "line 1, column 4: the tag '!!python/name:os.system' is not known; "),
        ("[1]: 2\n", "line 1, column 1: a list or an object cannot be a key; "),
        ("a: b\0c\n", "line 1, column 5: the character U+0000 must not stand in YAML"),
        ("a: 2026-13-01\n", "line 1, column 4: there is no such date; "),
    ],
    ids=["key twice", "inner key twice", "open bracket", "foreign tag", "list as key", "control character", "no date"],
)
def test_text_that_is_not_strict_yaml_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    assert refusal_of(path).startswith(f"{path}: {complaint}")


def test_key_from_a_merge_may_be_overridden(tmp_path: Path) -> None:
    path = tmp_path / "merge.yaml"
    path.write_text("one: &one {a: 1, b: 2}\ntwo: {<<: *one, b: 3}\n", encoding="utf-8")
    assert source.read(path) == {"one": {"a": 1, "b": 2}, "two": {"a": 1, "b": 3}}


def test_plain_data_is_converted_to_its_type() -> None:
    assert source.shape({"rooms": [{"name": "hall", "beds": 2}]}, House) == House(rooms=(Room("hall", 2),))


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({"room": []}, "/: unknown key `room` (did you mean 'rooms'?)"),
        ({"zzz": []}, "/: unknown key `zzz`"),
        ({"beds": 1}, "/: unknown key `beds`"),
        (
            {"rooms": [{"name": "a"}, {"nam": "b"}]},
            "/rooms/1: unknown key `nam` (did you mean 'name'?)",
        ),
        ({"keys": {"k": {"bed": 1}}}, "/keys/...: unknown key `bed` (did you mean 'beds'?)"),
        ({"attic": {"nane": "a"}}, "/attic: unknown key `nane` (did you mean 'name'?)"),
        ({"rooms": [{}]}, "/rooms/0: the key `name` is missing"),
        ({"rooms": [{"name": 1}]}, "/rooms/0/name: expected a text, got a whole number; quote it"),
        ({"rooms": [{"name": "a", "beds": -1}]}, "/rooms/0/beds: expected a whole number, 0 or more"),
        (
            {"rooms": [{"name": "a", "view": "gardn"}]},
            "/rooms/0/view: 'gardn' is none of garden, street (did you mean 'garden'?)",
        ),
        (None, "/: expected an object, got null"),
        ({1: 2}, "/: a key is not a text; quote it"),
    ],
)
def test_data_that_does_not_fit_the_type_is_refused_with_pointer_and_hint(raw: Any, complaint: str) -> None:
    with pytest.raises(SourceError) as refused:
        source.shape(raw, House)
    assert str(refused.value) == complaint


def test_message_begins_with_the_file_and_the_pointer_of_the_part() -> None:
    with pytest.raises(SourceError) as refused:
        source.shape({"rooms": [3]}, House, path=Path("house.yaml"), pointer="/data")
    assert str(refused.value) == "house.yaml: /data/rooms/0: expected an object, got a whole number"
    with pytest.raises(SourceError) as refused:
        source.shape(3, House, path="house.yaml", pointer="/data")
    assert str(refused.value) == "house.yaml: /data: expected an object, got a whole number"


@pytest.mark.parametrize(
    ("word", "hint"),
    [("promtion", " (did you mean 'promotion'?)"), ("zebra", ""), (400, " (did you mean '400'?)")],
)
def test_hint_names_a_known_word_only_if_it_is_close(word: object, hint: str) -> None:
    assert source.nearest(word, ["promotion", "customer", "400"]) == hint
