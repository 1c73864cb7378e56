"""Wrong Basic credentials: names and passwords that are close to the right ones, or that careless code takes for them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from contracts.credentials import Credentials
from contracts.host.attacks.attack import Attack, Means
from contracts.host.login import UNKNOWN_USER, WRONG_PASSWORD, Login, PasswordForm, basic_header, md5_of
from contracts.spellings import WIDE

_QUOTES: Final = "' OR '1'='1"
_OTHER: Final[Mapping[PasswordForm, PasswordForm]] = {"md5": "raw", "raw": "md5"}
# Names of shell variables.
_USER: Final = "$ENROL_USERNAME"
_PASSWORD: Final = "$ENROL_PASSWORD"


def _pair(
    made: Callable[[str, str], tuple[str, str]], curl: str, form: PasswordForm | None = "raw", *, alone: bool = False
) -> Attack:
    """Return the attack that sends a user name and a password made from the right ones.

    `form`: how the password is sent; None for the form that the host takes. `alone`: it needs no login.
    """

    def headers(means: Means) -> Mapping[str, str]:
        user, word = made(*(means.login.basic or ("", "")))
        return {"Authorization": basic_header(user, word, form=form or means.form)}

    def is_possible(login: Login) -> bool:
        if login.basic is None:
            return alone
        user, word = made(*login.basic)
        # A host may take the password as it is or as its MD5, whose digits may be in any case.
        is_right = md5_of(login.basic[1]) in (word.lower(), md5_of(word))
        return not (user == login.basic[0] and is_right)

    return Attack(headers, f'-u "{curl}"', is_possible)


def _of_another(made: Callable[[str, str, str, str], tuple[str, str]], curl: str) -> Attack:
    """Return the attack that mixes the user with the OAuth client. `made`: from user, password, key and secret."""

    def pair(login: Login) -> tuple[str, str]:
        (user, word), client = login.basic or ("", ""), login.oauth
        return made(user, word, client.key, client.secret) if client else ("", "")

    def headers(means: Means) -> Mapping[str, str]:
        return {"Authorization": basic_header(*pair(means.login), form=means.form)}

    def is_possible(login: Login) -> bool:
        client = login.oauth
        if login.basic is None or client is None:
            return False
        return login.basic[0] != client.key and login.basic[1] != client.secret

    return Attack(headers, f'-u "{curl}"', is_possible)


def _digested(made: Callable[[str], str], tool: str) -> Attack:
    """Return the attack that sends another digest of the password than its MD5. `tool`: the command that makes it."""
    curl = f"{_USER}:$(printf %s {_PASSWORD} | {tool} | cut -d' ' -f1)"
    return _pair(lambda user, word: (user, made(word)), curl)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


BASIC: Final[Mapping[Credentials, Attack]] = {
    "wrong": _pair(lambda _u, _p: (UNKNOWN_USER, WRONG_PASSWORD), f"{UNKNOWN_USER}:{WRONG_PASSWORD}", None, alone=True),
    "wrong-user": _pair(lambda _, p: (UNKNOWN_USER, p), f"{UNKNOWN_USER}:{_PASSWORD}", None),
    "wrong-password": _pair(lambda u, _: (u, WRONG_PASSWORD), f"{_USER}:{WRONG_PASSWORD}", None),
    "wrong-password-in-the-other-form": Attack(
        lambda means: {"Authorization": basic_header(means.user, WRONG_PASSWORD, form=_OTHER[means.form])},
        f'-u "{_USER}:$ENROL_WRONG_PASSWORD"',
        lambda login: login.basic is not None and login.basic[1] not in (WRONG_PASSWORD, md5_of(WRONG_PASSWORD)),
    ),
    "empty-password": _pair(lambda u, _: (u, ""), f"{_USER}:"),
    "empty-password-md5": _pair(lambda u, _: (u, md5_of("")), f"{_USER}:{md5_of('')}"),
    "blank-password": _pair(lambda u, _: (u, " "), f"{_USER}: "),
    "null-password": _pair(lambda u, _: (u, "null"), f"{_USER}:null"),
    # Almost right passwords are sent as they are: the MD5 of one looks like that of any wrong password.
    "short-password": _pair(lambda u, p: (u, p[:-1]), f"{_USER}:${{ENROL_PASSWORD%?}}"),
    "long-password": _pair(lambda u, p: (u, f"{p}x"), f"{_USER}:${{ENROL_PASSWORD}}x"),
    "password-without-its-first-letter": _pair(lambda u, p: (u, p[1:]), f"{_USER}:${{ENROL_PASSWORD#?}}"),
    "password-behind-another-letter": _pair(lambda u, p: (u, f"x{p}"), f"{_USER}:x{_PASSWORD}"),
    "password-twice": _pair(lambda u, p: (u, p + p), f"{_USER}:{_PASSWORD}{_PASSWORD}"),
    "password-in-other-case": _pair(lambda u, p: (u, p.swapcase()), f"{_USER}:$ENROL_PASSWORD_IN_OTHER_CASE"),
    "password-in-other-case-md5": _pair(
        lambda u, p: (u, md5_of(p.swapcase())), f"{_USER}:$ENROL_MD5_OF_PASSWORD_IN_OTHER_CASE"
    ),
    "password-in-percent-escapes": _pair(lambda u, p: (u, _percent(p)), f"{_USER}:$ENROL_PASSWORD_IN_PERCENT_ESCAPES"),
    "password-in-base64": _pair(
        lambda u, p: (u, base64.b64encode(p.encode()).decode()), f"{_USER}:$(printf %s {_PASSWORD} | base64)"
    ),
    "password-backwards": _pair(lambda u, p: (u, p[::-1]), f"{_USER}:$(printf %s {_PASSWORD} | rev)"),
    "password-behind-a-space": _pair(lambda u, p: (u, f" {p}"), f"{_USER}: {_PASSWORD}"),
    # Languages that compare texts of digits as numbers take 123 and 123.0 for equal.
    "password-as-another-number": _pair(lambda u, p: (u, f"{p}.0"), f"{_USER}:${{ENROL_PASSWORD}}.0"),
    "password-sha1": _digested(lambda p: hashlib.sha1(p.encode(), usedforsecurity=False).hexdigest(), "sha1sum"),
    "password-sha256": _digested(lambda p: hashlib.sha256(p.encode()).hexdigest(), "sha256sum"),
    # Of a password that is a digest already, the digest may be right.
    "digest-of-the-digest": _digested(
        lambda p: p if md5_of(p) == p else _md5(md5_of(p)), "md5sum | cut -c-32 | md5sum"
    ),
    "digest-of-user-and-password": _pair(
        lambda u, p: (u, _md5(f"{u}:{p}")), f"{_USER}:$(printf %s:%s {_USER} {_PASSWORD} | md5sum | cut -d' ' -f1)"
    ),
    "true-as-password": _pair(lambda u, _: (u, "true"), f"{_USER}:true"),
    "zero-as-password": _pair(lambda u, _: (u, "0"), f"{_USER}:0"),
    "undefined-as-password": _pair(lambda u, _: (u, "undefined"), f"{_USER}:undefined"),
    "usual-password": _pair(lambda u, _: (u, "password"), f"{_USER}:password", None),
    "usual-login": _pair(lambda _u, _p: ("admin", "admin"), "admin:admin", None, alone=True),
    "password-before-a-zero-byte": _pair(lambda u, p: (u, f"{p}\0x"), f"{_USER}:$ENROL_PASSWORD_WITH_ZERO_BYTE"),
    "password-before-a-colon": _pair(lambda u, p: (u, f"{p}:x"), f"{_USER}:{_PASSWORD}:x"),
    "password-before-a-line-end": _pair(lambda u, p: (u, f"{p}\n"), f"{_USER}:$ENROL_PASSWORD_WITH_LINE_END"),
    "quotes-in-user": _pair(lambda _, p: (f"{_QUOTES}' --", p), f"{_QUOTES}' --:{_PASSWORD}", None),
    "quotes-in-password": _pair(lambda u, _: (u, _QUOTES), f"{_USER}:{_QUOTES}"),
    "short-digest": _pair(lambda u, p: (u, md5_of(p)[:-1]), f"{_USER}:$ENROL_SHORT_MD5"),
    "long-digest": _pair(lambda u, p: (u, f"{md5_of(p)}0"), f"{_USER}:$ENROL_LONG_MD5"),
    "almost-right-digest": _pair(lambda u, p: (u, _almost(md5_of(p))), f"{_USER}:$ENROL_ALMOST_RIGHT_MD5"),
    "user-as-password": _pair(lambda u, _: (u, u), f"{_USER}:{_USER}", None),
    "swapped": _pair(lambda u, p: (p, u), f"{_PASSWORD}:{_USER}"),
    "short-user": _pair(lambda u, p: (u[:-1], p), f"${{ENROL_USERNAME%?}}:{_PASSWORD}", None),
    "long-user": _pair(lambda u, p: (f"{u}x", p), f"${{ENROL_USERNAME}}x:{_PASSWORD}", None),
    "empty-user": _pair(lambda _, p: ("", p), f":{_PASSWORD}", None),
    "user-before-a-zero-byte": _pair(lambda u, p: (f"{u}\0x", p), f"$ENROL_USERNAME_WITH_ZERO_BYTE:{_PASSWORD}", None),
    "user-before-a-space": _pair(lambda u, p: (f"{u} ", p), f"{_USER} :{_PASSWORD}", None),
    "user-of-a-domain": _pair(lambda u, p: (f"{u}@example.com", p), f"{_USER}@example.com:{_PASSWORD}", None),
    "user-behind-a-domain": _pair(lambda u, p: (f"domain\\{u}", p), f"domain\\{_USER}:{_PASSWORD}", None),
    "user-in-wide-letters": _pair(
        lambda u, p: (u.translate(WIDE), p), f"$ENROL_USERNAME_IN_WIDE_LETTERS:{_PASSWORD}", None
    ),
    "wildcard-user": _pair(lambda _, p: ("%", p), f"%:{_PASSWORD}", None),
    "wildcard-password": _pair(lambda u, _: (u, "*"), f"{_USER}:*"),
    "secret-of-another": _of_another(lambda u, _p, _k, secret: (u, secret), f"{_USER}:$ENROL_SECRET"),
    "password-of-another": _of_another(lambda _u, p, key, _s: (key, p), f"$ENROL_KEY:{_PASSWORD}"),
}


def _almost(digest: str) -> str:
    """Return a digest with another last digit."""
    return digest[:-1] + ("1" if digest[-1] == "0" else "0")
