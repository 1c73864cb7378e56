"""The command `run`: connect, send every request of the suite, conclude, report. With --plan, only list the requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile

from rich.console import Console

from contracts.errors import Misuse
from contracts.host.target import Target
from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import Planned, enrolment_list, safe_list
from contracts.masking.errors import hidden
from contracts.masking.mask import mask_of
from contracts.reports import console, files
from contracts.session.limits import LIVE_PACE
from contracts.session.opening import Order, connect_and_find_data, open_session, requests_per_minute
from contracts.suite.runner import run_suite
from contracts.verdict import baseline
from contracts.verdict.result import Result, conclude


def run(order: Order, terminal: Console, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Result:
    """Run the suite, print the result and write the reports. Return the result.

    `now` returns the time of day. Raises Misuse, SourceError.
    """
    began, start = now(), time.monotonic()
    deviations = baseline.load(order.baseline, order.document) if order.baseline else ()
    session = open_session(order, accepted=baseline.accepted(deviations, began.date()))
    record = session.record
    if order.report_dir:
        _make(order.report_dir)
    console.print_start(
        terminal,
        record.target,
        profile=order.profile.name,
        seed=order.seed,
        rights=describe_rights(order, record.target),
    )
    progress = console.Progress(terminal, record)
    interrupted = False
    try:
        with hidden(record):
            roles, note = connect_and_find_data(session, order)
        console.print_line(terminal, note)
        if not session.stopped:
            interrupted = not run_suite(
                session, roles, order.profile, seed=order.seed, begin=progress.begin, parts=order.parts
            )
    except KeyboardInterrupt:
        interrupted = True
    progress.end()
    session.wire.close()
    result = conclude(
        record,
        profile=order.profile.name,
        seed=order.seed,
        seconds=time.monotonic() - start,
        fail_on=order.fail_on,
        interrupted=interrupted,
        stopped=session.stopped,
        promotion_names=session.dialect.promotion_names,
        began=began,
        deviations=deviations,
    )
    masked = mask_of(record).result(result)
    try:
        if order.report_dir:
            files.write(order.report_dir, masked)
    finally:
        console.print_result(terminal, masked)
    return result


def plan(order: Order, terminal: Console) -> None:
    """Print the requests that a run would send, and send nothing. Raises Misuse, SourceError."""
    session = open_session(order)
    target = session.record.target
    console.print_start(
        terminal, target, profile=order.profile.name, seed=order.seed, rights=describe_rights(order, target)
    )
    mask = mask_of(session.record)
    planned = _planned(order, target) if target.live else []
    console.print_plan(terminal, [replace(entry, request=mask.request(entry.request)) for entry in planned])


def describe_rights(order: Order, target: Target) -> str:
    """Return in words which requests a run may send to the host."""
    if not target.live:
        return (
            "this machine: customers may be enrolled (a port forwarded to another host looks local: "
            "use --treat-as-live there)"
        )
    number = len(_planned(order, target))
    permitted = f"and up to {order.budget} that may enrol listed customers" if order.permit else "and no others"
    seconds = number * 60 / (requests_per_minute(order, target) or LIVE_PACE)
    return f"treated as production: requests that can enrol nobody, {permitted}; about {number} in {seconds:.0f} s"


def _planned(order: Order, target: Target) -> list[Planned]:
    """Return the requests that a run sends to a live host."""
    roles = Roles(target, order.seed)
    return [*safe_list(roles), *islice(enrolment_list(roles), order.budget if order.permit else 0)]


def _make(folder: Path) -> None:
    """Make a folder, and check before the run that reports can be written there. Raises Misuse."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"--report-dir: {folder} cannot be made: {error.strerror}") from error
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise Misuse(f"--report-dir: {folder} cannot be written to: {error.strerror}") from error
