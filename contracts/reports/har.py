"""run.har: all exchanges of a run as an HTTP Archive (HAR 1.2), in the order in which they were made.

Keys of ours stand beside those of the format. `_credential` of an entry says which credentials the
request carried, `_number` which exchange it is, `_about` which claims it was meant to test, `_probe` that it was
not judged, `_raw` that its body was sent as bytes, as no ordinary JSON; `_fresh` of the log that nobody was enrolled before the run; `_cut` of a body how long it was, `_encoding` that it
is base64; `_promotionNames` of the log what the host calls the ids of a promotion.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Final

from contracts.exchange import PROMOTION_NAMES, Exchange
from contracts.masking.mask import SECRET
from contracts.reports import json_text
from contracts.verdict.result import Result

_BODY_LIMIT: Final = 64 * 1024
_REASONS: Final = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error"}
_UNKNOWN: Final = -1  # what HAR writes where a size is not known


def render(result: Result) -> str:
    """Return the archive as JSON text. Bodies above 64 KiB are cut, and say so."""
    made_by = {"name": "enrol-contract-kit", "version": version("enrol-contract-kit")}
    start = min((exchange.answer.start for exchange in result.exchanges if exchange.answer.start), default=0.0)
    log = {
        "version": "1.2",
        "creator": made_by,
        "comment": f"verdict {result.verdict}, profile {result.profile}, seed {result.seed}; secrets and people are masked",
        "_fresh": result.fresh,
        "_promotionNames": dict(zip(PROMOTION_NAMES, result.promotion_names, strict=True)),
        "entries": [_entry(exchange, result, start) for exchange in result.exchanges],
    }
    return json_text.dump({"log": log}, indent=1) + "\n"


def _entry(exchange: Exchange, result: Result, start: float) -> dict[str, Any]:
    answer = exchange.answer
    milliseconds = round(answer.seconds * 1000, 3)
    began = result.began + timedelta(seconds=max(answer.start - start, 0.0))
    return {
        "_number": exchange.number,
        "_credential": exchange.request.credentials,
        "_about": list(exchange.about),
        **({"_probe": True} if exchange.probe else {}),
        **({"_raw": True} if exchange.request.raw is not None else {}),
        "startedDateTime": began.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange, result),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _request(exchange: Exchange, result: Result) -> dict[str, Any]:
    sent = exchange.request.spelled(result.promotion_names)
    payload = sent.payload()
    headers = [*sent.headers, *((name, SECRET) for name, _ in result.target.login.headers)]
    media_type = next((value for name, value in sent.headers if name.lower() == "content-type"), "")
    request: dict[str, Any] = {
        "method": (sent.method or result.document.method).upper(),
        "url": result.target.url + (sent.path or result.document.path),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "queryString": [],
        "headersSize": _UNKNOWN,
        "bodySize": len(payload),
    }
    if payload:
        request["postData"] = {"mimeType": media_type, "params": [], **_text(payload, "_encoding")}
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    media_type = answer.headers.get("content-type", "")
    return {
        "status": answer.status,
        "statusText": _REASONS.get(answer.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(answer.headers.items()),
        "content": {"size": len(answer.content), "mimeType": media_type, **_text(answer.content, "encoding")},
        "redirectURL": answer.headers.get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": len(answer.content),
        **({} if answer.status else {"comment": "no answer"}),
    }


def _pairs(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(content: bytes, encoding: str) -> dict[str, Any]:
    """Return a body as text, or as base64 where it is none; the key `encoding` says so."""
    kept = content[:_BODY_LIMIT]
    note = {} if kept == content else {"_cut": len(content), "comment": f"cut; {len(content)} bytes in all"}
    try:
        return {"text": kept.decode("utf-8"), **note}
    except UnicodeDecodeError as error:
        if note and error.start > len(kept) - 4:  # cut within a letter
            return {"text": kept[: error.start].decode("utf-8"), **note}
        return {"text": base64.b64encode(kept).decode(), encoding: "base64", **note}
