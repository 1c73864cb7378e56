"""The doctor: whether a host can be tested at all, step by step, and what to do where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from contracts.exchange import Answer, Request
from contracts.host.dialect import Dialect
from contracts.host.wire import Unreachable
from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import safe_list
from contracts.masking.mask import mask_of
from contracts.oracle.reply import ReplyReader, is_gateway
from contracts.session.connect import REDIRECTS, UNAUTHENTICATED, find_names, redirected
from contracts.session.opening import Order, open_session
from contracts.session.session import Session

_PACE: Final = 300.0
_SKEW: Final = 60.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs, how it stands, and what to do where it is not `ok`. `blocks`: no answer at all."""

    name: str
    ok: bool
    says: str
    todo: str = ""
    blocks: bool = False


def examine(order: Order, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[Check]:
    """Yield the checks as they are made; only refusals that name nobody are sent.

    `now` is the wall clock. Raises Misuse, SourceError.
    """
    session = open_session(replace(order, treat_as_live=True, permit=None, pace=_PACE))
    try:
        for check in _checks(session, Roles(session.record.target, order.seed), now):
            yield replace(check, says=mask_of(session.record).text(check.says))
    finally:
        session.wire.close()


def exit_code(checks: list[Check]) -> int:
    """Return 0 where a run can be made, 1 where something is wrong, 2 where the host gives no answer."""
    if any(check.blocks for check in checks):
        return 2
    return 0 if all(check.ok for check in checks) else 1


def _checks(session: Session, roles: Roles, now: Callable[[], datetime]) -> Iterator[Check]:
    request = safe_list(roles)[0].request
    is_secure = session.record.target.url.startswith("https://")
    try:
        first = session.probe(replace(request, credentials="none"))
    except Unreachable as error:
        yield from _unreached(str(error), is_secure=is_secure)
        return
    yield Check("reachable", True, f"{session.record.target.url} answers with HTTP {first.status}")
    if is_secure:
        yield Check("TLS", True, "the certificate is valid and trusted")
    yield _clock(first, now())
    if first.status in REDIRECTS:
        yield Check("call", False, f"it {redirected(first)}", "name that host instead; nobody follows it")
        return
    working: list[tuple[Dialect, Answer]] = []
    for dialect, check, answer in _logins(session, request, first):
        yield check
        working += [(dialect, answer)] if check.ok else []
    if working:
        dialect, answer = working[0]
        refusal = _refusal(session, answer)
        yield refusal
        if refusal.ok:
            yield _names(session, roles, dialect)


def _unreached(why: str, *, is_secure: bool) -> Iterator[Check]:
    if is_secure and "TLS failed" in why:
        yield Check("TLS", False, why, "check the address, and whether the CA of its certificate is known", blocks=True)
    else:
        todo = "check its name, that it is up, the network, and the proxies (HTTPS_PROXY, NO_PROXY)"
        yield Check("reachable", False, why, todo, blocks=True)


def _clock(answer: Answer, now: datetime) -> Check:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return Check("clock", True, "it does not tell its time")
    apart = abs((now - theirs).total_seconds())
    says = f"its clock and ours are {apart:.0f} s apart"
    return Check("clock", apart <= _SKEW, says, "set the clock of this machine, or have the host's set: tokens expire")


def _logins(session: Session, request: Request, first: Answer) -> Iterator[tuple[Dialect, Check, Answer]]:
    """Yield each kind of login that is given, with its check and its last answer."""
    login = session.record.target.login
    if not login.is_given:
        todo = "name the credentials in the target file"
        yield Dialect(), _login("login", first, "without credentials", todo), first
    if login.basic:
        dialect = Dialect("basic", "md5")
        answer = _ask(session, request, dialect)
        if answer.status in UNAUTHENTICATED:
            dialect = Dialect("basic", "raw")
            answer = _ask(session, request, dialect)
        form = "the MD5 of the password" if dialect.password == "md5" else "the password as it is"
        todo = "check the variables that credentials/basic names"
        yield dialect, _login("login by Basic", answer, f"with {form}", todo), answer
    if login.oauth:
        dialect = Dialect("oauth")
        answer = _ask(session, request, dialect)
        todo = "check the variables that credentials/oauth names, and tokenPath"
        yield dialect, _login("login by OAuth", answer, "with a token", todo), answer


def _login(name: str, answer: Answer, how: str, todo: str) -> Check:
    if not answer.status:
        return Check(name, False, "no answer", "try again")
    if answer.status in UNAUTHENTICATED:
        # Without headers it is no answer of the call: the token endpoint has refused.
        why = "" if answer.headers else f": {answer.content.decode(errors='replace')}"
        return Check(name, False, f"HTTP {answer.status} {how}{why}", todo)
    return Check(name, True, f"let in {how}")


def _ask(session: Session, request: Request, dialect: Dialect) -> Answer:
    return session.probe(replace(request, credentials=dialect.login), dialect)


def _refusal(session: Session, answer: Answer) -> Check:
    """The host refuses a request for what exists nowhere, in the words of the page."""
    reply = ReplyReader(session.record.document).read(answer)
    shown = f"HTTP {answer.status} {answer.content[:200].decode(errors='replace')}".strip()
    if reply.decision == "success":
        return Check("refusal", False, f"it enrols what exists nowhere: {shown}", "tell its owners; run no tests there")
    if is_gateway(answer) or not reply.errors:
        return Check("refusal", False, f"no answer of the call: {shown}", "check the host, and its base path")
    return Check("refusal", True, f"HTTP {answer.status}: {reply.errors[0].message}")


def _names(session: Session, roles: Roles, dialect: Dialect) -> Check:
    found = find_names(session, roles, dialect)
    says = "promotion." + " and promotion.".join((found or dialect).promotion_names)
    if found:
        return Check("field names", True, f"it reads {says}")
    return Check("field names", True, f"they cannot be told by refusals; taken for {says}")
