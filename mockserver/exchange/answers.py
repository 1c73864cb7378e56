"""Answers as data: what the mock is going to say. Only `replies` turns one into a body."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mockserver.exchange.case import Case
from mockserver.exchange.request_fields import RequestFields
from mockserver.stores import EnrolmentRecord
from openapi.document import Outcome

Headers = tuple[tuple[str, str], ...]


class Refusal(Struct, frozen=True, gc=False):
    """One or more errors of the catalogue. The first one gives the HTTP status.

    `why` is for the journal. `fields` holds the fields of the request, if they were read. `text` replaces
    the message of the catalogue where the message has to name values that the catalogue cannot know.
    """

    outcomes: tuple[Outcome, ...]
    why: str
    fields: RequestFields | None = None
    text: str | None = None


class Result(Struct, frozen=True, gc=False):
    """The answer to a request that no rule refused, with its warnings.

    `record` is the enrolment made or changed; None means that nobody was enrolled.
    """

    case: Case
    warnings: tuple[Outcome, ...]
    record: EnrolmentRecord | None
    why: str


class Example(Struct, frozen=True):
    """An example of the document, word for word, and the errors or warnings in it."""

    status: int
    body: Any
    why: str
    outcomes: tuple[Outcome, ...] = ()


class Token(Struct, frozen=True):
    """An access token, and the seconds for which it is valid."""

    access_token: str
    ttl_seconds: int
    why: str


class TokenRefusal(Struct, frozen=True):
    """An error of the token call, from the catalogue of its own document."""

    outcome: Outcome
    why: str


class Data(Struct, frozen=True):
    """An answer of the control plane in JSON. `openapi/control.yaml` describes its body."""

    body: Any
    status: int = 200
    headers: Headers = ()
    why: str = "control plane"


class Text(Struct, frozen=True):
    """An answer of the control plane in another form than JSON."""

    body: str
    media_type: str
    status: int = 200
    headers: Headers = ()
    why: str = "control plane"


class Undocumented(Struct, frozen=True):
    """An answer of a gateway, or of a broken host. Status 0 means that none is sent."""

    status: int
    body: bytes
    media_type: str
    why: str = ""
    headers: Headers = ()


Answer = Refusal | Result | Example | Token | TokenRefusal | Data | Text | Undocumented


def problem(text: str, status: int = 400, *, headers: Headers = ()) -> Data:
    """Return what the control plane answers to a request that it refuses."""
    return Data({"error": text}, status, headers)
