"""The command `check`: judge recorded traffic by the rules of a run. Nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from contracts.commands.recorded import conclude_recorded, forget_repeats, report_recorded
from contracts.errors import Misuse
from contracts.host.target import Target
from contracts.inputs.presumed import is_about_a_type, presumed
from contracts.masking.mask import mask_of
from contracts.oracle.reply import ReplyReader
from contracts.reports import files, har_reader
from contracts.reports.har_reader import Traffic
from contracts.reports.words import plural
from contracts.session.opening import Order, open_record, open_target
from contracts.verdict.overlaps import take_each
from contracts.verdict.record import Record
from contracts.verdict.result import Result
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
    record, left_out = _judged(order, target, traffic)
    record.secrets |= traffic.secrets
    mask = mask_of(record)
    why = mask.text(har_reader.in_words(left_out))
    if not record.exchanges:
        others = f"{plural(traffic.others, 'request')} of other calls" if traffic.others else ""
        rest = "".join(f"; {words}" for words in (why, others) if words)
        raise Misuse(f"{archive}: has no request to {order.document.path} that can be judged{rest}")
    if not traffic.of_a_run:
        forget_repeats(record)
    if order.report_dir:
        files.prepare(order.report_dir)
    result = conclude_recorded(
        record,
        order,
        began=datetime.now(UTC),
        seconds=sum(exchange.answer.seconds for exchange in traffic.exchanges),
        promotion_names=traffic.promotion_names,
    )
    lines = (
        f"enrol-contract: {plural(len(record.exchanges), 'exchange')} of {archive} judged, "
        f"{traffic.others} of other calls ignored",
        traffic.url and f"  host: {mask.text(traffic.url)}",
        why and f"  {why}",
    )
    report_recorded(order, result, mask, terminal, lines)
    return result


def _judged(order: Order, target: Target, traffic: Traffic) -> tuple[Record, Mapping[str, int]]:
    """Return the record of the exchanges of an archive, and what is left out, as in Traffic.

    Without a target file, another program's archive may be of any host. The sample data counts for a host that has let
    a customer and a promotion of it through, and as all that exists there only if that host is this machine. Where
    nothing is known, what a successful request names must exist, so at least the form of its answer is judged.
    """
    replies = ReplyReader(order.document)
    left_out = Counter(traffic.left_out)
    there = replace(target, url=traffic.url or target.url)
    record = open_record(order, there)
    if traffic.of_a_run:
        record.login = target.login.first
    if not order.target and not traffic.of_a_run:
        accepted = (each for each in traffic.exchanges if replies.read(each.answer).decision != "refusal")
        is_known = any(record.names_test_data(each.request) for each in accepted)
        data = there.data if is_known else World()
        there = replace(there, data=data, complete=is_known and there.is_loopback)
        record.set_target(there)
    known = []
    for exchange in traffic.exchanges:
        reply = replies.read(exchange.answer)
        if not there.complete and is_about_a_type(reply) and not record.names_test_data(exchange.request):
            left_out["refused over the type of a promotion that nobody has listed"] += 1
            continue
        if there.data.promotions:
            known.append(exchange)
        else:
            record.set_target(replace(there, data=presumed(exchange.request, reply)))
            record.take(exchange)
    take_each(record, known)
    record.set_target(there)
    return record, left_out
