"""Forms of reading a request: other methods, other paths, other media types."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.faulty.forms.form import Form
from tests.faulty.host import Hook
from tests.faulty.receiving import CALL, TOKEN
from tests.faulty.turn import Complaint, Reply, Turn


def _json(status: int, document: Any, **headers: str) -> Reply:
    return Reply(status, {"Content-Type": "application/json", **headers}, json.dumps(document).encode())


def _to_other_methods(reply: Reply) -> tuple[Hook, ...]:
    def do(turn: Turn) -> None:
        if turn.method != "POST" and turn.path.partition("?")[0] == CALL:
            turn.reply = reply

    return (Hook("after", "route", do),)


def _methods_of_a_browser(turn: Turn) -> None:
    if turn.method in ("OPTIONS", "HEAD", "TRACE"):
        turn.reply = Reply(204 if turn.method == "OPTIONS" else 200, {"Allow": "OPTIONS, HEAD, POST"}, b"")


def _without_slash(turn: Turn) -> None:
    path, mark, query = turn.path.partition("?")
    if path.endswith("/") and len(path) > 1:
        turn.reply = Reply(308, {"Location": path.rstrip("/") + mark + query}, b"")


def _slash_is_the_same(turn: Turn) -> None:
    path, mark, query = turn.path.partition("?")
    if path.rstrip("/") == CALL:
        turn.path = CALL + mark + query


def _login_first(turn: Turn) -> None:
    """Turn a request without any credentials away, whatever its path and method are."""
    is_call = turn.method == "POST" and turn.path.partition("?")[0] == CALL
    by_reading = turn.reading("unauthenticated") == "401" and turn.reading("precedence").startswith("credentials")
    named = turn.headers.keys() & {"authorization", "x-cap-api-oauth-token"}
    if not named and turn.path != TOKEN and (by_reading or not is_call):
        turn.reply = _json(401, {"message": "Unauthorized"}, **{"WWW-Authenticate": 'Basic realm="api"'})


def _any_json(turn: Turn) -> None:
    kind = turn.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "json" in kind:
        turn.headers = {**turn.headers, "content-type": "application/json"}


def _any_type(turn: Turn) -> None:
    turn.headers = {**turn.headers, "content-type": "application/json"}


def _bare_type_only(turn: Turn) -> None:
    if "charset" in turn.headers.get("content-type", "").lower():
        turn.unreadable = Complaint(415, "Content type must be application/json", 415)


def _sniffs(turn: Turn) -> None:
    if "content-type" not in turn.headers and turn.raw.lstrip().startswith(b"{"):
        turn.headers = {**turn.headers, "content-type": "application/json"}


def _short_lived(turn: Turn) -> None:
    """Let no token live longer than a second, and say so."""
    world = turn.memory.world
    turn.memory.world = replace(world, keys={key: min(seconds, 1) for key, seconds in world.keys.items()})


def _last_token_only(turn: Turn) -> None:
    """Forget the tokens of a client when it fetches another."""
    if turn.path == TOKEN and turn.reply and turn.reply.status == 200:
        client, token = json.loads(turn.raw)["key"], json.loads(turn.reply.body)["data"]["accessToken"]
        last = turn.memory.notes.setdefault("last tokens", {})
        turn.memory.tokens.pop(last.get(client), None)
        last[client] = token


def _repeated(turn: Turn) -> None:
    """Answer the same body with the same requestId as the first time, as a host may that calls requestId a key."""
    answers = turn.memory.notes.setdefault("answers", {})
    if turn.asked.request_id is not None and not turn.unauthenticated and turn.raw in answers:
        turn.reply = answers[turn.raw]


def _remembered(turn: Turn) -> None:
    if turn.asked.request_id is not None and turn.reply and not turn.complaints:
        turn.memory.notes.setdefault("answers", {})[turn.raw] = turn.reply


def _used_once(turn: Turn) -> None:
    """Refuse a requestId that a request had before which was not refused, whoever is asked for."""
    known, text = turn.memory.notes.setdefault("ids used", set()), turn.asked.request_id
    if not (text or "").strip() or turn.complaints or turn.reply:
        return
    if text in known:
        turn.reply = _json(
            409, {"data": None, "errors": [{"code": 409, "message": "Duplicate request"}], "warnings": None}
        )
    known.add(text)


def _before_read(do: Any) -> tuple[Hook, ...]:
    return (Hook("before", "read", do),)


_HTML = Reply(404, {"Content-Type": "text/html"}, b"<html><body><h1>Not Found</h1></body></html>")
REQUESTS = (
    Form("404-to-other-methods", "Other methods find nothing.", "methods", hooks=_to_other_methods(_json(404, {"message": "Not Found"}))),
    Form("404-page-to-other-methods", "Other methods find nothing, in HTML.", "methods", hooks=_to_other_methods(_HTML)),
    Form("401-to-other-methods", "Other methods are not allowed to anybody.", "methods",
         hooks=_to_other_methods(_json(401, {"message": "Unauthorized"}, **{"WWW-Authenticate": "Basic"}))),
    Form("403-to-other-methods", "Other methods are forbidden.", "methods", hooks=_to_other_methods(_json(403, {"message": "Forbidden"}))),
    Form("501-to-other-methods", "Other methods are not implemented.", "methods", hooks=_to_other_methods(_json(501, {"message": "Not Implemented"}))),
    Form("405-without-a-body", "Other methods are refused without a body.", "methods", hooks=_to_other_methods(Reply(405, {"Allow": "POST"}, b""))),
    Form("methods-of-a-browser", "OPTIONS and HEAD are answered.", "methods", hooks=(Hook("after", "route", _methods_of_a_browser),)),
    Form("redirects-a-slash", "A path with a slash at its end is redirected.", "path", hooks=(Hook("after", "route", _without_slash),)),
    Form("ignores-a-slash", "A slash at the end of the path is ignored.", "path", hooks=(Hook("before", "route", _slash_is_the_same),)),
    Form("login-first", "Without credentials every method is answered with 401.", "login", hooks=(Hook("after", "route", _login_first),)),
    Form("tokens-of-a-second", "A token lives one second, and the answer that issues it says so.", "tokens",
         hooks=(Hook("before", "route", _short_lived),)),
    Form("one-token-at-a-time", "A client that fetches a token loses the one that it had.", "tokens",
         hooks=(Hook("after", "route", _last_token_only),)),
    Form("repeats-its-answer", "The same request with the same requestId gets the same answer.", "repeats",
         hooks=(Hook("after", "settle", _repeated), Hook("after", "encode", _remembered))),
    Form("request-ids-once", "A requestId that was used before is refused, unless it is blank.", "repeats", hooks=(Hook("after", "settle", _used_once),),
         under={"error-shape": "list-number"}),
    Form("takes-any-json", "Other media types of JSON are taken.", "media", hooks=_before_read(_any_json)),
    Form("takes-any-type", "The body is read as JSON, whatever its media type.", "media", hooks=_before_read(_any_type)),
    Form("takes-no-type", "A body without a media type is read as JSON if it looks like it.", "media", hooks=_before_read(_sniffs)),
    Form("takes-bare-type-only", "A media type with a charset is answered with 415.", "media", hooks=(Hook("after", "read", _bare_type_only),)),
)  # fmt: skip
