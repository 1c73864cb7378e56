"""The command `load`: connect, let many callers ask at once, judge every answer, report. Also: be a worker of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import msgspec
from rich.console import Console

from contracts.commands.run import RunEnded, run
from contracts.errors import Misuse
from contracts.exchange import Request
from contracts.inputs.profiles import DEFAULT, Profile
from contracts.inputs.roles import Roles
from contracts.load.generator import Generator
from contracts.load.judging import Judging
from contracts.load.messages import Batch, Began, Ended, Job
from contracts.masking.errors import hidden
from contracts.reports import console
from contracts.reports.progress import Progress
from contracts.session.limits import LIVE_PACE
from contracts.session.opening import Order, connect_and_find_data, open_session
from contracts.session.permission import MOST_HARMLESS
from contracts.session.session import Session
from contracts.verdict.result import Result

PROFILE: Final[Profile] = replace(DEFAULT, name="load")
# Of the requests that were sent, so many at least must have been answered and judged, or there is no verdict.
_ENOUGH: Final = 0.5
# Requests a second to a host that is treated as production, unless it may get more.
_LIVE_RATE: Final = LIVE_PACE / 60


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What a load is to be.

    `users`: callers side by side. `rate`: requests a second of all of them together; None is no limit. `seconds`: how
    long it lasts. `max_p95`: seconds that 95 % of the answers may take. `workers`: how many other processes or machines
    send it, instead of this one; `master`: host and port at which they meet.
    """

    users: int
    rate: float | None
    seconds: float
    max_p95: float | None = None
    workers: int = 0
    master: tuple[str, int] = ("127.0.0.1", 5557)


def load(order: Order, asked: LoadOrder, terminal: Console) -> Result:
    """Send a load and judge it. Return the result. Raises Misuse, SourceError."""

    def carry_out(session: Session, order: Order, terminal: Console) -> RunEnded:
        return _carry_out(session, order, asked, terminal)

    return run(order, terminal, carry_out=carry_out)


def work(order: Order, asked: LoadOrder, terminal: Console) -> None:
    """Send a share of the load of another `enrol-contract load`, which judges it. Raises Misuse, SourceError."""
    session = open_session(order)
    _refuse_live_workers(session)
    with hidden(session.record):
        connect_and_find_data(session, order)
    session.wire.close()
    console.print_line(terminal, f"waiting for the load at {_address(asked.master)}")
    job = msgspec.structs.replace(_job(session, order, asked), worker=asked.master, workers=0)
    with Generator(job) as generator:
        for message in generator.messages():
            if isinstance(message, Began):
                console.print_line(terminal, "sending")
            elif isinstance(message, Ended):
                _raise_error(message)
                console.print_line(terminal, f"sent for {message.seconds:.1f} s; the other command reports on it")


@dataclass(slots=True)
class _Collected:
    """What has come of a load so far. `judging`: None before the load."""

    judging: Judging | None = None
    began: float = 0.0
    ended: Ended | None = None


def _carry_out(session: Session, order: Order, asked: LoadOrder, terminal: Console) -> RunEnded:
    """Connect, send the load, and judge it; the results are in the session's record."""
    collected, interrupted = _Collected(), False

    def say(text: str) -> None:
        console.print_line(terminal, text)

    try:
        if asked.workers:
            _refuse_live_workers(session)
        target, rights = session.record.target, _rights(session, asked)
        console.print_start(terminal, target, profile=PROFILE.name, seed=order.seed, rights=rights)
        with Progress(terminal, session.record) as progress:
            with hidden(session.record):
                roles, note = connect_and_find_data(session, order)
                _ask_first(session, roles)
            session.wire.close()
            say(note)
            if asked.workers:
                say(f"waiting for {asked.workers} workers at {_address(asked.master)}")
            if not session.stopped:
                progress.begin("load")
                _collect(session, _job(session, order, asked), collected)
                progress.end()
    except KeyboardInterrupt:
        interrupted = True
    except Exception as error:  # raised again when the reports are written
        return RunEnded(error=error)
    finally:
        session.wire.close()
    if collected.ended and collected.ended.why:
        say(f"  the load ended before its time: {collected.ended.why}")
    if collected.ended and collected.ended.is_busy:
        say("  the process that sends lacked processor time, so latencies are too high; spread it over --workers")
    return _concluded(session, asked, collected, interrupted=interrupted)


def _collect(session: Session, job: Job, collected: _Collected) -> None:
    """Let a swarm carry out a job, and judge what it sends."""
    judging = collected.judging = Judging(session.record)
    with Generator(job) as generator:
        for message in generator.messages():
            if isinstance(message, Began):
                collected.began = message.at
            elif isinstance(message, Batch):
                judging.take(message)
            else:
                collected.ended = message
                _raise_error(message)
    judging.finish()


def _concluded(session: Session, asked: LoadOrder, collected: _Collected, *, interrupted: bool) -> RunEnded:
    """Return how the load ended, with its figures."""
    judging, ended = collected.judging, collected.ended
    if judging is None:
        return RunEnded(interrupted=interrupted)
    if ended:
        session.permission.intents = max(ended.intents, session.permission.intents)
    figures = judging.figures.load(
        users=asked.users,
        rate=asked.rate,
        began=collected.began,
        seconds=ended.seconds if ended else asked.seconds,
        workers=asked.workers,
    )
    if asked.max_p95 is not None:
        judging.hold_to(asked.max_p95, figures.all_answers.p95)
    undecided = ""
    if figures.judged < figures.sent * _ENOUGH:
        often = ", ".join(f"{count} × {what}" for what, count in figures.outcomes[:3])
        undecided = f"only {figures.judged} of {figures.sent} answers could be judged; the most frequent were {often}"
    if not figures.sent:
        undecided = "nothing was sent"
    if ended and not ended.is_whole:
        undecided = ended.why
    return RunEnded(interrupted=interrupted, load=figures, undecided=undecided)


def _ask_first(session: Session, roles: Roles) -> None:
    """Make one enrolment before the load, which shows whether the host is fresh. On a live host it would cost budget."""
    if session.record.target.live or session.stopped or not roles.once_per_customer or not roles.customers:
        return
    session.ask(Request(body=roles.body(roles.once_per_customer[0], roles.customers[0])), opening=True)


def _job(session: Session, order: Order, asked: LoadOrder) -> Job:
    target, dialect, permission = session.record.target, session.dialect, session.permission
    may_hurry = not target.live or (order.permit is not None and asked.rate is not None)
    rate = asked.rate if may_hurry else min(asked.rate or _LIVE_RATE, _LIVE_RATE)
    return Job(
        host=target.url,
        names=dialect.promotion_names,
        login=dialect.login,
        password=dialect.password,
        world=target.data,
        users=asked.users,
        rate=rate,
        seconds=asked.seconds,
        seed=order.seed,
        target=None if order.target is None else str(order.target),
        treat_as_live=order.treat_as_live,
        test_host=order.test_host,
        timeout=order.timeout,
        ca_bundle=None if order.ca_bundle is None else str(order.ca_bundle),
        permit=order.permit,
        budget=order.budget,
        ledger=str(order.ledger),
        pace=rate * 60 if target.live and rate else None,
        harmless=permission.harmless,
        intents=permission.intents,
        master=asked.master,
        workers=asked.workers,
    )


def _rights(session: Session, asked: LoadOrder) -> str:
    """Return in words which requests the load may send to the host."""
    target, permission = session.record.target, session.permission
    pace = "as many requests as it answers" if asked.rate is None else f"{asked.rate:g} requests a second"
    load = f"{asked.users} users, {pace}, for {asked.seconds:g} s"
    if not target.live:
        return (
            f"{load}; customers may be enrolled, since this is {'a test host' if target.test_host else 'this machine'}"
        )
    least = f"at most {MOST_HARMLESS} requests that can enrol nobody"
    if not permission.budget:
        return f"treated as production: {least}, one a second; a load needs --permit-enrolments and --budget"
    return f"{load}; treated as production: {least}, and up to {permission.budget} that may enrol listed customers"


def _refuse_live_workers(session: Session) -> None:
    """Raise Misuse if several machines would send to a host that may be production: each would have a budget of its own."""
    if session.record.target.live:
        raise Misuse("a host that is treated as production gets its load from one process only; leave out --workers")


def _raise_error(ended: Ended) -> None:
    if ended.error:
        raise Misuse(ended.error)


def _address(master: tuple[str, int]) -> str:
    return f"{master[0]}:{master[1]}"
