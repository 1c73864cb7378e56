"""The first words with a host: does it answer, which form of login does it take, how does it spell its fields?"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Answer, Request
from contracts.host.dialect import Dialect
from contracts.host.login import Login
from contracts.host.wire import Unreachable
from contracts.inputs.roles import Roles
from contracts.oracle.judge import Judgement
from contracts.oracle.reply import ReplyReader, is_gateway
from contracts.session.session import Session
from openapi.world import Customer, Promotion

UNAUTHENTICATED: Final = (401, 403, 498)
REDIRECTS: Final = (301, 302, 303, 307, 308)
_QUESTION: Final = "promotion-field-names"
_OTHER_NAMES: Final = ("promoHexId", "promoIntId")
_TRIES: Final = 3


def connect(
    session: Session, roles: Roles, *, seconds: float = 0.0, sleep: Callable[[float], None] = time.sleep
) -> Dialect:
    """Return the dialect of a host: the login it takes, and its names for the ids of a promotion.

    A fresh deployment that gives no answer yet is tried again for so many `seconds`. The requests ask for what exists
    nowhere and leave programId out, so that nobody can be enrolled. Raises Misuse, Unreachable.
    """
    target = session.record.target
    request = Request(body=roles.body(None, None, programId=NOTHING))
    answer = _first_answer(session, request, seconds, sleep)
    dialect = session.dialect
    for other in _other_logins(target.login, dialect):
        if answer.status not in UNAUTHENTICATED:
            break
        dialect = other
        answer = session.probe(request, dialect)
    if answer.status in UNAUTHENTICATED:
        raise Misuse(
            f"{target.url} refuses the credentials with HTTP {answer.status}; "
            "check the environment variables that the target file names"
        )
    if session.stopped or (target.live and answer.status >= 500):
        return dialect
    return find_names(session, roles, dialect) or _names_by_what_is_missing(session, request, answer, dialect)


def _other_logins(login: Login, first: Dialect) -> Iterator[Dialect]:
    """Yield what to try when Basic with the MD5 of the password is turned away."""
    if login.basic:
        yield replace(first, login="basic", password="raw")
    if login.oauth:
        yield replace(first, login="oauth", password="md5")


def _first_answer(session: Session, request: Request, seconds: float, sleep: Callable[[float], None]) -> Answer:
    waits = max(_TRIES, math.ceil(seconds))
    for turn in range(waits):
        try:
            answer = session.probe(request)
        except Unreachable:
            if turn + 1 >= seconds:
                raise
        else:
            if answer.status in REDIRECTS:
                raise Misuse(f"{session.record.target.url} {redirected(answer)}; name that host instead")
            if not is_gateway(answer):
                return answer
        if seconds:
            sleep(1.0)
    raise Misuse(
        f"{session.record.target.url} answers HTTP {answer.status} without JSON; is it the host of the enrol call?"
    )


def redirected(answer: Answer) -> str:
    """Return in words where a redirect leads, without what may be secret there. Nobody follows it."""
    location = urlsplit(answer.headers.get("location", ""))
    host = location.netloc.rpartition("@")[2]
    place = f"{location.scheme}://{host}{location.path}" if host else location.path
    return f"answers with a redirect to {place or 'nowhere'}"


def find_names(session: Session, roles: Roles, dialect: Dialect) -> Dialect | None:
    """Return the dialect with the names under which the host reads the ids of a promotion; None where nothing tells.

    Source: "API Quick Reference", which calls the ids promoHexId and promoIntId.
    """
    finds = _reads_promotions if session.record.target.live else _finds_promotions
    for names in (dialect.promotion_names, _OTHER_NAMES):
        candidate = replace(dialect, promotion_names=names)
        if finds(session, roles, candidate):
            told = {_QUESTION: frozenset({"-".join(names)})}
            session.record.evidence.note(Judgement("judged", hints=told), len(session.record.exchanges))
            return candidate
    return None


def _names_by_what_is_missing(session: Session, request: Request, answer: Answer, dialect: Dialect) -> Dialect:
    """Take the other names where the promotion counts as missing under the usual names, and not under the others."""
    other = replace(dialect, promotion_names=_OTHER_NAMES)
    if "promotion_required" in _outcomes(_errors(session, answer)):
        again = session.probe(request, other)
        if "promotion_required" not in _outcomes(_errors(session, again)):
            return other
    return dialect


def _reads_promotions(session: Session, roles: Roles, dialect: Dialect) -> bool:
    """Ids that exist nowhere are answered otherwise than ids that cannot be: the host looks at fields of these names."""
    nowhere = roles.body(None, None, programId=session.record.target.absent.program_id)
    bodies = nowhere, {**nowhere, "promotion": {name: [] for name in nowhere["promotion"]}}
    one, other = (_errors(session, session.probe(Request(body=body), dialect)) for body in bodies)
    return one != other


def _finds_promotions(session: Session, roles: Roles, dialect: Dialect) -> bool:
    """A promotion that exists is answered otherwise than one that does not."""
    known: list[tuple[Promotion, Customer | None]] = [
        (promotion, None) for promotion in session.record.target.data.promotions[:1]
    ]
    known += [(promotion, customer) for promotion in roles.generic[:1] for customer in roles.customers[:1]]
    for promotion, customer in known:
        bodies = [roles.body(each, customer, programId=promotion.program_id) for each in (promotion, None)]
        one, other = (_errors(session, session.probe(Request(body=body), dialect)) for body in bodies)
        if one != other:
            return True
    return False


def _errors(session: Session, answer: Answer) -> list[tuple[frozenset[str], object]]:
    """Return what an answer says is wrong, without what it repeats of the request."""
    return [(item.names, item.message) for item in ReplyReader(session.record.document).read(answer).errors]


def _outcomes(errors: list[tuple[frozenset[str], object]]) -> set[str]:
    return {name for names, _ in errors for name in names}
