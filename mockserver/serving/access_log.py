"""The access log: one line on stderr for each request, which no client can forge."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from mockserver.asgi import Application, Send
from mockserver.exchange.answers import Refusal, Result, TokenRefusal
from mockserver.exchange.handling import Handling
from mockserver.receiving.doors import Receive, Scope
from mockserver.serving import readiness

Format = Literal["text", "json"]
Write = Callable[[str], None]

_LONGEST = 300  # characters of each text that is shown
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
        self._line = _as_json if form == "json" else _as_text
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
                    self._write(self._line(_entry(scope, heard, at=at, seconds=time.perf_counter() - began)))

        return layer


def notices(form: Format | None) -> Write:
    """Return a function that writes what the mock has to say beside its log, so that a log in JSON stays one."""

    def tell(text: str) -> None:
        shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
        to_stderr(
            _quoted({"time": _timestamp(time.time()), "notice": text}) if form == "json" else f"enrol-mock: {shown}"
        )

    return tell


def to_stderr(line: str) -> None:
    """Write a line. If nobody reads it any more, nothing happens."""
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return


def _entry(scope: Scope, heard: _Heard, *, at: float, seconds: float) -> dict[str, Any]:
    path = scope["raw_path"].decode(errors="backslashreplace")
    in_path = _SESSION.search(path)
    in_header = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-mock-session"), "")
    texts = {
        "method": scope["method"],
        "path": path,
        "why": heard.why,
        "session": in_path[1] if in_path else in_header,
    }
    shown = {name: text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for name, text in texts.items()}
    return {
        "time": _timestamp(at),
        "method": shown["method"],
        "path": shown["path"],
        "status": heard.status,
        "ms": round(seconds * 1000, 2),
        "outcome": ",".join(heard.outcomes),
        "why": shown["why"],
        "session": shown["session"],
    }


def _timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _as_json(entry: dict[str, Any]) -> str:
    return _quoted(entry)


def _as_text(entry: dict[str, Any]) -> str:
    """Return the fields with blanks between them. A field that could hold a blank is quoted as in JSON."""
    words = [entry["time"], _word(entry["method"]), _word(entry["path"]), f"{entry['status']:03}", f"{entry['ms']}ms"]
    words.append(entry["outcome"] or "-")
    words += [f"{name}={_quoted(entry[name])}" for name in ("session", "why") if entry[name]]
    return " ".join(words)


def _word(text: str) -> str:
    """Return text without blanks and control characters."""
    quoted = _quoted(text)
    return quoted if " " in text or len(quoted) != len(text) + 2 else text


def _quoted(value: Any) -> str:
    """Return JSON, in printable ASCII only."""
    return json.dumps(value)
