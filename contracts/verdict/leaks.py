"""The leaks: the secrets of a run in the answers of a host, in whatever way they are written.

No page and no standard asks a host to repeat credentials, so this is bad manners. A secret counts only where it cannot
be there by chance: a short password, or one that is a word, only beside its name or its user.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from contracts.exchange import EXAMPLE_COOKIE, Answer, Exchange
from contracts.host.encodings import SHORT, Form, digests, forms
from contracts.host.form_index import FormIndex
from contracts.host.login import FORGED_TOKEN, SESSION, WRONG_PASSWORD, Login, OAuthClient, basic_header, md5_of
from contracts.oracle.observation import Observation

CLAIM: Final = "hygiene.secret_repeated"

# Bytes of a body that are searched.
_MOST: Final = 64 * 1024
# A text of letters only is likely to be a word up to this length, one of digits only an id.
_WORD: Final = 12
_ID: Final = 20
_COOKIE: Final = "the cookie"
# Names of headers of a target file whose values are secrets.
_SECRET_NAME: Final = re.compile(r"cookie|auth|token|secret|key|session|password|credential", re.IGNORECASE)


class Leaks:
    """Finds the secrets of a login, and those that the host has issued, in answers."""

    def __init__(self, login: Login):
        self._issued: set[str] = set()
        self._names: dict[Form, str] = {}
        self._beside = tuple(_beside(login))
        self._add(_of_login(login))

    def find(self, exchange: Exchange, issued: Collection[str] = ()) -> tuple[Observation, ...]:
        """Return what an answer repeats of the secrets, without repeating it.

        `issued`: access tokens, and what was made of them and of the login; it only grows.
        """
        if len(issued) > len(self._issued):
            new = set(issued) - self._issued
            self._issued |= new
            self._add(("credentials that were sent", text) for text in new if len(text) >= 2 * SHORT)
        found = next(self._found(exchange), None)
        if found is None:
            return ()
        what, where = found
        return (Observation(CLAIM, "broken", "no credentials in the answer", f"{what}, in {where}", level="hygiene"),)

    def _add(self, secrets: Iterable[tuple[str, str]]) -> None:
        for what, text in secrets:
            if is_distinctive(text):
                self._names |= {form: what for form in forms(text) if len(form.text) >= SHORT}
        self._index = FormIndex(self._names)

    def _found(self, exchange: Exchange) -> Iterator[tuple[str, str]]:
        parts = list(_parts(exchange.answer))
        if not any(self._matches("\n".join(text for _, text in parts))):
            return  # as almost always: to look at each part takes longer
        sent = exchange.request.payload().decode("utf-8", "replace")
        for where, text in parts:
            for what, match in self._matches(text):
                # A gateway may set its cookie again. What the body of the request holds may be echoed.
                if match not in sent and (what, where) != (_COOKIE, "the header set-cookie"):
                    yield what, where

    def _matches(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield each secret in a text: what it is, and as it is written there."""
        for form, encoded in self._index.suspects(text):
            match = re.search(form.pattern(encoded=encoded), text)
            if match:
                yield self._names[form], match[0]
        for word, pattern in self._beside:
            match = pattern.search(text) if word in text else None
            if match:
                yield "the password", match[0]


def is_distinctive(text: str) -> bool:
    """A text is so long and so mixed that it is in another text for a reason."""
    if len(text) < SHORT or (text.isdecimal() and len(text) < _ID):
        return False
    return not (text.isalpha() and len(text) < _WORD)


def _parts(answer: Answer) -> Iterator[tuple[str, str]]:
    for name, value in answer.headers.items():
        yield f"the header {name}", f"{name}: {value}"
    if answer.content:
        yield "the body", answer.content[:_MOST].decode("utf-8", "replace")


def _of_login(login: Login) -> Iterator[tuple[str, str]]:
    """Yield each secret with what it is."""
    if login.basic:
        username, password = login.basic
        yield "the password", password
        yield from _digests("the password", password)
        for form in ("raw", "md5"):
            yield "the login", basic_header(username, password, form=form).partition(" ")[2]
        yield "the login", f"{username}:{password}"
    for client in filter(None, (login.oauth, login.expired)):
        yield from _of_client(client)
    for name, value in login.headers:
        if _SECRET_NAME.search(name):
            yield f"the header {name} of the target file", value
            yield f"the header {name} of the target file", value.rpartition(" ")[2].rpartition("=")[2]
    yield "the wrong password that was sent", WRONG_PASSWORD
    yield "the wrong password that was sent", md5_of(WRONG_PASSWORD)
    yield "the wrong token that was sent", FORGED_TOKEN
    yield _COOKIE, EXAMPLE_COOKIE.partition("=")[2]
    yield _COOKIE, SESSION


def _of_client(client: OAuthClient) -> Iterator[tuple[str, str]]:
    yield "the client's secret", client.secret
    yield from _digests("the client's secret", client.secret)


def _digests(what: str, secret: str) -> Iterator[tuple[str, str]]:
    for name, digest in digests(secret):
        for text in (digest.hex(), digest.hex().upper(), base64.b64encode(digest).decode()):
            yield f"the {name} of {what}", text


def _beside(login: Login) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield a password that is not distinctive, with what finds it behind its name, or behind the name of its user."""
    if not login.basic or not login.basic[1] or is_distinctive(login.basic[1]):
        return
    word = login.basic[1]
    username, password = map(re.escape, login.basic)
    name = r"pass(?:word|wd|phrase)?|pwd|pw|secret|auth|credentials?|login"
    between = r"(?:\W|\b(?:is|was)\b){1,8}"
    yield word, re.compile(rf"(?:\b(?:{name})|(?<![\w.]){username}){between}{password}(?!\w)", re.IGNORECASE)
