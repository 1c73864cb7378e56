"""The journal: the latest exchanges, why each was answered as it was, and no credentials."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.exchange.answers import Answer, Data, Refusal, Result, Token, TokenRefusal
from mockserver.exchange.exchange import Exchange

_KEPT = 1000  # exchanges
_BODY_KEPT = 4096  # bytes of each body
_SECRET = frozenset({"HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_CAP_API_OAUTH_TOKEN"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange. `at` is Unix time in seconds, `duration` milliseconds; bodies are cut at 4 KiB.

    Headers have the names of their WSGI variables; of credentials only the scheme is kept.
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
    """Keeps the latest thousand exchanges; what the control plane is asked is not among them."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._entries: deque[Entry] = deque(maxlen=_KEPT)

    def record(self, exchange: Exchange, *, failure: str = "") -> None:
        """Record an exchange whatever became of it; `failure` tells of a bug and goes before the answer's reason."""
        if isinstance(exchange.answer, Data):
            return
        request, response, answer = exchange.request, exchange.response, exchange.answer
        secret = isinstance(answer, Token | TokenRefusal)
        self._entries.append(
            Entry(
                id=exchange.id,
                at=exchange.at,
                duration=(self._now() - exchange.at) * 1000,
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
                request_body=b"" if secret else exchange.body[:_BODY_KEPT],
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
    match answer:
        case Refusal(outcomes=outcomes) | Result(warnings=outcomes):
            return tuple(outcome.name for outcome in outcomes)
        case TokenRefusal(outcome=outcome):
            return (outcome.name,)
        case _:
            return ()


def _masked(credential: str) -> str:
    """Leave only the scheme."""
    scheme, blank, _ = credential.partition(" ")
    return f"{scheme} ***" if blank and scheme.isalpha() else "***"
