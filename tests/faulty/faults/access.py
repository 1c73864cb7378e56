"""Faults in the check of credentials: which requests are accepted, and which are refused."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import replace

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, get, write_down
from tests.faulty.host import Hook
from tests.faulty.turn import Turn

TOKEN = "x-cap-api-oauth-token"


def md5(password: str) -> str:
    return hashlib.md5(password.encode()).hexdigest()


def let_in(when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if when(turn):
            turn.unauthenticated = ""

    return after("admit", do)


def _turn_away(when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if when(turn):
            turn.unauthenticated = "unknown"

    return after("admit", do)


def credential(turn: Turn) -> str | None:
    """Return the decoded content of the Basic header, or None if it cannot be decoded."""
    scheme, _, rest = turn.headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(rest, validate=True).decode() if scheme == "Basic" else None
    except (binascii.Error, ValueError):
        return None


def _known_user(turn: Turn) -> bool:
    user = (credential(turn) or "").partition(":")[0]
    return user in [name for name, _ in turn.memory.world.users]


def login(turn: Turn, fits: Callable[[str, str, str, str], bool]) -> bool:
    """Return whether `fits` accepts the sent user and password together with those of any known user."""
    user, colon, word = (credential(turn) or "").partition(":")
    return bool(colon) and any(fits(user, word, *known) for known in turn.memory.world.users)


def _signed_otherwise(turn: Turn) -> bool:
    unsigned = turn.headers.get(TOKEN, "").rpartition(".")[0]
    return bool(unsigned) and any(token.startswith(f"{unsigned}.") for token in turn.memory.tokens)


def _nothing_sent(turn: Turn) -> bool:
    return "authorization" not in turn.headers and TOKEN not in turn.headers


def _unreadable(turn: Turn) -> bool:
    return turn.headers.get("authorization", "").startswith("Basic ") and ":" not in (credential(turn) or "")


def _forget_clients(turn: Turn) -> None:
    turn.memory.world = replace(turn.memory.world, keys={})


def _has_token(turn: Turn) -> bool:
    return TOKEN in turn.headers


def _uses_token_again(turn: Turn) -> bool:
    token = turn.headers.get(TOKEN)
    used = turn.memory.notes.setdefault("used", set())
    again = token in used
    if token:
        used.add(token)
    return again


def _enrol_although_unauthenticated(turn: Turn) -> None:
    if turn.unauthenticated and not turn.problems and not turn.misses and not turn.unfit:
        write_down(turn)


FAULTS = (
    Fault(
        "credentials-ignored",
        "Nobody is turned away.",
        ("auth.required",),
        (let_in(lambda _: True),),
    ),
    Fault(
        "credentials-looked-at-on-enrol-only",
        "OPT_IN needs no credentials.",
        ("auth.required",),
        (
            after(
                "read",
                lambda turn: setattr(turn, "unauthenticated", "") if get(turn.body, "action") == "OPT_IN" else None,
            ),
        ),
    ),
    Fault(
        "no-credentials-needed",
        "A request without any credentials is let in, one with wrong ones is not.",
        ("auth.required",),
        (let_in(_nothing_sent),),
    ),
    Fault(
        "any-password-accepted",
        "The password of a known user is not looked at.",
        ("auth.required",),
        (let_in(_known_user),),
    ),
    Fault(
        "unreadable-basic-accepted",
        "A Basic header that does not hold user:password is let in.",
        ("auth.required",),
        (let_in(_unreadable),),
    ),
    Fault(
        "any-token-accepted",
        "An OAuth token that was never given out is let in.",
        ("auth.required",),
        (let_in(_has_token),),
    ),
    Fault(
        "expired-token-accepted",
        "An OAuth token is let in after its end.",
        ("auth.required",),
        (let_in(lambda turn: turn.unauthenticated == "expired"),),
    ),
    Fault(
        "stranger-enrolled",
        "A request without credentials is answered with 401, and carried out.",
        ("auth.required", "warning.already_enrolled"),
        (after("weigh", _enrol_although_unauthenticated),),
    ),
    Fault(
        "basic-refused",
        "Basic credentials are turned away, OAuth tokens are not.",
        ("auth.basic", "example.opt_in"),
        (_turn_away(lambda turn: "authorization" in turn.headers),),
    ),
    Fault(
        "oauth-refused",
        "OAuth tokens are turned away, Basic credentials are not.",
        ("auth.oauth",),
        (_turn_away(_has_token),),
    ),
    Fault(
        "no-token-for-the-client",
        "A client is refused a token, whatever its key and secret are.",
        ("auth.oauth",),
        (before("route", _forget_clients),),
    ),
    Fault(
        "token-works-once",
        "An OAuth token is turned away from its second use on.",
        ("auth.oauth",),
        (_turn_away(_uses_token_again),),
    ),
    Fault(
        "password-cut-short-accepted",
        "The beginning of a password is enough.",
        ("auth.required",),
        (let_in(lambda turn: login(turn, lambda user, word, name, known: user == name and known.startswith(word))),),
    ),
    Fault(
        "password-with-more-behind-it-accepted",
        "What comes behind a password is not looked at.",
        ("auth.required",),
        (let_in(lambda turn: login(turn, lambda user, word, name, known: user == name and word.startswith(known))),),
    ),
    Fault(
        "any-user-accepted",
        "A password that belongs to somebody is enough, whoever sends it.",
        ("auth.required",),
        (let_in(lambda turn: login(turn, lambda user, word, name, known: word in (known, md5(known)))),),
    ),
    Fault(
        "token-signature-not-looked-at",
        "The signature of an OAuth token is not looked at.",
        ("auth.required",),
        (let_in(_signed_otherwise),),
    ),
    Fault(
        "cookie-turned-away",
        "A request that carries a cookie, as the page's second one does, is turned away.",
        ("auth.basic", "example.opt_in"),
        (_turn_away(lambda turn: "cookie" in turn.headers),),
    ),
)
