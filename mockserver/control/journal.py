"""The journal: the latest exchanges, each with the reason for its answer, and without credentials."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.exchange.answers import Answer, Data, Refusal, Result, Token, TokenRefusal
from mockserver.exchange.handling import Handling

_KEPT = 1000  # exchanges
_BODY_KEPT = 4096  # bytes of each body
_SECRET = frozenset({"HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_CAP_API_OAUTH_TOKEN"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange. `at` is Unix time in seconds, `duration` is in milliseconds; bodies are cut at 4 KiB.

    Headers have the names of their WSGI variables. Of a credential only the scheme is kept.
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
                    name: _masked(value) if name in _SECRET else value
                    for name, value in request.environ.items()
                    if name.startswith("HTTP_") or name == "CONTENT_TYPE"
                },
                request_body=b"" if secret else handling.body[:_BODY_KEPT],
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


def _masked(credential: str) -> str:
    """Return the scheme of a credential with its value masked."""
    scheme, blank, _ = credential.partition(" ")
    return f"{scheme} ***" if blank and scheme.isalpha() else "***"
