"""The journal: the latest exchanges, each with the reason for its answer, and without credentials."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.exchange.answers import Answer, Data, Refusal, Result, Token, TokenRefusal
from mockserver.exchange.handling import Handling

_KEPT = 1000  # exchanges
_BODY_KEPT = 4096  # bytes of each body
# The headers whose values are shown. Any other header may carry a secret.
_HARMLESS = frozenset(
    {
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "access-control-request-headers",
        "access-control-request-method",
        "cache-control",
        "connection",
        "content-type",
        "content-encoding",
        "content-language",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "pragma",
        "prefer",
        "priority",
        "sec-ch-ua",
        "sec-ch-ua-mobile",
        "sec-ch-ua-platform",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "te",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
        "x-requested-with",
    }
)
_SCHEMES = frozenset({"basic", "bearer", "digest"})
# A field whose name says that its value is a secret. A body is cut, so the quote at its end may be missing.
_NAMED = re.compile(
    rb"""("[^"]*(?:pass|secret|token|key|auth|credential|session|cookie)[^"]*"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[\d.eE+-]+)""",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange. `at` is Unix time in seconds, `duration` is in milliseconds; bodies are cut at 4 KiB.

    Headers have the names of their WSGI variables. Only harmless ones are kept with their values, of others the scheme.
    Only the enrol call is kept with its body, without fields that are named as secrets.
    """

    id: str
    at: float
    duration: float
    method: str
    path: str
    status: int
    outcomes: tuple[str, ...]
    why: str
    request_headers: Mapping[str, str]
    request_body: bytes
    response_body: bytes


class Journal:
    """Keeps the latest thousand exchanges. Requests to the control plane are not recorded."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)

    def record(self, handling: Handling, *, ended: float, failure: str = "") -> None:
        """Record an exchange that ended at the Unix time `ended`.

        `failure` is the traceback of a bug, if there was one. It is recorded in place of the answer's reason.
        """
        if isinstance(handling.answer, Data):
            return
        request, response, answer = handling.request, handling.response, handling.answer
        secret = isinstance(answer, Token | TokenRefusal)
        self._entries.append(
            Entry(
                id=handling.id,
                at=handling.at,
                duration=(ended - handling.at) * 1000,
                method=request.method,
                path=request.path,
                status=response.status_code if response else 0,
                outcomes=_outcomes(answer),
                why=failure or (answer.why if answer else "No answer was given."),
                request_headers={
                    name: value if _header(name) in _HARMLESS else _masked(value)
                    for name, value in request.environ.items()
                    if name.startswith("HTTP_") or name == "CONTENT_TYPE"
                },
                request_body=_NAMED.sub(rb'\1"***"', handling.body[:_BODY_KEPT]) if handling.is_call else b"",
                response_body=b"" if secret or not response else response.get_data()[:_BODY_KEPT],
            )
        )

    def entries(self) -> tuple[Entry, ...]:
        """Return what is kept, oldest first."""
        return tuple(self._entries.copy())

    def clear(self) -> None:
        """Forget every exchange."""
        self._entries.clear()


def _outcomes(answer: Answer | None) -> tuple[str, ...]:
    """Return the names of the outcomes that an answer consists of."""
    match answer:
        case Refusal(outcomes=outcomes) | Result(warnings=outcomes):
            return tuple(outcome.name for outcome in outcomes)
        case TokenRefusal(outcome=outcome):
            return (outcome.name,)
        case _:
            return ()


def _header(variable: str) -> str:
    """Return the name of a header in lower case from that of its WSGI variable."""
    return variable.removeprefix("HTTP_").replace("_", "-").lower()


def _masked(value: str) -> str:
    """Mask a value; only the scheme of a credential stays."""
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} ***" if blank and scheme.lower() in _SCHEMES else "***"
