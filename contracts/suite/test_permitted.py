"""Enrolments on a live host: the most useful ones first, until the budget is used up."""

from __future__ import annotations

from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import enrolment_list
from contracts.suite.runner import Host


def test_enrolments_within_the_budget(host: Host, roles: Roles) -> None:
    for planned in enrolment_list(roles):
        host.ask(planned.request)
