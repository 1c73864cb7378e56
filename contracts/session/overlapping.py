"""Requests that overlap: several are sent at the same moment, to see what the host makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from contracts.exchange import NO_ANSWER, Answer, Exchange, Request
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.tokens import TokenRefused
from contracts.session.session import Session, keep_unjudged, refuses_token
from contracts.verdict.overlaps import take_together

# After so many times that the host did not answer everybody, it is asked one request at a time.
_ENOUGH: Final = 2

# Sends requests side by side, and returns their answers in the same order. Raises Unreachable, TokenRefused, Misuse.
Send = Callable[[Sequence[Request], Dialect], list[Answer]]


class Overlapping:
    """Sends requests at the same moment. A host that lets only so many in at once is soon asked one after the other.

    On a live host, and where a pace is to be kept, requests never overlap.
    """

    def __init__(self, session: Session):
        self._session = session
        self._held_up = 0

    def ask(self, requests: Sequence[Request], *about: str) -> None:
        """Send requests, and let the record judge the answers, whichever the host carried out first.

        `about`: the claims that the requests test. Raises NotPermitted, Misuse.
        """
        session = self._session
        drafts = [session.draft(request, about, behind=place) for place, request in enumerate(requests)]

        def send(sent: Sequence[Request], dialect: Dialect) -> list[Answer]:
            return session.wire.send_at_once(sent, dialect, within=session.pacer.left())

        if session.record.target.live or self._held_up >= _ENOUGH or len(drafts) < 2:
            for draft in drafts:
                session.follow(draft)
        else:
            self._held_up += not ask_side_by_side(session, drafts, send)


def ask_side_by_side(session: Session, drafts: Sequence[Exchange], send: Send) -> bool:
    """Send requests side by side, and let the record judge the answers. Return whether the host answered all of them.

    `drafts`: exchanges without answers; see Session.draft. What is not answered is sent again by itself. Raises
    NotPermitted, Misuse.
    """
    if session.stopped or not session.pacer.may_overlap(len(drafts)):
        for draft in drafts:
            session.follow(draft)
        return True
    record, dialect = session.record, session.dialect
    requests = [session.admit(draft.request, dialect)[0] for draft in drafts]
    try:
        answers = send(requests, dialect)
    except (Unreachable, TokenRefused):  # of a request for an access token: nothing of these was sent
        answers = []
    record.secrets |= session.wire.tokens.issued
    if session.pacer.left() <= 0 or not answers:
        for draft in drafts:
            session.follow(draft)
        return True
    sent = [
        replace(draft, request=request, answer=answer)
        for draft, request, answer in zip(drafts, requests, answers, strict=True)
    ]
    # Answers that concern an old token say nothing of their requests. They come last, and are not judged.
    has_ended = any(refuses_token(each) and session.wire.forget_token(each.request, dialect) for each in sent)
    sent.sort(key=lambda exchange: has_ended and refuses_token(exchange))
    first = len(record.exchanges) + 1
    exchanges = [replace(exchange, number=first + place, group=first) for place, exchange in enumerate(sent)]
    judged = [exchange for exchange in exchanges if not (has_ended and refuses_token(exchange))]
    again = take_together(record, judged)
    for exchange in exchanges[len(judged) :]:
        keep_unjudged(record, exchange)
    if session.has_failed_fast():
        return True
    for exchange in [*again, *exchanges[len(judged) :]]:
        session.stop(session.pacer.pause(exchange.answer, 0))
        session.follow(replace(exchange, number=0, answer=NO_ANSWER, group=0))
    return not again
