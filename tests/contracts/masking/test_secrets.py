"""Secrets: found in every spelling in which a host may repeat them, and in bounded time."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import quote, quote_plus

import pytest

from contracts.host.login import Login, OAuthClient, basic_header, tampered
from contracts.masking.mask import Mask
from contracts.masking.secrets import SECRET
from tests.contracts.conftest import make_target

USER, PASSWORD, KEY, CLIENT_SECRET, GATEWAY = (
    *("till.seven", "Open/Sesame+1 & é\\\"'<%25>", "client-key-1", "client/secret+1=="),
    "Bearer 0a1b2c3d4e5f",
)
TOKEN = "ab12.cd34ef56gh78.ij90kl12"
LOGIN = Login((USER, PASSWORD), OAuthClient(KEY, CLIENT_SECRET, "/token"), headers=(("X-Gateway", GATEWAY),))
MASK = Mask(replace(make_target(), login=LOGIN), [TOKEN])


def entities(text: str, form: str) -> str:
    return "".join(form.format(ord(letter)) for letter in text)


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


NAMED: Final = str.maketrans(
    {
        "/": "&sol;",
        "+": "&plus;",
        " ": "&nbsp;",
        "&": "&amp;",
        "'": "&apos;",
        "<": "&lt;",
        ".": "&period;",
        "%": "&percnt;",
    }
)
SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "as it is": str,
    "in capitals": str.upper,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded with / left": quote,
    "percent-encoded in lower case": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "every byte percent-encoded": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "form-encoded": quote_plus,
    "escaped for HTML": html.escape,
    "escaped for HTML twice": lambda text: html.escape(html.escape(text)),
    "in decimal entities": lambda text: entities(text, "&#{:03d};"),
    "in hexadecimal entities": lambda text: entities(text, "&#x{:X};"),
    "with the names of HTML 5": lambda text: text.translate(NAMED),
    "in JSON": lambda text: json.dumps(text)[1:-1],
    "in JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "in JSON in JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text)[1:-1])[1:-1])[1:-1],
    "in JSON with / escaped": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "every letter escaped for JSON": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "as UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "the bytes as Python shows them": lambda text: repr(text.encode())[2:-1],
    "in hexadecimal digits": lambda text: text.encode().hex(),
    "in capital hexadecimal digits": lambda text: text.encode().hex().upper(),
    "in Base64": base64_of,
    "in Base64 without padding": lambda text: base64_of(text).rstrip("="),
    "in Base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "in Base64, percent-encoded": lambda text: quote(base64_of(text), safe=""),
    "in Base64, escaped for HTML": lambda text: entities(base64_of(text), "&#{};"),
}
SENT: Final[dict[str, str]] = {
    "user": USER,
    "password": PASSWORD,
    "key": KEY,
    "secret": CLIENT_SECRET,
    "token": TOKEN,
    "tampered token": tampered(TOKEN),
    "gateway": "0a1b2c3d4e5f",
    "MD5": hashlib.md5(PASSWORD.encode()).hexdigest(),
    "SHA-1 as Apache writes it": base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode(),
    "SHA-256": hashlib.sha256(PASSWORD.encode()).hexdigest(),
    "Basic": basic_header(USER, PASSWORD, form="raw").removeprefix("Basic "),
    "Basic with MD5": basic_header(USER, PASSWORD, form="md5").removeprefix("Basic "),
    "almost the password": basic_header(USER, PASSWORD[:-1], form="raw").removeprefix("Basic "),
    "more than the password": basic_header(USER, f"{PASSWORD}x", form="raw").removeprefix("Basic "),
    "the wrong way round": base64_of(f"{PASSWORD}:{USER}"),
    "a client as a user": base64_of(f"{KEY}:{CLIENT_SECRET}"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_is_found_in_every_spelling(spelling: str) -> None:
    masked = {name: MASK.text(f"({SPELLINGS[spelling](secret)})") for name, secret in SENT.items()}
    assert masked == dict.fromkeys(SENT, f"({SECRET})")


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("behind", ["", "z", "yz"])
@pytest.mark.parametrize("secret", [USER, PASSWORD, TOKEN])
def test_nothing_of_a_secret_stays_in_base64_of_a_text_that_holds_it(secret: str, before: str, behind: str) -> None:
    masked = MASK.text(base64_of(f"{before}{secret}{behind}"))
    assert SECRET in masked
    # A letter at each end has bits of the secret and of its neighbour.
    assert len(masked.replace(SECRET, "").rstrip("=")) <= (8 * len(before) + 5) // 6 + (8 * len(behind) + 5) // 6 + 1


@pytest.mark.parametrize("form", [str, lambda text: quote(text, safe=""), json.dumps, base64_of])
@pytest.mark.parametrize("password", ["123", "pass-1", "a/b+c"])
def test_a_short_secret_is_found_behind_an_escape(password: str, form: Callable[[str], str]) -> None:
    mask = Mask(replace(make_target(), login=Login((USER, password))))
    for told in (f"{USER}:{password}", f"got {password}", f"got\n{password}"):
        assert password not in mask.text(form(told)), told
        assert base64_of(password) not in mask.text(form(told)), told
    assert mask.text("a1234 xpass-12 a/b+cd") == "a1234 xpass-12 a/b+cd"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Bearer abc.def-123456", "Bearer <secret>"),
        ("Bearer authentication is required", "Bearer authentication is required"),
        ("sent eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl.", "sent <secret>"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----!", "<secret>!"),
        ("see https://till:seven@api.example.com/x", "see https://<secret>@api.example.com/x"),
        ("https:\\/\\/till:seven@api.example.com\\/x?a=1", "https:\\/\\/<secret>@api.example.com\\/x?a=<secret>"),
        (
            "https://x.example/y?X-Goog-Signature=ab&n=1#top",
            "https://x.example/y?X-Goog-Signature=<secret>&n=<secret>#top",
        ),
        ("GET /login?access_token=ab12&x=1", "GET /login?access_token=<secret>&x=1"),
        ("api_key=ab12, user=till", "api_key=<secret>, user=till"),
        ('{"password": "open sesame", "n": 1', '{"password": "<secret>", "n": 1'),
        ('{\\"accessToken\\": \\"ab12\\"}', '{\\"accessToken\\": \\"<secret>\\"}'),
        ("&quot;client_secret&quot;:&quot;ab12&quot;", "&quot;client_secret&quot;:&quot;<secret>&quot;"),
        (
            "<wsse:Password Type='x'>open sesame</wsse:Password> <a>b</a>",
            "<wsse:Password Type='x'><secret></wsse:Password> <a>b</a>",
        ),
        ("<secret>ab12</secret> and <secret> more", "<secret><secret></secret> and <secret> more"),
        ("GET / HTTP/1.1\r\nX-Api-Key: ab 12\r\nAccept: x", "GET / HTTP/1.1\r\nX-Api-Key: <secret>\r\nAccept: x"),
        ('{"told": "Host: x\\nCookie: a=1; b=2\\n"}', '{"told": "Host: x\\nCookie: <secret>\\n"}'),
        ("the token is missing: give a password", "the token is missing: give a password"),
        ("author=till, keyboard=de, sessions=3", "author=till, keyboard=de, sessions=3"),
    ],
)
def test_a_secret_of_a_stranger_is_known_by_its_form_name_or_place(text: str, masked: str) -> None:
    assert MASK.text(text) == masked


def test_fields_of_json_that_are_named_as_secrets_are_masked_with_all_they_hold() -> None:
    told = {"credentials": {"user": "u", "pins": [1, 2]}, "otp": 123456, "accessToken": None, "session": True, "n": 1}
    hidden = {"credentials": {"user": SECRET, "pins": [SECRET] * 2}, "otp": SECRET, "accessToken": None, "session": True, "n": 1}  # fmt: skip
    assert json.loads(MASK.body(json.dumps(told).encode())) == hidden


HOSTILE: Final = (
    *(
        "\\",
        "%",
        "%25",
        "&amp;",
        "&",
        "a",
        "Basic ",
        "bearer ",
        "eyJ",
        "eyJ-",
        "://",
        "https://x?",
        "token",
        "token=",
        'token:"',
    ),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "?",
        'password":"',
        "a@",
        "9198000 ",
        "\\u0061",
        "&#97;",
        "Open/",
        "till.",
        "0a1b",
        "<password",
        "<password x",
        "<secret>",
        "\nx-key",
        "-token",
        "\n-",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_text_is_masked_in_bounded_time(piece: str) -> None:
    text = piece * (512 * 1024 // len(piece))
    start = time.process_time()
    MASK.body(f"{text}{PASSWORD} {base64_of(PASSWORD)} {quote(PASSWORD, safe='')}".encode())
    assert time.process_time() - start < 5


@pytest.mark.parametrize("length", [255, 257, 60_000])
def test_a_long_cookie_is_found_whole(length: int) -> None:
    cookie = (hashlib.sha256(b"cookie").hexdigest() * 1000)[:length]
    mask = Mask(replace(make_target(), login=LOGIN), [cookie])
    for spelt in (cookie, quote(cookie), base64_of(cookie), cookie.encode().hex(), json.dumps({"told": cookie})[10:-2]):
        assert mask.text(f'"{spelt}", and so on') == f'"{SECRET}", and so on'


def test_many_secrets_of_a_host_are_masked_as_fast_as_few() -> None:
    """A host may set another cookie with each answer."""
    issued = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(3000)]
    mask = Mask(replace(make_target(), login=LOGIN), issued)
    start = time.process_time()
    texts = [mask.text(f"some text {number} of a host, neither long nor short, {'x' * 200}") for number in range(2000)]
    assert SECRET in mask.text(f"sid={issued[2999]}")
    assert SECRET not in "".join(texts)
    assert time.process_time() - start < 5
