"""Converts plain data to types, and says in the user's terms what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from openapi.parsing.positions import Place
from openapi.parsing.problem import quoted

T = TypeVar("T")

_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_EXPECTED: Final = re.compile(r"Expected `([^`]*)`.*, got `([^`]*)`")


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit: the JSON pointer, what is wrong, what to do, and the key if it is about one."""

    pointer: str
    found: str
    hint: str
    key: str | None = None


def fitted(raw: Any, kind: type[T]) -> T:
    """Convert plain data to a type, leaving out unknown keys that begin with `x-`. Raises msgspec.ValidationError."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        unknown = _UNKNOWN.match(str(error))
        if unknown is None or not unknown[1].startswith("x-"):
            raise
    return msgspec.convert(_without_extensions(raw, inspect.type_info(kind)), kind)


def misfit(error: msgspec.ValidationError, kind: Any, *, nearest: Callable[[object, Iterable[str]], str]) -> Misfit:
    """Return what a message of msgspec says.

    msgspec reports the problem and its place as prose only, so both are taken from its message. Its wording may change
    with any release: pyproject.toml bounds msgspec's version for this reason.
    """
    found, _, place = str(error).partition(" - at `$")
    steps = [index or name for index, name in re.findall(r"\[(\d+|\.\.\.)\]|\.(\w+)", place)]
    info = _reach(inspect.type_info(kind), steps)
    pointer = "".join(f"/{step}" for step in steps)
    unknown = _UNKNOWN.fullmatch(found)
    if unknown:
        known = [field.encode_name for field in info.fields] if isinstance(info, inspect.StructType) else []
        return Misfit(pointer, found, nearest(unknown[1], known), unknown[1])
    wrong = re.fullmatch(r"Invalid enum value (.*)", found, re.DOTALL)
    if wrong and isinstance(info, inspect.LiteralType):
        values = [str(value) for value in info.values]
        return Misfit(pointer, f"{wrong[1]} is none of {', '.join(values)}", nearest(wrong[1].strip("'"), values))
    if wrong:
        return Misfit(pointer, f"{wrong[1]} is none of the words that may stand here", "")
    if found.startswith("Invalid RFC3339"):
        return Misfit(pointer, "this is no date of the calendar, such as 2026-12-31", "")
    if " - at `key` in `" in str(error):
        return Misfit(pointer, "a key is not a text", "; quote it")
    return Misfit(pointer, found, "")


def advice(found: str, place: Place | None, *, in_json: bool) -> str:
    """Return what to write instead, or ''. `place`: where the value stands, if it stands in a file."""
    match = _EXPECTED.fullmatch(found)
    written = place.written if place else None
    if match is None:
        return ""
    expected, got = match[1].split(" | "), match[2]
    if got == "null" and written == "":
        return "; nothing is written here (a text that begins with # needs quotes)"
    if "str" in expected and got in ("int", "float", "bool", "date"):
        if written is None:
            return "; quote it"
        return f'; quote it: "{written}"' if in_json else f"; quote it: {quoted(written)}"
    if "array" in expected and got in ("object", "str"):
        return (
            "; put [ and ] around the entries of a list"
            if in_json
            else "; begin each entry of the list with a dash and a space"
        )
    if "object" in expected and got == "str":
        return "" if in_json else "; put a space behind the colon of each key"
    if "bool" in expected:
        return "; write true or false"
    if "int" in expected and got == "float":
        return "; write a whole number in decimal digits"
    if "int" in expected and got == "str" and place and written is None:
        return "; a number has no quotes"
    return ""


def _without_extensions(raw: Any, info: inspect.Type) -> Any:
    """Return a copy of plain data without the keys that begin with `x-`, where the type has fixed keys."""
    if isinstance(info, inspect.UnionType):
        kind = inspect.StructType if isinstance(raw, dict) else inspect.VarTupleType
        return next((_without_extensions(raw, part) for part in info.types if isinstance(part, kind)), raw)
    if isinstance(info, inspect.StructType) and isinstance(raw, dict):
        known = {field.encode_name: field.type for field in info.fields}
        return {
            key: _without_extensions(value, known[key]) if key in known else value
            for key, value in raw.items()
            if key in known or not str(key).startswith("x-")
        }
    if isinstance(info, inspect.VarTupleType) and isinstance(raw, list):
        return [_without_extensions(one, info.item_type) for one in raw]
    if isinstance(info, inspect.DictType) and isinstance(raw, dict):
        return {key: _without_extensions(value, info.value_type) for key, value in raw.items()}
    return raw


def _reach(info: inspect.Type, steps: list[str]) -> inspect.Type:
    """Return the type found `steps` below `info`; of a union, the first member that is not None is used."""
    if isinstance(info, inspect.UnionType):
        return _reach(next(part for part in info.types if not isinstance(part, inspect.NoneType)), steps)
    if not steps:
        return info
    if isinstance(info, inspect.StructType):
        below = next(field.type for field in info.fields if field.encode_name == steps[0])
    elif isinstance(info, inspect.DictType):
        below = info.value_type
    else:
        below = info.item_type  # type: ignore[attr-defined]  # the kit's file formats use no other container
    return _reach(below, steps[1:])
