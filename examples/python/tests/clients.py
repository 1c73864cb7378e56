"""The three clients of the library behind one face, so that every test is for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from enrol_client import Basic, Enrolment, EnrolRequest, Policy, with_httpx, with_requests
from enrol_client.logins import Login

# The page's example, which the sample data of the mock lets through. The login is that of the sample data, too.
EXAMPLE: Final = EnrolRequest("68c3f64bbd0a8a0aa705c793", 1133590053, 3334, "388369579", source="INSTORE")
LOGIN: Final = Basic("store.server", "123")
# Short times, so that a test of a silent host takes no half minute.
QUICK: Final = Policy(deadline=5.0, patience=2.0, attempts=3, backoff=0.01)

Enrol = Callable[[str, Login, EnrolRequest], Enrolment]


def by_requests(url: str, login: Login, request: EnrolRequest) -> Enrolment:
    with with_requests.EnrolClient(url, login, QUICK) as client:
        return client.enrol(request)


def by_httpx(url: str, login: Login, request: EnrolRequest) -> Enrolment:
    with with_httpx.EnrolClient(url, login, QUICK) as client:
        return client.enrol(request)


def by_asyncio(url: str, login: Login, request: EnrolRequest) -> Enrolment:
    async def enrol() -> Enrolment:
        async with with_httpx.AsyncEnrolClient(url, login, QUICK) as client:
            return await client.enrol(request)

    return asyncio.run(enrol())


CLIENTS: Final[tuple[Enrol, ...]] = (by_requests, by_httpx, by_asyncio)
