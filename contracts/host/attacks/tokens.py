"""Wrong access tokens, made from those that the host issues.

A token of three parts with JSON in the first two is a JSON Web Token (RFC 7519), and is taken to pieces as one. Of any
other token nothing is known but its letters: what needs a JSON Web Token sends one that is made up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.credentials import Credentials
from contracts.host.attacks.attack import Attack, Means, always, has_expired, has_oauth
from contracts.host.login import (
    FORGED_TOKEN,
    TOKEN_HEADER,
    WRONG_PASSWORD,
    Login,
    OAuthClient,
    basic_header,
    changed_at,
    tampered,
)

# Seconds since 1970, in the year 2100.
_FAR: Final = 4_102_444_800
_YEAR: Final = 365 * 24 * 3600


def tampered_token(means: Means) -> str:
    """Return a valid token with one letter of its signature changed."""
    return tampered(_valid(means))


def _valid(means: Means) -> str:
    return means.token(means.login.oauth) if means.login.oauth else FORGED_TOKEN


def _expired(means: Means) -> str:
    return means.token(means.login.expired) if means.login.expired else FORGED_TOKEN


def _sent_before(means: Means) -> str:
    return means.last_token(means.login.expired) if means.login.expired else FORGED_TOKEN


def _token(made: Callable[[Means], str], variable: str, needs: Callable[[Login], bool] = has_oauth) -> Attack:
    """Return the attack that sends a token. `variable`: of the shell, that stands for the token in curl."""
    return Attack(lambda means: {TOKEN_HEADER: made(means)}, f'-H "{TOKEN_HEADER}: ${variable}"', needs)


def _text(value: str) -> Attack:
    """Return the attack that sends this value as token, whatever the login."""
    return Attack(lambda _: {TOKEN_HEADER: value}, f"-H '{TOKEN_HEADER}{f': {value}' if value else ';'}'", always)


def _both(authorization: Callable[[Means], str], token: Callable[[Means], str], curl: str, *needs: Any) -> Attack:
    """Return the attack that sends both kinds of credentials, both of them wrong."""

    def headers(means: Means) -> Mapping[str, str]:
        return {"Authorization": authorization(means), TOKEN_HEADER: token(means)}

    return Attack(headers, curl, lambda login: all(need(login) for need in needs))


def _of_client(change: Callable[[OAuthClient], OAuthClient], name: str) -> Attack:
    """Return the attack that sends what the endpoint issues to a client whose secret is wrong."""

    def made(means: Means) -> str:
        return means.token(change(means.login.oauth)) if means.login.oauth else FORGED_TOKEN

    return _token(made, name)


def _changed_at(place: Callable[[int], int]) -> Callable[[Means], str]:
    def made(means: Means) -> str:
        token = _valid(means)
        return changed_at(token, place(len(token)))

    return made


def _with_longer_life(means: Means) -> str:
    """Return a valid token whose payload says that it lives a year longer, or with a letter of its middle changed."""
    token = _valid(means)
    parts = _json_parts(token)
    if parts is None:
        return _changed_at(lambda length: length // 2)(means)
    payload = {**parts[1], "exp": _number(parts[1].get("exp")) + _YEAR}
    head, _, signature = token.split(".")
    return f"{head}.{_segment(payload)}.{signature}"


def _signed(header: Mapping[str, Any], key: Callable[[OAuthClient], bytes] | None) -> Callable[[Means], str]:
    """Return what makes a token of the claims of a valid one. `key`: None for no signature."""

    def made(means: Means) -> str:
        client = means.login.oauth
        parts = _json_parts(_valid(means))
        claims = parts[1] if parts else {"sub": client.key if client else "", "iat": 0}
        known = parts[0] if parts else {"typ": "JWT"}
        text = f"{_segment({**known, **header})}.{_segment({**claims, 'exp': _FAR})}"
        if key is None or client is None:
            return f"{text}."
        return f"{text}.{_encoded(hmac.digest(key(client), text.encode(), hashlib.sha256))}"

    return made


def _with_signature_of_another(means: Means) -> str:
    """Return a valid token with the end of one that was issued to another client."""
    mine, other = _valid(means), _expired(means)
    body, dot, _ = mine.rpartition(".")
    return f"{body}.{other.rpartition('.')[2]}" if dot else mine[: len(mine) // 2] + other[len(other) // 2 :]


def _without_signature(means: Means) -> str:
    token = _valid(means)
    return token.rpartition(".")[0] or token[: len(token) // 2]


def _wrong_basic(means: Means) -> str:
    return basic_header(means.user, WRONG_PASSWORD, form=means.form)


def _json_parts(token: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return header and claims of a JSON Web Token; None if the token is none."""
    if token.count(".") != 2:
        return None
    try:
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    except ValueError:
        return None
    return (header, claims) if isinstance(header, dict) and isinstance(claims, dict) else None


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else _FAR


def _segment(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _has_both_clients(login: Login) -> bool:
    return login.oauth is not None and login.expired is not None


def _has_basic_and_oauth(login: Login) -> bool:
    return login.basic is not None and login.oauth is not None


_WRONG: Final = '-H "Authorization: Basic $ENROL_WRONG"'

TOKENS: Final[Mapping[Credentials, Attack]] = {
    "forged": _text(FORGED_TOKEN),
    "empty-token": _text(""),
    "null-token": _text("null"),
    "key-as-token": _token(lambda means: means.login.oauth.key if means.login.oauth else "", "ENROL_KEY"),
    "expired": _token(_expired, "ENROL_EXPIRED_TOKEN", has_expired),
    "expired-again": _token(_sent_before, "ENROL_EXPIRED_TOKEN", has_expired),
    "outlived": _token(
        lambda means: means.outlived(means.login.oauth) if means.login.oauth else FORGED_TOKEN, "ENROL_EXPIRED_TOKEN"
    ),
    "tampered": _token(tampered_token, "ENROL_TAMPERED_TOKEN"),
    "tampered-start": _token(_changed_at(lambda length: min(2, length - 1)), "ENROL_TAMPERED_TOKEN"),
    "tampered-payload": _token(_with_longer_life, "ENROL_TAMPERED_TOKEN"),
    "unsigned-token": _token(lambda means: f"{_without_signature(means)}.", "ENROL_UNSIGNED_TOKEN"),
    "token-without-signature": _token(_without_signature, "ENROL_UNSIGNED_TOKEN"),
    "unsigned-algorithm": _token(_signed({"alg": "none"}, None), "ENROL_TOKEN_WITH_ALG_NONE"),
    "unsigned-algorithm-in-odd-case": _token(_signed({"alg": "nOnE"}, None), "ENROL_TOKEN_WITH_ALG_NONE"),
    "signed-with-empty-key": _token(_signed({"alg": "HS256"}, lambda _: b""), "ENROL_TOKEN_SIGNED_ANEW"),
    "signed-with-another-key": _token(_signed({"alg": "HS256"}, lambda _: b"secret"), "ENROL_TOKEN_SIGNED_ANEW"),
    "signed-with-the-client-key": _token(
        _signed({"alg": "HS256"}, lambda client: client.key.encode()), "ENROL_TOKEN_SIGNED_ANEW"
    ),
    "signature-of-another": _token(_with_signature_of_another, "ENROL_TOKEN_SIGNED_ANEW", _has_both_clients),
    # Four letters, since a decoder of Base64 may pass over a single one.
    "short-token": _token(lambda means: _valid(means)[:-4], "ENROL_SHORT_TOKEN"),
    "long-token": _token(lambda means: f"{_valid(means)}AAAA", "ENROL_LONG_TOKEN"),
    "half-a-token": _token(lambda means: _valid(means)[: len(_valid(means)) // 2], "ENROL_HALF_A_TOKEN"),
    "token-of-wrong-key": _of_client(lambda client: replace(client, key=f"{client.key}x"), "ENROL_TOKEN_OF_WRONG_KEY"),
    "token-of-wrong-secret": _of_client(
        lambda client: replace(client, secret=f"{client.secret}x"), "ENROL_TOKEN_OF_WRONG_SECRET"
    ),
    "token-of-empty-secret": _of_client(lambda client: replace(client, secret=""), "ENROL_TOKEN_OF_EMPTY_SECRET"),
    "token-of-no-secret": _of_client(lambda client: replace(client, sent=("key",)), "ENROL_TOKEN_OF_NO_SECRET"),
    "token-as-password": Attack(
        lambda means: {"Authorization": basic_header(means.user, _valid(means), form="raw")},
        '-u "$ENROL_USERNAME:$ENROL_TOKEN"',
        _has_basic_and_oauth,
    ),
    "wrong-password-and-forged": _both(
        _wrong_basic, lambda _: FORGED_TOKEN, f"{_WRONG} -H '{TOKEN_HEADER}: {FORGED_TOKEN}'", always
    ),
    "wrong-password-and-tampered": _both(
        _wrong_basic, tampered_token, f'{_WRONG} -H "{TOKEN_HEADER}: $ENROL_TAMPERED_TOKEN"', has_oauth
    ),
    "wrong-password-and-expired": _both(
        _wrong_basic, _expired, f'{_WRONG} -H "{TOKEN_HEADER}: $ENROL_EXPIRED_TOKEN"', has_expired
    ),
    "bare-scheme-and-forged": _both(
        lambda _: "Basic",
        lambda _: FORGED_TOKEN,
        f"-H 'Authorization: Basic' -H '{TOKEN_HEADER}: {FORGED_TOKEN}'",
        always,
    ),
}
