"""The client on top of httpx, for threads and for asyncio."""

from __future__ import annotations

import asyncio
import math
import time
from types import TracebackType
from typing import Self

import httpx

from enrol_client.call import call
from enrol_client.errors import NoAnswer
from enrol_client.logins import Login
from enrol_client.messages import Enrolment, EnrolRequest
from enrol_client.policy import Policy
from enrol_client.reading import Reply
from enrol_client.steps import MOST_BYTES, Pause, Send
from enrol_client.synchronous import carried_out

_BROKEN = (httpx.HTTPError, httpx.StreamError, OSError)


class EnrolClient:
    """Calls one host. `url`: its base URL. Use it as a context manager, or close it."""

    def __init__(self, url: str, login: Login, policy: Policy | None = None) -> None:
        self._url, self._login, self._policy = url.rstrip("/"), login, policy or Policy()
        self._http = httpx.Client()

    def enrol(self, request: EnrolRequest) -> Enrolment:
        """Enrol the customer. Raises EnrolError."""
        until = time.monotonic() + self._policy.deadline
        steps = call(request, self._login, self._policy, time.monotonic, until)
        return carried_out(steps, lambda step: self._reply(step, until))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def _reply(self, step: Send, until: float) -> Reply:
        wait, body = _wait(self._policy, until), bytearray()
        end = time.monotonic() + wait
        try:
            with self._http.stream(
                "POST", self._url + step.path, content=step.body, headers=dict(step.headers), timeout=wait
            ) as answer:
                for piece in answer.iter_bytes():
                    body += piece
                    _check(body, end)
                return Reply(answer.status_code, answer.headers, bytes(body), time.time())
        except _BROKEN as error:
            raise NoAnswer(f"no whole answer came: {error!r}") from error


class AsyncEnrolClient:
    """The same for asyncio."""

    def __init__(self, url: str, login: Login, policy: Policy | None = None) -> None:
        self._url, self._login, self._policy = url.rstrip("/"), login, policy or Policy()
        self._http = httpx.AsyncClient()

    async def enrol(self, request: EnrolRequest) -> Enrolment:
        """Enrol the customer. Raises EnrolError."""
        until = time.monotonic() + self._policy.deadline
        steps = call(request, self._login, self._policy, time.monotonic, until)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    await asyncio.sleep(step.seconds)
                    step = next(steps)
                    continue
                try:
                    reply = await self._reply(step, until)
                except NoAnswer as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(reply)
        except StopIteration as end:
            found: Enrolment = end.value
            return found

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def _reply(self, step: Send, until: float) -> Reply:
        wait, body = _wait(self._policy, until), bytearray()
        try:
            async with (
                asyncio.timeout(wait),
                self._http.stream(
                    "POST", self._url + step.path, content=step.body, headers=dict(step.headers), timeout=wait
                ) as answer,
            ):
                async for piece in answer.aiter_bytes():
                    body += piece
                    _check(body)
                return Reply(answer.status_code, answer.headers, bytes(body), time.time())
        except (*_BROKEN, TimeoutError) as error:
            raise NoAnswer(f"no whole answer came: {error!r}") from error


def _wait(policy: Policy, until: float) -> float:
    """Return how long to wait for an answer."""
    left = until - time.monotonic()
    if left <= 0:
        raise NoAnswer("the time for the call is over")
    return min(policy.patience, left)


def _check(body: bytearray, end: float = math.inf) -> None:
    """Raise NoAnswer for a body that does not end. The timeouts of httpx are for one piece, and pieces could come for ever."""
    if time.monotonic() >= end:
        raise NoAnswer("the answer did not end in time")
    if len(body) > MOST_BYTES:
        raise NoAnswer(f"the answer has more than {MOST_BYTES} bytes")
