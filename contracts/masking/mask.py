"""Masking: secrets and personal data leave every report; a placeholder says whose they are, and can be undone.

A mobile or an e-mail address becomes `<mobile of customer 3>`, 3 being the customer's place in the target's
test data, counted from 1; `unmask` puts it back for whoever has the same target. A secret becomes `<secret>`
and never comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import msgspec

from contracts.exchange import NOTHING, Exchange, Request, decode, encode
from contracts.host.login import Login
from contracts.host.target import Target
from contracts.masking import spellings
from contracts.masking.secrets import SECRET, SECRET_HEADERS, Secrets
from contracts.verdict.record import Note, Record
from contracts.verdict.result import Result
from openapi.world import Customer

_WITHHELD: Final = "<{} bytes that hold personal data or a secret>"
# A letter, digit or mark of ASCII that JSON writes as an escape, though it need not.
_ESCAPED: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u00((?!22|5[cC])[2-7][0-9a-fA-F])(?<!7[fF])")


@dataclass(frozen=True, slots=True)
class _Datum:
    """One mobile or e-mail address: whose, as it is known, and how to find it in any spelling."""

    name: str
    value: str
    core: str
    pattern: str


class Mask:
    """Takes the secrets and the personal data of one target out of texts, JSON values, bodies and results.

    `handed_out`: secrets that the host handed out, such as access tokens and cookies. See mask_of.
    """

    def __init__(self, target: Target, handed_out: Iterable[str] = ()):
        self._data = tuple(_data(target.data.customers))
        self._secrets = Secrets(target.login, handed_out)

    def text(self, text: str) -> str:
        """Return a text without secrets and personal data."""
        text = self._secrets.hidden(text)
        squeezed = spellings.squeeze(text)
        suspects = tuple(datum for datum in self._data if datum.core in squeezed)
        if not suspects:
            return text

        def placeholder(found: re.Match[str]) -> str:
            datum = suspects[(found.lastindex or 1) - 1]
            return f"<{datum.name}{spellings.describe(found[0], datum.value)}>"

        return _together(suspects).sub(placeholder, text)

    def value(self, value: Any) -> Any:
        """Return a JSON value without secrets and personal data, in its keys, texts and numbers."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            masked = self.text(repr(value))
            return value if masked == repr(value) else f"<the number {masked}>"
        return value

    def body(self, content: bytes) -> bytes:
        """Return a body without secrets and personal data, also where JSON writes their letters as escapes."""
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return self._binary(content)
        plain = _ESCAPED.sub(_unescaped, text)
        masked = self.text(plain)
        if "\0" in text:
            return self._binary(content)
        if masked == plain:
            return content
        return self._as_json(plain, masked).encode()

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return headers without credentials, cookies, secrets and personal data."""
        return tuple(
            (self.text(name), SECRET if name.lower() in SECRET_HEADERS else self.text(value)) for name, value in headers
        )

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return an exchange without secrets and personal data."""
        request, answer = exchange.request, exchange.answer
        content = self.body(answer.content)
        return replace(
            exchange,
            request=self.request(request),
            answer=replace(
                answer,
                headers=dict(self.headers(answer.headers.items())),
                content=content,
                json=answer.json if content == answer.content else decode(content),
            ),
        )

    def request(self, request: Request) -> Request:
        """Return a request without secrets and personal data."""
        return replace(
            request,
            body=request.body if request.body is NOTHING else self.value(request.body),
            raw=None if request.raw is None else self.body(request.raw),
            headers=self.headers(request.headers),
            path=None if request.path is None else self.text(request.path),
        )

    def result(self, result: Result) -> Result:
        """Return a result that holds no secret and nobody's mobile or e-mail address: what the reports may see."""
        exchanges = {exchange.number: self.exchange(exchange) for exchange in result.exchanges}
        findings = tuple(
            replace(
                finding,
                expected=self.text(finding.expected),
                got=self.text(finding.got),
                exchange=exchanges.get(finding.exchange.number) or self.exchange(finding.exchange),
            )
            for finding in result.findings
        )
        login = result.target.login
        return replace(
            result,
            why=self.text(result.why),
            findings=findings,
            notes=tuple(Note(self.text(note.what), note.exchange) for note in result.notes),
            exchanges=tuple(exchanges.values()),
            target=replace(
                result.target,
                login=Login(
                    basic=login.basic and (SECRET, SECRET),
                    oauth=login.oauth and replace(login.oauth, key=SECRET, secret=SECRET),
                    expired=login.expired and replace(login.expired, key=SECRET, secret=SECRET),
                    headers=tuple((name, SECRET) for name, _ in login.headers),
                ),
                data=_without_people(result.target),
            ),
        )

    def _as_json(self, plain: str, masked: str) -> str:
        """Return a masked body as JSON where it was JSON: a number that is masked becomes a text."""
        value = decode(plain.encode())
        if value is NOTHING or decode(masked.encode()) is not NOTHING:
            return masked
        try:
            return encode(self.value(value)).decode()
        except RecursionError:
            return masked

    def _binary(self, content: bytes) -> bytes:
        """Mask bytes that are no text; withhold them where UTF-16 or the like could hide what is masked."""
        text = content.decode("latin-1")
        plain = text.replace("\0", "")
        if "\0" in text and self.text(plain) != plain:
            return _WITHHELD.format(len(content)).encode()
        return self.text(text).encode("latin-1")


def mask_of(record: Record) -> Mask:
    """Return the mask for everything that is shown or written of a record: the one way in which masks are made."""
    return Mask(record.target, record.secrets)


def _data(customers: tuple[Customer, ...]) -> list[_Datum]:
    known = (
        (f"{kind} of customer {place}", getattr(customer, kind))
        for place, customer in enumerate(customers, 1)
        for kind in ("mobile", "email")
    )
    data = []
    for name, value in sorted(known, key=lambda pair: -len(pair[1] or "")):
        if value:
            data.append(_Datum(name, value, spellings.core(value), spellings.pattern(value)))
    # Whole values come first, so that nobody's is taken for the beginning of another's.
    for datum in tuple(data):
        if short := spellings.shortened(datum.value):
            data.append(_Datum(datum.name, datum.value, spellings.core(short), spellings.pattern(short)))
    return data


@lru_cache(maxsize=256)
def _together(data: tuple[_Datum, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"({datum.pattern})" for datum in data), re.IGNORECASE)


def _unescaped(found: re.Match[str]) -> str:
    return found[1] + chr(int(found[2], 16))


def _without_people(target: Target) -> Any:
    customers = tuple(msgspec.structs.replace(c, mobile=None, email=None) for c in target.data.customers)
    return msgspec.structs.replace(target.data, customers=customers, credentials=type(target.data.credentials)())
