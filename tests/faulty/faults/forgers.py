"""Faults in the check of access tokens, and of both kinds of credentials at once."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from tests.faulty.faults.access import TOKEN, credential, let_in, login
from tests.faulty.faults.attackers import hole
from tests.faulty.faults.fault import Fault, after
from tests.faulty.host import Hook
from tests.faulty.receiving import TOKEN as TOKEN_PATH
from tests.faulty.turn import Reply, Turn


def _sent(turn: Turn) -> str | None:
    return turn.headers.get(TOKEN)


def _valid(turn: Turn) -> list[str]:
    """Return the tokens that were given out and have not expired."""
    return [token for token, dies in turn.memory.tokens.items() if dies > time.monotonic()]


def _like(name: str, says: str, fits: Callable[[str, str], bool]) -> Fault:
    """Return the fault that lets a token in that is like a valid one. `fits`: takes the sent token and a valid one."""
    return hole(
        name, says, lambda turn: bool(_sent(turn)) and any(fits(_sent(turn) or "", one) for one in _valid(turn))
    )


def _header(token: str) -> dict[str, Any]:
    """Return the header of a JSON Web Token; empty if it has none."""
    try:
        found = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    except (binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _algorithm(name: str, says: str, fits: Callable[[str], bool]) -> Fault:
    return hole(name, says, lambda turn: fits(str(_header(_sent(turn) or "").get("alg", ""))))


def _signed_with(name: str, says: str, keys: Callable[[Turn], list[bytes]]) -> Fault:
    """Return the fault that takes a token signed with one of these keys."""

    def fits(turn: Turn) -> bool:
        text, _, signature = (_sent(turn) or "").rpartition(".")
        digests = [hmac.digest(key, text.encode(), hashlib.sha256) for key in keys(turn)]
        return signature in [base64.urlsafe_b64encode(digest).decode().rstrip("=") for digest in digests]

    return hole(name, says, fits)


def _hands_out(fits: Callable[[str | None, str | None, str, str], bool]) -> tuple[Hook, ...]:
    """Return the hook that gives a token to whoever `fits`: takes key and secret as sent, and those of a client."""

    def do(turn: Turn) -> None:
        if turn.path != TOKEN_PATH:
            return
        asked = json.loads(turn.raw)
        for (key, secret), life in turn.memory.world.keys.items():
            if life and fits(asked.get("key"), asked.get("secret"), key, secret):
                token = ".".join(secrets.token_urlsafe(size) for size in (15, 60, 32))
                turn.memory.tokens[token] = time.monotonic() + life
                document = {"data": {"accessToken": token, "ttlSeconds": life}, "errors": None}
                turn.reply = Reply(200, {"Content-Type": "application/json"}, json.dumps(document).encode())

    return (after("route", do),)


def _seen_before(turn: Turn) -> bool:
    seen = turn.memory.notes.setdefault("seen", set())
    token = _sent(turn)
    again = token in seen
    if turn.unauthenticated == "expired":
        seen.add(token)
    return again


def _short_lives(turn: Turn) -> None:
    """Let the tokens of a client that has valid ones live for a second."""
    answer = json.loads(turn.reply.body) if turn.reply and turn.path == TOKEN_PATH else {}
    data = answer.get("data") or {}
    if data.get("ttlSeconds") and turn.reply:
        turn.memory.tokens[data["accessToken"]] = time.monotonic() + 1
        turn.memory.notes.setdefault("short", set()).add(data["accessToken"])
        body = json.dumps({**answer, "data": {**data, "ttlSeconds": 1}}).encode()
        turn.reply = Reply(200, turn.reply.headers, body)


def _was_valid(turn: Turn) -> bool:
    return _sent(turn) in turn.memory.notes.get("short", ())


def _bearer(turn: Turn) -> str:
    return turn.headers.get("authorization", "").partition("Bearer ")[2]


def _part(token: str, number: int) -> str:
    return [*token.split("."), "", "", ""][number]


FAULTS = (
    hole("empty-token-accepted", "A token header without a token is let in.", lambda turn: _sent(turn) == ""),
    hole("null-token-accepted", "The token null is let in.", lambda turn: _sent(turn) == "null"),
    hole(
        "key-as-token-accepted",
        "The key of a client is let in as token.",
        lambda turn: _sent(turn) in [key for key, _ in turn.memory.world.keys],
    ),
    hole("expired-token-accepted-again", "An expired token is let in from its second use on.", _seen_before),
    Fault(
        "token-outlives-its-end",
        "A token that was valid once is let in after its end.",
        ("auth.required",),
        (after("route", _short_lives), let_in(_was_valid)),
    ),
    _like(
        "start-of-token-not-looked-at",
        "The first letters of a token are not looked at.",
        lambda sent, one: len(sent) == len(one) and sent[4:] == one[4:],
    ),
    _like(
        "payload-of-token-not-looked-at",
        "The middle of a token is not looked at.",
        lambda sent, one: sent.count(".") == 2 and (_part(sent, 0), _part(sent, 2)) == (_part(one, 0), _part(one, 2)),
    ),
    _like(
        "token-without-signature-accepted",
        "A token needs no third part.",
        lambda sent, one: sent.rstrip(".") == one.rpartition(".")[0],
    ),
    _like(
        "token-with-empty-signature-accepted",
        "The third part of a token may be empty.",
        lambda sent, one: sent == f"{one.rpartition('.')[0]}.",
    ),
    _like(
        "end-of-token-not-looked-at",
        "The last letters of a token may be missing.",
        lambda sent, one: len(sent) > 9 and one.startswith(sent) and len(one) - len(sent) <= 4,
    ),
    _like("half-a-token-accepted", "Half a token is enough.", lambda sent, one: sent == one[: len(one) // 2]),
    _like("token-with-more-behind-it-accepted", "What comes behind a token is not looked at.", str.startswith),
    hole(
        "signature-of-another-token-accepted",
        "A token may have the signature of any other token.",
        lambda turn: any(
            _part(_sent(turn) or "", 2) == _part(one, 2) and _sent(turn) not in turn.memory.tokens
            for one in turn.memory.tokens
        ),
    ),
    _algorithm("unsigned-algorithm-accepted", "A token says that it needs no signature.", lambda alg: alg == "none"),
    _algorithm(
        "unsigned-algorithm-in-odd-case-accepted",
        "A token says nOnE of its signature, and needs none.",
        lambda alg: alg.lower() == "none" and alg != "none",
    ),
    _signed_with("token-signed-with-nothing-accepted", "An empty key signs tokens.", lambda _: [b""]),
    _signed_with("token-signed-with-a-usual-word-accepted", "The key that signs is secret.", lambda _: [b"secret"]),
    _signed_with(
        "token-signed-with-the-client-key-accepted",
        "A client can sign tokens with its key, which is no secret.",
        lambda turn: [key.encode() for key, _ in turn.memory.world.keys],
    ),
    Fault(
        "token-for-any-key",
        "A secret of any client gets a token, whatever the key.",
        ("auth.required",),
        _hands_out(lambda key, secret, known, right: secret == right and key != known),
    ),
    Fault(
        "token-for-any-secret",
        "A known key gets a token with a wrong secret.",
        ("auth.required",),
        _hands_out(lambda key, secret, known, right: key == known and bool(secret) and secret != right),
    ),
    Fault(
        "token-for-an-empty-secret",
        "A known key gets a token with an empty secret.",
        ("auth.required",),
        _hands_out(lambda key, secret, known, right: key == known and secret == ""),
    ),
    Fault(
        "token-for-a-key-alone",
        "A known key gets a token without a secret.",
        ("auth.required",),
        _hands_out(lambda key, secret, known, right: key == known and secret is None),
    ),
    hole(
        "token-as-password-accepted",
        "A user may send a token as his password.",
        lambda turn: login(turn, lambda u, w, n, k: u == n and w in turn.memory.tokens),
    ),
    hole(
        "both-kinds-let-in",
        "Who sends both kinds of credentials is let in, whatever they are.",
        lambda turn: _sent(turn) is not None and credential(turn) is not None,
    ),
    hole(
        "token-beside-the-scheme-lets-in",
        "With a token beside it, the scheme Basic needs nothing behind it.",
        lambda turn: _sent(turn) is not None and turn.headers.get("authorization") == "Basic",
    ),
    hole(
        "signature-not-looked-at-behind-bearer",
        "Behind Bearer, the signature of a token is not looked at.",
        lambda turn: any(_bearer(turn).rpartition(".")[0] == one.rpartition(".")[0] for one in turn.memory.tokens),
    ),
    hole(
        "expired-token-accepted-behind-bearer",
        "Behind Bearer, an expired token is let in.",
        lambda turn: turn.memory.tokens.get(_bearer(turn), time.monotonic() + 1) <= time.monotonic(),
    ),
    hole(
        "name-behind-bearer-accepted",
        "Behind Bearer, the name of a user is enough.",
        lambda turn: _bearer(turn) in [name for name, _ in turn.memory.world.users],
    ),
    Fault(
        "long-dead-token-with-a-login-accepted",
        "An expired token is let in beside a wrong password.",
        ("auth.required",),
        (let_in(lambda turn: turn.unauthenticated == "expired" and credential(turn) is not None),),
    ),
)
