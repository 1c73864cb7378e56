"""The secrets of a run: find each in every form that it may take in a text, and mask it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from contracts.host.login import Login, OAuthClient, tampered
from contracts.masking.encodings import SHORT, Form, decoded, forms

SECRET: Final = "<secret>"
# Letters of a text that are looked up together, and how far apart these places are in a text.
_GRAM: Final = 4
_STRIDE: Final = 4
# Characters of a text that are looked up at a time, so that a long text needs little memory.
_CHUNK: Final = 65_536


class Secrets:
    """Masks the secrets of a login, and those that the host issued (`issued`), in texts."""

    def __init__(self, login: Login, issued: Iterable[str]):
        secrets = {*_of_login(login), *(form for text in issued for form in _issued(text))}
        self._forms = _Index({form for secret in secrets if secret for form in forms(secret)})

    def mask(self, text: str) -> str:
        """Return a text with each secret replaced by SECRET."""
        suspects = self._forms.suspects(text)
        return _any_of(suspects).sub(SECRET, text) if suspects else text


class _Index:
    """Rules out quickly the forms that a text does not hold, however many there are.

    The core of a form is found by any _GRAM letters of its first few. A text is looked up at every fourth place, one of
    which must lie there.
    """

    def __init__(self, all_forms: set[Form]):
        self._by_gram: dict[str, list[tuple[str, Form]]] = {}
        self._others: list[tuple[str, Form]] = []
        for form in all_forms:
            core = form.core
            entry = core, form
            if len(core) < _GRAM + _STRIDE - 1:
                self._others.append(entry)
                continue
            for place in range(_STRIDE):
                self._by_gram.setdefault(core[place : place + _GRAM], []).append(entry)

    def suspects(self, text: str) -> tuple[str, ...]:
        """Return the patterns of the forms that a text may hold, the longest form first."""
        lowered = text.lower()
        plain = decoded(lowered)
        found = dict.fromkeys(self._found(lowered), False)
        if plain is not lowered and plain != lowered:
            found |= {form: True for form in self._found(plain) if form not in found or not form.core}
        ordered = sorted(found.items(), key=lambda item: (-len(item[0].text), item[0].text))
        return tuple(form.pattern(encoded=encoded) for form, encoded in ordered)

    def _found(self, lowered: str) -> Iterator[Form]:
        for core, form in self._others:
            if core in lowered:
                yield form
        for start in range(0, len(lowered), _CHUNK):
            places = range(start, min(start + _CHUNK, len(lowered)), _STRIDE)
            for gram in self._by_gram.keys() & {lowered[place : place + _GRAM] for place in places}:
                yield from (form for core, form in self._by_gram[gram] if core in lowered)


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
    """Yield the digests that hosts keep in place of a secret. The vendor's own hosts take the MD5 of a password."""
    content = secret.encode()
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, content, usedforsecurity=False)
        yield digest.hexdigest()
        yield base64.b64encode(digest.digest()).decode()


def _issued(text: str) -> Iterator[str]:
    """Yield what an issued token or cookie may look like when it comes back. Very short texts and numbers are no secrets."""
    if len(text) > 2 and not (text.isdecimal() and len(text) < 2 * SHORT):
        yield text
        if len(text) >= 2 * SHORT:
            yield tampered(text)
