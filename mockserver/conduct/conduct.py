"""The conduct of the clients of a mock: each request is judged by itself and beside those before, and what is found is kept."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from mockserver.conduct.book import Book
from mockserver.conduct.call import call_of
from mockserver.conduct.history import History
from mockserver.conduct.judging import Judge
from mockserver.conduct.request import TOKEN, with_body
from mockserver.conduct.rule import Symptom
from mockserver.conduct.rules import repeats
from mockserver.conduct.shown import secrets_of, sent, without
from mockserver.exchange.answers import Data, Result, Text, Token
from mockserver.exchange.handling import Handling
from mockserver.exchange.manner import AT_ONCE
from mockserver.plan import Plan
from mockserver.sessions import Session
from openapi.document import Document
from proof.records import ClientFinding

_URL: Final = "http://127.0.0.1:8080"
_LOOKS: Final = ("GET", "HEAD")
_OF_THE_CONTROL_PLANE: Final = (Data, Text)
_PLANS: Final = 64


class Conduct:
    """Keeps what was found since the start of a mock, over all its sessions. No reset clears it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a session may be forgotten while another request is judged
        self._book = Book()
        self._judges: dict[int, Judge] = {}
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
            judge, lines, route = self._judge(plan), request.lines, plan.enrol_route
            is_call = request.path == route.path and request.method == route.method
            if not (is_call and judge.is_plain(handling)):
                handling = with_body(handling, judge.page) if is_call else handling
                for symptom in judge.symptoms(handling, lines):
                    self._write(symptom, handling, session)
            if is_call:
                self._remember(handling, session, history, lines, judge)
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

    def _remember(
        self, handling: Handling, session: Session, history: History, lines: Mapping[str, str], judge: Judge
    ) -> None:
        """Judge a call beside those before it."""
        request, answer, payload = handling.request, handling.answer, handling.payload
        request_id = payload.get("requestId") if isinstance(payload, dict) else None
        is_own = isinstance(request_id, str) and request_id and request_id not in judge.page.example_ids
        if is_own and history.took_id(hash(request_id), hash(request.body)):
            self._write(repeats.reused_id(), handling, session)
        is_done = isinstance(answer, Result)
        if not (is_done and history.is_calm and handling.manner is AT_ONCE):
            entry = session.state.journal.recorded(handling.id)
            took = entry.duration / 1000 if entry else 0.0
            call = call_of(handling, payload, lines, took=took, turn=history.turn)
            for symptom in history.take(call):
                self._write(symptom, handling, session)
            if call.tries == 1 and call.refusal and call.refusal.name == "engine_error" and not call.lost:
                history.unanswered[call.key] = (_sent(handling, session), session.test)
        if is_done:
            history.carried_out()
        if handling.grounds.login and TOKEN in lines:
            history.refused_login()

    def _write(self, symptom: Symptom, handling: Handling, session: Session) -> None:
        assert self._document is not None
        line, secrets = partial(_sent, handling, session), secrets_of(handling.request, session.state.start.credentials)
        symptom = replace(symptom, title=without(symptom.title, secrets), advice=without(symptom.advice, secrets))
        self._book.write(symptom, self._document, line, test=session.test, session=session.name)

    def _judge(self, plan: Plan) -> Judge:
        judge = self._judges.get(id(plan))
        if judge is None:
            if len(self._judges) >= _PLANS:
                self._judges.clear()
            judge = self._judges[id(plan)] = Judge(plan)  # it holds the plan, so no other one gets its id
        return judge

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


def _sent(handling: Handling, session: Session) -> str:
    """Return the curl line of a request, from the journal, since that keeps no secret."""
    entry = session.state.journal.recorded(handling.id)
    return sent(entry, _URL, secrets_of(handling.request, session.state.start.credentials)) if entry else ""
