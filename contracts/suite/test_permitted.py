"""Enrolments on a host where somebody permitted them, in the order of what each is worth, until the budget is spent."""

from __future__ import annotations

from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import enrolment_list
from contracts.suite.runner import Host


def test_enrolments_within_the_budget(host: Host, roles: Roles) -> None:
    for planned in enrolment_list(roles):
        host.ask(planned.request)
