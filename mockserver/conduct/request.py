"""One request as the rules look at it: its header lines by name, its JSON, and where that breaks the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, structs

from mockserver.conduct.page import Page
from mockserver.exchange.answers import Refusal, Result
from mockserver.exchange.handling import Handling, Violation
from mockserver.exchange.received import Received
from mockserver.exchange.request_fields import Path
from mockserver.receiving.auth import TOKEN_HEADER
from mockserver.receiving.parsing import parse
from openapi.document import Outcome

TOKEN = TOKEN_HEADER.lower()
NOTHING = object()  # in place of a value that a body does not have


class Sent(Struct, frozen=True):
    """A request that was answered.

    `payload` is its JSON, NOTHING where it has none that can be read,
    and then `unreadable` says why. `violations` are where it breaks the document, though the answer may be about
    something else.
    """

    handling: Handling
    page: Page
    payload: Any
    unreadable: str
    violations: tuple[Violation, ...]

    @property
    def request(self) -> Received:
        """The request itself."""
        return self.handling.request

    @property
    def headers(self) -> Mapping[str, str]:
        """The values of its headers by the names in lower case."""
        return self.handling.request.lines

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The errors or warnings that it was answered with."""
        return outcomes(self.handling)

    def value(self, path: Path) -> Any:
        """Return the value at a path of the body, NOTHING if there is none."""
        return value_at(self.payload, path)


def value_at(payload: Any, path: Path) -> Any:
    """Return the value at a path of a body, NOTHING if there is none."""
    for step in path:
        if not isinstance(payload, dict) or step not in payload:
            return NOTHING
        payload = payload[step]
    return payload


def with_body(handling: Handling, page: Page) -> Handling:
    """Return a call whose body is read, also where the mock has refused it before it came to that."""
    if handling.payload is not None or handling.unreadable:
        return handling
    try:
        payload = parse(handling.request.body, page.plan.reader.names)
    except ValueError as error:
        return structs.replace(handling, unreadable=str(error))
    return structs.replace(handling, payload=payload, violations=page.plan.validation.violations(payload))


def read(handling: Handling, page: Page, *, is_call: bool) -> Sent:
    """Return a request as the rules look at it. Only a call has fields."""
    payload = handling.payload if is_call and not handling.unreadable else NOTHING
    return Sent(handling, page, payload, handling.unreadable, handling.violations)


def outcomes(handling: Handling) -> tuple[Outcome, ...]:
    """Return the errors or warnings of the call that a request was answered with."""
    match handling.answer:
        case Refusal(outcomes=found) | Result(warnings=found):
            return found
        case _:
            return ()
