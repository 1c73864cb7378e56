"""The secrets of a run: find each in every form that it may take in a text, and mask it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from contracts.host.encodings import SHORT, digests, forms
from contracts.host.form_index import FormIndex
from contracts.host.login import Login, OAuthClient, tampered

SECRET: Final = "<secret>"


class Secrets:
    """Masks the secrets of a login, and those that the host issued (`issued`), in texts."""

    def __init__(self, login: Login, issued: Iterable[str]):
        secrets = {*_of_login(login), *(form for text in issued for form in _issued(text))}
        self._forms = FormIndex({form for secret in secrets if secret for form in forms(secret)})

    def mask(self, text: str) -> str:
        """Return a text with each secret replaced by SECRET."""
        suspects = tuple(form.pattern(encoded=encoded) for form, encoded in self._forms.suspects(text))
        return _any_of(suspects).sub(SECRET, text) if suspects else text


@lru_cache(maxsize=512)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _of_login(login: Login) -> Iterator[str]:
    """Yield every secret of a login, in each form in which a request sends it or a host may keep it."""
    if login.basic:
        yield from _of_basic(*login.basic)
    for client in filter(None, (login.oauth, login.expired)):
        yield from _of_client(client)
    for _, value in login.headers:
        yield value
        # A scheme stands before most credentials, and a name before each cookie.
        parts = re.findall(r"^\w+ (\S+)$|=([^\s;,]+)", value)
        yield from (part for pair in parts for part in pair if len(part) >= SHORT)


def _of_basic(username: str, password: str) -> Iterator[str]:
    yield username
    yield password
    yield from _digests(password)
    # The suite also sends the password with a letter less and a letter more.
    for sent in (password, f"{password}x", password[:-1]):
        if len(sent) >= SHORT:
            yield sent
        for form in (sent, *_digests(sent)):
            yield from _pair(username, form)
        yield from _pair(sent, username)


def _of_client(client: OAuthClient) -> Iterator[str]:
    yield from (client.key, client.secret, *_digests(client.secret))
    yield from _pair(client.key, client.secret)


def _pair(first: str, second: str) -> Iterator[str]:
    """Yield two texts as Basic credentials, and these as a header carries them."""
    yield f"{first}:{second}"
    header = base64.b64encode(f"{first}:{second}".encode()).decode()
    yield header
    yield header.rstrip("=")


def _digests(secret: str) -> Iterator[str]:
    """Yield the digests of a secret as texts."""
    for _, digest in digests(secret):
        yield digest.hex()
        yield base64.b64encode(digest).decode()


def _issued(text: str) -> Iterator[str]:
    """Yield what an issued token or cookie may look like when it comes back. Very short texts and numbers are no secrets."""
    if len(text) > 2 and not (text.isdecimal() and len(text) < 2 * SHORT):
        yield text
        if len(text) >= 2 * SHORT:
            yield tampered(text)
