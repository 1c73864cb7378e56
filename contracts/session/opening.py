"""The order: what somebody wants to have tested, and the session that is opened for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID
from contracts.host import target
from contracts.host.target import Target
from contracts.host.tls import check_bundle
from contracts.host.wire import Wire
from contracts.inputs.roles import Cast
from contracts.inputs.safe_list import live_list
from contracts.session.limits import LIVE_PACE, Limits
from contracts.session.permission import Ledger, Permission
from contracts.session.session import Session
from contracts.verdict.claims import check_patterns
from openapi import document, questions


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to have tested, as the command line says it."""

    host: str | None = None
    target: Path | None = None
    profile: str = "default"
    seed: int = 0
    readings: Path | None = None
    report_dir: Path | None = None
    fail_on: str = "broken"
    fail_fast: bool = False
    timeout: float = 30.0
    baseline: Path | None = None
    treat_as_live: bool = False
    permit: str | None = None
    budget: int = 5
    ledger: Path = Path("enrol-ledger.jsonl")
    pace: float | None = None
    max_requests: int | None = None
    max_time: float | None = None
    max_latency: float | None = None
    wait: float = 0.0
    ca_bundle: Path | None = None
    only: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def open_session(order: Order) -> Session:
    """Open the session of an order; nothing is sent yet. Raises Misuse, SourceError."""
    # Whoever permits a number of enrolments wants no more, even on what looks like this machine.
    aim = target.load(order.host, order.target, treat_as_live=order.treat_as_live or order.permit is not None)
    contract = document.load()
    check_patterns(order.only, contract.claims)
    known = questions.load()
    return Session(
        target=aim,
        document=contract,
        questions=known,
        wire=Wire(
            aim,
            path=contract.path,
            method=contract.method,
            timeout=order.timeout,
            ca_bundle=order.ca_bundle and check_bundle(order.ca_bundle),
        ),
        readings=None if order.readings is None else questions.load_readings(order.readings, known),
        permission=_permission(order, aim),
        limits=_limits(order, aim),
        only=order.only,
        request_ids=f"{REQUEST_ID}-{order.seed}",
    )


def _permission(order: Order, aim: Target) -> Permission:
    if order.permit is None:
        return Permission(absent=aim.absent, budget=0 if aim.live else None)
    named = order.permit.removeprefix("https://").removeprefix("http://").rstrip("/")
    if named != aim.url.partition("://")[2]:
        raise Misuse(
            f"--permit-enrolments {order.permit} does not name the host under test, {aim.url}; nothing was sent"
        )
    # Elsewhere, whoever has an id of the sample data is a stranger.
    unknown = order.target is None and not aim.is_loopback
    if unknown or not aim.data.customers or not aim.data.promotions:
        raise Misuse("--permit-enrolments needs customers and promotions in the target file: only those are enrolled")
    ledger = Ledger(order.report_dir / order.ledger if order.report_dir else order.ledger, host=aim.url)
    return Permission(absent=aim.absent, budget=order.budget, ledger=ledger)


def _limits(order: Order, aim: Target) -> Limits:
    return Limits(
        pace=order.pace or (LIVE_PACE if aim.live else None),
        requests=order.max_requests,
        seconds=order.max_time,
        latency=order.max_latency,
        fail_fast=order.fail_fast,
    )


def scope(order: Order, aim: Target) -> str:
    """Return in words what a run of the order may do to the host."""
    if not aim.live:
        return "this machine: customers may be enrolled (a tunnel to elsewhere would count as this machine)"
    pace = _limits(order, aim).pace or LIVE_PACE
    asked = len(live_list(Cast(aim, order.seed))) + (order.budget if order.permit else 0)
    what = f"and up to {order.budget} enrolments of listed customers" if order.permit else "and nothing else"
    seconds = asked * 60 / pace
    return f"treated as production: refusals that name nobody, {what}; about {asked} requests, {seconds:.0f} s"
