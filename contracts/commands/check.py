"""The command `check`: judge recorded traffic by the rules of a run. Nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from contracts.errors import Misuse
from contracts.masking.mask import mask_of
from contracts.reports import console, files, har_reader
from contracts.session.opening import Order, open_record, open_target
from contracts.verdict.result import Result, conclude

# Stands for the host if neither the command nor the target file gives one; nothing is sent to it.
_ANY_HOST = "http://127.0.0.1"


def check(order: Order, archive: Path, terminal: Console) -> Result:
    """Judge the exchanges of an HTTP Archive, and write the reports of a run. Raises Misuse, SourceError."""
    target = open_target(replace(order, host=order.host or _ANY_HOST))
    traffic = har_reader.read(archive, target, order.document)
    if not traffic.exchanges:
        raise Misuse(f"{archive}: has no request to {order.document.path}")
    record = open_record(order, target)
    record.secrets |= traffic.secrets
    for exchange in traffic.exchanges:
        record.take(exchange)
    result = conclude(
        record,
        profile="recorded",
        seed=order.seed,
        seconds=sum(exchange.answer.seconds for exchange in traffic.exchanges),
        fail_on=order.fail_on,
        promotion_names=traffic.promotion_names,
        began=datetime.now(UTC),
    )
    masked = mask_of(record).result(result)
    console.print_line(
        terminal,
        f"enrol-contract: {len(traffic.exchanges)} exchanges of {archive} judged, {traffic.others} others ignored",
    )
    if order.report_dir:
        order.report_dir.mkdir(parents=True, exist_ok=True)
        files.write(order.report_dir, masked)
    console.print_result(terminal, masked)
    return result
