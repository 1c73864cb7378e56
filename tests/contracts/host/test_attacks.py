"""The attacks: each is wrong in its own way, none is right by chance, and none shows a secret in its curl line."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import Any, get_args

import pytest

from contracts.credentials import VALID_CREDENTIALS, Credentials
from contracts.host.attacks import ATTACKS, Means
from contracts.host.carried import close_to_secrets, headers, in_curl
from contracts.host.login import TOKEN_HEADER, Login, OAuthClient, basic_header

PASSWORD = "Tr0ub4dor&3xy"
CLIENT = OAuthClient("api-key-1", "api-secret-1", "/token")
OLD = OAuthClient("old-key-1", "old-secret-1", "/token")
LOGIN = Login(basic=("till.one", PASSWORD), oauth=CLIENT, expired=OLD)
MD5 = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest()
WRONG = sorted(ATTACKS)


def jwt(claims: dict[str, Any], key: bytes) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).decode().rstrip("=")
    return f"{text}.{signature}"


TOKENS = {
    "api-key-1": jwt({"sub": "api-key-1", "exp": 2_000_000_000}, b"k"),
    "old-key-1": jwt({"sub": "old-key-1", "exp": 1_000_000_000}, b"k"),
}


def token(client: OAuthClient) -> str:
    return (
        f"issued to {client.key}, {client.secret}, {client.sent}" if client not in (CLIENT, OLD) else TOKENS[client.key]
    )


def means(login: Login = LOGIN) -> Means:
    return Means(login, "md5", token, token, lambda _: "outlived-token-1")


def pair(kind: Credentials, login: Login = LOGIN) -> tuple[str, str]:
    text = headers(kind, means(login))["Authorization"].partition(" ")[2]
    user, _, word = base64.b64decode(text).decode().partition(":")
    return user, word


def parts(kind: Credentials) -> tuple[dict[str, Any], dict[str, Any], str]:
    head, claims, signature = headers(kind, means())[TOKEN_HEADER].split(".")
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims))
    return header, payload, signature


def test_every_wrong_kind_has_an_attack_and_no_right_one_has() -> None:
    assert set(ATTACKS) == set(get_args(Credentials)) - VALID_CREDENTIALS - {"none"}


@pytest.mark.parametrize("kind", WRONG)
def test_no_attack_holds_what_is_right(kind: Credentials) -> None:
    right = {basic_header("till.one", PASSWORD, form=form) for form in ("md5", "raw")} | {TOKENS["api-key-1"]}
    sent = headers(kind, means())
    assert ATTACKS[kind].is_possible(LOGIN)
    assert not right & {*sent.values(), *(value.rpartition(" ")[2] for value in sent.values())}


def test_attacks_differ_from_each_other() -> None:
    sent = [(tuple(sorted(headers(kind, means()).items())), ATTACKS[kind].query) for kind in WRONG]
    same = {("expired", "expired-again")}  # one token, fetched anew or not
    twins = {
        (a, b)
        for a, one in zip(WRONG, sent, strict=True)
        for b, two in zip(WRONG, sent, strict=True)
        if a < b and one == two
    }
    assert twins == same


@pytest.mark.parametrize("kind", WRONG)
def test_curl_names_variables_and_no_secret(kind: Credentials) -> None:
    line = in_curl(kind) or ""
    assert not re.search("till.one|Tr0ub|api-|old-", line)
    assert not any(token in line for token in TOKENS.values())


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("empty-password", ("till.one", "")),
        ("password-in-other-case", ("till.one", PASSWORD.swapcase())),
        ("password-behind-another-letter", ("till.one", f"x{PASSWORD}")),
        ("password-before-a-colon", ("till.one", f"{PASSWORD}:x")),
        ("password-before-a-zero-byte", ("till.one", f"{PASSWORD}\0x")),
        ("swapped", (PASSWORD, "till.one")),
        ("short-digest", ("till.one", MD5[:-1])),
        ("secret-of-another", ("till.one", hashlib.md5(b"api-secret-1", usedforsecurity=False).hexdigest())),
        ("password-of-another", ("api-key-1", MD5)),
        ("token-as-password", ("till.one", TOKENS["api-key-1"])),
    ],
)
def test_a_user_and_a_password_are_changed_in_one_way(kind: Credentials, sent: tuple[str, str]) -> None:
    assert pair(kind) == sent


@pytest.mark.parametrize(
    ("kind", "login"),
    [
        ("password-in-other-case", Login(basic=("till", "123"))),
        ("password-in-other-case", Login(basic=("till", MD5))),
        ("user-as-password", Login(basic=("till", "till"))),
        ("swapped", Login(basic=("till", "till"))),
        ("null-password", Login(basic=("till", "null"))),
        ("wildcard-user", Login(basic=("%", "123"))),
        ("wrong-password", Login(basic=("till", "not-the-password"))),
        ("lower-case-scheme", Login(basic=("till", "not-the-password"))),
        ("secret-of-another", Login(basic=("till", "api-secret-1"), oauth=CLIENT)),
        ("secret-of-another", Login(basic=("till", "123"))),
        ("empty-password", Login(oauth=CLIENT)),
        ("tampered", Login(basic=("till", "123"))),
        ("expired", Login(oauth=CLIENT)),
        ("signature-of-another", Login(oauth=CLIENT)),
    ],
)
def test_what_would_be_right_or_needs_more_is_not_sent(kind: Credentials, login: Login) -> None:
    assert not ATTACKS[kind].is_possible(login)
    assert headers(kind, means(login)) == {}


def test_a_json_web_token_is_taken_to_pieces() -> None:
    _, _, signature = (TOKENS["api-key-1"]).split(".")
    assert parts("unsigned-algorithm")[0]["alg"] == "none"
    assert parts("unsigned-algorithm")[2] == ""
    header, claims, signed = parts("tampered-payload")
    assert (header["alg"], claims["sub"], signed) == ("HS256", "api-key-1", signature)
    assert claims["exp"] > 2_000_000_000
    assert parts("signature-of-another")[2] == TOKENS["old-key-1"].rpartition(".")[2]
    head, payload, anew = headers("signed-with-empty-key", means())[TOKEN_HEADER].split(".")
    right = hmac.digest(b"", f"{head}.{payload}".encode(), "sha256")
    assert base64.urlsafe_b64decode(anew + "==") == right


def test_another_token_is_changed_by_its_letters() -> None:
    opaque = Means(LOGIN, "md5", lambda client: f"0123456789{client.key}", lambda client: client.key, token)
    assert headers("tampered-payload", opaque)[TOKEN_HEADER] == "012345678Aapi-key-1"
    assert headers("token-without-signature", opaque)[TOKEN_HEADER] == "012345678"
    assert headers("unsigned-algorithm", opaque)[TOKEN_HEADER].count(".") == 2


def test_what_is_close_to_a_secret_is_masked() -> None:
    sent = headers("password-behind-another-letter", means())
    assert set(close_to_secrets("password-behind-another-letter", sent)) == {
        f"x{PASSWORD}",
        sent["Authorization"].removeprefix("Basic "),
    }
    assert not list(close_to_secrets("forged", headers("forged", means())))
    assert not list(close_to_secrets("basic", headers("basic", means())))
