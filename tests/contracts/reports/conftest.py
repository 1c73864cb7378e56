"""Results for the reports: one without findings, one with findings of every kind, one of a live host."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.exchange import Request
from contracts.masking.mask import mask_of
from contracts.session.session import Session
from contracts.verdict.baseline import Deviation
from contracts.verdict.decision import FailOn
from contracts.verdict.result import Course, Result, conclude
from openapi.document import Document
from tests.contracts.conftest import ListWire, make_answer, make_session, make_target, refusal

BEGAN = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
HOSTILE = "</script><script>alert(1)</script>\x1b[31m\u202e & 'quoted' \"text\" | `cell`"
NO_CUSTOMER = "Customer not found. Ensure the customer exists for the given organization and identifiers."


def result_of(session: Session, *, fail_on: FailOn = "broken", deviations: tuple[Deviation, ...] = ()) -> Result:
    """Conclude a session as a run does, masked."""
    names = session.dialect.promotion_names
    course = Course(profile="quick", seed=7, seconds=1.5, began=BEGAN, promotion_names=names)
    concluded = conclude(session.record, course, fail_on=fail_on, deviations=deviations)
    return mask_of(session.record).result(concluded)


@pytest.fixture
def kept(enrol: dict[str, Any], enrolled: dict[str, Any]) -> Result:
    session = make_session(ListWire([make_answer(enrolled)]))
    session.call(enrol, "example.enrol")
    return result_of(session)


@pytest.fixture
def broken_session(enrol: dict[str, Any], enrolled: dict[str, Any]) -> Session:
    """The result for a host that echoes a wrong requestId, crashes on bytes, and repeats an address of a customer."""
    wrong = deepcopy(enrolled)
    wrong["data"]["requestId"] = HOSTILE
    by_mail = deepcopy(enrol)
    by_mail["customer"] = {"identifierName": "email", "identifierValue": "chen@example.com"}
    answers = [
        make_answer(wrong),
        make_answer(b"\xff\xfe<html>", 500, {"content-type": "text/html", "set-cookie": "sid=secret-cookie"}),
        make_answer(refusal(310003, "no customer CHEN@example.com, mobile 919800000003"), 400),
        make_answer(refusal(400, NO_CUSTOMER), 400),
    ]
    session = make_session(ListWire(answers))
    session.call(enrol, "example.enrol")
    session.ask(Request(raw=b"\xff\xfe{\x00", headers=(("Content-Type", "application/json"),)))
    session.call(by_mail)
    session.ask(Request(body={**enrol, "requestId": "a\x00\ud800b", "customer": {"identifierName": "id"}}))
    return session


@pytest.fixture
def broken(broken_session: Session) -> Result:
    return result_of(broken_session)


@pytest.fixture
def baselined(broken_session: Session) -> Result:
    """The same result with a baseline that has an entry of each state."""
    names = [finding.claim for finding in broken_session.record.findings.all()]
    later, past = date(2026, 12, 31), date(2026, 2, 28)
    deviations = (
        Deviation(claim=names[0], reason="ticket 1", expires=later),
        Deviation(claim=names[1], reason="ticket 2", expires=past),
        Deviation(claim="response.data.type", reason="ticket 3", expires=later),
        Deviation(claim="warning.no_response", reason="ticket 4", expires=later),
    )
    return result_of(broken_session, deviations=deviations)


@pytest.fixture
def live(contract: Document, enrol: dict[str, Any]) -> Result:
    """The result for a live host: almost all claims are unreached."""
    target = make_target("https://api.example.com", complete=False)
    session = make_session(ListWire([]), target=target)
    return replace(result_of(session), seconds=0.0)
