"""The opening of a session: what somebody wants to have tested, and the session made for it. Nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID
from contracts.host import target
from contracts.host.target import Target
from contracts.host.tls import check_bundle
from contracts.host.wire import Wire
from contracts.inputs.profiles import DEFAULT, Profile
from contracts.inputs.roles import Roles
from contracts.session.connect import connect
from contracts.session.known_data import find_known_data
from contracts.session.ledger import Ledger
from contracts.session.limits import LIVE_PACE, Limits, Pacer
from contracts.session.permission import Permission
from contracts.session.session import Session
from contracts.verdict.claims import check_patterns
from contracts.verdict.record import Record
from contracts.verdict.result import FailOn
from openapi import document, questions
from openapi.document import Document


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to have tested, as the command line says it.

    `budget` counts requests that may enrol somebody, `pace` requests a minute; `timeout`, `max_time`, `max_latency` and
    `wait` are seconds. `parts`: parts of the suite, all of them where it is empty.
    """

    host: str | None = None
    target: Path | None = None
    profile: Profile = DEFAULT
    seed: int = 0
    readings: Path | None = None
    report_dir: Path | None = None
    fail_on: FailOn = "broken"
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
    document: Document = field(default_factory=document.load)


def open_target(order: Order) -> Target:
    """Return the host of an order, and what is known of it. Raises Misuse, SourceError."""
    # Whoever permits a number of enrolments wants no more, even on what looks like this machine.
    return target.load(order.host, order.target, treat_as_live=order.treat_as_live or order.permit is not None)


def open_record(order: Order, aim: Target, *, accepted: frozenset[str] = frozenset()) -> Record:
    """Return an empty record for an order. `accepted`: claims that may be broken. Raises Misuse, SourceError."""
    check_patterns(order.only, order.document.claims)
    known = questions.load()
    return Record(
        aim,
        order.document,
        known,
        readings=None if order.readings is None else questions.load_readings(order.readings, known),
        only=order.only,
        accepted=accepted,
        max_latency=order.max_latency,
    )


def open_session(order: Order, *, accepted: frozenset[str] = frozenset()) -> Session:
    """Return the session of an order; nothing is sent yet. Raises Misuse, SourceError."""
    aim = open_target(order)
    wire = Wire(
        aim,
        path=order.document.path,
        method=order.document.method,
        timeout=order.timeout,
        ca_bundle=order.ca_bundle and check_bundle(order.ca_bundle),
    )
    return Session(
        open_record(order, aim, accepted=accepted),
        wire,
        _permission(order, aim),
        Pacer(_limits(order, aim)),
        request_ids=f"{REQUEST_ID}-{order.seed}",
    )


def meet(session: Session, order: Order) -> tuple[Roles, str]:
    """Find out how to talk to the host, and what it knows where no target file says so.

    Returns the roles that the known data can play, and a note for the terminal or ''. Raises Misuse, Unreachable.
    """
    roles = Roles(session.record.target, order.seed)
    session.dialect = connect(session, roles, seconds=order.wait)
    note = ""
    if order.target is None and not session.record.target.live and not session.stopped:
        note = find_known_data(session, roles)
    return Roles(session.record.target, order.seed), note


def pace(order: Order, aim: Target) -> float | None:
    """Return the requests a minute that an order allows; None is no limit."""
    return order.pace or (LIVE_PACE if aim.live else None)


def _limits(order: Order, aim: Target) -> Limits:
    return Limits(pace=pace(order, aim), requests=order.max_requests, seconds=order.max_time, fail_fast=order.fail_fast)


def _permission(order: Order, aim: Target) -> Permission:
    if order.permit is None:
        return Permission(absent=aim.absent, budget=0 if aim.live else None)
    named = order.permit.removeprefix("https://").removeprefix("http://").rstrip("/")
    if named != aim.url.partition("://")[2]:
        raise Misuse(
            f"--permit-enrolments {order.permit} does not name the host under test, {aim.url}; nothing was sent"
        )
    # On a host elsewhere, whoever has an id of the sample data is a real person whom nobody has listed.
    unknown = order.target is None and not aim.is_loopback
    if unknown or not aim.data.customers or not aim.data.promotions:
        raise Misuse("--permit-enrolments needs customers and promotions in the target file: only those are enrolled")
    ledger = Ledger(order.report_dir / order.ledger if order.report_dir else order.ledger, host=aim.url)
    return Permission(absent=aim.absent, budget=order.budget, ledger=ledger)
