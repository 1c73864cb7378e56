"""Two ways to write faults: `EFFECT:key=value,…` on a command line, and a list in a file or a request body."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from mockserver.errors import MockError
from mockserver.faults.fault import Fault, FaultFile
from openapi import source
from openapi.source import SourceError, nearest

_KEYS: Final = tuple(
    field.encode_name for field in msgspec.structs.fields(Fault) if field.name not in ("effect", "headers")
)
_TEXTS: Final = frozenset({"method", "path", "customer", "promotion", "action", "header", "body"})


def from_text(spec: str) -> Fault:
    """Read `EFFECT`, or `EFFECT:key=value,…`. A comma in a value is written `\\,`. Raises MockError."""
    effect, mark, rest = spec.partition(":")
    raw: dict[str, Any] = {"effect": effect.strip()}
    for part in _parts(rest) if mark else []:
        key, given, value = part.partition("=")
        key = key.strip()
        if key not in _KEYS:
            raise MockError(
                f"--fault {spec}: no key is called {key!r}{nearest(key, _KEYS)}; there are {', '.join(_KEYS)}"
            )
        if not given:
            raise MockError(f"--fault {spec}: {key} has no value; write {key}=…")
        if key in raw:
            raise MockError(f"--fault {spec}: {key} is given twice")
        raw[key] = value if key in _TEXTS else _value(value.strip())
    try:
        return source.shape(raw, Fault)
    except SourceError as error:
        raise MockError(f"--fault {spec}: {error}") from error


def from_file(path: Path) -> tuple[Fault, ...]:
    """Read a YAML or JSON file with a list `faults`. Raises SourceError."""
    return source.shape(source.read(path), FaultFile, path=path).faults


def from_json(raw: Any) -> tuple[Fault, ...]:
    """Read a fault, or an object with the list `faults`, from plain data. Raises SourceError."""
    if isinstance(raw, dict) and "faults" in raw:
        return source.shape(raw, FaultFile).faults
    return (source.shape(raw, Fault),)


def _parts(text: str) -> list[str]:
    """Return what stands between commas that have no backslash before them."""
    return [part.replace("\0", ",") for part in text.replace("\\,", "\0").split(",")]


def _value(text: str) -> Any:
    """Return a number, or true or false, as JSON has it; other text as it is, which no such key takes."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
