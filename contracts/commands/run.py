"""One run from beginning to end: connect, ask, conclude, report."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile

from rich.console import Console

from contracts.errors import Misuse
from contracts.host.process import started
from contracts.inputs.profiles import PROFILES
from contracts.inputs.roles import Cast
from contracts.inputs.safe_list import enrolment_list, live_list
from contracts.masking.mask import Mask, cookies
from contracts.reports import console as console_report
from contracts.reports import files
from contracts.session.connect import connect
from contracts.session.known_data import acquaint
from contracts.session.opening import Order, open_session, scope
from contracts.session.session import Session
from contracts.suite import runner
from contracts.verdict import baseline
from contracts.verdict.result import Result, conclude

_START_SECONDS = 20.0


def start_host(stack: ExitStack, command: str) -> str:
    """Start a host for as long as `stack` is open and return its URL. Raises Misuse."""
    return stack.enter_context(started(command, seconds=_START_SECONDS))


def run(order: Order, terminal: Console, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Result:
    """Carry out an order, report it on the terminal and in files, and return its result. Raises Misuse, SourceError."""
    session = open_session(order)
    profile = next(p for p in PROFILES if p.name == order.profile)
    deviations = baseline.load(order.baseline, session.document) if order.baseline else ()
    if order.report_dir:
        _make(order.report_dir)
    began = now()
    session.accepted = baseline.accepted(deviations, began.date())
    progress = console_report.Progress(terminal, session)
    aim = session.target
    console_report.open_run(terminal, aim, profile=profile.name, seed=order.seed, scope=scope(order, aim))
    begin = runner.stopwatch()
    try:
        cast = meet(session, order, terminal)
        finished = runner.run_suite(session, cast, profile, seed=order.seed, progress=progress, parts=order.parts)
    except KeyboardInterrupt:
        finished = bool(session.stopped)
    session.wire.close()
    result = conclude(
        session,
        profile=profile.name,
        seed=order.seed,
        seconds=runner.stopwatch() - begin,
        interrupted=not finished,
        fail_on=order.fail_on,
        began=began,
        deviations=deviations,
    )
    told = Mask(session.target, session.wire.tokens | cookies(result.exchanges)).result(result)
    try:
        if order.report_dir:
            files.write(order.report_dir, told)
    finally:
        console_report.close_run(terminal, told)
    return result


def meet(session: Session, order: Order, terminal: Console) -> Cast:
    """Find out how to talk to the host, and what it knows where no target file says so; return who plays which part."""
    cast = Cast(session.target, order.seed)
    connect(session, cast, seconds=order.wait)
    if order.target is None and not session.target.live:
        note = acquaint(session, cast)
        if note:
            terminal.print(f"  {note}", highlight=False)
    return Cast(session.target, order.seed)


def plan(order: Order, terminal: Console) -> None:
    """Print what a run would send, and send nothing. Raises Misuse, SourceError."""
    aim = open_session(order).target
    cast = Cast(aim, order.seed)
    console_report.open_run(terminal, aim, profile=order.profile, seed=order.seed, scope=scope(order, aim))
    planned = [*live_list(cast), *islice(enrolment_list(cast), order.budget if order.permit else 0)] if aim.live else []
    mask = Mask(aim)
    console_report.show_plan(terminal, [replace(each, request=mask.request(each.request)) for each in planned])


def _make(folder: Path) -> None:
    """Make a folder, and find out before the run whether reports can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"--report-dir: {folder} cannot be made: {error.strerror}") from error
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise Misuse(f"--report-dir: {folder} cannot be written to: {error.strerror}") from error
