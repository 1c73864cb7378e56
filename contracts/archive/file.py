"""The file of an HTTP Archive: its list of entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from contracts import json_text
from contracts.archive import others
from contracts.archive.format import ENROL_CONTRACT, LogFields
from contracts.errors import Misuse
from openapi.parsing import plain_words

_KIND: Final = "an HTTP Archive"


class Log(msgspec.Struct, frozen=True, rename={"ours": ENROL_CONTRACT}):
    """The content of an archive. `ours`: the fields that the kit has added."""

    entries: list[Any]
    ours: LogFields = LogFields()


class _File(msgspec.Struct, frozen=True):
    log: Log


def read(path: Path) -> Log:
    """Read an archive. Raises Misuse."""
    try:
        raw = json_text.load(path, _KIND)
    except json_text.NotJson as error:
        words = others.of_content(error.content)
        raise Misuse(f"{path}: is not {_KIND}: {words}" if words else others.in_general(str(error))) from error
    try:
        return msgspec.convert(raw, _File).log
    except ValueError as error:
        if words := others.of_value(raw):
            raise Misuse(f"{path}: is not {_KIND}: {words}") from error
        raise Misuse(
            others.in_general(
                f"{path}: is not {_KIND}; expected an object `log` with a list `entries`: {plain_words.of_error(error)}"
            )
        ) from error
