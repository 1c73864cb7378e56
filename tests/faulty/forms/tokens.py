"""Forms of the token endpoint, of which the page says nothing but "Basic or OAuth authentication" (RFC 6749)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.forms.form import Form
from tests.faulty.host import Hook
from tests.faulty.receiving import TOKEN
from tests.faulty.turn import Reply, Turn

_LEAST = 60


def _issued(change: Callable[[str, int], Any]) -> tuple[Hook, ...]:
    """Answer a request for a token with what `change` makes of the token and the seconds for which it lives."""

    def do(turn: Turn) -> None:
        if turn.path == TOKEN and turn.reply and turn.reply.status == 200:
            data = json.loads(turn.reply.body)["data"]
            turn.reply = replace(turn.reply, body=json.dumps(change(data["accessToken"], data["ttlSeconds"])).encode())

    return (Hook("after", "route", do),)


def _standard(token: str, seconds: int) -> dict[str, Any]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": seconds}


def _refused(turn: Turn) -> None:
    """Refuse an unknown client as RFC 6749 §5.2 does."""
    if turn.path == TOKEN and turn.reply and turn.reply.status == 401:
        turn.reply = replace(turn.reply, body=json.dumps({"error": "invalid_client"}).encode())


def _nowhere(turn: Turn) -> None:
    if turn.path == TOKEN:
        page = b'{"message":"no Route matched with those values"}'
        turn.reply = Reply(404, {"Content-Type": "application/json"}, page)


def _long_lived(turn: Turn) -> None:
    """Let no token live for less than a minute, and say so."""
    world = turn.memory.world
    turn.memory.world = replace(world, keys={key: max(seconds, _LEAST) for key, seconds in world.keys.items()})


def _deaf(turn: Turn) -> None:
    """Answer the endpoint for tokens with a page of the site, as a host does that sends what it does not know there."""
    if turn.path == TOKEN:
        turn.reply = Reply(200, {"Content-Type": "text/html"}, b"<html><body>Welcome</body></html>")


TOKENS = (
    Form("tokens-of-the-standard", "The answer with a token is that of RFC 6749 §5.1, and a refusal that of §5.2.", "tokens",
         hooks=(*_issued(_standard), Hook("after", "route", _refused))),
    Form("tokens-of-the-standard-in-data", "The answer of RFC 6749 §5.1 stands in data.", "tokens",
         hooks=_issued(lambda token, seconds: {"data": _standard(token, seconds), "errors": None})),
    Form("tokens-without-a-lifetime", "The answer with a token does not say how long it lives.", "tokens",
         hooks=_issued(lambda token, _: {"access_token": token, "token_type": "bearer"})),
    Form("no-token-endpoint", "There is no endpoint for tokens: the login is Basic.", "tokens", hooks=(Hook("after", "route", _nowhere),)),
    Form("page-in-place-of-tokens", "In place of an endpoint for tokens stands a page: the login is Basic.", "tokens",
         hooks=(Hook("after", "route", _deaf),)),
    Form("tokens-live-at-least-60", "A token lives a minute at least, whatever its client is given.", "tokens",
         hooks=(Hook("before", "route", _long_lived),)),
)  # fmt: skip
