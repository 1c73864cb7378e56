"""Fixtures and helpers without a network: a judge, a wire that answers from a list, records and sessions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from contracts.exchange import Answer, Request, decode_answer
from contracts.host.dialect import Dialect
from contracts.host.login import Login
from contracts.host.target import Target
from contracts.host.wire import Wire
from contracts.oracle.history import History
from contracts.oracle.judge import Judge
from contracts.oracle.judgement import Judgement
from contracts.oracle.knowledge import Knowledge
from contracts.session.limits import Limits, Pacer
from contracts.session.permission import Permission
from contracts.session.session import Session
from contracts.verdict.record import Record
from openapi import document, questions, world
from openapi.document import Document
from openapi.world import World

Ask = Callable[..., Judgement]


@pytest.fixture(scope="session")
def contract() -> Document:
    return _document()


@pytest.fixture(scope="session")
def sample() -> World:
    return _world()


@pytest.fixture
def enrol(contract: Document) -> dict[str, Any]:
    """A copy of the page's ENROL request; a test may change it."""
    return deepcopy(contract.request_examples()["enrol"])


@pytest.fixture
def enrolled(contract: Document) -> dict[str, Any]:
    """A copy of the page's example response; a test may change it."""
    return deepcopy(contract.response_examples(200)["enrolled"])


@pytest.fixture
def judge(contract: Document, sample: World) -> Ask:
    """Judge one answer to one body on a fresh host: judge(body, answer, status=200)."""
    judging = Judge(contract, Knowledge(sample, complete=True))

    def ask(body: Any, answer: Any, status: int = 200, history: History | None = None, **request: Any) -> Judgement:
        past = history or History(sample, fresh=True)
        return judging.judge(Request(body=body, **request), make_answer(answer, status), past)

    return ask


def make_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer. Bytes are its body unchanged; any other value is encoded as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = headers or {"content-type": "text/html" if isinstance(body, bytes) else "application/json"}
    return Answer(status=status, headers=sent, content=content, json=decode_answer(content))


def refusal(code: int, message: str) -> dict[str, Any]:
    """Return an error in the default shape."""
    return {"data": None, "errors": [{"code": code, "message": message}], "warnings": None}


def broken(judgement: Judgement) -> set[str]:
    """Return the claims that a judgement finds broken."""
    return {o.claim for o in judgement.observations if o.verdict == "broken"}


def kept(judgement: Judgement) -> set[str]:
    """Return the claims that a judgement finds kept."""
    return {o.claim for o in judgement.observations if o.verdict == "kept"}


def show_sorted(value: Any) -> str:
    """Return the name of a test parameter. It must be equal in all test processes, so sets are sorted."""
    return str(sorted(value, key=str)) if isinstance(value, set) else str(value)[:60]


class ListWire(Wire):
    """Answers from a list and records the requests; an exception in the list is raised."""

    def __init__(self, answers: Iterable[Answer | Exception]):
        super().__init__(make_target(), path="/v3/promotions/enrol", method="post", timeout=1)
        self.answers = list(answers)
        self.sent: list[Request] = []
        self.dialects: list[Dialect] = []

    def send(self, request: Request, dialect: Dialect, *, within: float = 0.0) -> Answer:
        self.sent.append(request.with_promotion_names(dialect.promotion_names))
        self.dialects.append(dialect)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def make_target(
    url: str = "http://127.0.0.1:9",
    *,
    complete: bool = True,
    login: Login | None = None,
    data: World | None = None,
    live: bool | None = None,
) -> Target:
    """Return a target; by default with the sample data and a Basic login."""
    return Target(
        url=url,
        login=login or Login(basic=("store.server", "123")),
        data=_world() if data is None else data,
        complete=complete,
        live=not url.startswith("http://") if live is None else live,
    )


def make_record(target: Target | None = None, **changed: Any) -> Record:
    """Return an empty record; by default for the sample data. `changed`: other arguments of Record."""
    return Record(target or make_target(), _document(), _questions(), **changed)


def make_session(
    wire: Wire,
    *,
    target: Target | None = None,
    limits: Limits | None = None,
    permission: Permission | None = None,
    sleep: Callable[[float], None] = lambda seconds: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    request_ids: str = "contract-test",
    **record: Any,
) -> Session:
    """Return a session that by default does not sleep. `record`: arguments of its record."""
    target = target or make_target()
    permitted = permission or Permission(absent=target.absent, budget=0 if target.live else None)
    pacer = Pacer(limits or Limits(), sleep=sleep, now=now)
    return Session(make_record(target, **record), wire, permitted, pacer, request_ids=request_ids)


# Cached: no test changes what these return.
_document = cache(document.load)
_questions = cache(questions.load)
_world = cache(world.load)
