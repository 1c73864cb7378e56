"""Forms of a host that is busy now and then, or whose gateway is: it asks to come again (RFC 9110 §15.5, §15.6; RFC 6585)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from email.utils import formatdate

from tests.faulty.forms.form import Form
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn

_PAGE = b"<html><head><title>503</title></head><body>Service Temporarily Unavailable</body></html>"
_ENVELOPE = json.dumps(
    {"data": None, "errors": [{"code": 429, "message": "Too many requests"}], "warnings": None}
).encode()


def _now_and_then(every: int, times: int, reply: Callable[[], Reply]) -> tuple[Hook, ...]:
    """Answer so in place of the host, `times` times in a row, `every` so many requests. Nothing is carried out then."""

    def do(turn: Turn) -> None:
        if turn.number % every >= every - times:
            turn.reply = reply()

    return (Hook("after", "route", do),)


def _limited(most: int) -> tuple[Hook, ...]:
    """Take so many requests a second."""

    def do(turn: Turn) -> None:
        notes, second = turn.memory.notes, int(time.monotonic())
        with turn.memory.lock:
            taken = notes.get("taken", 0) + 1 if notes.get("second") == second else 1
            notes.update(second=second, taken=taken)
        if taken > most:
            turn.reply = Reply(
                429, {"Content-Type": "application/json", "Retry-After": "1"}, b'{"message": "API rate limit exceeded"}'
            )

    return (Hook("after", "route", do),)


def _later(**headers: str) -> Callable[[], Reply]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Reply(429, {"Content-Type": "application/json", **named}, b'{"message": "API rate limit exceeded"}')


def _in_a_second() -> Reply:
    return Reply(429, {"Retry-After": formatdate(time.time() + 1, usegmt=True)}, b"")


BUSY = (
    Form("429", "One request in 300 is answered with 429.", "busy", hooks=_now_and_then(300, 1, _later())),
    Form("429-in-the-envelope", "One request in 300 is answered with 429, in the form of the call.", "busy",
         hooks=_now_and_then(300, 1, lambda: Reply(429, {"Content-Type": "application/json"}, _ENVELOPE))),
    Form("429-with-seconds", "Two requests in 800 are answered with 429 and Retry-After in seconds.", "busy",
         hooks=_now_and_then(800, 2, _later(Retry_After="1"))),
    Form("429-with-a-date", "Two requests in 800 are answered with 429 and Retry-After as a date.", "busy",
         hooks=_now_and_then(800, 2, _in_a_second)),
    Form("limit-of-400-a-second", "No more than 400 requests a second are taken.", "busy", hooks=_limited(400)),
    Form("503-bursts", "A gateway answers two requests in 150 with 503.", "busy",
         hooks=_now_and_then(150, 2, lambda: Reply(503, {"Content-Type": "text/html"}, _PAGE))),
    Form("503-later", "Two requests in 400 are answered with 503 and Retry-After.", "busy",
         hooks=_now_and_then(400, 2, lambda: Reply(503, {"Content-Type": "application/json", "Retry-After": "0"}, b'{"message": "deploying"}'))),
    Form("502", "A gateway answers one request in 100 with 502, and without a body.", "busy",
         hooks=_now_and_then(100, 1, lambda: Reply(502, {}, b""))),
)  # fmt: skip
