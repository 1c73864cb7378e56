"""Enrolments on a host where somebody permitted them, in the order of what each is worth, until the budget is spent."""

from __future__ import annotations

from contracts.inputs.roles import Cast
from contracts.inputs.safe_list import enrolment_list
from contracts.session.session import Session


def test_enrolments_within_the_budget(session: Session, cast: Cast) -> None:
    for planned in enrolment_list(cast):
        session.ask(planned.request)
