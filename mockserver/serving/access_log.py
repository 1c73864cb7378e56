"""The access log: one line on stderr for each request, which no client can forge."""

from __future__ import annotations

import re
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from mockserver.asgi import Application, Send
from mockserver.exchange.answers import Refusal, Result, TokenRefusal
from mockserver.exchange.handling import Handling
from mockserver.receiving.doors import Receive, Scope
from mockserver.serving import readiness
from mockserver.serving.stderr import Format, Write, fitting, quoted, timestamp

_LONGEST = 300  # characters of each text that is shown, at most
_SESSION = re.compile(r"/_s/([^/]*)/")
# A console that is open looks for news each second, which would hide the requests that the log is for.
_LOOKS = (b"/_mock/console/rows", (200, 204))


@dataclass(slots=True)
class _Heard:
    """What the mock decided about one request. `status` is 0 where no answer was sent."""

    outcomes: list[str] = field(default_factory=list)
    why: str = ""
    status: int = 0


class AccessLog:
    """Writes a line when an answer was sent, or its connection was lost.

    The layer of `around` knows the request and the time, the mock tells `note` the reason. Both are of one task, by
    whose context variable they find each other.
    """

    def __init__(self, form: Format, write: Write, *, probe: str) -> None:
        """`write` takes a line without its end. A request that carries the word `probe` is the mock's own: no line."""
        self._probe = (readiness.PROBE.lower().encode(), probe.encode())
        self._line = quoted if form == "json" else _as_text
        self._write = write
        self._heard: ContextVar[_Heard | None] = ContextVar("heard", default=None)

    def note(self, handling: Handling) -> None:
        """Take the outcomes of an exchange, and the reason for its answer."""
        heard = self._heard.get()
        if heard is None:
            return
        heard.outcomes = []  # a form of the console sends a request of its own before
        match handling.answer:
            case None:
                heard.why = "The mock failed, which is a bug in the kit; GET /_mock/journal has the traceback."
                return
            case Refusal(outcomes=outcomes) | Result(warnings=outcomes):
                heard.outcomes = [outcome.name for outcome in outcomes]
            case TokenRefusal(outcome=outcome):
                heard.outcomes = [outcome.name]
        heard.why = handling.answer.why

    def around(self, app: Application) -> Application:
        """Return the application with a line for each of its requests."""

        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            if self._probe in scope["headers"]:
                await app(scope, receive, send)
                return
            heard = _Heard()
            self._heard.set(heard)

            async def send_noted(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    heard.status = message["status"]
                await send(message)

            at, began = time.time(), time.perf_counter()
            try:
                await app(scope, receive, send_noted)
            finally:
                if not (scope["raw_path"].endswith(_LOOKS[0]) and heard.status in _LOOKS[1]):
                    entry = _entry(scope, heard, at=at, seconds=time.perf_counter() - began)
                    self._write(fitting(lambda longest: self._line(_shortened(entry, min(longest, _LONGEST)))))

        return layer


def _entry(scope: Scope, heard: _Heard, *, at: float, seconds: float) -> dict[str, Any]:
    path = scope["raw_path"].decode(errors="backslashreplace")
    in_path = _SESSION.search(path)
    in_header = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-mock-session"), "")
    return {
        "time": timestamp(at),
        "method": scope["method"],
        "path": path,
        "status": heard.status,
        "ms": round(seconds * 1000, 2),
        "outcome": ",".join(heard.outcomes),
        "why": heard.why,
        "session": in_path[1] if in_path else in_header,
    }


def _shortened(entry: dict[str, Any], longest: int) -> dict[str, Any]:
    texts = ("method", "path", "why", "session")
    cut = {name: f"{entry[name][:longest]}…" for name in texts if len(entry[name]) > longest}
    return entry | cut


def _as_text(entry: dict[str, Any]) -> str:
    """Return the fields with blanks between them. A field that could hold a blank is quoted as in JSON."""
    words = [entry["time"], _word(entry["method"]), _word(entry["path"]), f"{entry['status']:03}", f"{entry['ms']}ms"]
    words.append(entry["outcome"] or "-")
    words += [f"{name}={quoted(entry[name])}" for name in ("session", "why") if entry[name]]
    return " ".join(words)


def _word(text: str) -> str:
    """Return text without blanks and control characters."""
    in_quotes = quoted(text)
    return in_quotes if " " in text or len(in_quotes) != len(text) + 2 else text
