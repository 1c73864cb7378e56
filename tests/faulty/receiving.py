"""Steps "route", "admit", "read" and "settle": path, credentials and body of a request, and whether to refuse it."""

import base64
import binascii
import hashlib
import json
import secrets
import time
from typing import Any, NoReturn

from tests.faulty.complaints import complaint
from tests.faulty.turn import Complaint, Reply, Turn

CALL = "/v3/promotions/enrol"
TOKEN = "/v3/oauth/token/generate"
LARGEST = 1 << 20


def route(turn: Turn) -> None:
    """Answer requests that are not the enrol call: other paths, other methods, and the token endpoint."""
    path = turn.path.partition("?")[0]
    if path not in (CALL, TOKEN):
        turn.reply = _json(404, {"message": "no Route matched with those values"})
    elif turn.method != "POST":
        turn.reply = _json(405, {"message": "method not allowed"}, Allow="POST")
    elif path == TOKEN:
        turn.reply = _token(turn)


def admit(turn: Turn) -> None:
    """Set `turn.unauthenticated` unless the request has a valid Basic header or OAuth token."""
    token = turn.headers.get("x-cap-api-oauth-token")
    if token is not None:
        dies = turn.memory.tokens.get(token)
        turn.unauthenticated = "unknown" if dies is None else "expired" if dies <= time.monotonic() else ""
    elif not _basic(turn, turn.headers.get("authorization", "").strip()):
        turn.unauthenticated = "unknown"


def read(turn: Turn) -> None:
    """Parse the body into `turn.body`, or set `turn.unreadable` to the error that says why it cannot be parsed."""
    kind = turn.headers.get("content-type", "").partition(";")[0].strip().lower()
    if len(turn.raw) > LARGEST:
        turn.unreadable = Complaint(413, "Request body is too large", 413)
    elif kind != "application/json" and not kind.endswith("+json"):
        turn.unreadable = Complaint(415, "Content type must be application/json", 415)
    else:
        try:
            turn.body = json.loads(turn.raw.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            turn.unreadable = Complaint(400, "[INVALID_JSON] the body cannot be read", 400)
        else:
            if not isinstance(turn.body, dict):
                turn.unreadable = Complaint(400, "[INVALID_JSON] the body must be an object", 400)


def settle(turn: Turn) -> None:
    """Check credentials, fields and look-ups in the order of the reading `precedence`; the first that fails is the answer."""
    for stage in turn.reading("precedence").split("-"):
        if stage == "credentials" and turn.unauthenticated:
            turn.reply = _turned_away(turn)
        elif stage == "validation" and turn.unreadable:
            turn.complaints.append(turn.unreadable)
        elif stage == "validation":
            turn.complaints.extend(_violations(turn))
        elif stage == "lookup" and turn.misses:
            turn.complaints.append(complaint(turn, turn.misses[0]))
        if turn.complaints or turn.reply:
            return
    if turn.unfit:
        turn.complaints.append(complaint(turn, turn.unfit[0]))


def _violations(turn: Turn) -> list[Complaint]:
    """Return one error for each violated row, or only the first; fields that share a row give one error."""
    complaints: dict[tuple[int, str], Complaint] = {}
    first = {"presence-first": "missing", "types-first": "type"}.get(turn.reading("checks"))
    problems = [problem for problem in turn.problems if problem.why == first] or turn.problems
    for problem in problems:
        one = complaint(turn, problem.row, problem.why) if problem.row else Complaint(400, problem.words, 400)
        complaints.setdefault((one.code, one.message), one)
    found = list(complaints.values())
    return found[:1] if turn.reading("many-violations") == "first" else found


def _basic(turn: Turn, header: str) -> bool:
    if header in turn.memory.world.headers:
        return True
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user, _, word = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return False
    return any(
        user == name and word in (password, hashlib.md5(password.encode()).hexdigest())
        for name, password in turn.memory.world.users
    )


def _turned_away(turn: Turn) -> Reply:
    if turn.unauthenticated == "expired":
        return _json(498, {"message": "token has expired"})
    answer = turn.reading("unauthenticated")
    if answer == "401":
        return _json(401, {"message": "Unauthorized"}, **{"WWW-Authenticate": 'Basic realm="api"'})
    if answer == "403":
        return Reply(403, {"Content-Type": "text/html"}, b"<html><body><h1>403 Forbidden</h1></body></html>")
    return _json(200, {"data": None, "errors": [{"code": 999999, "message": "Not authorized"}], "warnings": None})


def _token(turn: Turn) -> Reply:
    try:
        asked = json.loads(turn.raw)
        life = turn.memory.world.keys[asked["key"], asked["secret"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return _json(401, {"data": None, "errors": [{"code": 401, "message": "Invalid key or secret"}]})
    token = ".".join(secrets.token_urlsafe(size) for size in (15, 60, 32))
    turn.memory.tokens[token] = time.monotonic() + life
    return _json(200, {"data": {"accessToken": token, "ttlSeconds": life}, "errors": None})


def _json(status: int, document: Any, **headers: str) -> Reply:
    return Reply(status, {"Content-Type": "application/json", **headers}, json.dumps(document).encode())


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
