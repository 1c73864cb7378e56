"""The command `replay`: send the request of a finding again."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Exchange, Request
from contracts.host.target import Target
from contracts.inputs.roles import Roles
from contracts.masking.errors import hidden
from contracts.masking.mask import mask_of
from contracts.masking.unmask import unmask
from contracts.reports import console, har_reader
from contracts.session.connect import connect
from contracts.session.opening import Order, open_session
from contracts.session.session import Session
from contracts.verdict.result import RunVerdict
from openapi.document import Document


def replay(order: Order, report: Path, number: int, terminal: Console) -> RunVerdict:
    """Send the request of a finding again, print the answer, and return whether it still breaks the claim.

    If run.har is in the folder of the report, earlier requests for the same customer and promotion are sent first. A
    host that the run treated as live is treated as live again. Raises Misuse, SourceError.
    """
    content = _load(report)
    findings = content["findings"]
    if not 1 <= number <= len(findings):
        raise Misuse(f"{report}: there is no finding {number}; the report has {len(findings)}")
    finding = findings[number - 1]
    live = order.treat_as_live or content["run"].get("live", False)
    session = open_session(replace(order, host=order.host or content["run"]["host"], treat_as_live=live))
    with hidden(session.record):
        session.dialect = connect(session, Roles(session.record.target, order.seed))
    for request in _earlier(session, report.with_name("run.har"), set(finding["earlier"])):
        session.ask(request)
    exchange = session.ask(_request(finding["request"], session.record.target, order.document), finding["claim"])
    session.record.conclude()
    session.wire.close()
    console.print_line(terminal, f"{finding['claim']}: {finding['says'] or 'hygiene'}")
    verdict, lines = _verdict(session, exchange, finding["claim"])
    mask = mask_of(session.record)
    for line in lines:
        console.print_line(terminal, mask.text(line))
    return verdict


def _verdict(session: Session, exchange: Exchange | None, claim: str) -> tuple[RunVerdict, list[str]]:
    """Return the verdict on the answer, and the lines to print."""
    lines = []
    if exchange:
        answer = exchange.answer
        lines.append(f"answer    HTTP {answer.status} {answer.content[:300].decode('utf-8', 'replace')}")
    again = next((finding for finding in session.record.findings.all() if finding.claim == claim), None)
    if again:
        lines += [f"expected  {again.expected}", f"got       {again.got}", "broken: the answer still breaks the claim"]
        return "broken", lines
    if session.stopped:
        return "unjudged", [*lines, f"unjudged: the run stopped early: {session.stopped.why}"]
    return "kept", [*lines, "kept: this time the answer does not break the claim"]


def _load(report: Path) -> dict[str, Any]:
    try:
        content = json.loads(report.read_text(encoding="utf-8"))
        if {"findings", "run"} <= set(content):
            return dict(content)
    except OSError as error:
        raise Misuse(f"{report}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise Misuse(f"{report}: is not a report.json: {error}") from error
    raise Misuse(f"{report}: is not a report.json of enrol-contract run")


def _request(recorded: dict[str, Any], target: Target, document: Document) -> Request:
    return Request(
        body=unmask(recorded["body"], target) if "body" in recorded else NOTHING,
        raw=base64.b64decode(recorded["raw"]) if "raw" in recorded else None,
        credentials=recorded["credentials"],
        headers=tuple((header["name"], header["value"]) for header in recorded["headers"]),
        method=None if recorded["method"] == document.method.upper() else recorded["method"],
        path=None if recorded["path"] == document.path else recorded["path"],
    )


def _earlier(session: Session, archive: Path, numbers: set[int]) -> Iterator[Request]:
    """Yield the requests with these numbers from the archive, if it exists."""
    if numbers and archive.is_file():
        traffic = har_reader.read(archive, session.record.target, session.record.document)
        yield from (exchange.request for exchange in traffic.exchanges if exchange.number in numbers)
