"""The login: each kind of credentials has its header, and curl arguments that hold no secret."""

from __future__ import annotations

import base64
import hashlib
from typing import get_args

import pytest

from contracts.exchange import Credentials
from contracts.host.attacks import Means
from contracts.host.carried import headers as headers_of
from contracts.host.carried import in_curl, query
from contracts.host.login import TOKEN_HEADER, Login, OAuthClient, PasswordForm, basic_header

CLIENT = OAuthClient("key", "secret", "/token")
OAUTH = Login(oauth=CLIENT)
TILL = Login(basic=("till", "pass word"))


@pytest.mark.parametrize(
    ("password", "form", "sent"),
    [
        ("pass", "md5", hashlib.md5(b"pass", usedforsecurity=False).hexdigest()),
        ("pass", "raw", "pass"),
        ("0123456789abcdef0123456789abcdef", "md5", "0123456789abcdef0123456789abcdef"),
        ("pässwörd", "raw", "pässwörd"),
    ],
)
def test_a_password_is_sent_as_its_md5_or_unchanged(password: str, form: PasswordForm, sent: str) -> None:
    kind, _, value = basic_header("till", password, form=form).partition(" ")
    assert (kind, base64.b64decode(value).decode()) == ("Basic", f"till:{sent}")


def test_basic_is_tried_first_if_given_and_otherwise_oauth() -> None:
    both = Login(basic=("till", "p"), oauth=CLIENT)
    assert [login.first for login in (both, OAUTH, Login())] == ["basic", "oauth", "none"]


@pytest.mark.parametrize(
    ("credentials", "login", "headers"),
    [
        ("none", TILL, {}),
        ("basic", OAUTH, {}),
        ("oauth", TILL, {}),
        ("expired", TILL, {}),
        ("wrong-password", OAUTH, {}),
        ("basic", TILL, {"Authorization": basic_header("till", "pass word", form="md5")}),
        ("wrong", TILL, {"Authorization": basic_header("nobody.at.all", "not-the-password", form="md5")}),
        ("wrong-password", TILL, {"Authorization": basic_header("till", "not-the-password", form="md5")}),
        ("wrong-user", TILL, {"Authorization": basic_header("nobody.at.all", "pass word", form="md5")}),
        ("short-password", TILL, {"Authorization": basic_header("till", "pass wor", form="raw")}),
        ("long-password", TILL, {"Authorization": basic_header("till", "pass wordx", form="raw")}),
        ("short-password", OAUTH, {}),
        ("tampered", TILL, {}),
        ("oauth", OAUTH, {TOKEN_HEADER: "token of key"}),
        ("expired", Login(expired=OAuthClient("old", "s", "/token")), {TOKEN_HEADER: "token of old"}),
        ("tampered", OAUTH, {TOKEN_HEADER: "token oA key"}),
        ("forged", TILL, {TOKEN_HEADER: "not.a.token"}),
        ("malformed", TILL, {"Authorization": "Basic %%%"}),
        ("unreadable", TILL, {"Authorization": "Basic " + base64.b64encode(b"no colon").decode()}),
    ],
)
def test_each_kind_of_credentials_has_its_header(
    credentials: Credentials, login: Login, headers: dict[str, str]
) -> None:
    means = Means(login, "md5", *[lambda client: f"token of {client.key}"] * 3)
    assert headers_of(credentials, means) == headers


def test_every_kind_of_credentials_but_none_has_curl_arguments_or_a_query() -> None:
    without = [kind for kind in get_args(Credentials) if in_curl(kind) is None and not query(kind)]
    assert without == ["valid", "none"]
