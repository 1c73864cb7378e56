"""The session: the way of every request to the host and of its answer into the record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from contracts.exchange import NO_ANSWER, REQUEST_ID, VALID_CREDENTIALS, Answer, Exchange, Request
from contracts.host.dialect import Dialect
from contracts.host.tokens import TokenRefused
from contracts.host.wire import Unreachable, Wire
from contracts.oracle.reply import is_gateway
from contracts.session.limits import Pacer
from contracts.session.permission import Permission
from contracts.verdict.record import Record
from contracts.verdict.result import Stop
from contracts.verdict.retries import Again

_TOKEN_ENDED: Final = (401, 498)


class Session:
    """Asks one host. `stopped` says why the run has ended early; from then on nothing is sent.

    `dialect`: how the host wants to be talked to; connecting finds it out. `request_ids`: what the requestId of every
    request begins with.
    """

    def __init__(
        self, record: Record, wire: Wire, permission: Permission, pacer: Pacer, *, request_ids: str = REQUEST_ID
    ):
        self.record = record
        self.wire = wire
        self.dialect = Dialect(login=record.target.login.first)
        self.request_ids = request_ids
        self.stopped: Stop | None = None
        self._permission = permission
        self._pacer = pacer

    def ask(self, request: Request, *about: str, opening: bool = False) -> Exchange | None:
        """Send a request until it is settled, let the record judge each answer, and return the last exchange.

        `about`: the claims that the request is meant to test. `opening`: see Exchange. Returns None where the run has
        stopped before anything was sent. Raises NotPermitted, Misuse.
        """
        draft = Exchange(0, self._with_request_id(request), NO_ANSWER, about, opening=opening)
        last = None
        while exchange := self._send(draft, self.dialect):
            last, outcome = exchange, self.record.take(exchange)
            if self._pacer.fail_fast and self.record.has_failed():
                self._stop(Stop("stopped at the first finding"))
                break
            self._stop(self._pacer.pause(exchange.answer, outcome.attempt if isinstance(outcome, Again) else None))
            if not isinstance(outcome, Again):
                self._mind(exchange)
                break
        return last

    def call(self, body: Any, *about: str) -> Exchange | None:
        """Ask with an ordinary JSON body."""
        return self.ask(Request(body=body), *about)

    def probe(self, request: Request, dialect: Dialect | None = None) -> Answer:
        """Send a request that only asks how to talk to the host, and return its answer, which nobody judges.

        `dialect`: one to try instead of the session's. Returns NO_ANSWER where the run has stopped.
        """
        draft = Exchange(0, self._with_request_id(request), NO_ANSWER, probe=True)
        exchange = self._send(draft, dialect or self.dialect)
        if exchange is None:
            return NO_ANSWER
        self.record.keep(exchange)
        return exchange.answer

    def _with_request_id(self, request: Request) -> Request:
        """Give a request its requestId. Source: "Body parameters" row 1, "a unique identifier for the request"."""
        return request.named(f"{self.request_ids}-{len(self.record.exchanges) + 1}")

    def _send(self, draft: Exchange, dialect: Dialect) -> Exchange | None:
        """Permit, pace and send a request; once more with a new token where the host no longer takes an old one."""
        self._stop(self._pacer.reached())
        if self.stopped:
            return None
        request = draft.request
        intent = self._permission.check(request, is_listed=self.record.names_known)
        self._pacer.wait()
        if request.credentials == "valid" and dialect.login == "oauth":
            request = replace(request, credentials="oauth")  # so that a refusal is laid to the right login
        answer = self._answer(request, dialect)
        exchange = replace(draft, number=len(self.record.exchanges) + 1, request=request, answer=answer)
        if intent:
            self._permission.settle(exchange)
        if answer.status in _TOKEN_ENDED and not exchange.probe and self.wire.renew(request, dialect):
            # What an old token is answered with says nothing of the request.
            self.record.keep(replace(exchange, probe=True))
            self.record.note(f"HTTP {answer.status}: the token was no longer taken", exchange)
            return self._send(draft, dialect)
        return exchange

    def _answer(self, request: Request, dialect: Dialect) -> Answer:
        try:
            return self.wire.send(request, dialect)
        except Unreachable:
            if not self.record.exchanges:
                raise
            return NO_ANSWER
        except TokenRefused as refused:
            return replace(NO_ANSWER, status=401, content=str(refused).encode())
        finally:
            self.record.secrets |= self.wire.tokens.handed_out

    def _mind(self, exchange: Exchange) -> None:
        """Leave a host alone that turns away what it should answer: a live one, and any whose gateway does."""
        live = self.record.target.live
        if is_gateway(exchange.answer) or live:
            expected = exchange.request.credentials not in VALID_CREDENTIALS or not exchange.request.is_plain_call
            self._stop(self._pacer.mind(exchange.answer.status, expected=expected, live=live))

    def _stop(self, stop: Stop | None) -> None:
        self.stopped = self.stopped or stop
