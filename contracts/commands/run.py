"""The command `run`: connect, send every request of the suite, conclude, report. With --plan, only list the requests."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from rich.console import Console

from contracts.commands.reporting import report
from contracts.endings import in_words, undisturbed
from contracts.errors import Misuse
from contracts.host.login import Login
from contracts.host.target import Target
from contracts.inputs.enrolment_list import enrolment_list
from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import DescribedRequest, safe_list
from contracts.masking.errors import hidden
from contracts.masking.mask import mask_of
from contracts.reports import console, files
from contracts.reports.next_steps import URL, next_steps, replays
from contracts.reports.progress import Progress
from contracts.session.limits import LIVE_PACE
from contracts.session.opening import Order, connect_and_find_data, open_record, open_session, requests_per_minute
from contracts.session.permission import MOST_HARMLESS
from contracts.session.session import Session
from contracts.suite.runner import run_suite
from contracts.verdict import baseline
from contracts.verdict.baseline import Deviation
from contracts.verdict.figures import Load
from contracts.verdict.result import Course, Enrolments, Result, conclude
from contracts.verdict.sensitivity import sensitivity
from openapi.source import SourceError
from openapi.world import World


def run(
    order: Order,
    terminal: Console,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    carry_out: Callable[[Session, Order, Console], RunEnded] | None = None,
) -> Result:
    """Run the suite, print the result and write the reports. Return the result.

    An error that ends the run is raised when reports have been written that say that there is no verdict. `now` returns
    the time of day. `carry_out`: sends other requests than those of the suite. Raises Misuse, SourceError.
    """
    started = _Started(order, now(), time.monotonic())
    session, deviations = _open(started)
    ended = (carry_out or _carry_out)(session, order, terminal)
    with undisturbed():
        return _report(session, started, ended, deviations, terminal)


def check(order: Order) -> None:
    """Read what an order for a run names, and send nothing. Raises as `run` does, and writes reports of that as well."""
    session, _ = _open(_Started(order, datetime.now(UTC), time.monotonic()))
    session.wire.close()


@dataclass(frozen=True, slots=True)
class _Started:
    """A run that began at a date and time, and at `clock` seconds of the machine's clock."""

    order: Order
    began: datetime
    clock: float


@dataclass(frozen=True, slots=True)
class RunEnded:
    """How a run ended. `error`: what ended it early, if it was no limit and no user. `load`, `undecided`: see Course."""

    interrupted: bool = False
    error: Exception | None = None
    load: Load | None = None
    undecided: str = ""


def _open(started: _Started) -> tuple[Session, tuple[Deviation, ...]]:
    """Return the session of a run, and its baseline. If they cannot be had, write reports that say so."""
    order = started.order
    if order.report_dir:
        files.prepare(order.report_dir)
    try:
        if order.examples:
            files.make("--example-database", order.examples)
        deviations = baseline.load(order.baseline, order.document) if order.baseline else ()
        return open_session(order, accepted=baseline.accepted(deviations, started.began.date())), deviations
    except (Misuse, SourceError) as error:
        _write_failure(started, error)
        raise


def _carry_out(session: Session, order: Order, terminal: Console) -> RunEnded:
    """Connect and run the suite; the results are in the session's record."""
    target = session.record.target
    rights = describe_rights(order, target)
    planned = len(_planned(order, target)) if target.live else None
    pace = requests_per_minute(order, target)
    try:
        console.print_start(terminal, target, profile=order.profile.name, seed=order.seed, rights=rights)
        with Progress(terminal, session.record, planned=planned, pace=pace) as progress:
            with hidden(session.record):
                roles, note = connect_and_find_data(session, order)
            console.print_line(terminal, note)
            is_whole = session.stopped is not None or run_suite(
                session,
                roles,
                order,
                begin=progress.begin,
                say=lambda text: console.print_line(terminal, text),
            )
            progress.end()
    except KeyboardInterrupt:
        return RunEnded(interrupted=True)
    except Exception as error:  # raised again when the reports are written
        return RunEnded(error=error)
    finally:
        session.wire.close()
    return RunEnded(interrupted=not is_whole)


def _report(
    session: Session, started: _Started, ended: RunEnded, deviations: tuple[Deviation, ...], terminal: Console
) -> Result:
    """Conclude the run, write its reports and print its result. Raises the error that ended it, and Misuse."""
    order, record, permission = started.order, session.record, session.permission
    course = Course(
        profile=order.profile.name,
        seed=order.seed,
        seconds=time.monotonic() - started.clock,
        began=started.began,
        promotion_names=session.dialect.promotion_names,
        enrolments=Enrolments(permission.budget, permission.intents, ledger=str(order.ledger) if order.permit else ""),
        interrupted=ended.interrupted,
        stopped=session.stopped,
        failure=in_words(ended.error) if ended.error else "",
        undecided=ended.undecided,
        load=ended.load,
    )
    result = conclude(record, course, fail_on=order.fail_on, allow_partial=order.allow_partial, deviations=deviations)

    def show(masked: Result) -> None:
        if ended.error and not record.findings.all():
            return
        options = _replay_options(order, record.target)
        login, form = record.target.login, session.dialect.password
        steps = [*next_steps(masked, login, folder=order.report_dir, options=options, form=form)]
        if result.verdict == "kept":
            steps += filter(None, [sensitivity(record.exchanges)])
        again = replays(masked, folder=order.report_dir, options=options)
        console.print_result(terminal, masked, steps, again, has_ended=order.start is not None)

    report(result, mask_of(record), order.report_dir, show)
    if ended.error:
        raise ended.error
    return result


def _write_failure(started: _Started, error: Exception) -> None:
    """Write the reports of a run that could not even be opened, so that nobody reads those of an earlier one."""
    order = started.order
    if order.report_dir is None:
        return
    nowhere = Target(order.host or "(no host)", Login(), World(), complete=False)
    record = open_record(replace(order, only=(), readings=None), nowhere)
    course = Course(
        profile=order.profile.name,
        seed=order.seed,
        seconds=0.0,
        began=started.began,
        enrolments=Enrolments(budget=0),
        failure=in_words(error),
    )
    files.write(order.report_dir, mask_of(record).result(conclude(record, course, fail_on=order.fail_on)))


def _replay_options(order: Order, target: Target) -> tuple[str, ...]:
    """Return the options with which `replay` asks the same host with the same login."""
    words: list[str] = []
    if order.target:
        words += ["--target", str(order.target)]
    if order.start:
        words += ["--host", URL]
    elif order.host and (order.target or not target.is_loopback):
        words += ["--host", target.url]
    if order.ca_bundle:
        words += ["--ca-bundle", str(order.ca_bundle)]
    if order.test_host:
        words += ["--this-is-a-test-host", order.test_host]
    return tuple(words)


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
    if not target.live and target.test_host:
        return "a test host, as --this-is-a-test-host says: customers may be enrolled"
    if not target.live:
        return (
            "this machine: customers may be enrolled (a port forwarded to another host looks local: "
            "use --treat-as-live there)"
        )
    number = len(_planned(order, target))
    permitted = f"up to {order.budget} that may enrol listed customers" if order.permit else "no others"
    seconds = math.ceil(number * 60 / (requests_per_minute(order, target) or LIVE_PACE))
    return (
        f"treated as production: at most {MOST_HARMLESS} requests that can enrol nobody, and {permitted}; "
        f"the list has {number}, which take about {seconds} s"
    )


def _planned(order: Order, target: Target) -> list[DescribedRequest]:
    """Return the requests that a run sends to a live host."""
    roles = Roles(target, order.seed)
    return [*safe_list(roles), *islice(enrolment_list(roles), order.budget if order.permit else 0)]
