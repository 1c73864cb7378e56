"""A request, the host's answer, and the two together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import lru_cache
from typing import Any, Final, Literal

# Valid ones, none, and those that are wrong in one way each. short, long: a letter of the password is missing, or one
# too many; malformed: no Base64; unreadable: Base64 of something else than user:password; forged: a token that was never given out; tampered: one that was, with another letter in its signature.
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

# What the page's table calls the two ids of a promotion.
PROMOTION_NAMES: Final = ("id", "promotionId")
VALID_CREDENTIALS: Final = frozenset({"valid", "basic", "oauth"})
# A request with this requestId gets one of its own when it is sent.
REQUEST_ID: Final = "contract-test"


class _Nothing:
    """The type of NOTHING: a body that is not there, or that is not JSON."""

    def __repr__(self) -> str:
        return "nothing"

    def __bool__(self) -> bool:
        return False


NOTHING: Final = _Nothing()


@dataclass(frozen=True, slots=True)
class Request:
    """One request, before credentials and host are put in.

    `body` is the JSON value, NOTHING where `raw` holds bytes that are no ordinary JSON body. Field
    names are those of the page's table; the session spells them as the host does. `path` and
    `method` of None are those of the document.
    """

    body: Any = NOTHING
    raw: bytes | None = None
    credentials: Credentials = "valid"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    method: str | None = None
    path: str | None = None

    @property
    def is_plain_call(self) -> bool:
        """The request is an ordinary JSON call, so that the page decides its answer."""
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
        """The media type is written as in the page's examples, without a parameter."""
        return ("Content-Type", "application/json") in self.headers

    def spelled(self, names: tuple[str, str]) -> Request:
        """Return the request with the ids of the promotion called so (question promotion-field-names)."""
        promotion = self.body.get("promotion") if isinstance(self.body, dict) else None
        if names == PROMOTION_NAMES or not isinstance(promotion, dict):
            return self
        known = dict(zip(PROMOTION_NAMES, names, strict=True))
        spelled = {known.get(name, name): value for name, value in promotion.items()}
        return replace(self, body={**self.body, "promotion": spelled})

    @property
    def request_ids(self) -> frozenset[str]:
        """The requestId of the request, where it has one."""
        sent = self.body.get("requestId") if isinstance(self.body, dict) else None
        return frozenset({sent}) if isinstance(sent, str) and sent.strip() else frozenset()

    def named(self, request_id: str) -> Request:
        """Return the request with this requestId, where it is to have one of its own."""
        if not isinstance(self.body, dict) or self.body.get("requestId") != REQUEST_ID:
            return self
        return replace(self, body={**self.body, "requestId": request_id})

    def payload(self) -> bytes:
        """Return the bytes of the body."""
        if self.raw is not None:
            return self.raw
        return b"" if self.body is NOTHING else encode(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers (names in lower case), bytes, their JSON value, seconds taken.

    `start`: when the request was sent, in seconds on the wire's clock.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float = field(default=0.0, compare=False)
    json: Any = field(default=NOTHING, compare=False)
    start: float = field(default=0.0, compare=False)


# Stands for an answer that did not come.
NO_ANSWER: Final = Answer(status=0, headers={}, content=b"")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; `number` counts from 1 within a run.

    `about`: the claims that the request was meant to test. `probe`: it only asked how to talk to the host, so nobody
    judges it. `opening`: it is the enrolment that every run makes first; where it succeeds, the host is fresh, which
    means that nobody is enrolled but whom the test data lists.
    """

    number: int
    request: Request
    answer: Answer
    about: tuple[str, ...] = ()
    probe: bool = False
    opening: bool = False


def encode(body: Any) -> bytes:
    """Return a JSON value as UTF-8; what UTF-8 cannot carry (lone surrogates) is escaped."""
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(body).encode()


def decode(content: bytes) -> Any:
    """Return the JSON value of a body, or NOTHING where it is none."""
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return NOTHING


@lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """The media type is application/json, in UTF-8 or without a charset. Other parameters do not count."""
    header = Message()
    header["Content-Type"] = content_type
    charset = header.get_content_charset("utf-8")
    return header.get_content_type() == "application/json" and charset in ("utf-8", "utf8")


def _is_text(body: Any) -> bool:
    """All text in a JSON value is Unicode text: lone surrogates have no encoding, and parsers part ways over them."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
