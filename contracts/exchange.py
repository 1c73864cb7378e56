"""Request, Answer and Exchange: what the kit sends, what the host answers, and both together."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final, Literal

# valid: what the host accepts, basic or oauth. The others after "none" are wrong in one way each.
# short-password and long-password: one letter is missing, or one is added. malformed: not Base64.
# unreadable: Base64 of a text that is not user:password. forged: a token that the host never issued.
# tampered: a token that the host issued, with one letter of its signature changed.
Credentials = Literal[
    "valid",
    "basic",
    "oauth",
    "none",
    "wrong",
    "wrong-user",
    "wrong-password",
    "short-password",
    "long-password",
    "malformed",
    "unreadable",
    "expired",
    "forged",
    "tampered",
]

# The names of a promotion's two ids in the table of the page.
PROMOTION_NAMES: Final = ("id", "promotionId")
# The HTTP statuses by which a host refuses credentials. Sibling pages of the vendor use 498 for an expired token.
UNAUTHENTICATED: Final = (401, 403, 498)
VALID_CREDENTIALS: Final = frozenset({"valid", "basic", "oauth"})
# Letters of secrets. What is cut off ends before them: a mask does not know a part of a secret.
WORD: Final = string.ascii_letters + string.digits + "+/=._~%-"
# JSON with more values or levels than these is not read. An answer of the call has seven levels.
_MOST_VALUES: Final = 200_000
DEEPEST: Final = 64
# The session replaces this requestId by a unique one when it sends the request.
REQUEST_ID: Final = "contract-test"
# A cookie as in the page's second example request, from a gateway.
EXAMPLE_COOKIE: Final = "_cfuvid=contract-test"


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
    `path` and `method`: None stands for those of the document.
    """

    body: Any = NOTHING
    raw: bytes | None = None
    credentials: Credentials = "valid"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
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
        return ("Content-Type", "application/json") in self.headers

    def with_promotion_names(self, names: tuple[str, str]) -> Request:
        """Return the request with these names for the promotion's two ids (question promotion-field-names)."""
        promotion = self.body.get("promotion") if isinstance(self.body, dict) else None
        if names == PROMOTION_NAMES or not isinstance(promotion, dict):
            return self
        translated = dict(zip(PROMOTION_NAMES, names, strict=True))
        renamed = {translated.get(name, name): value for name, value in promotion.items()}
        return replace(self, body={**self.body, "promotion": renamed})

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
        return b"" if self.body is NOTHING else encode(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the host answered.

    `headers`: names in lower case. `content`: the bytes of the body. `json`: its JSON value, or NOTHING.
    `seconds`: how long the answer took. `start`: when the request was sent, in seconds on the wire's clock. `kept`: how
    many answers its connection had carried before; known only of an answer that did not come. `cut_from`: the size of
    the body in bytes before it was cut; 0 if it is whole.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float = field(default=0.0, compare=False)
    json: Any = field(default=NOTHING, compare=False)
    start: float = field(default=0.0, compare=False)
    kept: int = field(default=0, compare=False)
    cut_from: int = field(default=0, compare=False)

    @property
    def size(self) -> int:
        """The number of bytes of the body, also of those that were not kept."""
        return self.cut_from or len(self.content)

    def with_json(self) -> Answer:
        """Return the answer with its JSON value, which is not kept once it is judged."""
        return replace(self, json=decode(self.content))


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


def encode(body: Any) -> bytes:
    """Return a JSON value as UTF-8. If it holds lone surrogates, which UTF-8 cannot encode, escape all non-ASCII."""
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(body).encode()


def decode(content: bytes) -> Any:
    """Return the JSON value of a body; NOTHING if it is not JSON, or has too many values or levels to follow."""
    if sum(map(content.count, (b",", b"[", b"{"))) > _MOST_VALUES:  # each value but the first has one of them before it
        return NOTHING
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
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


@lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """The media type is application/json, with charset UTF-8 or none. Other parameters are ignored."""
    header = Message()
    header["Content-Type"] = content_type.encode("ascii", "replace").decode()
    charset = header.get_content_charset("utf-8")
    return header.get_content_type() == "application/json" and charset in ("utf-8", "utf8")


def _is_text(body: Any) -> bool:
    """No text in a JSON value holds a lone surrogate. It has no encoding, and JSON parsers treat it differently."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
