"""Recorded traffic under judgement: `check` an archive, `replay` a finding."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Request
from contracts.inputs.roles import Cast
from contracts.masking.mask import Mask, unmask
from contracts.reports import console as console_report
from contracts.reports import files
from contracts.reports import har_reader as traffic
from contracts.session.connect import connect
from contracts.session.opening import Order, open_session
from contracts.session.session import Session
from contracts.verdict.result import Result, conclude

_NOWHERE = "http://127.0.0.1"


def check(order: Order, archive: Path, terminal: Console) -> Result:
    """Judge the traffic of an archive by the same oracle as a run; nothing is sent. Raises Misuse, SourceError."""
    session = open_session(replace(order, host=order.host or _NOWHERE))
    recorded = traffic.read(archive, session.target, session.document)
    if not recorded.exchanges:
        raise Misuse(f"{archive}: holds no exchange with {session.document.path}")
    session.promotion_names = recorded.names
    for exchange in recorded.exchanges:
        session.exchanges.append(exchange)
        session.take(exchange)
        if recorded.fresh and session.successes:
            session.history.declare_fresh()
    result = conclude(
        session,
        profile="recorded",
        seed=order.seed,
        seconds=sum(exchange.answer.seconds for exchange in recorded.exchanges),
        interrupted=False,
        fail_on=order.fail_on,
        began=datetime.now(UTC),
    )
    told = Mask(session.target).result(result)
    terminal.print(
        f"enrol-contract: {len(recorded.exchanges)} exchanges of {archive}, {recorded.others} others left out"
    )
    if order.report_dir:
        order.report_dir.mkdir(parents=True, exist_ok=True)
        files.write(order.report_dir, told)
    console_report.close_run(terminal, told)
    return result


def replay(order: Order, report: Path, number: int, terminal: Console) -> bool:
    """Send the request of a finding again, and return whether it still breaks the claim. Raises Misuse, SourceError.

    What was asked before it of the same customer is sent first where run.har beside the report has it.
    A host that was treated as production still is.
    """
    whole = _load(report)
    findings = whole["findings"]
    if not 1 <= number <= len(findings):
        raise Misuse(f"{report}: has {len(findings)} findings; there is no number {number}")
    finding = findings[number - 1]
    live = order.treat_as_live or whole["run"].get("live", False)
    session = open_session(replace(order, host=order.host or whole["run"]["host"], treat_as_live=live))
    connect(session, Cast(session.target, order.seed))
    for request in _earlier(session, report.with_name("run.har"), set(finding["earlier"])):
        session.ask(request)
    exchange = session.ask(_request(finding["request"], session), finding["claim"])
    session.conclude()
    session.wire.close()
    again = next((f for f in session.findings.all() if f.claim == finding["claim"]), None)
    mask = Mask(session.target, session.wire.tokens)
    terminal.print(f"{finding['claim']}: {finding['says'] or 'hygiene'}")
    terminal.print(
        f"answer    HTTP {exchange.answer.status} {mask.text(exchange.answer.content[:300].decode('utf-8', 'replace'))}"
    )
    if again:
        terminal.print(
            f"expected  {mask.text(again.expected)}\ngot       {mask.text(again.got)}\nbroken: as the report says"
        )
    else:
        terminal.print("kept: this time the answer does not break the claim")
    return again is not None


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


def _request(recorded: dict[str, Any], session: Session) -> Request:
    document = session.document
    return Request(
        body=unmask(recorded["body"], session.target) if "body" in recorded else NOTHING,
        raw=base64.b64decode(recorded["raw"]) if "raw" in recorded else None,
        credentials=recorded["credentials"],
        headers=tuple((header["name"], header["value"]) for header in recorded["headers"]),
        method=None if recorded["method"] == document.method.upper() else recorded["method"],
        path=None if recorded["path"] == document.path else recorded["path"],
    )


def _earlier(session: Session, archive: Path, numbers: set[int]) -> list[Request]:
    if not numbers or not archive.is_file():
        return []
    recorded = traffic.read(archive, session.target, session.document)
    return [exchange.request for exchange in recorded.exchanges if exchange.number in numbers]
