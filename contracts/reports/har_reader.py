"""Recorded traffic: exchanges out of an HTTP Archive, our own or a browser's or a proxy's."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast, get_args
from urllib.parse import urlsplit

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Answer, Credentials, Exchange, Request, decode
from contracts.host.target import Target
from contracts.masking.mask import unmask
from openapi.document import Document

_CREDENTIALS: Final = frozenset(get_args(Credentials))
_CARRIERS: Final = frozenset({"authorization", "x-cap-api-oauth-token"})
_DROPPED: Final = _CARRIERS | {"content-length", "host", "cookie", "connection", "accept-encoding", "user-agent"}


@dataclass(frozen=True, slots=True)
class Traffic:
    """What an archive holds: the exchanges with the call, and how many entries are of something else.

    `fresh`: our own run has found that nobody was enrolled before. `names`: what the host calls the promotion's ids.
    """

    exchanges: tuple[Exchange, ...]
    others: int
    fresh: bool
    names: tuple[str, str]


def read(path: Path, target: Target, document: Document) -> Traffic:
    """Read an archive; masked people are put back from the target's data. Raises Misuse."""
    try:
        log = json.loads(path.read_text(encoding="utf-8-sig"))["log"]
        entries = log["entries"]
    except OSError as error:
        raise Misuse(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Misuse(f"{path}: is no HTTP Archive: an object `log` with `entries` is expected") from error
    names = log.get("_promotionNames", {})
    spelled = (names.get("id", "id"), names.get("promotionId", "promotionId"))
    exchanges: list[Exchange] = []
    for index, entry in enumerate(entries):
        try:
            if entry.get("_probe") or not _is_of_the_call(entry, document):
                continue
            exchanges.append(_exchange(entry, index + 1, target, spelled, document))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Misuse(
                f"{path}: /log/entries/{index}: is no HAR 1.2 entry ({type(error).__name__}: {error})"
            ) from error
    return Traffic(tuple(exchanges), len(entries) - len(exchanges), bool(log.get("_fresh")), spelled)


def _is_of_the_call(entry: Mapping[str, Any], document: Document) -> bool:
    """Ours are all of the call, other paths and methods included; of foreign ones those of its path."""
    return "_credential" in entry or urlsplit(entry["request"]["url"]).path.endswith(document.path)


def _exchange(
    entry: Mapping[str, Any], number: int, target: Target, names: tuple[str, str], document: Document
) -> Exchange:
    sent, got = entry["request"], entry["response"]
    headers = {header["name"].lower(): header["value"] for header in got["headers"]}
    content = _bytes(got["content"], "encoding", target)
    seconds = max(float(entry.get("time", 0)), 0.0) / 1000
    answer = Answer(int(got["status"]), headers, content, seconds=seconds, json=decode(content) if content else NOTHING)
    about = tuple(str(claim) for claim in entry.get("_about", ()))
    return Exchange(
        int(entry.get("_number", number)), _request(entry, sent, got, target, names, document), answer, about
    )


def _request(
    entry: Mapping[str, Any],
    sent: Mapping[str, Any],
    got: Mapping[str, Any],
    target: Target,
    names: tuple[str, str],
    document: Document,
) -> Request:
    payload = _bytes(sent.get("postData") or {}, "_encoding", target)
    body = decode(payload) if payload and not entry.get("_raw") else NOTHING
    path, method = urlsplit(sent["url"]).path, sent["method"].upper()
    kept = tuple((h["name"], h["value"]) for h in sent["headers"] if h["name"].lower() not in _DROPPED)
    request = Request(
        body=_listed(body, names),
        raw=payload if body is NOTHING and (payload or entry.get("_raw")) else None,
        credentials=_credentials(entry, sent, got),
        headers=kept,
        method=None if method == document.method.upper() else method,
        path=None if path.endswith(document.path) else path,
    )
    # What was sent without being declared as JSON is bytes, whatever it looks like.
    return request if request.is_plain_call or body is NOTHING else replace(request, body=NOTHING, raw=payload)


def _credentials(entry: Mapping[str, Any], sent: Mapping[str, Any], got: Mapping[str, Any]) -> Credentials:
    """Return what is known of the credentials; of foreign traffic: those that were turned away were wrong."""
    known = entry.get("_credential")
    if known in _CREDENTIALS:
        return cast(Credentials, known)
    carried = any(header["name"].lower() in _CARRIERS for header in sent["headers"])
    if not carried:
        return "none"
    return "wrong" if got["status"] in (401, 403, 498) else "valid"


def _listed(body: Any, names: tuple[str, str]) -> Any:
    """Give the ids of the promotion the names of the page's table."""
    promotion = body.get("promotion") if isinstance(body, dict) else None
    if not isinstance(promotion, dict):
        return body
    back = dict(zip(names, ("id", "promotionId"), strict=True))
    return {**body, "promotion": {back.get(name, name): value for name, value in promotion.items()}}


def _bytes(content: Mapping[str, Any], encoding: str, target: Target) -> bytes:
    text = content.get("text", "")
    if content.get(encoding) == "base64":
        return base64.b64decode(text)
    plain = decode(text.encode())
    if plain is NOTHING or plain == unmask(plain, target):
        restored: str = unmask(text, target)
        return restored.encode("utf-8", "surrogatepass")
    return json.dumps(unmask(plain, target), ensure_ascii=False).encode("utf-8", "surrogatepass")
