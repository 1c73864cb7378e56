"""The client on top of requests."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import requests
import urllib3

from enrol_client.call import call
from enrol_client.errors import NoAnswer
from enrol_client.logins import Login
from enrol_client.messages import Enrolment, EnrolRequest
from enrol_client.policy import Policy
from enrol_client.reading import Reply
from enrol_client.steps import MOST_BYTES, Send
from enrol_client.synchronous import carried_out


class EnrolClient:
    """Calls one host. `url`: its base URL. Use it as a context manager, or close it."""

    def __init__(self, url: str, login: Login, policy: Policy | None = None) -> None:
        self._url, self._login, self._policy = url.rstrip("/"), login, policy or Policy()
        self._session = requests.Session()
        self._session.auth = _as_it_is

    def enrol(self, request: EnrolRequest) -> Enrolment:
        """Enrol the customer. Raises EnrolError."""
        until = time.monotonic() + self._policy.deadline
        steps = call(request, self._login, self._policy, time.monotonic, until)
        return carried_out(steps, lambda step: self._reply(step, until))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def _reply(self, step: Send, until: float) -> Reply:
        wait = min(self._policy.patience, until - time.monotonic())
        if wait <= 0:
            raise NoAnswer("the time for the call is over")
        end = time.monotonic() + wait
        try:
            with self._session.post(
                self._url + step.path,
                data=step.body,
                headers=dict(step.headers),
                timeout=wait,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return Reply(answer.status_code, answer.headers, self._body(answer, end), time.time())
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise NoAnswer(f"no whole answer came: {error}") from error

    def _body(self, answer: requests.Response, end: float) -> bytes:
        """Read piece by piece: the timeout of requests is for each piece, and pieces could come for ever."""
        body = bytearray()
        while piece := answer.raw.read1(65536, decode_content=True):
            body += piece
            left = end - time.monotonic()
            if left <= 0:
                raise NoAnswer("the answer did not end in time")
            if len(body) > MOST_BYTES:
                raise NoAnswer(f"the answer has more than {MOST_BYTES} bytes")
            sock = getattr(answer.raw.connection, "sock", None)
            if sock is not None:
                sock.settimeout(left)
        return bytes(body)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from putting a login of ~/.netrc in place of ours."""
    return request
