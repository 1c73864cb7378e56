"""Faults of manners: answers that repeat secrets, show the inside of the host, or tell strangers who is a customer."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from tests.faulty.faults.access import TOKEN, credential, md5
from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, always
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn

REPEATED = "hygiene.secret_repeated"
TELLS = "hygiene.tells_strangers"
INSIDE = "hygiene.leak"
Secret = Callable[[Turn], str]

TRACE = 'Traceback (most recent call last):\n  File "/usr/lib/enrol/engine.py", line 12, in call\nKeyError: 7'
JAVA = "\tat com.example.enrol.Engine.call(Engine.java:42)\n\tat com.example.enrol.Door.open(Door.java:7)"


def _authorization(turn: Turn) -> str:
    return turn.headers.get("authorization", "").partition(" ")[2]


def _token(turn: Turn) -> str:
    return turn.headers.get(TOKEN, "")


def _password(turn: Turn) -> str:
    return turn.memory.world.users[0][1]


def _client_secret(turn: Turn) -> str:
    return next(iter(turn.memory.world.keys))[1] if _token(turn) else ""


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def _in_header(name: str, says: str, header: str, secret: Secret, claim: str = REPEATED) -> Fault:
    """Return the fault that shows something in a header of every answer to a request that was let in."""

    def do(turn: Turn) -> None:
        if turn.reply and secret(turn):
            turn.reply = replace(turn.reply, headers={**turn.reply.headers, header: secret(turn)})

    return Fault(name, says, (claim,), (after("encode", do),), level="hygiene")


def _beside_data(name: str, says: str, text: Secret, when: Test = always, claim: str = REPEATED) -> Fault:
    """Return the fault that shows a text in a field that the page does not list."""

    def do(turn: Turn) -> None:
        if turn.reply and turn.reply.body.endswith(b"}") and text(turn) and when(turn):
            body = turn.reply.body[:-1] + f', "debug": "{text(turn)}"}}'.encode()
            turn.reply = replace(turn.reply, body=body)

    return Fault(name, says, (claim,), (after("encode", do),), level="hygiene")


def _turning_away(text: Secret, *, status: int = 401) -> Hook:
    """Return the hook that says something to those who are turned away."""

    def do(turn: Turn) -> None:
        said = text(turn) if turn.unauthenticated else ""
        if turn.reply and said:
            body = json.dumps({"message": said}).encode()
            turn.reply = Reply(status, {"Content-Type": "application/json"}, body)

    return after("settle", do)


def _to_strangers(name: str, says: str, text: Secret) -> Fault:
    return Fault(name, says, (REPEATED,), (_turning_away(text),), level="hygiene")


def _looks_up(name: str, says: str, text: Secret, *, status: int = 401) -> Fault:
    """Return the fault that looks up what a stranger names, and says so in its refusal."""
    return Fault(name, says, (TELLS,), (_turning_away(text, status=status),), level="hygiene")


def _without_words(turn: Turn) -> None:
    turn.complaints = [replace(one, message="") for one in turn.complaints]


def _if_missing(what: str, text: str) -> Secret:
    return lambda turn: text if what in turn.misses else ""


def _quoted(text: str) -> str:
    return json.dumps(text)[1:-1]


FAULTS = (
    _in_header("login-in-header", "The answer repeats the login in a header.", "X-Debug", _authorization),
    _in_header(
        "login-in-header-in-hex",
        "The answer repeats the login in a header, in hexadecimal digits.",
        "X-Trace",
        lambda turn: base64.b64decode(_authorization(turn)).hex().upper() if _authorization(turn) else "",
    ),
    _in_header(
        "login-in-location",
        "The answer repeats the login in a URL, percent-encoded.",
        "Content-Location",
        lambda turn: f"/enrolments?by={quote(_authorization(turn), safe='')}" if _authorization(turn) else "",
    ),
    _in_header("token-in-header", "The answer repeats the access token in a header.", "X-Token", _token),
    _in_header(
        "token-in-cookie",
        "The answer sets a cookie that holds the access token.",
        "Set-Cookie",
        lambda turn: f"session={_token(turn)}; Path=/" if _token(turn) else "",
    ),
    _in_header(
        "password-digest-as-etag",
        "The ETag is the MD5 of the password.",
        "ETag",
        lambda turn: f'"{md5(_password(turn)).upper()}"',
    ),
    _in_header(
        "client-secret-in-header",
        "The answer shows the secret of the client in a header.",
        "X-Client",
        _client_secret,
    ),
    _beside_data("login-in-body", "The answer repeats the login in a field.", _authorization),
    _beside_data(
        "password-digest-in-body",
        "The answer shows the MD5 of the password in a field, in Base64.",
        lambda turn: base64.b64encode(md5(_password(turn)).encode()).decode(),
    ),
    _beside_data(
        "password-sha-in-body",
        "The answer shows the SHA-256 of the password in a field.",
        lambda turn: hashlib.sha256(_password(turn).encode()).hexdigest(),
    ),
    _beside_data(
        "token-in-body", "The answer repeats the access token, with JSON escapes.", lambda t: _escaped(_token(t))
    ),
    _beside_data(
        "cookie-in-body", "The answer repeats the cookie of the request.", lambda turn: turn.headers.get("cookie", "")
    ),
    _beside_data(
        "password-in-body",
        "The answer says in a field what the password is.",
        lambda turn: f"login ok, password={_password(turn)}",
    ),
    _to_strangers(
        "right-password-told",
        "Who has a wrong password is told the right one.",
        lambda turn: f"the password is {_password(turn)}" if _authorization(turn) else "",
    ),
    _to_strangers(
        "right-digest-told",
        "Who has a wrong password is told the MD5 of the right one.",
        lambda turn: f"expected {md5(_password(turn))}" if _authorization(turn) else "",
    ),
    _to_strangers(
        "wrong-token-repeated",
        "A refused token is repeated in the answer.",
        lambda t: f"bad token {_token(t)}" if _token(t) else "",
    ),
    _to_strangers(
        "headers-dumped",
        "A refusal repeats all headers of the request.",
        lambda turn: "; ".join(f"{name}: {value}" for name, value in turn.headers.items()),
    ),
    _looks_up(
        "stranger-told-of-customers",
        "A stranger is told that a customer is unknown.",
        _if_missing("no customer", "Customer not found"),
    ),
    _looks_up(
        "stranger-told-of-promotions",
        "A stranger is told that a promotion is unknown.",
        _if_missing("no promotion", "no such promotion"),
    ),
    _looks_up(
        "stranger-told-of-mobiles",
        "A stranger is told that a mobile is unknown.",
        lambda turn: "Unknown mobile" if "no customer" in turn.misses and turn.asked.name == "mobile" else "",
    ),
    _looks_up(
        "stranger-told-on-opt-in",
        "A stranger who opts in is told that a customer is unknown.",
        lambda turn: "Nobody of that id" if "no customer" in turn.misses and turn.asked.action == "OPT_IN" else "",
    ),
    _to_strangers(
        "wrong-password-repeated",
        "A refusal repeats the login that is wrong, decoded.",
        lambda turn: (credential(turn) or "").replace(":", " / "),
    ),
    _looks_up(
        "stranger-told-by-status",
        "Where a customer is unknown, a stranger is refused with another status.",
        _if_missing("no customer", "Unauthorized"),
        status=403,
    ),
    _beside_data(
        "trace-in-body",
        "Errors show where in the code they arose.",
        lambda _: _quoted(TRACE),
        lambda t: bool(t.complaints),
        INSIDE,
    ),
    _beside_data(
        "java-trace-in-body",
        "Errors show frames of Java.",
        lambda _: _quoted(JAVA),
        lambda t: bool(t.complaints),
        INSIDE,
    ),
    _beside_data(
        "path-in-body",
        "Errors name a file of the host.",
        lambda _: "see /etc/enrol/rules.yaml",
        lambda turn: bool(turn.complaints),
        INSIDE,
    ),
    Fault(
        "errors-without-words",
        "No error has a text.",
        ("hygiene.error_message",),
        (before("compose", _without_words),),
        level="hygiene",
    ),
)
