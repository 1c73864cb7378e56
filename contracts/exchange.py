"""Request, Answer and Exchange: what the kit sends, what the host answers, and both together."""

from __future__ import annotations

import json
import string
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final

from contracts.credentials import VALID_CREDENTIALS as VALID_CREDENTIALS
from contracts.credentials import Credentials as Credentials
from contracts.media_types import is_json
from contracts.promotion_names import PROMOTION_NAMES as PROMOTION_NAMES
from contracts.promotion_names import Names, renamed
from contracts.spellings import Spelling, spelled

# The HTTP statuses by which a host refuses credentials. Sibling pages of the vendor use 498 for an expired token.
UNAUTHENTICATED: Final = (401, 403, 498)
# Letters of secrets. What is cut off ends before them: a mask does not know a part of a secret.
WORD: Final = string.ascii_letters + string.digits + "+/=._~%-"
# JSON with more values or levels than these is not read. An answer of the call has seven levels.
_MOST_VALUES: Final = 200_000
DEEPEST: Final = 64
# Headers by which HTTP/1.1 sends a body in another way, in lower case. The page does not speak of them.
FRAMING: Final = ("transfer-encoding", "expect")
# The headers that clients send with any call, in lower case.
_USUAL: Final = frozenset({"content-type", "accept", "accept-encoding", "user-agent", "connection", *FRAMING})
# The header of a JSON body, as in the examples of the page.
JSON_TYPE: Final = ("Content-Type", "application/json")
# The session replaces this requestId by a unique one when it sends the request.
REQUEST_ID: Final = "contract-test"
# A cookie as in the page's second example request, from a gateway.
EXAMPLE_COOKIE: Final = "_cfuvid=contract-test-cookie-w9k84Tbu"


class _Nothing:
    """The type of NOTHING: there is no body, or the body is not JSON."""

    def __repr__(self) -> str:
        return "nothing"

    def __bool__(self) -> bool:
        return False


NOTHING: Final = _Nothing()


@dataclass(frozen=True, slots=True)
class Request:
    """One request, without host and credential headers, which the wire adds.

    `body`: the JSON value; NOTHING if there is no body or `raw` holds it. `raw`: bytes to send instead of `body`.
    The fields of `body` have the names of the page's table; the wire translates them to those of the host.
    `path` and `method`: None stands for those of the document. `spelling`: how `body` is written. A header without a
    value is not sent.
    """

    body: Any = NOTHING
    raw: bytes | None = None
    spelling: Spelling = "usual"
    credentials: Credentials = "valid"
    headers: tuple[tuple[str, str], ...] = (JSON_TYPE,)
    method: str | None = None
    path: str | None = None

    @property
    def is_plain_call(self) -> bool:
        """The request is an ordinary JSON call to the documented method and path; the page says nothing about others."""
        return (
            self.body is not NOTHING
            and self.raw is None
            and self.method is None
            and self.path is None
            and any(name.lower() == "content-type" and is_json(value) for name, value in self.headers)
            and _is_text(self.body)
        )

    @property
    def is_bare_json(self) -> bool:
        """The Content-Type is exactly that of the page's examples: application/json without a parameter."""
        return any(name.lower() == "content-type" and value == "application/json" for name, value in self.headers)

    @property
    def is_framed_otherwise(self) -> bool:
        """The body is sent in chunks, or announced, which HTTP/1.1 asks hosts to read."""
        return any(name.lower() in FRAMING for name, _ in self.headers)

    @property
    def has_more_headers(self) -> bool:
        """The request has a header that no call needs, such as a cookie that the host has not set."""
        return any(name.lower() not in _USUAL for name, _ in self.headers)

    def with_promotion_names(self, names: Names) -> Request:
        """Return the request with these names for the promotion's two ids (question promotion-field-names)."""
        return replace(self, body=renamed(self.body, PROMOTION_NAMES, names))

    @property
    def request_ids(self) -> frozenset[str]:
        """The requestId of the request as a set; the set is empty if there is none or it is blank."""
        sent = self.body.get("requestId") if isinstance(self.body, dict) else None
        return frozenset({sent}) if isinstance(sent, str) and sent.strip() else frozenset()

    def with_request_id(self, request_id: str) -> Request:
        """Return the request with this requestId in place of REQUEST_ID; without that placeholder, return it unchanged."""
        if not isinstance(self.body, dict) or self.body.get("requestId") != REQUEST_ID:
            return self
        return replace(self, body={**self.body, "requestId": request_id})

    def payload(self) -> bytes:
        """Return the bytes of the body; b"" if there is no body."""
        if self.raw is not None:
            return self.raw
        return b"" if self.body is NOTHING else encode(self.body, self.spelling)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the host answered.

    `headers`: names in lower case. `content`: the bytes of the body. `json`: its JSON value, or NOTHING.
    `seconds`: how long the answer took. `start`: when the request was sent, in seconds on the wire's clock. `kept`: how
    many answers its connection had carried before; known only of an answer that did not come. `cut_from`: the size of
    the body in bytes before it was cut; 0 if it is whole. `flaw`: in words, why clients cannot read the message, such
    as an end that is missing. `version`: of HTTP.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float = field(default=0.0, compare=False)
    json: Any = field(default=NOTHING, compare=False)
    start: float = field(default=0.0, compare=False)
    kept: int = field(default=0, compare=False)
    cut_from: int = field(default=0, compare=False)
    flaw: str = field(default="", compare=False)
    version: str = field(default="HTTP/1.1", compare=False)

    @property
    def size(self) -> int:
        """The number of bytes of the body, also of those that were not kept."""
        return self.cut_from or len(self.content)

    def with_json(self) -> Answer:
        """Return the answer with its JSON value, which is not kept once it is judged."""
        return replace(self, json=decode_answer(self.content))


# Stands for a missing answer.
NO_ANSWER: Final = Answer(status=0, headers={}, content=b"")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer.

    `number`: counts from 1 within a run. `about`: the claims that the request tests. `probe`: the request only found
    out how to talk to the host, so its answer is not judged. `opening`: this is the first enrolment of the run. If it
    succeeds, the host is fresh: only the enrolments listed in the test data exist there. `group`: the number of the
    first of those exchanges that were under way at the same time as this one; 0 if none was.
    """

    number: int
    request: Request
    answer: Answer
    about: tuple[str, ...] = ()
    probe: bool = False
    opening: bool = False
    group: int = 0


def shortened(text: str, most: int) -> str:
    """Return a text; the start of it, up to the end of a word, if it is longer than so many characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip(WORD)}…"


def encode(body: Any, spelling: Spelling = "usual") -> bytes:
    """Return a JSON value as UTF-8. If it holds lone surrogates, which UTF-8 cannot encode, escape all non-ASCII."""
    try:
        return spelled(body, spelling).encode()
    except UnicodeEncodeError:
        return json.dumps(body).encode()


def decode_answer(content: bytes) -> Any:
    """Return the JSON value of an answer, as decode does, by what it means: 400.0 and 4E2 are 400 (RFC 8259 §6).

    A byte order mark is passed over, as a reader may do (§8.1).
    """
    return decode(content.removeprefix(BOM_UTF8), number=_number) if content else NOTHING


def decode(content: bytes, *, number: Callable[[str], Any] = float) -> Any:
    """Return the JSON value of a body; NOTHING if it is not JSON, or has too many values or levels to follow.

    `number`: reads a number with a fraction or an exponent.
    """
    if sum(map(content.count, (b",", b"[", b"{"))) > _MOST_VALUES:  # each value but the first has one of them before it
        return NOTHING
    try:
        value = json.loads(content.decode("utf-8"), parse_float=number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return NOTHING
    return NOTHING if is_deep(value) else value


def is_deep(value: Any) -> bool:
    """A JSON value has more than DEEPEST levels. What goes through it level by level could end with a RecursionError."""
    level = [value]
    for _ in range(DEEPEST):
        outer = [part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)]
        level = [inner for part in outer for inner in part]
        if not level:
            return False
    return True


def parse_date(text: str) -> datetime | None:
    """Return the time in an HTTP date; None if it is none. Without a zone it is UTC. Source: RFC 9110 §5.6.7."""
    try:
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _is_text(body: Any) -> bool:
    """No text in a JSON value holds a lone surrogate. It has no encoding, and JSON parsers treat it differently."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(text: str) -> float:
    """Return a number as an int if it is whole, so that it keeps every digit; otherwise as a float."""
    near = float(text)
    exact = Decimal(text) if near and near.is_integer() else None  # a float holds no larger exponent
    return int(exact) if exact is not None and exact == exact.to_integral_value() else near


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
