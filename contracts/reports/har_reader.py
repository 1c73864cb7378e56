"""Recorded traffic: read exchanges from an HTTP Archive, written by a run, a browser or a proxy."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from contracts.errors import Misuse
from contracts.exchange import (
    NOTHING,
    PROMOTION_NAMES,
    UNAUTHENTICATED,
    Answer,
    Credentials,
    Exchange,
    Request,
    decode,
)
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.host.target import Target
from contracts.masking.learning import secrets_of
from contracts.masking.unmask import unmask
from contracts.reports.har_format import ENROL_CONTRACT, EntryFields, LogFields
from openapi.document import Document

_IGNORED_HEADERS: Final = CREDENTIAL_HEADERS | {
    *("content-length", "host", "cookie", "connection", "accept-encoding", "user-agent")
}


@dataclass(frozen=True, slots=True)
class Traffic:
    """The content of an archive. `exchanges`: those of the enrol call. `others`: the number of other entries.

    `promotion_names`: the host's names for the ids of a promotion. `secrets`: texts of the archive that no report may
    show.
    """

    exchanges: tuple[Exchange, ...]
    others: int
    promotion_names: tuple[str, str]
    secrets: frozenset[str] = frozenset()


def read(path: Path, target: Target, document: Document) -> Traffic:
    """Read an archive, and restore masked personal data from the target's data. Raises Misuse."""
    try:
        log = json.loads(path.read_text(encoding="utf-8-sig"))["log"]
        entries = log["entries"]
        names = msgspec.convert(log.get(ENROL_CONTRACT, {}), LogFields).promotion_names
    except OSError as error:
        raise Misuse(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misuse(f"{path}: is not an HTTP Archive; expected an object `log` with `entries`") from error
    exchanges: list[Exchange] = []
    for index, entry in enumerate(entries):
        try:
            added = _fields(entry)
            if added.probe if added else not _is_of_the_call(entry, document):
                continue
            exchanges.append(_exchange(entry, added or _guessed(entry, index + 1), target, names, document))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Misuse(
                f"{path}: /log/entries/{index}: is not a HAR 1.2 entry ({type(error).__name__}: {error})"
            ) from error
    return Traffic(tuple(exchanges), len(entries) - len(exchanges), names, frozenset(secrets_of(entries)))


def _fields(entry: Mapping[str, Any]) -> EntryFields | None:
    """Return the fields that a run added to an entry; None if another program recorded it."""
    added = entry.get(ENROL_CONTRACT)
    return None if added is None else msgspec.convert(added, EntryFields)


def _guessed(entry: Mapping[str, Any], number: int) -> EntryFields:
    """Return the fields of an entry that another program recorded, as far as the entry shows them."""
    return EntryFields(number=number, credentials=_credentials(entry))


def _credentials(entry: Mapping[str, Any]) -> Credentials:
    """Return the kind of credentials of an entry of another program. Refused ones count as wrong ones."""
    if not any(header["name"].lower() in CREDENTIAL_HEADERS for header in entry["request"]["headers"]):
        return "none"
    return "wrong" if entry["response"]["status"] in UNAUTHENTICATED else "valid"


def _is_of_the_call(entry: Mapping[str, Any], document: Document) -> bool:
    path: str = urlsplit(entry["request"]["url"]).path
    return path.endswith(document.path)


def _exchange(
    entry: Mapping[str, Any], fields: EntryFields, target: Target, names: tuple[str, str], document: Document
) -> Exchange:
    return Exchange(
        number=fields.number,
        request=_request(entry["request"], fields, target, names, document),
        answer=_answer(entry, target),
        about=fields.about,
        opening=fields.opening,
    )


def _answer(entry: Mapping[str, Any], target: Target) -> Answer:
    response = entry["response"]
    headers = {header["name"].lower(): header["value"] for header in response["headers"]}
    content = _bytes(response["content"], target, is_base64=response["content"].get("encoding") == "base64")
    seconds = max(float(entry.get("time", 0)), 0.0) / 1000
    return Answer(
        int(response["status"]), headers, content, seconds=seconds, json=decode(content) if content else NOTHING
    )


def _request(
    sent: Mapping[str, Any], fields: EntryFields, target: Target, names: tuple[str, str], document: Document
) -> Request:
    payload = _bytes(sent.get("postData") or {}, target, is_base64=fields.base64)
    body = decode(payload) if payload and not fields.raw else NOTHING
    path, method = urlsplit(sent["url"]).path, sent["method"].upper()
    kept = tuple((h["name"], h["value"]) for h in sent["headers"] if h["name"].lower() not in _IGNORED_HEADERS)
    request = Request(
        body=_named_as_on_the_page(body, names),
        raw=payload if body is NOTHING and (payload or fields.raw) else None,
        credentials=fields.credentials,
        headers=kept,
        method=None if method == document.method.upper() else method,
        path=None if path.endswith(document.path) else path,
    )
    # A body that was not sent as application/json counts as bytes, even if it is JSON.
    return request if request.is_plain_call or body is NOTHING else replace(request, body=NOTHING, raw=payload)


def _named_as_on_the_page(body: Any, names: tuple[str, str]) -> Any:
    """Rename the ids of the promotion from the host's names to those of the page."""
    promotion = body.get("promotion") if isinstance(body, dict) else None
    if not isinstance(promotion, dict):
        return body
    original = dict(zip(names, PROMOTION_NAMES, strict=True))
    return {**body, "promotion": {original.get(name, name): value for name, value in promotion.items()}}


def _bytes(content: Mapping[str, Any], target: Target, *, is_base64: bool) -> bytes:
    text = content.get("text", "")
    if is_base64:
        return base64.b64decode(text)
    plain = decode(text.encode())
    if plain is NOTHING or plain == unmask(plain, target):
        restored: str = unmask(text, target)
        return restored.encode("utf-8", "surrogatepass")
    return json.dumps(unmask(plain, target), ensure_ascii=False).encode("utf-8", "surrogatepass")
