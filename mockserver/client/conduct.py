"""The conduct of the clients of a mock: each request is judged by itself and beside those before, and what is found is kept."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from mockserver.client.book import Book
from mockserver.client.call import call_of, key_of
from mockserver.client.history import History
from mockserver.client.judging import Judge
from mockserver.client.request import TOKEN, lines_of
from mockserver.client.rule import Symptom
from mockserver.client.rules import repeats
from mockserver.client.shown import secrets_of, sent, without
from mockserver.exchange.answers import Data, Result, Text, Token
from mockserver.exchange.handling import Handling
from mockserver.plan import Plan
from mockserver.receiving.decoding import parse
from mockserver.sessions import Session
from openapi.document import Document
from proof.records import ClientFinding

_URL: Final = "http://127.0.0.1:8080"
_LOOKS: Final = ("GET", "HEAD")
_PLANS: Final = 64


class Conduct:
    """Keeps what was found since the start of a mock, over all its sessions. No reset clears it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a session may be forgotten while another request is judged
        self._book = Book()
        self._judges: dict[int, Judge] = {}
        self._histories: weakref.WeakKeyDictionary[Session, History] = weakref.WeakKeyDictionary()
        self._ends: weakref.WeakKeyDictionary[Session, weakref.finalize[[str, History], Session]] = (
            weakref.WeakKeyDictionary()
        )
        self._document: Document | None = None

    def take(self, handling: Handling, session: Session, plan: Plan) -> None:
        """Judge a request that was answered and is in the journal of its session, and write down what is wrong with it."""
        with self._lock:
            history = self._history(session)
            if isinstance(handling.answer, Data | Text):  # of the control plane
                if handling.request.method not in _LOOKS:
                    history.acted()
                return
            self._document = plan.document
            lines = lines_of(handling.request)
            judge = self._judge(plan)
            if not judge.is_plain(handling, lines):
                for symptom in judge.symptoms(handling, lines):
                    self._write(symptom, handling, session)
            if handling.request.path == plan.enrol_route.path and handling.request.method == plan.enrol_route.method:
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
            for one, history in list(self._histories.items()):
                if self._document:
                    _end(book, one.name, history, self._document)
            return book.findings(session)

    def _remember(
        self, handling: Handling, session: Session, history: History, lines: Mapping[str, str], judge: Judge
    ) -> None:
        """Judge a call beside those before it."""
        payload: Any = handling.payload if handling.payload is not None else _parsed(handling.request.body)
        request_id = payload.get("requestId") if isinstance(payload, dict) else None
        is_own = isinstance(request_id, str) and bool(request_id) and request_id not in judge.page.example_ids
        if is_own and history.took_id(str(request_id), key_of(payload)):
            self._write(repeats.reused_id(), handling, session)
        is_done = isinstance(handling.answer, Result)
        if not (is_done and history.is_calm and not handling.manner.seconds and not handling.manner.breakage):
            call = call_of(handling, payload, lines, turn=history.turn)
            for symptom in history.take(call):
                self._write(symptom, handling, session)
            if call.refusal and call.refusal.name == "engine_error" and not call.lost:
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
        history = self._histories.get(session)
        if history is None or history.resets != session.resets:
            if history:
                self._ends[session]()
            history = self._histories[session] = History(session.resets)
            self._ends[session] = weakref.finalize(session, self._ended, session.name, history)
            self._ends[session].atexit = False
        return history

    def _ended(self, name: str, history: History) -> None:
        """Write down what was never tried again in a session that was reset or forgotten."""
        with self._lock:
            if self._document:
                _end(self._book, name, history, self._document)


def _end(book: Book, session: str, history: History, document: Document) -> None:
    """Write down what was never tried again."""
    for line, test in history.unanswered.values():
        book.write(repeats.never(), document, partial(str, line), test=test, session=session)


def _parsed(body: bytes) -> Any:
    try:
        return parse(body)
    except ValueError:
        return None


def _sent(handling: Handling, session: Session) -> str:
    """Return the curl line of a request, from the journal, since that keeps no secret."""
    entries = session.state.journal.entries()[0]
    entry = next((one for one in reversed(entries) if one.id == handling.id), None)
    return sent(entry, _URL, secrets_of(handling.request, session.state.start.credentials)) if entry else ""
