"""The exchange: one request on its way to its answer, and what came with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.wrappers import Request, Response

from mockserver.exchange.answers import Answer
from mockserver.exchange.asked import NOTHING, Asked, Path


@dataclass(frozen=True, slots=True)
class Violation:
    """A place of the body that breaks the document, and the keyword of the schema that says so."""

    path: Path
    keyword: str
    message: str


@dataclass(slots=True)
class Exchange:
    """Filled in step by step: `body` when received, `payload` and what is read of it, answer and response.

    `at` is the Unix time in seconds. `body` holds no more than BODY_LIMIT bytes; `extent` says whether
    that is all there was.
    """

    id: str
    at: float
    request: Request
    body: bytes = b""
    extent: Literal["whole", "cut short", "too large"] = "whole"
    payload: Any = None
    violations: tuple[Violation, ...] = ()
    asked: Asked = NOTHING
    answer: Answer | None = None
    response: Response | None = None
