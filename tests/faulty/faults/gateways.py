"""Faults of gateways: who is let in by another door, what is rewritten on the way, and what is told in passing."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from hashlib import md5

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import Test, crash, find_fault, opting_in, write_down
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn

_NEEDED = ("auth.required",)
_REPEATED = ("hygiene.secret_repeated",)


def _lets_in(when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if turn.unauthenticated and when(turn):
            turn.unauthenticated = ""

    return after("admit", do)


def _has(name: str, value: str = ".*") -> Test:
    return lambda turn: name in turn.headers and bool(re.fullmatch(value, turn.headers[name], re.DOTALL))


def _pair(turn: Turn) -> tuple[str, str]:
    scheme, _, rest = turn.headers.get("authorization", "").partition(" ")
    try:
        text = base64.b64decode(rest, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        text = ""
    user, _, word = text.partition(":")
    return user, word


def _user_and_word(is_right: Callable[[str, str, str, set[str]], bool]) -> Test:
    """Return whether a pair passes, given the known user and his passwords, plain and as MD5."""

    def test(turn: Turn) -> bool:
        user, word = _pair(turn)
        known = [(name, {text, md5(text.encode()).hexdigest()}) for name, text in turn.memory.world.users]
        return (
            bool(user)
            and "x-cap-api-oauth-token" not in turn.headers
            and any(is_right(user, word, name, words) for name, words in known)
        )

    return test


def _token(change: Callable[[str], str]) -> Test:
    """Return whether a token is like one that was issued."""

    def test(turn: Turn) -> bool:
        token = turn.headers.get("x-cap-api-oauth-token")
        return bool(token) and any(change(token or "") == change(one) for one in turn.memory.tokens)

    return test


def _locked_out(turn: Turn) -> None:
    """Refuse the right password if the one before, of the same user, was wrong."""
    if "x-cap-api-oauth-token" in turn.headers or not _pair(turn)[0]:
        return
    notes, user = turn.memory.notes, _pair(turn)[0]
    if turn.unauthenticated:
        notes[f"wrong {user}"] = True
    elif notes.pop(f"wrong {user}", False):
        turn.unauthenticated = "unknown"


def _enrolled_all_the_same(turn: Turn) -> None:
    """Enrol before the credentials are looked at, if the request has some."""
    if (
        turn.unauthenticated == "expired"
        and turn.promotion
        and turn.customer
        and not turn.misses
        and not turn.unfit
        and not turn.problems
    ):
        write_down(turn)


def _told(when: Callable[[Turn, Reply], bool], tell: Callable[[Turn, Reply], Reply]) -> tuple[Hook, ...]:
    def do(turn: Turn) -> None:
        if turn.reply and when(turn, turn.reply):
            turn.reply = tell(turn, turn.reply)

    return after("route", do), after("settle", do), after("encode", do)


def _in_header(name: str) -> Callable[[Turn, Reply], Reply]:
    return lambda turn, reply: replace(reply, headers={**reply.headers, name: turn.headers.get("authorization", "")})


def _word_in_body(turn: Turn, reply: Reply) -> Reply:
    word = _pair(turn)[1]
    return (
        replace(reply, body=reply.body.replace(b'"message": "', f'"message": "({word}) '.encode(), 1))
        if word
        else reply
    )


def _status(*statuses: int) -> Callable[[Turn, Reply], bool]:
    return lambda _, reply: reply.status in statuses


FAULTS = (
    Fault("chunks-let-in", "A body in chunks leads past the check of credentials.", _NEEDED, (_lets_in(_has("transfer-encoding", "chunked")),)),
    Fault("user-with-quote", "A quote in the user's name changes the query.", _NEEDED,
          (_lets_in(_user_and_word(lambda user, word, name, words: bool(re.search(r"'\s*(or\b|--|#|\|\|)", user, re.IGNORECASE)))),)),
    Fault("password-line-end", "A line end behind the password does not count.", _NEEDED,
          (_lets_in(_user_and_word(lambda user, word, name, words: user == name and word not in words and word.rstrip("\r\n") in words)),)),
    Fault("user-with-trailing-space", "A space behind the user's name does not count.", _NEEDED,
          (_lets_in(_user_and_word(lambda user, word, name, words: user != name and user.rstrip() == name and word in words)),)),
    Fault("user-in-wide-letters", "The user's name is normalised by NFKC.", _NEEDED,
          (_lets_in(_user_and_word(lambda user, word, name, words: user != name and unicodedata.normalize("NFKC", user) == name and word in words)),)),
    Fault("token-of-20-characters", "The first 20 characters of a token count.", _NEEDED, (_lets_in(_token(lambda token: token[:20])),)),
    Fault("token-in-any-case", "A token is compared without regard to case.", _NEEDED, (_lets_in(_token(str.lower)),)),
    Fault("locked-for-one-request", "After a wrong password the right one is refused once.", ("auth.basic",), (after("admit", _locked_out),)),
    Fault("turkish-refuses", "A client that prefers Turkish cannot opt in.", ("request.action.values", "error.action_required"),
          (find_fault("action", "action", lambda turn: opting_in(turn) and turn.headers.get("accept-language", "").startswith("tr")),)),
    Fault("media-type-case-counts", "The media type must be in lower case.", ("call.path", "promotion.loyalty_types", "error.engine_error"),
          (crash(lambda turn: turn.headers.get("content-type", "").partition(";")[0] == "Application/JSON"),)),
    Fault("expired-token-enrols", "A request with an expired token is refused, and carried out.", _NEEDED, (after("weigh", _enrolled_all_the_same),)),
    Fault("leak-in-404", "The answer to an unknown path repeats the credentials in a header.", _REPEATED, _told(_status(404), _in_header("X-Debug-Auth")), level="hygiene"),
    Fault("leak-in-415", "The answer to another media type repeats the credentials in a header.", _REPEATED, _told(_status(415), _in_header("X-Debug-Auth")), level="hygiene"),
    Fault("leak-in-405", "The answer to another method repeats the credentials in a header.", _REPEATED, _told(_status(405), _in_header("X-Debug-Auth")), level="hygiene"),
    Fault("leak-in-500", "The answer to a failure of the engine repeats the password.", _REPEATED, _told(_status(500), _word_in_body), level="hygiene"),
)  # fmt: skip
