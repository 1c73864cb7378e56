"""Requests on a live host that may enrol customers: the most useful ones first, until the budget is used up."""

from __future__ import annotations

from contracts.inputs.enrolment_list import enrolment_list
from contracts.inputs.roles import Roles
from contracts.suite.host import Host


def test_enrolments_within_the_budget(host: Host, roles: Roles) -> None:
    for planned in enrolment_list(roles):
        host.ask(planned.request, *planned.about)
