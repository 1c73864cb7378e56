"""The live list: refusals that name nobody, for a host that may be production."""

from __future__ import annotations

from contracts.inputs.roles import Cast
from contracts.inputs.safe_list import live_list
from contracts.session.session import Session


def test_refusals_that_name_nobody(session: Session, cast: Cast) -> None:
    for planned in live_list(cast):
        session.ask(planned.request)
