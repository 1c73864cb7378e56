"""The handling of one request: everything the mock finds out about it on the way to its response."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mockserver.exchange.answers import Answer, Headers, Refusal
from mockserver.exchange.case import NOBODY, UNREAD, Case
from mockserver.exchange.manner import AT_ONCE, Manner
from mockserver.exchange.received import Received
from mockserver.exchange.request_fields import Path
from mockserver.exchange.response import Response
from mockserver.stores import Standing
from openapi.questions import Readings


class Violation(Struct, frozen=True):
    """A place in the body that breaks the document, the JSON Schema keyword it breaks, and the validator's message."""

    path: Path
    keyword: str
    message: str


class Grounds(Struct, frozen=True, gc=False):
    """What an answer of the call rests on beside the request and the world. With it the request can be judged again.

    `login` is the refusal of the credentials, None where they are valid. `demanded` is as in Handling. `key` is that of
    the case whose enrolments counted, and `standing` says what they were; None and empty where none did.
    """

    login: Refusal | None = None
    demanded: str = ""
    key: tuple[int, str] | None = None
    standing: Standing = NOBODY


# The grounds of an answer that no reading can change.
GROUNDLESS = Grounds()


class Handling(Struct, gc=False):
    """One request; each step fills in more of the fields.

    `at` is when it came, the Unix time in seconds, and `ended` when its answer was ready. `sent_path` is the path as it
    was sent; that of `request` is without the prefix of a session. Once the body is read, `payload` is its JSON value,
    or `unreadable` says why it has none;
    `violations` are where it breaks the document, and `case` is what it asks for. `near_miss` says what a refused
    request only just misses, or is ''.
    `demanded` is a preference that a fault puts in place of the client's. `manner` is how the answer is sent, `headers`
    are those that it gets beside its own, or in their place. `grounds` is GROUNDLESS unless the documented call
    answers.
    `readings` are those that are followed.
    """

    id: str
    at: float
    request: Received
    sent_path: str
    payload: Any = None
    unreadable: str = ""
    violations: tuple[Violation, ...] = ()
    case: Case = UNREAD
    answer: Answer | None = None
    near_miss: str = ""
    response: Response | None = None
    demanded: str = ""
    manner: Manner = AT_ONCE
    headers: Headers = ()
    grounds: Grounds = GROUNDLESS
    readings: Readings = {}  # msgspec gives each its own
    ended: float = 0.0
