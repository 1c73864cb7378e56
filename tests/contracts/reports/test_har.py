"""run.har: HAR 1.2, all exchanges in their order, bytes as base64."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contracts.archive import reader
from contracts.exchange import Answer, Exchange, Request
from contracts.masking.mask import mask_of
from contracts.reports import har
from contracts.verdict.result import Result
from tests.contracts.conftest import ListWire, make_session

# The fields of an entry that HAR 1.2 requires and that we write.
_PAIR = {"type": "object", "required": ["name", "value"], "properties": {"name": {"type": "string"}}}
_MESSAGE = ["httpVersion", "cookies", "headers", "headersSize", "bodySize"]
_ENTRY = {
    "type": "object",
    "required": ["startedDateTime", "time", "request", "response", "cache", "timings"],
    "properties": {
        "startedDateTime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$"},
        "time": {"type": "number", "minimum": 0},
        "request": {
            "required": [*_MESSAGE, "method", "url", "queryString"],
            "properties": {
                "headers": {"type": "array", "items": _PAIR},
                "postData": {"required": ["mimeType", "text"], "properties": {"text": {"type": "string"}}},
            },
        },
        "response": {
            "required": [*_MESSAGE, "status", "statusText", "content", "redirectURL"],
            "properties": {"content": {"required": ["size", "mimeType"]}, "headers": {"items": _PAIR}},
        },
        "timings": {"required": ["send", "wait", "receive"]},
    },
}


def entries(result: Result) -> list[dict[str, Any]]:
    log = json.loads("".join(har.render(result)))["log"]
    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "enrol-contract-kit"
    found: list[dict[str, Any]] = log["entries"]
    return found


@pytest.mark.parametrize("name", ["kept", "broken", "live"])
def test_entries_have_what_the_specification_asks_for(name: str, request: pytest.FixtureRequest) -> None:
    result: Result = request.getfixturevalue(name)
    for entry in entries(result):
        jsonschema.validate(entry, _ENTRY)


def test_order_and_credentials_are_kept(broken: Result) -> None:
    found = entries(broken)
    ours = [entry["_enrolContract"] for entry in found]
    assert [one["number"] for one in ours] == [exchange.number for exchange in broken.exchanges]
    assert [one["credentials"] for one in ours] == ["valid"] * 4


def test_bytes_are_base64_in_request_and_response(broken: Result) -> None:
    entry = entries(broken)[1]
    sent, came = entry["request"]["postData"], entry["response"]["content"]
    assert base64.b64decode(sent["text"]) == b"\xff\xfe{\x00"
    assert entry["_enrolContract"]["base64"] is True
    assert base64.b64decode(came["text"]) == b"\xff\xfe<html>"
    assert came["encoding"] == "base64"


def test_text_is_text_even_if_cut_inside_a_character(broken: Result) -> None:
    entry = entries(broken)[3]
    assert json.loads(entry["request"]["postData"]["text"])["requestId"] == "a\x00\ud800b"
    assert "base64" not in entry["_enrolContract"]


def test_cookies_and_addresses_are_masked(broken: Result) -> None:
    assert {"name": "set-cookie", "value": "<secret>"} in entries(broken)[1]["response"]["headers"]
    assert "<email of customer 3>" in entries(broken)[2]["request"]["postData"]["text"]


@pytest.mark.parametrize("letter", ["x", "é", "☃", "😀"])
def test_long_bodies_are_cut_between_characters(kept: Result, letter: str) -> None:
    content = (letter * 100_000).encode()
    long = Exchange(1, Request(), Answer(status=200, headers={}, content=content))
    (entry,) = entries(replace(kept, exchanges=(long,)))
    body = entry["response"]["content"]
    assert (body["size"], body["comment"]) == (len(content), f"cut; {len(content)} bytes in all")
    assert set(body["text"]) == {letter}
    assert 65_000 < len(body["text"].encode()) <= 65_536


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (
            Request(body={"requestId": "a", "programId": 3334}, spelling="padded-more"),
            "with a part of its request only",
        ),
        (
            Request(body={"customer": {"identifierValue": "+91 98000 00003"}}),
            "with a person in a spelling that is masked",
        ),
    ],
)
def test_a_request_that_the_archive_does_not_hold_is_not_judged_as_another(
    kept: Result, request_: Request, why: str, tmp_path: Path
) -> None:
    """A host that read all of it is right, whatever a part of it, or another spelling, would have shown."""
    answer = Answer(status=400, headers={"content-type": "application/json"}, content=b'{"data": null}')
    record = make_session(ListWire([])).record
    masked = mask_of(record).result(replace(kept, exchanges=(Exchange(1, request_, answer),)))
    path = tmp_path / "run.har"
    path.write_text("".join(har.render(masked)), encoding="utf-8")
    assert reader.read(path, kept.target, kept.document).left_out == {why: 1}


def test_times_follow_the_clock_of_the_wire(kept: Result) -> None:
    answer = Answer(status=200, headers={}, content=b"", seconds=0.25, start=1000.0)
    later = replace(answer, start=1002.5)
    both = (Exchange(1, Request(), answer), Exchange(2, Request(), later))
    found = entries(replace(kept, exchanges=both))
    assert [entry["startedDateTime"] for entry in found] == [
        "2026-03-01T12:00:00.000+00:00",
        "2026-03-01T12:00:02.500+00:00",
    ]
    assert found[0]["time"] == found[0]["timings"]["wait"] == 250


def test_request_without_an_answer_says_so(kept: Result) -> None:
    silent = Exchange(1, Request(method="GET", path="/x"), Answer(status=0, headers={}, content=b""))
    (entry,) = entries(replace(kept, exchanges=(silent,)))
    assert entry["response"]["comment"] == "no answer"
    assert entry["request"]["url"] == "http://127.0.0.1:9/x"
    assert "postData" not in entry["request"]


def test_promotion_ids_have_the_names_of_the_host(kept: Result) -> None:
    result = replace(kept, promotion_names=("promoHexId", "promoIntId"))
    log = json.loads("".join(har.render(result)))["log"]
    assert log["_enrolContract"] == {"promotionNames": ["promoHexId", "promoIntId"]}
    assert "promoHexId" in log["entries"][0]["request"]["postData"]["text"]
