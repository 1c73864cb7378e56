"""A session of a running mock, as the tests of a client see it: what they set, and what they look at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from enrol_kit.connection import SECONDS, Connection

Entries = Sequence[Mapping[str, Any]]


class EnrolMock:
    """A session of a running mock, which no other session sees.

    `url`: its base URL, such as http://127.0.0.1:40123/_s/tests-1, without a slash at the end. `path`: that of the URL.
    `connection`: by which it is asked; its sessions share it.
    """

    def __init__(self, url: str, connection: Connection | None = None) -> None:
        place = urlsplit(url)
        self.url: Final = url
        self.path: Final = place.path
        self.connection: Final = connection or Connection(place.netloc)

    def reset(self, *, test: str | None = None) -> None:
        """Forget all enrolments, the journal, what was added to the world, the readings and the faults.

        `test`: the name of the test that begins, for the reports. Without it the name stays.
        """
        self.ask("POST", "/_mock/reset", None if test is None else {"test": test})

    def given(
        self,
        *,
        programs: Entries = (),
        promotions: Entries = (),
        customers: Entries = (),
        readings: Mapping[str, str] | None = None,
    ) -> None:
        """Set the scene until the next reset: entries of the world, as in a world file, and readings of the page.

        docs/world.md describes the entries. docs/questions.md lists the readings, such as {"error-shape":
        "object-string"}. Raises ValueError, with the reason, for what the mock refuses.
        """
        entries = {"programs": programs, "promotions": promotions, "customers": customers}
        if readings:
            self.ask("PUT", "/_mock/readings", dict(readings))
        if any(entries.values()):
            self.add(**{name: list(some) for name, some in entries.items() if some})

    def add(self, **entries: Entries) -> None:
        """Add `programs`, `promotions` and `customers` to the world, each a list of entries as in a world file.

        Raises ValueError, with the reason, for entries that the mock refuses.
        """
        self.ask("POST", "/_mock/world", entries)

    def fault(self, effect: str, **keys: Any) -> None:
        """Let the mock fail, such as fault("429", count=2) or fault("slow", delay=0.5). A reset removes it.

        docs/mock.md lists effects and keys. Raises ValueError, with the reason, for a fault that cannot be.
        """
        self.ask("POST", "/_mock/faults", {"effect": effect, **keys})

    def fail_next(self, effect: str, times: int = 1, **keys: Any) -> None:
        """Let the next call fail, or the next `times` calls, such as fail_next("engine_error") or fail_next("429", times=2).

        `effect`: the name of an outcome (docs/outcomes.md), an HTTP status, or an effect; the keys are those of
        `fault`.
        """
        self.fault(effect, count=times, **keys)

    def journal(self, **filters: str | int) -> list[dict[str, Any]]:
        """Return what the mock was asked since the last reset and why it answered as it did, oldest first.

        Filters leave out what does not match: status=400 or "4xx", outcome="customer_not_found", path="/…",
        customer="388369579", since=an exchange's id, limit=3. With readings="yes" each says on which readings of the
        page its answer hangs.
        """
        return self._pages(self.ask("GET", f"/_mock/journal?{urlencode(filters)}"), filters)

    def wait_for(self, number: int, *, timeout: float = 5.0, **filters: str | int) -> list[dict[str, Any]]:
        """Wait until the mock was asked so often since the last reset, and return these exchanges as `journal` does.

        `timeout`: seconds, at most 60. Raises TimeoutError when there are fewer by then. Filters are those of
        `journal`.
        """
        query = urlencode({**filters, "wait": number, "timeout": timeout})
        path = f"{self.path}/_mock/journal?{query}"
        status, answer = self.connection.send("GET", path, seconds=timeout + SECONDS)
        if status == 408:
            asked = [f"{one['method']} {one['path']} {one['status']}" for one in answer["exchanges"]]
            raise TimeoutError(f"{answer['error']} They are: {', '.join(asked) or 'none'}.{self.strays()}")
        return self._pages(_checked(status, answer, "GET /_mock/journal"), filters)

    def _pages(self, first: Any, filters: dict[str, str | int]) -> list[dict[str, Any]]:
        """Return the exchanges of the first page of the journal, and of those behind it."""
        page, found = first, list(first["exchanges"])
        while page["next"]:
            page = self.ask("GET", f"/_mock/journal?{urlencode({**filters, 'since': page['next']})}")
            found += page["exchanges"]
        return found

    def strays(self) -> str:
        """Return a hint if requests came without the session, as from a client that drops the path of its base URL."""
        root = self.url.partition("/_s/")[0]
        strays = EnrolMock(root, self.connection).journal() if root != self.url else []
        if not strays:
            return ""
        return f" {len(strays)} came without {self.path}: does the client keep the path of its base URL?"

    def enrolments(self) -> list[dict[str, Any]]:
        """Return who is enrolled, and in which promotion."""
        return list(self.ask("GET", "/_mock/enrolments")["enrolments"])

    def world(self) -> dict[str, Any]:
        """Return the programs, promotions and customers that there are, with what the test has added."""
        return dict(self.ask("GET", "/_mock/world"))

    def session(self, name: str) -> EnrolMock:
        """Return another session of the same mock. `name`: 1 to 64 of the characters A-Z a-z 0-9 . _ -."""
        return EnrolMock(f"{self.url.partition('/_s/')[0]}/_s/{name}", self.connection)

    def close(self) -> None:
        """Close the connection to the mock, which all its sessions share. The next request opens one."""
        self.connection.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return what a door of the control plane answers, such as ask("GET", "/_mock/health"); docs/mock.md lists them.

        Raises ValueError, with the reason, for a change that the mock refuses, and RuntimeError for any other refusal.
        """
        status, answer = self.connection.send(method, self.path + path, body)
        if status == 400 and method != "GET":
            raise ValueError(answer["error"])
        return _checked(status, answer, f"{method} {path}")


def _checked(status: int, answer: Any, asked: str) -> Any:
    if status != 200:
        raise RuntimeError(f"the mock answers {asked} with {status}: {json.dumps(answer)}")
    return answer
