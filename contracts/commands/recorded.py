"""The end of the commands that judge what others have sent: conclude, write the reports, print the result."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console

from contracts.commands.reporting import report
from contracts.masking.mask import Mask
from contracts.reports import console
from contracts.reports.next_steps import reports_in
from contracts.session.opening import Order
from contracts.verdict.record import SENT_AGAIN, Record
from contracts.verdict.result import RECORDED, Course, Result, conclude


def conclude_recorded(
    record: Record,
    order: Order,
    *,
    began: datetime,
    seconds: float,
    promotion_names: tuple[str, str],
    failure: str = "",
) -> Result:
    """Conclude a record of exchanges that others have sent. `failure`: see Course."""
    course = Course(
        profile=RECORDED,
        seed=order.seed,
        seconds=seconds,
        began=began,
        promotion_names=promotion_names,
        failure=failure,
    )
    return conclude(record, course, fail_on=order.fail_on)


def forget_repeats(record: Record) -> None:
    """Remove what is noted of requests that a run would have sent again, since nothing was sent."""
    record.notes[:] = [note for note in record.notes if not note.what.startswith(SENT_AGAIN)]


def report_recorded(order: Order, result: Result, mask: Mask, terminal: Console, lines: Iterable[str]) -> None:
    """Write the reports, and print the lines and the result. Raises Misuse."""

    def show(masked: Result) -> None:
        for line in lines:
            console.print_line(terminal, line)
        console.print_result(terminal, masked, [reports_in(order.report_dir)] if order.report_dir else ())

    report(result, mask, order.report_dir, show)
