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
from contracts.masking.mask import mask_of
from contracts.masking.unmask import unmask
from contracts.reports import console, har_reader
from contracts.session.connect import connect
from contracts.session.opening import Order, open_session
from contracts.session.session import Session
from contracts.verdict.result import RunVerdict
from openapi.document import Document


def replay(order: Order, report: Path, number: int, terminal: Console) -> RunVerdict:
    """Send the request of a finding again, tell what comes back, and return whether it still breaks the claim.

    What was asked before of the same customer is sent first, where run.har beside the report has it. A host that was
    treated as production still is. Raises Misuse, SourceError.
    """
    whole = _load(report)
    findings = whole["findings"]
    if not 1 <= number <= len(findings):
        raise Misuse(f"{report}: has {len(findings)} findings; there is no number {number}")
    finding = findings[number - 1]
    live = order.treat_as_live or whole["run"].get("live", False)
    session = open_session(replace(order, host=order.host or whole["run"]["host"], treat_as_live=live))
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
    """Return what came of the request, and what to tell of it."""
    came = []
    if exchange:
        answer = exchange.answer
        came.append(f"answer    HTTP {answer.status} {answer.content[:300].decode('utf-8', 'replace')}")
    again = next((finding for finding in session.record.findings.all() if finding.claim == claim), None)
    if again:
        came += [f"expected  {again.expected}", f"got       {again.got}", "broken: as the report says"]
        return "broken", came
    if session.stopped:
        return "unjudged", [*came, f"unjudged: left the host alone: {session.stopped.why}"]
    return "kept", [*came, "kept: this time the answer does not break the claim"]


def _load(report: Path) -> dict[str, Any]:
    try:
        whole = json.loads(report.read_text(encoding="utf-8"))
        if {"findings", "run"} <= set(whole):
            return dict(whole)
    except OSError as error:
        raise Misuse(f"{report}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise Misuse(f"{report}: is no report.json: {error}") from error
    raise Misuse(f"{report}: is no report.json of enrol-contract run")


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
    """Yield the requests of these numbers out of the archive beside the report, where there is one."""
    if numbers and archive.is_file():
        traffic = har_reader.read(archive, session.record.target, session.record.document)
        yield from (exchange.request for exchange in traffic.exchanges if exchange.number in numbers)
