"""The end of the commands that judge what others have sent: conclude, write the reports, print the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console

from contracts.commands.reporting import report
from contracts.masking.mask import Mask, mask_of
from contracts.reports import console
from contracts.reports.next_steps import reports_in
from contracts.session.opening import Order
from contracts.verdict.record import SENT_AGAIN, Record
from contracts.verdict.result import Course, Result, conclude


def conclude_and_report(
    order: Order, record: Record, course: Course, terminal: Console, *, lines: Callable[[Mask], Iterable[str]]
) -> Result:
    """Conclude a record, write the reports of an order, and print some lines and the result. Raises Misuse.

    `lines`: returns the lines, in which whatever others have written must be masked.
    """
    result = conclude(record, course, fail_on=order.fail_on)
    mask = mask_of(record)

    def show(masked: Result) -> None:
        for line in lines(mask):
            console.print_line(terminal, line)
        console.print_result(terminal, masked, [reports_in(order.report_dir)] if order.report_dir else ())

    report(result, mask, order.report_dir, show)
    return result


def forget_repeats(record: Record) -> None:
    """Remove what is noted of requests that a run would have sent again, since nothing was sent."""
    record.notes[:] = [note for note in record.notes if not note.what.startswith(SENT_AGAIN)]
