"""The first words with a host: does it answer, which form of login does it take, how does it spell its fields?"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Answer, Credentials, Request
from contracts.host.target import Login
from contracts.host.wire import Unreachable
from contracts.inputs.roles import Cast
from contracts.oracle.judge import Judgement
from contracts.oracle.reply import ReplyReader, is_gateway
from contracts.session.session import Session
from openapi.world import Customer, Promotion

UNAUTHENTICATED: Final = (401, 403, 498)
REDIRECTS: Final = (301, 302, 303, 307, 308)
_NAMES: Final = "promotion-field-names"
_OTHER_NAMES: Final = ("promoHexId", "promoIntId")
_TRIES: Final = 3


def connect(session: Session, cast: Cast, *, seconds: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> None:
    """Find the form of the login and the spelling of the promotion's ids. Raises Misuse, Unreachable.

    A fresh deployment that gives no answer yet is tried again for so many `seconds`.
    Asks for what exists nowhere and leaves programId out, so that nobody can be enrolled.
    """
    request = Request(body=cast.body(None, None, programId=NOTHING))
    answer = _first_answer(session, request, seconds, sleep)
    for kind, form in _other_logins(session.target.login):
        if answer.status not in UNAUTHENTICATED:
            break
        session.wire.usual, session.wire.basic_form = kind, form
        answer = session.probe(request)
    if answer.status in UNAUTHENTICATED:
        raise Misuse(
            f"{session.target.url} refuses the credentials with HTTP {answer.status}; "
            "check the environment variables that the target file names"
        )
    if session.target.live and answer.status >= 500:
        return
    if not find_names(session, cast):
        _find_names_by_what_is_missing(session, request, answer)


def _other_logins(login: Login) -> Iterator[tuple[Credentials, str]]:
    """Yield what to try when Basic with the MD5 of the password is turned away."""
    if login.basic:
        yield "basic", "raw"
    if login.oauth:
        yield "oauth", "md5"


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
                raise Misuse(f"{session.target.url} {redirected(answer)}; name that host instead")
            if not is_gateway(answer):
                return answer
        if seconds:
            sleep(1.0)
    raise Misuse(f"{session.target.url} answers HTTP {answer.status} without JSON; is it the host of the enrol call?")


def redirected(answer: Answer) -> str:
    """Return in words where a redirect leads, without what may be secret there. Nobody follows it."""
    location = urlsplit(answer.headers.get("location", ""))
    host = location.netloc.rpartition("@")[2]
    place = f"{location.scheme}://{host}{location.path}" if host else location.path
    return f"answers with a redirect to {place or 'nowhere'}"


def find_names(session: Session, cast: Cast) -> bool:
    """Find out under which names the host reads the ids of the promotion; in doubt they are those of the table.

    Source: "API Quick Reference", which calls the ids promoHexId and promoIntId.
    """
    usual = session.promotion_names
    finds = _reads_promotions if session.target.live else _finds_promotions
    for names in (usual, _OTHER_NAMES):
        session.promotion_names = names
        if finds(session, cast):
            told = {_NAMES: frozenset({"-".join(names)})}
            session.evidence.note(Judgement("judged", hints=told), len(session.exchanges))
            return True
    session.promotion_names = usual
    return False


def _find_names_by_what_is_missing(session: Session, request: Request, answer: Answer) -> None:
    """Take the other names where the promotion counts as missing under the usual ones only."""
    usual = session.promotion_names
    if "promotion_required" in _names(_errors(session, answer)):
        session.promotion_names = _OTHER_NAMES
        if "promotion_required" in _names(_errors(session, session.probe(request))):
            session.promotion_names = usual


def _reads_promotions(session: Session, cast: Cast) -> bool:
    """Ids that exist nowhere are answered otherwise than ids that cannot be: the host looks at fields of these names."""
    nowhere = cast.body(None, None, programId=session.target.absent.program_id)
    bodies = nowhere, {**nowhere, "promotion": {name: [] for name in nowhere["promotion"]}}
    one, other = (_errors(session, session.probe(Request(body=body))) for body in bodies)
    return one != other


def _finds_promotions(session: Session, cast: Cast) -> bool:
    """A promotion that exists is answered otherwise than one that does not."""
    known: list[tuple[Promotion, Customer | None]] = [
        (promotion, None) for promotion in session.target.data.promotions[:1]
    ]
    known += [(promotion, customer) for promotion in cast.generic[:1] for customer in cast.customers[:1]]
    for promotion, customer in known:
        bodies = [cast.body(each, customer, programId=promotion.program_id) for each in (promotion, None)]
        one, other = (_errors(session, session.probe(Request(body=body))) for body in bodies)
        if one != other:
            return True
    return False


def _errors(session: Session, answer: Answer) -> list[tuple[frozenset[str], object]]:
    """Return what an answer says is wrong, without what it repeats of the request."""
    return [(item.names, item.message) for item in ReplyReader(session.document).read(answer).errors]


def _names(errors: list[tuple[frozenset[str], object]]) -> set[str]:
    return {name for names, _ in errors for name in names}
