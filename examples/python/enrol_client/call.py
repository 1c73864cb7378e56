"""The way of one call: log in, send, read the answer, and send again what may succeed then.

It is a generator that knows no network: it yields steps, and gets their replies. So each HTTP library needs a few lines
only.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Final

from enrol_client.errors import EnrolError
from enrol_client.logins import Login
from enrol_client.messages import Enrolment, EnrolRequest
from enrol_client.policy import Policy
from enrol_client.reading import Reply, enrolment
from enrol_client.steps import JSON, Pause, Send

PATH: Final = "/v3/promotions/enrol"
Call = Generator[Send | Pause, Reply, Enrolment]


def call(request: EnrolRequest, login: Login, policy: Policy, now: Callable[[], float], until: float) -> Call:
    """Return the enrolment. `until`: when the call must have ended, on the clock `now`. Raises EnrolError."""
    body, attempt, renewed = request.body(), 0, False
    while True:
        attempt += 1
        try:
            headers = yield from login.headers(now())
            reply = yield Send(PATH, {**JSON, **headers}, body)
            return replace(enrolment(reply), requests=attempt)
        except EnrolError as error:
            if not renewed and login.renew(error):
                renewed = True
                continue
            pause = policy.pause(attempt, error.retry_after)
            if not error.passing or attempt >= policy.attempts or now() + pause >= until:
                raise
        yield Pause(pause)
