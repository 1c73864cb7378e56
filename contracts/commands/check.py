"""The command `check`: judge recorded traffic by the rules of a run. Nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from contracts.errors import Misuse
from contracts.host.target import Target
from contracts.inputs.presumed import presumed
from contracts.masking.mask import mask_of
from contracts.oracle.reply import ReplyReader
from contracts.reports import console, files, har_reader
from contracts.reports.har_reader import Traffic
from contracts.session.opening import Order, open_record, open_target
from contracts.verdict.record import Record
from contracts.verdict.result import Result, conclude
from openapi import source
from openapi.world import World

# Stands for the host until the archive has named it; nothing is sent to it.
_ANY_HOST = "http://127.0.0.1"


def check(order: Order, archive: Path, terminal: Console) -> Result:
    """Judge the exchanges of an HTTP Archive, and write the reports of a run. Raises Misuse, SourceError.

    `order.host`: judge only the traffic with this host.
    """
    target = open_target(replace(order, host=_ANY_HOST))
    preferred = source.read(order.target).get("host") if order.target else None
    traffic = har_reader.read(archive, target, order.document, host=order.host, preferred=preferred)
    if not traffic.exchanges:
        why = f"; {traffic.why_left_out}" if traffic.left_out else ""
        raise Misuse(f"{archive}: has no request to {order.document.path} that can be judged{why}")
    record = _judged(order, target, traffic)
    if not traffic.of_a_run:
        record.notes.clear()  # they say why a request is sent again
    result = conclude(
        record,
        profile="recorded",
        seed=order.seed,
        seconds=sum(exchange.answer.seconds for exchange in traffic.exchanges),
        fail_on=order.fail_on,
        promotion_names=traffic.promotion_names,
        began=datetime.now(UTC),
        recorded=True,
    )
    masked = mask_of(record).result(result)
    console.print_line(
        terminal,
        f"enrol-contract: {len(traffic.exchanges)} exchanges of {archive} judged, {traffic.others} others ignored",
    )
    console.print_line(terminal, traffic.url and f"  host: {traffic.url}")
    console.print_line(terminal, traffic.why_left_out and f"  {traffic.why_left_out}")
    if order.report_dir:
        order.report_dir.mkdir(parents=True, exist_ok=True)
        files.write(order.report_dir, masked)
    console.print_result(terminal, masked)
    return result


def _judged(order: Order, target: Target, traffic: Traffic) -> Record:
    """Return the record of the exchanges of an archive.

    Without a target file, another program's archive may be of any host. The sample data counts for a host that has let
    a customer and a promotion of it through, and as all that exists there only if that host is this machine. Where
    nothing is known, what a successful request names must exist, so at least the form of its answer is judged.
    """
    replies = ReplyReader(order.document)
    there = replace(target, url=traffic.url or target.url)
    record = open_record(order, there)
    if not order.target and not traffic.of_a_run:
        accepted = (each for each in traffic.exchanges if replies.read(each.answer).decision != "refusal")
        is_known = any(record.names_test_data(each.request) for each in accepted)
        data = there.data if is_known else World()
        there = replace(there, data=data, complete=is_known and there.is_loopback)
        record.set_target(there)
    for exchange in traffic.exchanges:
        if not there.data.promotions:
            record.set_target(replace(there, data=presumed(exchange.request, replies.read(exchange.answer))))
        record.take(exchange)
    record.set_target(there)
    return record
