"""The mock as a WSGI application: eight steps, in order."""

from __future__ import annotations

import dataclasses
import secrets
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from mockserver import stores
from mockserver.control.journal import Journal
from mockserver.control.plane import PREFIX, Control
from mockserver.deciding import rules
from mockserver.deciding.directory import Directory
from mockserver.deciding.enrolments import commit, pinned
from mockserver.deciding.prefer import Preferences
from mockserver.errors import MockError
from mockserver.exchange.answers import Answer, Refusal, Result
from mockserver.exchange.case import Case
from mockserver.exchange.exchange import Exchange
from mockserver.receiving import token_call
from mockserver.receiving.admission import Admission
from mockserver.receiving.auth import Keyring
from mockserver.receiving.body import receive
from mockserver.receiving.reader import Reader
from mockserver.receiving.validation import Validation
from mockserver.replying.replies import Replies, reply_to_bug
from mockserver.stores.memory import MemoryStore
from openapi.document import Document, Outcome
from openapi.questions import Readings
from openapi.source import nearest
from openapi.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Voice = Callable[[Exchange], Refusal | None]

# What the steps before the judgement answer; the rest of the catalogue belongs to nodes and rules.
_NEEDED = (
    "unauthenticated",
    "token_expired",
    "path_not_found",
    "method_not_allowed",
    "body_too_large",
    "unsupported_media_type",
    "malformed_json",
    "invalid_request",
)


class Mock:
    """Answers the documented call, the token call and the control plane.

    `now` is the Unix time in seconds; `new_id` makes the id of an exchange. Raises MockError when
    document, world and rules do not fit together.
    """

    def __init__(
        self,
        document: Document,
        world: World,
        readings: Readings,
        *,
        auth: bool = True,
        store: stores.Store | None = None,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        _refuse_missing(document.outcomes)
        token_document = token_call.load()
        self._now = now
        self._new_id = new_id
        self._readings = readings
        self._document = document
        self._pinned = pinned(world)
        self._rulebook = rules.rulebook(document.outcomes)
        self._lookups = tuple(pair for pair in self._rulebook if pair[0].stage == "lookup")
        self._directory = Directory(world, readings)
        self._store = store or MemoryStore(stores.seed(world), first_id=stores.first_id(world))
        self._journal = Journal(now=now)
        self._control = Control(document, world, readings, self._store, self._journal)
        self._tokens = token_call.TokenCall(token_document, world.credentials.oauth, now=now)
        self._admission = Admission(
            document.outcomes, Keyring(world.credentials, document.outcomes, now=now) if auth else None
        )
        self._reader = Reader(document, readings)
        self._validation = Validation(document, readings)
        self._preferences = Preferences(document)
        self._replies = Replies(document, token_document, readings)
        self._voices = self._order(readings["precedence"])
        self._operations = {document.path: document.method.upper(), token_document.path: token_document.method.upper()}
        self._token_path = token_document.path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request: receive, match, admit, validate, judge, commit, reply, journal.

        Which of admission and validation comes first, the reading of `precedence` decides.
        """
        exchange = Exchange(self._new_id(), self._now(), Request(environ))
        failure = ""
        try:
            receive(exchange)
            exchange.answer = (
                self._match(exchange)
                or next(filter(None, (voice(exchange) for voice in self._voices)), None)
                or self._judge_and_commit(exchange)
            )
            exchange.response = self._replies.reply(exchange.answer, exchange.id)
        except Exception as error:  # refusals are answers; what is raised is a bug
            failure = traceback.format_exc()
            exchange.response = reply_to_bug(error, exchange.id)
        finally:
            self._journal.record(exchange, failure=failure)
        return list(exchange.response(environ, start_response))  # Granian sends a list in one piece

    def _match(self, exchange: Exchange) -> Answer | None:
        """Return the answer to all that is not the documented call."""
        path, method = exchange.request.path, exchange.request.method
        if path.startswith(PREFIX):
            return self._control.answer(exchange.request)
        if path not in self._operations:
            return self._refuse("path_not_found", f"There is no path {path}.")
        if method != self._operations[path]:
            return self._refuse("method_not_allowed", f"{path} takes no {method}.")
        return self._tokens.answer(exchange) if path == self._token_path else None

    def _order(self, precedence: str) -> tuple[Voice, ...]:
        """Return who may refuse a request before it is judged, the first to be heard first.

        The body is read just before somebody needs it. The judgement asks all look-ups in any case.
        """
        admit, read, validate = self._admission.stranger, self._read, self._validate
        return {
            "credentials-validation-lookup": (admit, read, validate),
            "credentials-lookup-validation": (admit, read, self._look_up, validate),
            "validation-credentials-lookup": (read, validate, admit),
        }[precedence]

    def _read(self, exchange: Exchange) -> Refusal | None:
        unreadable = self._admission.unreadable(exchange)
        if unreadable is None:
            exchange.violations = self._validation.violations(exchange.payload)
            spoilt = {violation.path for violation in exchange.violations}
            exchange.asked = self._reader.read(exchange.payload, spoilt=spoilt)
        return unreadable

    def _validate(self, exchange: Exchange) -> Refusal | None:
        return self._validation.refusal(exchange.violations, exchange.asked) if exchange.violations else None

    def _look_up(self, exchange: Exchange) -> Refusal | None:
        """Refuse what the fields name that are as they should be, whatever is wrong with the others."""
        verdict = rules.judge(self._directory.open_case(exchange.asked), self._lookups)
        return Refusal((verdict.error,), verdict.why, exchange.asked) if verdict.error else None

    def _judge_and_commit(self, exchange: Exchange) -> Answer:
        """Answer a valid request: as it prefers, or by the rules, which see and change the state in one go."""
        case = self._directory.open_case(exchange.asked)
        preference = exchange.request.headers.get("Prefer")
        preferred = self._preferences.answer(preference, case) if preference else None
        return preferred or self._store.transact(lambda transaction: self._settle(case, transaction))

    def _settle(self, case: Case, transaction: stores.Transaction) -> Refusal | Result:
        if case.key:
            case = dataclasses.replace(case, standing=transaction.standing(*case.key))
        verdict = rules.judge(case, self._rulebook)
        if verdict.error:
            return Refusal((verdict.error,), verdict.why, case.asked)
        record = commit(case, verdict, transaction, pinned=self._pinned)
        return Result(case, verdict.warnings, record, verdict.why)

    def _refuse(self, name: str, why: str) -> Refusal:
        return Refusal((self._document.outcomes[name],), why)


def _refuse_missing(outcomes: Mapping[str, Outcome]) -> None:
    for name in _NEEDED:
        if name not in outcomes:
            raise MockError(f"the document has no outcome {name!r}{nearest(name, list(outcomes))}")
