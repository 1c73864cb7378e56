"""The command `doctor`: check step by step whether a host can be tested, and say what to do if it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from contracts.exchange import UNAUTHENTICATED, Answer, Request, parse_date
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import safe_list
from contracts.masking.mask import mask_of
from contracts.oracle.reply import ReplyReader, is_gateway
from contracts.session.connect import (
    REDIRECTS,
    another_answer,
    described,
    find_names,
    is_answered,
    redirected,
    what_to_try,
)
from contracts.session.opening import Order, open_session
from contracts.session.session import Session

# Requests a minute.
_PACE: Final = 300.0
# Seconds by which the clocks may differ.
_SKEW: Final = 60.0
_SAMPLE_LOGIN: Final = (
    "it is the login of the mock's sample data; write that of the host into a target file (enrol-contract init), "
    "and give the file with --target"
)


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. `todo`: what to do if it failed. `blocks`: the host does not answer at all."""

    name: str
    ok: bool
    says: str
    todo: str = ""
    blocks: bool = False


def examine(order: Order, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[Check]:
    """Yield each check when it is made. Only requests that can enrol nobody are sent.

    `now` returns the time of day. Raises Misuse, SourceError.
    """
    session = open_session(replace(order, treat_as_live=True, permit=None, pace=_PACE))
    try:
        for check in _checks(session, Roles(session.record.target, order.seed), now):
            yield replace(check, says=mask_of(session.record).text(check.says))
    finally:
        session.wire.close()


def exit_code(checks: list[Check]) -> int:
    """Return 0 if all checks passed, 1 if one failed, 2 if the host does not answer."""
    if any(check.blocks for check in checks):
        return 2
    return 0 if all(check.ok for check in checks) else 1


def _checks(session: Session, roles: Roles, now: Callable[[], datetime]) -> Iterator[Check]:
    request = safe_list(roles)[0].request
    is_secure = session.record.target.url.startswith("https://")
    try:
        first = session.probe(replace(request, credentials="none"))
    except Unreachable as error:
        yield from _unreachable(str(error), is_secure=is_secure)
        return
    yield Check("reachable", True, f"{session.record.target.url} answers with HTTP {first.status}")
    if is_secure:
        yield Check("TLS", True, "the certificate is valid and trusted")
    yield _clock(first, now())
    if first.status in REDIRECTS:
        says, todo = redirected(first, session.record.target)
        yield Check("call", False, f"it {says}", todo)
        return
    working: list[tuple[Dialect, Answer]] = []
    for dialect, check, answer in _logins(session, request, first):
        if check.ok and not (is_answered(session, answer) or another_answer(session, roles, dialect)):
            yield _not_the_call(session, answer)
            return
        yield check
        working += [(dialect, answer)] if check.ok else []
    if working:
        dialect, answer = working[0]
        refusal = _refusal(session, answer)
        yield refusal
        if refusal.ok:
            yield _names(session, roles, dialect)


def _unreachable(why: str, *, is_secure: bool) -> Iterator[Check]:
    if is_secure and "TLS failed" in why:
        yield Check(
            "TLS",
            False,
            why,
            "check the address; if its certificate has an unknown CA, give that with --ca-bundle",
            blocks=True,
        )
    else:
        todo = "check the host's name, that it is running, the network, and the proxies (HTTPS_PROXY, NO_PROXY)"
        yield Check("reachable", False, why, todo, blocks=True)


def _clock(answer: Answer, now: datetime) -> Check:
    theirs = parse_date(answer.headers.get("date", ""))
    if theirs is None:
        return Check("clock", True, "its answers have no Date header, so the clocks cannot be compared")
    seconds = abs((now - theirs).total_seconds())
    says = f"its clock and that of this machine differ by {seconds:.0f} s"
    return Check(
        "clock",
        seconds <= _SKEW,
        says,
        "correct the clock that is wrong: with a wrong clock tokens expire too early or too late",
    )


def _logins(session: Session, request: Request, first: Answer) -> Iterator[tuple[Dialect, Check, Answer]]:
    """Yield, for each kind of login in the target, its dialect, its check and the last answer."""
    login = session.record.target.login
    own = session.record.target.from_file
    if not login.is_given:
        todo = "add credentials to the target file"
        yield Dialect(), _login("login", first, "without credentials", todo), first
    if login.basic:
        dialect = Dialect("basic", "md5")
        answer = _ask(session, request, dialect)
        if answer.status in UNAUTHENTICATED:
            dialect = Dialect("basic", "raw")
            answer = _ask(session, request, dialect)
        form = "the MD5 of the password" if dialect.password == "md5" else "the password unchanged"
        todo = "check the environment variables that credentials/basic names" if own else _SAMPLE_LOGIN
        yield dialect, _login("login by Basic", answer, f"with {form}", todo), answer
    if login.oauth:
        dialect = Dialect("oauth")
        answer = _ask(session, request, dialect)
        todo = "check the environment variables that credentials/oauth names, and tokenPath" if own else _SAMPLE_LOGIN
        yield dialect, _login("login by OAuth", answer, "with a token", todo), answer


def _login(name: str, answer: Answer, means: str, todo: str) -> Check:
    if not answer.status:
        return Check(name, False, "no answer", "try again")
    if answer.status in UNAUTHENTICATED:
        # An answer without headers stands for a refusal by the token endpoint; see Session.
        why = "" if answer.headers else f": {answer.content.decode(errors='replace')}"
        return Check(name, False, f"HTTP {answer.status} {means}{why}", todo)
    return Check(name, True, f"accepted {means}")


def _not_the_call(session: Session, answer: Answer) -> Check:
    todo = what_to_try(answer, session.record.target, session.record.document)
    return Check("call", False, f"it does not answer as the enrol call does: {described(answer)}", todo)


def _ask(session: Session, request: Request, dialect: Dialect) -> Answer:
    return session.probe(replace(request, credentials=dialect.login), dialect)


def _refusal(session: Session, answer: Answer) -> Check:
    """Check that the host refuses a request for a customer and a promotion that do not exist, with an error."""
    reply = ReplyReader(session.record.document).read(answer)
    shown = f"HTTP {answer.status} {answer.content[:200].decode(errors='replace')}".strip()
    if reply.decision == "success":
        return Check(
            "refusal",
            False,
            f"it enrolled a customer who does not exist: {shown}",
            "report this to its owners; run no tests there",
        )
    if is_gateway(answer) or not reply.errors:
        return Check(
            "refusal", False, f"the answer is not one of the enrol call: {shown}", "check the host and its base path"
        )
    asked = "a request for a promotion and a customer that do not exist is refused"
    return Check("refusal", True, f"{asked} with HTTP {answer.status}: {reply.errors[0].message}")


def _names(session: Session, roles: Roles, dialect: Dialect) -> Check:
    found = find_names(session, roles, dialect)
    says = "promotion." + " and promotion.".join((found or dialect).promotion_names)
    if found:
        return Check("field names", True, f"it reads {says}")
    return Check("field names", True, f"refusals do not show them; it is assumed to read {says}")
