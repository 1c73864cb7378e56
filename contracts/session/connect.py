"""Connecting: find out whether the host answers, which login it accepts, and how it names the promotion's ids."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, NoReturn
from urllib.parse import urljoin, urlsplit

from contracts.errors import Misuse
from contracts.exchange import NOTHING, UNAUTHENTICATED, Answer, Request, shortened
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.login import Login
from contracts.host.target import Target
from contracts.inputs.roles import Roles
from contracts.oracle.judgement import Judgement
from contracts.oracle.reply import ReplyReader, has_envelope, is_gateway
from contracts.promotion_names import QUICK_REFERENCE_NAMES
from contracts.session.session import Session
from openapi.document import Document
from openapi.world import Customer, Promotion

REDIRECTS: Final = (301, 302, 303, 307, 308)
_LONGEST_URL: Final = 200
_QUESTION: Final = "promotion-field-names"
# How often a host is asked, with the tries of each probe, whose gateway answers in its place.
_TRIES: Final = 2


def connect(
    session: Session, roles: Roles, *, seconds: float = 0.0, sleep: Callable[[float], None] = time.sleep
) -> Dialect:
    """Return the dialect of a host: the login that it accepts, and its names for the ids of a promotion.

    `seconds`: how long to wait for a host that does not answer yet. No request can enrol a customer: each lacks
    programId, or names a customer or a promotion that does not exist or cannot be enrolled into. Raises Misuse,
    Unreachable.
    """
    target = session.record.target
    request = harmless_requests(roles)[0]
    answer = _first_answer(session, request, seconds, sleep)
    dialect, status = session.dialect, answer.status
    for candidate in _other_logins(target.login, dialect):
        if answer.status not in UNAUTHENTICATED:
            break
        dialect = candidate
        answer = session.probe(request, dialect)
    if answer.status in UNAUTHENTICATED:
        raise Misuse(_refused_login(target, status))
    if not is_answered(session, answer):
        request, answer = another_answer(session, roles, dialect) or _refuse(session, answer)
    session.control = request
    if session.stopped or (target.live and answer.status >= 500):
        return dialect
    return find_names(session, roles, dialect) or _names_by_missing_promotion(session, request, answer, dialect)


def harmless_requests(roles: Roles) -> tuple[Request, ...]:
    """Return requests that every host of the call refuses with an error of the page, in one of its shapes."""
    absent = roles.target.absent.program_id  # so that a live host may get it, too
    bodies = (roles.body(None, None, programId=NOTHING), {"action": "ENROL"}, roles.body(None, None, programId=absent))
    return (*(Request(body=body) for body in bodies), Request(body={}))


def is_answered(session: Session, answer: Answer) -> bool:
    """Only a host of the call gives this answer, or the session has stopped and got none."""
    return bool(session.stopped) or ReplyReader(session.record.document).read(answer).of_the_call


def what_to_try(answer: Answer, target: Target, document: Document) -> str:
    """Return in words what to try where something else than the call answers."""
    if urlsplit(target.url).path.endswith(document.path):
        return f"give the base URL, without {document.path}"
    if b"HTTPS" in answer.content[:1000] and target.url.startswith("http://"):
        return "try https://"
    return "check the host, and the base path in its URL"


def described(answer: Answer) -> str:
    """Return in words what an answer is, without repeating its content, which may hold secrets."""
    if not answer.status:
        return "no answer"
    if not answer.content:
        content = "without content"
    elif answer.json is NOTHING:
        content = f"with {answer.headers.get('content-type', '').partition(';')[0] or 'text'} in place of JSON"
    else:
        content = "with JSON that is not of the call" if has_envelope(answer.json) else "without data and errors"
    return f"HTTP {answer.status} {content}"


def _other_logins(login: Login, first: Dialect) -> Iterator[Dialect]:
    """Yield the logins to try after the first one, Basic with the MD5 of the password, is refused."""
    if login.basic:
        yield replace(first, login="basic", password="raw")
    if login.oauth:
        yield replace(first, login="oauth", password="md5")


def _first_answer(session: Session, request: Request, seconds: float, sleep: Callable[[float], None]) -> Answer:
    """Return the first answer of the host itself; with `seconds`, the first one of the call. Raises Misuse."""
    begin, target = time.monotonic(), session.record.target
    for attempt in range(max(_TRIES, math.ceil(seconds))):
        is_last = attempt + 1 >= seconds or time.monotonic() - begin >= seconds
        try:
            answer = session.probe(request)
        except Unreachable:
            if is_last:
                raise
        else:
            if answer.status in REDIRECTS:
                raise Misuse(f"{target.url} {'; '.join(redirected(answer, target))}")
            if is_answered(session, answer) or answer.status in UNAUTHENTICATED:
                return answer
            if not is_gateway(answer) and (is_last or not seconds):
                return answer
        if seconds:
            sleep(1.0)
    raise Misuse(f"{target.url} is behind a gateway that answers HTTP {answer.status} in its place; wait with --wait")


def redirected(answer: Answer, target: Target) -> tuple[str, str]:
    """Return in words where a redirect leads, and what to do. User name, password and query may be secret."""
    try:
        location = urlsplit(urljoin(target.url, answer.headers.get("location", "")))
    except ValueError:
        return "answers with a redirect to an address that is none", "check the host; redirects are not followed"
    here, host = urlsplit(target.url), location.netloc.rpartition("@")[2]
    says = f"answers with a redirect to {shortened(f'{location.scheme}://{host}{location.path}', _LONGEST_URL)}"
    if not answer.headers.get("location"):
        return "answers with a redirect to no address", "check the host; redirects are not followed"
    if host != here.netloc:
        return says, "test that host instead; redirects are not followed"
    if location.scheme != here.scheme:
        return says, f"use {location.scheme}:// in its URL; redirects are not followed"
    return says, "that is the same host, so check the base path in its URL; redirects are not followed"


def another_answer(session: Session, roles: Roles, dialect: Dialect) -> tuple[Request, Answer] | None:
    """Return the first of the other harmless requests that is answered as the call does, with its answer."""
    for request in harmless_requests(roles)[1:]:
        answer = session.probe(request, dialect)
        if is_answered(session, answer):
            return request, answer
    return None


def _refused_login(target: Target, status: int) -> str:
    """Return in words that a host refuses every login, and what to do."""
    login = target.login
    todo = "check the environment variables that the target file names"
    if not login.is_given:
        todo = "name its login in the target file (credentials)"
    elif login.basic and not login.variables:
        todo = "they are those of the sample data; name its own in a target file (--target)"
    firewall = " (or a firewall does)" if status == 403 else ""
    return f"{target.url} refuses the credentials with HTTP {status}{firewall}; {todo}"


def _refuse(session: Session, answer: Answer) -> NoReturn:
    """Raise Misuse: something else than the call answers."""
    target = session.record.target
    advice = what_to_try(answer, target, session.record.document)
    raise Misuse(f"{target.url} does not answer as the enrol call does: {described(answer)}; {advice}")


def find_names(session: Session, roles: Roles, dialect: Dialect) -> Dialect | None:
    """Return the dialect with the names under which the host reads the ids of a promotion; None if no answer shows them.

    Source: "API Quick Reference", which calls the ids promoHexId and promoIntId.
    """
    is_read = _reads_names_live if session.record.target.live else _finds_promotion
    for names in (dialect.promotion_names, QUICK_REFERENCE_NAMES):
        candidate = replace(dialect, promotion_names=names)
        if is_read(session, roles, candidate):
            hints = {_QUESTION: frozenset({"-".join(names)})}
            session.record.evidence.add(Judgement("judged", hints=hints), len(session.record.exchanges))
            return candidate
    return None


def _names_by_missing_promotion(session: Session, request: Request, answer: Answer, dialect: Dialect) -> Dialect:
    """Return the dialect with the other names if the host finds the promotion missing under the usual names only."""
    other = replace(dialect, promotion_names=QUICK_REFERENCE_NAMES)
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
