"""The fixture `enrol`: one call of each client of the library to the mock."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from enrol_client import Enrolment, EnrolRequest
from enrol_client.logins import Login

from enrol_kit import EnrolMock
from tests.clients import CLIENTS, EXAMPLE, LOGIN

Call = Callable[..., Enrolment]


@pytest.fixture(params=CLIENTS, ids=lambda client: client.__name__)
def enrol(request: pytest.FixtureRequest, enrol_mock: EnrolMock) -> Call:
    """Return a function that sends a request, the page's example if no other is given, to the mock of this test."""

    def call(asked: EnrolRequest = EXAMPLE, login: Login = LOGIN) -> Enrolment:
        found: Enrolment = request.param(enrol_mock.url, login, asked)
        return found

    return call
