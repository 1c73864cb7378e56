"""run.har: all exchanges of a run in their order, as an HTTP Archive (HAR 1.2)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Final

import msgspec

from contracts import json_text
from contracts.archive.format import ENROL_CONTRACT, EntryFields, LogFields
from contracts.exchange import Exchange, Request
from contracts.masking.secrets import SECRET
from contracts.verdict.result import RECORDED, Result

_BODY_LIMIT: Final = 64 * 1024
_REASONS: Final = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error"}
_UNKNOWN: Final = -1  # what HAR 1.2 prescribes for an unknown size


def render(result: Result) -> Iterator[str]:
    """Yield the archive as JSON text, in pieces: it may be long. A body above 64 KiB is cut, with a comment."""
    made_by = {"name": "enrol-contract-kit", "version": version("enrol-contract-kit")}
    start = min((exchange.answer.start for exchange in result.exchanges if exchange.answer.start), default=0.0)
    log = {
        "version": "1.2",
        "creator": made_by,
        "comment": f"verdict {result.verdict}, profile {result.profile}, seed {result.seed}; secrets and personal data are masked",
        ENROL_CONTRACT: msgspec.to_builtins(LogFields(result.promotion_names, recorded=result.profile == RECORDED)),
    }
    yield json_text.dump({"log": log}, indent=1).removesuffix("\n }\n}") + ',\n  "entries": ['
    comma = ""
    for exchange in result.exchanges:
        entry = json_text.dump(_entry(exchange, result, start), indent=1)
        yield f"{comma}\n   " + entry.replace("\n", "\n   ")
        comma = ","
    yield "\n  ]\n }\n}\n"


def _entry(exchange: Exchange, result: Result, start: float) -> dict[str, Any]:
    answer = exchange.answer
    milliseconds = round(answer.seconds * 1000, 3)
    began = result.began + timedelta(seconds=max(answer.start - start, 0.0))
    sent = exchange.request.with_promotion_names(result.promotion_names)
    text, base64 = _text(sent.payload(), len(sent.payload()))
    fields = EntryFields(
        number=exchange.number,
        credentials=exchange.request.credentials,
        about=exchange.about,
        probe=exchange.probe,
        opening=exchange.opening,
        group=exchange.group,
        raw=exchange.request.raw is not None,
        base64=base64,
    )
    return {
        ENROL_CONTRACT: msgspec.to_builtins(fields),
        "startedDateTime": began.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(sent, text, result),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _request(sent: Request, text: dict[str, Any], result: Result) -> dict[str, Any]:
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
        request["postData"] = {"mimeType": media_type, "params": [], **text}
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    media_type = answer.headers.get("content-type", "")
    text, base64 = _text(answer.content, answer.size)
    encoding = {"encoding": "base64"} if base64 else {}
    return {
        "status": answer.status,
        "statusText": _REASONS.get(answer.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(answer.headers.items()),
        "content": {"size": answer.size, "mimeType": media_type, **encoding, **text},
        "redirectURL": answer.headers.get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": answer.size,
        **({} if answer.status else {"comment": "no answer"}),
    }


def _pairs(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(content: bytes, size: int) -> tuple[dict[str, Any], bool]:
    """Return the HAR fields of a body, and whether its text is base64 because it is not UTF-8. `size`: of the whole."""
    kept = content[:_BODY_LIMIT]
    cut = {} if len(kept) == size else {"comment": f"cut; {size} bytes in all"}
    try:
        return {"text": kept.decode("utf-8"), **cut}, False
    except UnicodeDecodeError as error:
        if cut and error.start > len(kept) - 4:  # the cut fell inside a character
            return {"text": kept[: error.start].decode("utf-8"), **cut}, False
        return {"text": b64encode(kept).decode(), **cut}, True
