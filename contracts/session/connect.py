"""Connecting: find out whether the host answers, which login it accepts, and how it names the promotion's ids."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from contracts.errors import Misuse
from contracts.exchange import NOTHING, UNAUTHENTICATED, Answer, Request
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.login import Login
from contracts.inputs.roles import Roles
from contracts.oracle.judge import Judgement
from contracts.oracle.reply import ReplyReader, is_gateway
from contracts.session.session import Session
from openapi.world import Customer, Promotion

REDIRECTS: Final = (301, 302, 303, 307, 308)
_QUESTION: Final = "promotion-field-names"
_OTHER_NAMES: Final = ("promoHexId", "promoIntId")
# How often a host is asked whose gateway answers in its place.
_TRIES: Final = 3


def connect(
    session: Session, roles: Roles, *, seconds: float = 0.0, sleep: Callable[[float], None] = time.sleep
) -> Dialect:
    """Return the dialect of a host: the login that it accepts, and its names for the ids of a promotion.

    `seconds`: how long to wait for a host that does not answer yet. No request can enrol a customer: each lacks
    programId, or names a customer or a promotion that does not exist or cannot be enrolled into. Raises Misuse,
    Unreachable.
    """
    target = session.record.target
    request = Request(body=roles.body(None, None, programId=NOTHING))
    answer = _first_answer(session, request, seconds, sleep)
    dialect = session.dialect
    for candidate in _other_logins(target.login, dialect):
        if answer.status not in UNAUTHENTICATED:
            break
        dialect = candidate
        answer = session.probe(request, dialect)
    if answer.status in UNAUTHENTICATED:
        raise Misuse(
            f"{target.url} refuses the credentials with HTTP {answer.status}; "
            "check the environment variables that the target file names"
        )
    if session.stopped or (target.live and answer.status >= 500):
        return dialect
    return find_names(session, roles, dialect) or _names_by_missing_promotion(session, request, answer, dialect)


def _other_logins(login: Login, first: Dialect) -> Iterator[Dialect]:
    """Yield the logins to try after the first one, Basic with the MD5 of the password, is refused."""
    if login.basic:
        yield replace(first, login="basic", password="raw")
    if login.oauth:
        yield replace(first, login="oauth", password="md5")


def _first_answer(session: Session, request: Request, seconds: float, sleep: Callable[[float], None]) -> Answer:
    attempts = max(_TRIES, math.ceil(seconds))
    for attempt in range(attempts):
        try:
            answer = session.probe(request)
        except Unreachable:
            if attempt + 1 >= seconds:
                raise
        else:
            if answer.status in REDIRECTS:
                raise Misuse(f"{session.record.target.url} {redirected(answer)}; test that host instead")
            if not is_gateway(answer):
                return answer
        if seconds:
            sleep(1.0)
    raise Misuse(
        f"{session.record.target.url} answers HTTP {answer.status} without JSON; check that it is a host of the enrol call"
    )


def redirected(answer: Answer) -> str:
    """Return in words where a redirect leads, without user name, password and query, which may be secret."""
    location = urlsplit(answer.headers.get("location", ""))
    host = location.netloc.rpartition("@")[2]
    place = f"{location.scheme}://{host}{location.path}" if host else location.path
    return f"answers with a redirect to {place or 'no address'}"


def find_names(session: Session, roles: Roles, dialect: Dialect) -> Dialect | None:
    """Return the dialect with the names under which the host reads the ids of a promotion; None if no answer shows them.

    Source: "API Quick Reference", which calls the ids promoHexId and promoIntId.
    """
    is_read = _reads_names_live if session.record.target.live else _finds_promotion
    for names in (dialect.promotion_names, _OTHER_NAMES):
        candidate = replace(dialect, promotion_names=names)
        if is_read(session, roles, candidate):
            hints = {_QUESTION: frozenset({"-".join(names)})}
            session.record.evidence.add(Judgement("judged", hints=hints), len(session.record.exchanges))
            return candidate
    return None


def _names_by_missing_promotion(session: Session, request: Request, answer: Answer, dialect: Dialect) -> Dialect:
    """Return the dialect with the other names if the host finds the promotion missing under the usual names only."""
    other = replace(dialect, promotion_names=_OTHER_NAMES)
    if "promotion_required" in _outcomes(_errors(session, answer)):
        again = session.probe(request, other)
        if "promotion_required" not in _outcomes(_errors(session, again)):
            return other
    return dialect


def _reads_names_live(session: Session, roles: Roles, dialect: Dialect) -> bool:
    """The host answers differently to ids that do not exist than to ids of a wrong type, so it reads these names."""
    absent = roles.body(None, None, programId=session.record.target.absent.program_id)
    bodies = absent, {**absent, "promotion": {name: [] for name in absent["promotion"]}}
    first, second = (_errors(session, session.probe(Request(body=body), dialect)) for body in bodies)
    return first != second


def _finds_promotion(session: Session, roles: Roles, dialect: Dialect) -> bool:
    """The host answers differently to a promotion that exists than to one that does not, so it reads these names."""
    pairs: list[tuple[Promotion, Customer | None]] = [
        (promotion, None) for promotion in session.record.target.data.promotions[:1]
    ]
    pairs += [(promotion, customer) for promotion in roles.generic[:1] for customer in roles.customers[:1]]
    for promotion, customer in pairs:
        bodies = [roles.body(named, customer, programId=promotion.program_id) for named in (promotion, None)]
        first, second = (_errors(session, session.probe(Request(body=body), dialect)) for body in bodies)
        if first != second:
            return True
    return False


def _errors(session: Session, answer: Answer) -> list[tuple[frozenset[str], object]]:
    """Return outcome names and message of each error of an answer; other fields may repeat the request."""
    return [(item.names, item.message) for item in ReplyReader(session.record.document).read(answer).errors]


def _outcomes(errors: list[tuple[frozenset[str], object]]) -> set[str]:
    return {name for names, _ in errors for name in names}
