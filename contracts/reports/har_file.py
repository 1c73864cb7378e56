"""The file of an HTTP Archive: its list of entries; or what somebody has given in its place, and what to give instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec

from contracts.errors import Misuse
from contracts.reports import json_text
from contracts.reports.har_format import ENROL_CONTRACT, LogFields
from openapi.parsing import plain_words

_KIND: Final = "an HTTP Archive"
_THROUGH_THE_PROXY: Final = "send its requests through `enrol-contract proxy`, which judges the answers as they pass"
_POSTMAN: Final = (
    f"it is a Postman collection, which says what to send and not what a host has answered; {_THROUGH_THE_PROXY}"
)
# What other tools save, by how it begins.
_OTHERS: Final = (
    (
        re.compile(r"\s*<.{0,4000}\bburpVersion=", re.DOTALL),
        f"it is a list of items that Burp has saved; give a HAR, as browsers save it, or {_THROUGH_THE_PROXY}",
    ),
    (
        re.compile(r"PK\x03\x04"),
        "it is a ZIP file, as Fiddler saves its sessions; export them as HTTP Archive (HAR)",
    ),
)


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
        words = next((words for sign, words in _OTHERS if sign.match(error.text)), "")
        raise Misuse(f"{path}: is not {_KIND}: {words}" if words else str(error)) from error
    try:
        return msgspec.convert(raw, _File).log
    except ValueError as error:
        if _is_postman(raw):
            raise Misuse(f"{path}: is not {_KIND}: {_POSTMAN}") from error
        raise Misuse(
            f"{path}: is not {_KIND}; expected an object `log` with a list `entries`: {plain_words.of_error(error)}"
        ) from error


def _is_postman(raw: Any) -> bool:
    """A file names the schema of Postman's collections, or is a collection inside the answer of Postman's API."""
    inside = raw.get("collection", raw) if isinstance(raw, dict) else None
    info = inside.get("info") if isinstance(inside, dict) else None
    return isinstance(info, dict) and ("_postman_id" in info or "postman.com/" in str(info.get("schema"))[:200])
