"""The session: send every request to the host, and pass every answer to the record."""

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
_NEW_TOKEN: Final = "the host no longer accepted the token, so a new one was fetched"


class Session:
    """Sends requests to one host.

    `dialect`: how to talk to the host; `connect` finds it out. `request_ids`: the prefix of every requestId.
    `stopped`: why the run ended early, or None. Once it is set, nothing more is sent.
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

    @property
    def permission(self) -> Permission:
        """What may be sent, and how much of it was."""
        return self._permission

    def ask(self, request: Request, *about: str, opening: bool = False) -> Exchange | None:
        """Send a request, let the record judge its answer, and retry if the record asks for it. Return the last exchange.

        `about`: the claims that the request tests. `opening`: see Exchange. Returns None if the run had already
        stopped. Raises NotPermitted, Misuse.
        """
        draft = Exchange(0, self._with_request_id(request), NO_ANSWER, about, opening=opening)
        last = None
        while exchange := self._send(draft, self.dialect):
            last, outcome = exchange, self.record.take(exchange)
            if self._pacer.fail_fast and self.record.has_failed():
                self._stop(Stop("stopped at the first broken claim (--fail-fast)"))
                break
            self._stop(self._pacer.pause(exchange.answer, outcome.attempt if isinstance(outcome, Again) else None))
            if not isinstance(outcome, Again):
                self._count_refusal(exchange)
                break
        return last

    def call(self, body: Any, *about: str) -> Exchange | None:
        """Send an ordinary JSON body; see ask."""
        return self.ask(Request(body=body), *about)

    def probe(self, request: Request, dialect: Dialect | None = None) -> Answer:
        """Send a request that only finds out how to talk to the host. Return its answer, which is not judged.

        `dialect`: used instead of the session's. Returns NO_ANSWER if the run had already stopped.
        """
        draft = Exchange(0, self._with_request_id(request), NO_ANSWER, probe=True)
        exchange = self._send(draft, dialect or self.dialect)
        if exchange is None:
            return NO_ANSWER
        self.record.add(exchange)
        return exchange.answer

    def _with_request_id(self, request: Request) -> Request:
        """Give a request a unique requestId. Source: "Body parameters" row 1, "a unique identifier for the request"."""
        return request.with_request_id(f"{self.request_ids}-{len(self.record.exchanges) + 1}")

    def _send(self, draft: Exchange, dialect: Dialect) -> Exchange | None:
        """Check the permission, keep the pace, and send. If the host refuses an old token, send again with a new one."""
        self._stop(self._pacer.limit_reached())
        if self.stopped:
            return None
        request = draft.request
        intent = self._permission.check(request, names_test_data=self.record.names_test_data)
        self._pacer.wait()
        if request.credentials == "valid" and dialect.login == "oauth":
            request = replace(request, credentials="oauth")  # so that a refusal counts against OAuth, not Basic
        answer = self._answer(request, dialect)
        exchange = replace(draft, number=len(self.record.exchanges) + 1, request=request, answer=answer)
        if intent:
            self._permission.record_result(exchange)
        if answer.status in _TOKEN_ENDED and not exchange.probe and self.wire.forget_token(request, dialect):
            # The answer concerns the old token, not the request, so it is not judged.
            self.record.add(replace(exchange, probe=True))
            self.record.note(f"HTTP {answer.status}: {_NEW_TOKEN}", exchange)
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
            self.record.secrets |= self.wire.tokens.issued

    def _count_refusal(self, exchange: Exchange) -> None:
        """Stop the run after too many refusals in a row: any refusal of a live host; those of a gateway on any host."""
        live = self.record.target.live
        if is_gateway(exchange.answer) or live:
            expected = exchange.request.credentials not in VALID_CREDENTIALS or not exchange.request.is_plain_call
            self._stop(self._pacer.count_refusal(exchange.answer.status, expected=expected, live=live))

    def _stop(self, stop: Stop | None) -> None:
        self.stopped = self.stopped or stop
