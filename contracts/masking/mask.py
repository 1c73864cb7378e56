"""The mask: replace secrets and personal data by placeholders before anything is shown or written.

A mobile number or e-mail address becomes `<mobile of customer 3>`: 3 is the customer's position in the target's test
data, counted from 1. `unmask` can restore it from the same target. A secret becomes `<secret>`, which cannot be undone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import msgspec

from contracts.exchange import NOTHING, Exchange, Request, decode, encode
from contracts.host.login import Login
from contracts.host.target import Target
from contracts.masking import strangers
from contracts.masking.headers import HARMLESS, URLS
from contracts.masking.personal import PersonalData
from contracts.masking.secrets import SECRET, Secrets
from contracts.oracle.observation import Difference
from contracts.verdict.findings import Finding
from contracts.verdict.record import Note, Record
from contracts.verdict.result import Result

_WITHHELD: Final = "<{} bytes that hold personal data or a secret>"
# How many texts, and of how many characters, are remembered with their masked form.
_REMEMBERED: Final = 10_000
_REMEMBERED_LENGTH: Final = 100
# A printable ASCII character that JSON may escape but need not, as in \u0041.
_ESCAPED: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u00((?!22|5[cC])[2-7][0-9a-fA-F])(?<!7[fF])")


class Mask:
    """Masks the secrets and the personal data of one target in texts, JSON values, bodies and results.

    `issued`: secrets that the host issued, such as access tokens and cookies. Use mask_of to make one.
    """

    def __init__(self, target: Target, issued: Iterable[str] = ()):
        self._personal = PersonalData(target.data.customers)
        self._secrets = Secrets(target.login, issued)
        self._masked: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a text with secrets and personal data masked."""
        if len(text) > _REMEMBERED_LENGTH:
            return self._text(text)
        # Most short texts occur in every exchange: names of fields and headers, and their values.
        if len(self._masked) > _REMEMBERED:
            self._masked.clear()
        if text not in self._masked:
            self._masked[text] = self._text(text)
        return self._masked[text]

    def _text(self, text: str) -> str:
        return self._personal.mask(strangers.mask(self._secrets.mask(text)))

    def value(self, value: Any) -> Any:
        """Return a JSON value with secrets and personal data masked in its keys, texts and numbers."""
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
        """Return a body with secrets and personal data masked, also where JSON escapes their characters."""
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return self._binary(content)
        plain = _ESCAPED.sub(_unescape, text)
        masked = self.text(plain)
        if "\0" in text:
            return self._binary(content)
        if strangers.has_hint(plain):
            masked = _without_named(masked)
        if masked == plain:
            return content
        return self._as_json(plain, masked).encode()

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return headers with secrets and personal data masked. Only the values of harmless headers are shown."""
        return tuple((self.text(name), self._header(name.lower(), value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if name in URLS:
            return self.url(value)
        return self.text(value) if name in HARMLESS else value and SECRET

    def url(self, url: str) -> str:
        """Return a URL or path with secrets, personal data, and the values of its query masked."""
        return strangers.mask_query(self.text(url))

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return an exchange with secrets and personal data masked."""
        request, answer = exchange.request, exchange.answer
        headers = dict(self.headers(answer.headers.items()))
        answer = replace(answer, headers=headers, content=self.body(answer.content), json=NOTHING)
        return replace(exchange, request=self.request(request), answer=answer)

    def request(self, request: Request) -> Request:
        """Return a request with secrets and personal data masked."""
        return replace(
            request,
            body=request.body if request.body is NOTHING else self.value(strangers.hide_named(request.body)),
            raw=None if request.raw is None else self.body(request.raw),
            headers=self.headers(request.headers),
            path=None if request.path is None else self.url(request.path),
        )

    def result(self, result: Result) -> Result:
        """Return a result with secrets, mobile numbers and e-mail addresses masked. Reports get only this one."""
        exchanges = {exchange.number: self.exchange(exchange) for exchange in result.exchanges}
        findings = tuple(
            replace(
                self.finding(finding),
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
                data=_without_personal_data(result.target),
            ),
        )

    def finding(self, finding: Finding) -> Finding:
        """Return a finding with secrets and personal data masked, except in its exchange."""
        return replace(
            finding,
            expected=self.text(finding.expected),
            got=self.text(finding.got),
            occasion=self.text(finding.occasion),
            also=tuple(replace(a, expected=self.text(a.expected), got=self.text(a.got)) for a in finding.also),
            difference=finding.difference and self._difference(finding.difference),
        )

    def _difference(self, difference: Difference) -> Difference:
        expected = tuple(self.value(strangers.hide_named(value)) for value in difference.expected)
        return Difference(self.text(difference.place), expected, self.value(strangers.hide_named(difference.got)))

    def _as_json(self, plain: str, masked: str) -> str:
        """Return the masked body. If masking a number broke the JSON, mask the JSON value instead, with text for numbers."""
        value = decode(plain.encode())
        if value is NOTHING or decode(masked.encode()) is not NOTHING:
            return masked
        try:
            return encode(self.value(value)).decode()
        except RecursionError:
            return masked

    def _binary(self, content: bytes) -> bytes:
        """Mask bytes that are not UTF-8. Withhold them all if UTF-16 or UTF-32 text in them holds something to mask."""
        text = content.decode("latin-1")
        plain = text.replace("\0", "")
        if "\0" in text and self.text(plain) != plain:
            return _WITHHELD.format(len(content)).encode()
        return self.text(text).encode("latin-1")


def mask_of(record: Record) -> Mask:
    """Return the mask for everything that is shown or written of a record. Masks are made only here."""
    # A word of the documentation is no secret. A cookie may well hold one, such as the name of a shop's source.
    words = set(re.findall(r"\w+", json.dumps(record.document.raw))) if record.secrets else set[str]()
    return Mask(record.target, record.secrets - words)


def _without_named(text: str) -> str:
    """Return a body, if it is JSON, without the values that are named as secrets."""
    value = decode(text.encode("utf-8", "surrogatepass"))
    try:
        hidden = strangers.hide_named(value)
        return text if hidden == value else encode(hidden).decode()
    except RecursionError:
        return text


def _unescape(found: re.Match[str]) -> str:
    return found[1] + chr(int(found[2], 16))


def _without_personal_data(target: Target) -> Any:
    customers = tuple(msgspec.structs.replace(c, mobile=None, email=None) for c in target.data.customers)
    return msgspec.structs.replace(target.data, customers=customers, credentials=type(target.data.credentials)())
