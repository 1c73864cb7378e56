"""The command `proxy`: carry the traffic of other programs to a host, judge what passes, and report at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from rich.console import Console

from contracts.archive.reader import in_words
from contracts.commands.recorded import conclude_and_report, forget_repeats
from contracts.endings import undisturbed
from contracts.errors import PipeClosed
from contracts.masking.mask import Mask, mask_of
from contracts.plural import plural
from contracts.proxy.judge import JudgeThread
from contracts.proxy.onlooker import Onlooker
from contracts.proxy.reading import Reader
from contracts.proxy.relay import Relay
from contracts.proxy.tap import Tap
from contracts.proxy.upstream import upstream_of
from contracts.reports import console, files
from contracts.reports.bug_report import title
from contracts.reports.words import place
from contracts.session.opening import Order, open_target
from contracts.verdict.record import Record
from contracts.verdict.result import RECORDED, Course, Result


def _until_a_signal() -> None:
    threading.Event().wait()


def proxy(
    order: Order, listen: tuple[str, int], terminal: Console, *, wait: Callable[[], object] = _until_a_signal
) -> Result:
    """Carry traffic, then write the reports and print the result. Raises Misuse, SourceError.

    `listen`: address and port. `wait`: returns when the proxy is to end; a signal ends it too.
    """
    target = open_target(order)
    tap = Tap()
    relay = Relay(upstream_of(target, order.ca_bundle), tap)
    onlooker = Onlooker(order, target)
    record = onlooker.record
    teller = _Teller(record, terminal)
    reader = Reader(target, order.document)
    judge = JudgeThread(tap, reader, onlooker, teller.tell, teller.say)
    if order.report_dir:
        files.prepare(order.report_dir)
    with ExitStack() as stack:
        own = stack.enter_context(relay.listening(*listen))
        began = _Began(datetime.now(UTC), time.monotonic())
        judge.start()
        base = urlsplit(target.url).path
        console.print_line(terminal, f"enrol-contract: listening on http://{own}{base} for {target.url}")
        console.print_line(
            terminal, "  give that address to your clients in place of the host's; Ctrl-C ends and reports"
        )
        with suppress(KeyboardInterrupt):
            wait()
        with undisturbed():
            stack.close()
            judge.end()
            forget_repeats(record)
            course = Course(
                profile=RECORDED,
                seed=order.seed,
                began=_first(record, began),
                seconds=time.monotonic() - began.clock,
                promotion_names=reader.names,
                failure=judge.failure,
            )

            def lines(mask: Mask) -> Iterator[str]:
                yield from _judged(judge, record, mask)
                yield from _not_judged(judge, tap, relay)

            return conclude_and_report(order, record, course, terminal, lines=lines)


class _Teller:
    """Tells of each finding in a line, once. Nobody may read it any more, and then nothing fails."""

    def __init__(self, record: Record, terminal: Console) -> None:
        self._record = record
        self._terminal = terminal
        self._told: set[str] = set()
        self._broken = 0

    def tell(self) -> None:
        """Print the findings that are new."""
        findings = self._record.findings
        broken = findings.count("broken") + findings.count("hygiene")
        if broken == self._broken:
            return
        self._broken = broken
        new = [one for one in findings.all() if self._told.isdisjoint(one.claims)]
        self._told |= {claim for finding in new for claim in finding.claims}
        mask = mask_of(self._record) if new else None
        for finding in new:
            row = place(self._record.document.claims.get(finding.claim))
            said = title(mask.finding(finding)) if mask else ""
            self.say(f"{finding.level}: {finding.claim} ({row}): {said}; exchange {finding.exchange.number}")

    def say(self, line: str) -> None:
        """Print a line."""
        with suppress(PipeClosed, OSError):
            console.print_line(self._terminal, line)


class _Began(NamedTuple):
    """When the proxy began: date and time, and seconds of the machine's clock."""

    at: datetime
    clock: float


def _first(record: Record, began: _Began) -> datetime:
    """Return when the first exchange began; when the proxy did if there was none."""
    first = min((exchange.answer.start for exchange in record.exchanges), default=began.clock)
    return began.at + timedelta(seconds=first - began.clock)


def _judged(judge: JudgeThread, record: Record, mask: Mask) -> Iterator[str]:
    """Yield in words how much was judged, and why the rest of the call was not."""
    judged = plural(len(record.exchanges), "exchange")
    yield f"enrol-contract: {judged} judged, {judge.others} of other calls passed on unjudged"
    if why := in_words(judge.left_out):
        yield f"  {mask.text(why)}"


def _not_judged(judge: JudgeThread, tap: Tap, relay: Relay) -> Iterator[str]:
    """Yield in words what has passed that the judge could not follow, and what could not be passed on."""
    if tap.unseen:
        yield f"  {plural(tap.unseen, 'exchange')} at least passed too fast for the judge"
    if judge.lost:
        verb = "is" if judge.lost == 1 else "are"
        yield f"  {plural(judge.lost, 'exchange')} at least passed that {verb} no HTTP/1.1"
    for reason, times in relay.refused.items():
        yield f"  {plural(times, 'connection')} answered with 502, since the host could not be reached: {reason}"
