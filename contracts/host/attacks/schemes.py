"""The header Authorization in other forms than Basic user:password, never with what is right in it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final

from contracts.credentials import Credentials
from contracts.host.attacks.attack import Attack, Means, always, has_expired, has_oauth
from contracts.host.attacks.tokens import tampered_token
from contracts.host.login import FORGED_TOKEN, WRONG_PASSWORD, Login, basic_header

_LONG: Final = "a" * 600


def _text(value: str) -> Attack:
    """Return the attack that sends this value, whatever the login."""
    return Attack(lambda _: {"Authorization": value}, f"-H {_quoted(f'Authorization: {value}')}", always)


def _wrong(change: Callable[[str], str], curl: str) -> Attack:
    """Return the attack with the right user and a wrong password. `change`: of the header, "Basic …"."""

    def headers(means: Means) -> Mapping[str, str]:
        return {"Authorization": change(basic_header(means.user, WRONG_PASSWORD, form=means.form))}

    def is_possible(login: Login) -> bool:
        return login.basic is None or login.basic[1] != WRONG_PASSWORD

    return Attack(headers, f'-H "Authorization: {curl}"', is_possible)


def _named(made: Callable[[str], str], curl: str) -> Attack:
    """Return the attack that names a known user, and no password. `made`: from the user."""
    return Attack(lambda means: {"Authorization": made(means.user)}, f'-H "Authorization: {curl}"', always)


def _encoded(content: bytes) -> str:
    return f"Basic {base64.b64encode(content).decode()}"


def _quoted(line: str) -> str:
    # curl leaves out a header without a value, unless a semicolon ends it.
    return f"'{line.rstrip().removesuffix(':')};'" if line.rstrip().endswith(":") else f"'{line}'"


SCHEMES: Final[Mapping[Credentials, Attack]] = {
    "malformed": _text("Basic %%%"),
    "unreadable": _text("Basic bm8gY29sb24="),
    "lower-case-scheme": _wrong(lambda value: value.replace("Basic", "basic"), "basic $ENROL_WRONG"),
    "upper-case-scheme": _wrong(lambda value: value.replace("Basic", "BASIC"), "BASIC $ENROL_WRONG"),
    "odd-case-scheme": _wrong(lambda value: value.replace("Basic", "bAsIc"), "bAsIc $ENROL_WRONG"),
    "no-scheme": _wrong(lambda value: value.removeprefix("Basic "), "$ENROL_WRONG"),
    "other-scheme": _wrong(lambda value: value.replace("Basic", "Bearer"), "Bearer $ENROL_WRONG"),
    "digest-scheme": _named(
        lambda user: f'Digest username="{user}", realm="", nonce="", uri="/", response=""',
        "Digest username=$ENROL_USERNAME",
    ),
    "bare-scheme": _text("Basic"),
    "empty-authorization": _text(""),
    "colon-only": _text(_encoded(b":")),
    "user-only": _named(lambda user: _encoded(user.encode()), "Basic $(printf %s $ENROL_USERNAME | base64)"),
    "not-utf-8": _text(_encoded(b"\xff\xfe:\xff\xfe")),
    "base64-cut-short": _wrong(lambda value: value.rstrip("=")[:-1], "Basic $ENROL_WRONG_CUT_SHORT"),
    "long-login": _text(_encoded(f"{_LONG}:{_LONG}".encode())),
    "bearer-forged": _text(f"Bearer {FORGED_TOKEN}"),
    "bearer-user": _named(lambda user: f"Bearer {user}", "Bearer $ENROL_USERNAME"),
    "bearer-tampered": Attack(
        lambda means: {"Authorization": f"Bearer {tampered_token(means)}"},
        '-H "Authorization: Bearer $ENROL_TAMPERED_TOKEN"',
        has_oauth,
    ),
    "bearer-expired": Attack(
        lambda means: {"Authorization": f"Bearer {means.token(means.login.expired)}" if means.login.expired else ""},
        '-H "Authorization: Bearer $ENROL_EXPIRED_TOKEN"',
        has_expired,
    ),
}
