"""The conduct of the clients of a mock: each request is judged by itself and beside those before, and what is found is kept."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from mockserver.catalogue.curl import Address
from mockserver.conduct.book import Book
from mockserver.conduct.call import call_of, has_succeeded, key_of, whom_of
from mockserver.conduct.history import History
from mockserver.conduct.judging import Judge, of_lines
from mockserver.conduct.request import TOKEN, with_body
from mockserver.conduct.rule import Symptom
from mockserver.conduct.rules import repeats
from mockserver.conduct.secrets import Secrets
from mockserver.conduct.shown import as_curl, plain
from mockserver.exchange.answers import Data, Result, Text, Token
from mockserver.exchange.handling import Handling
from mockserver.exchange.manner import AT_ONCE
from mockserver.plan import Plan
from mockserver.sessions import Session
from openapi.document import Document
from openapi.world import Credentials
from proof.records import ClientFinding

_LONGEST: Final = 2000  # characters of a curl line
_LOOKS: Final = ("GET", "HEAD")
_OF_THE_CONTROL_PLANE: Final = (Data, Text)
_KEPT: Final = 64  # plans, and worlds

K = TypeVar("K")
V = TypeVar("V")


class Conduct:
    """Keeps what was found since the start of a mock, over all its sessions. No reset clears it.

    `address`: how the curl line of a finding reaches the mock.
    """

    def __init__(self) -> None:
        self.address = Address()
        self._lock = threading.RLock()  # a session may be forgotten while another request is judged
        self._book = Book()
        self._judges: dict[int, tuple[Plan, Judge]] = {}
        self._of_worlds: dict[int, tuple[Credentials, Secrets]] = {}
        self._histories: dict[int, History] = {}  # by the session, which takes its history away when it goes
        self._document: Document | None = None

    def take(self, handling: Handling, session: Session, plan: Plan) -> None:
        """Judge a request that was answered and is in the journal of its session, and write down what is wrong with it."""
        with self._lock:
            history, request = self._history(session), handling.request
            if isinstance(handling.answer, _OF_THE_CONTROL_PLANE):
                if request.method not in _LOOKS:
                    history.acted()
                return
            self._document = plan.document
            judge, route = _kept(self._judges, plan, Judge), plan.enrol_route
            is_call = request.path == route.path and request.method == route.method
            if not (is_call and judge.is_plain(handling)):
                handling = with_body(handling, judge.page) if is_call else handling
                for symptom in judge.symptoms(handling, is_call=is_call):
                    self._write(symptom, handling, session)
            elif request.headers.known(of_lines):
                for symptom in request.headers.known(self._secrets(session).of_lines):
                    self._write_hidden(symptom, handling, session)
            if is_call:
                self._remember(handling, session, history, judge)
            elif isinstance(handling.answer, Token):
                for symptom in history.took_token(handling.at, handling.answer.ttl_seconds):
                    self._write(symptom, handling, session)

    def findings(self, session: str | None = None) -> tuple[ClientFinding, ...]:
        """Return what was found so far, the worst first; what one session has shown, if it is named.

        A documented error that was not tried again is among it, also while its session lasts.
        """
        with self._lock:
            book = self._book.copy()
            for history in list(self._histories.values()):
                if self._document:
                    _end(book, history, self._document)
            return book.findings(session)

    def _remember(self, handling: Handling, session: Session, history: History, judge: Judge) -> None:
        """Judge a call beside those before it."""
        request, answer, payload = handling.request, handling.answer, handling.payload
        request_id = payload.get("requestId") if isinstance(payload, dict) else None
        is_own = isinstance(request_id, str) and request_id and request_id not in judge.page.example_ids
        if is_own and history.took_id(hash(request_id), hash(request.body)):
            self._write(repeats.reused_id(), handling, session)
        is_done = isinstance(answer, Result)
        if not (is_done and history.is_calm and handling.manner is AT_ONCE):
            self._compare(handling, session, history, payload)
        if is_done:
            history.carried_out()
        if handling.grounds.login and TOKEN in request.lines:
            history.refused_login()

    def _compare(self, handling: Handling, session: Session, history: History, payload: Any) -> None:
        """Judge a call beside those that have failed before it."""
        key, whom = key_of(handling, payload), whom_of(payload)
        if has_succeeded(handling) and not history.concerns(key, whom):
            return
        call = call_of(handling, payload, key=key, whom=whom, turn=history.turn)
        for symptom in history.take(call):
            self._write(symptom, handling, session)
        if call.tries == 1 and call.refusal and call.refusal.name == "engine_error" and not call.lost:
            history.unanswered[call.key] = (self._sent(handling, session), session.test)

    def _write(self, symptom: Symptom, handling: Handling, session: Session) -> None:
        hidden = self._secrets(session).hidden(symptom, handling.request.headers)
        self._write_hidden(hidden, handling, session)

    def _write_hidden(self, symptom: Symptom, handling: Handling, session: Session) -> None:
        """Count a symptom without secrets. If it is the first of its cause, write it down."""
        test, name = session.test, session.name
        if not self._book.counts(symptom, test=test, session=name):
            assert self._document is not None
            self._book.write(symptom, self._document, partial(self._sent, handling, session), test=test, session=name)

    def _sent(self, handling: Handling, session: Session) -> str:
        """Return the curl line of a request, from the journal, since that keeps no secret."""
        entry = session.state.journal.recorded(handling.id)
        if entry is None:
            return ""
        return plain(
            self._secrets(session).without(as_curl(entry, self.address), handling.request.headers), most=_LONGEST
        )

    def _secrets(self, session: Session) -> Secrets:
        return _kept(self._of_worlds, session.state.start.credentials, Secrets)

    def _history(self, session: Session) -> History:
        """Return the history of a session since its last reset, and end the one before."""
        history = self._histories.get(id(session))
        if history is None:
            weakref.finalize(session, self._forget, id(session)).atexit = False
        elif history.resets == session.resets:
            return history
        else:
            self._forget(id(session))
        history = self._histories[id(session)] = History(session.name, session.resets)
        return history

    def _forget(self, session: int) -> None:
        """Write down what was never tried again in a session that was reset or is gone."""
        with self._lock:
            history = self._histories.pop(session, None)
            if history and self._document:
                _end(self._book, history, self._document)


def _end(book: Book, history: History, document: Document) -> None:
    for line, test in history.unanswered.values():
        book.write(repeats.never(), document, partial(str, line), test=test, session=history.session)


def _kept(kept: dict[int, tuple[K, V]], key: K, make: Callable[[K], V]) -> V:
    """Return what was made of an object. The object itself is kept as well, so no other one gets its id."""
    found = kept.get(id(key))
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[id(key)] = key, make(key)
    return found[1]
