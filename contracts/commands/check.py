"""The command `check`: judge recorded traffic by the rules of a run. Nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from contracts.archive import reader
from contracts.archive.reader import Traffic
from contracts.commands.recorded import conclude_and_report, forget_repeats
from contracts.errors import Misuse
from contracts.host.target import Target
from contracts.inputs.presumed import UNLISTED_TYPE, is_about_a_type, presumed
from contracts.masking.mask import Mask, mask_of
from contracts.oracle.reply import ReplyReader
from contracts.plural import plural
from contracts.reports import files
from contracts.session.opening import Order, open_record, open_target
from contracts.verdict.overlaps import take_each
from contracts.verdict.record import Record
from contracts.verdict.result import RECORDED, Course, Result
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
    traffic = reader.read(archive, target, order.document, host=order.host, preferred=preferred)
    target = replace(target, url=traffic.url or target.url)
    record = open_record(order, target)
    if traffic.of_a_run:
        record.login = target.login.first
    elif not order.target:
        target = _what_is_known(record, traffic)
        record.set_target(target)
    left_out = Counter(traffic.left_out) + _judge(record, target, traffic)
    record.secrets |= traffic.secrets
    if not record.exchanges:
        raise Misuse(f"{archive}: {_nothing_judged(order.document.path, traffic, left_out, mask_of(record))}")
    if not traffic.of_a_run:
        forget_repeats(record)
    if order.report_dir:
        files.prepare(order.report_dir)
    course = Course(
        profile=RECORDED,
        seed=order.seed,
        began=datetime.now(UTC),
        seconds=sum(exchange.answer.seconds for exchange in traffic.exchanges),
        promotion_names=traffic.promotion_names,
    )

    def lines(mask: Mask) -> Iterator[str]:
        judged = plural(len(record.exchanges), "exchange")
        yield f"enrol-contract: {judged} of {archive} judged, {traffic.others} of other calls ignored"
        if traffic.url:
            yield f"  host: {mask.text(traffic.url)}"
        if why := reader.in_words(left_out):
            yield f"  {mask.text(why)}"

    return conclude_and_report(order, record, course, terminal, lines=lines)


def _what_is_known(record: Record, traffic: Traffic) -> Target:
    """Return the target with what is known of it where nobody has listed it: the traffic may be of any host.

    The sample data counts for a host that has let a customer and a promotion of it through, and as all that exists
    there only if that host is this machine.
    """
    replies, target = ReplyReader(record.document), record.target
    accepted = (each for each in traffic.exchanges if replies.read(each.answer).decision != "refusal")
    is_known = any(record.names_test_data(each.request) for each in accepted)
    return replace(target, data=target.data if is_known else World(), complete=is_known and target.is_loopback)


def _judge(record: Record, target: Target, traffic: Traffic) -> Counter[str]:
    """Let a record judge the exchanges of an archive. Return what is left out, as in Traffic.

    Where nothing is known, what a successful request names must exist, so at least the form of its answer is judged.
    """
    replies = ReplyReader(record.document)
    left_out: Counter[str] = Counter()
    known = []
    for exchange in traffic.exchanges:
        reply = replies.read(exchange.answer)
        if not target.complete and is_about_a_type(reply) and not record.names_test_data(exchange.request):
            left_out[UNLISTED_TYPE] += 1
        elif target.data.promotions:
            known.append(exchange)
        else:
            record.set_target(replace(target, data=presumed(exchange.request, reply)))
            record.take(exchange)
    take_each(record, known)
    record.set_target(target)
    return left_out


def _nothing_judged(path: str, traffic: Traffic, left_out: Mapping[str, int], mask: Mask) -> str:
    """Return in words that an archive has no request that can be judged, and what it has."""
    others = f"{plural(traffic.others, 'request')} of other calls" if traffic.others else ""
    has = "".join(f"; {words}" for words in (mask.text(reader.in_words(left_out)), others) if words)
    return f"has no request to {path} that can be judged{has}"
