"""The safe list: requests that can enrol nobody, for a host that may be production."""

from __future__ import annotations

from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import safe_list
from contracts.suite.host import Host


def test_safe_list(host: Host, roles: Roles) -> None:
    for planned in safe_list(roles):
        host.ask(planned.request)
