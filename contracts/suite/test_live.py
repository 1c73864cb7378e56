"""The safe list: refusals that name nobody, for a host that may be production."""

from __future__ import annotations

from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import safe_list
from contracts.suite.runner import Host


def test_refusals_that_name_nobody(host: Host, roles: Roles) -> None:
    for planned in safe_list(roles):
        host.ask(planned.request)
