"""An exchange made of an entry of an HTTP Archive, with what the entry shows of the login."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Final

from contracts.archive.entry import Entry, shows_login, why_not_judged
from contracts.archive.format import EntryFields
from contracts.archive.lost import is_coded
from contracts.archive.message import Message
from contracts.exchange import (
    NOTHING,
    PROMOTION_NAMES,
    UNAUTHENTICATED,
    Answer,
    Credentials,
    Exchange,
    Request,
    decode,
    decode_answer,
)
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.host.target import Target
from contracts.masking.unmask import unmask
from contracts.oracle.reply import ReplyReader, is_foreign, is_gateway
from contracts.promotion_names import Names, renamed
from openapi.document import Document

# Headers that belong to a connection, to a login, or to the form in which a body travelled.
_IGNORED_HEADERS: Final = CREDENTIAL_HEADERS | {
    *("content-length", "host", "cookie", "connection", "accept-encoding", "user-agent"),
    *("content-encoding", "expect", "keep-alive", "proxy-authorization", "proxy-connection"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that is not judged. `why`: the reason, in words that follow a number."""

    why: str


class EntryReader:
    """Turns entries into exchanges. Masked personal data is restored from the target's.

    `names`: the names that the host has for the ids of a promotion.
    """

    def __init__(self, target: Target, document: Document, names: Names):
        self._target = target
        self._document = document
        self._names = names
        self._replies = ReplyReader(document)

    def exchange(self, entry: Entry, number: int) -> Exchange | LeftOut:
        """Return the exchange of an entry. `number`: its place in the archive. Raises ValueError, OverflowError."""
        why = why_not_judged(entry)
        if why:
            return LeftOut(why)
        answer = self._answer(entry)
        if entry.ours:
            ours = entry.ours
            request = self._request(entry, ours)
            return Exchange(ours.number, request, answer, about=ours.about, opening=ours.opening, group=ours.group)
        if is_gateway(answer):
            return LeftOut("answered by a gateway")
        if is_foreign(self._replies.read(answer)):
            return LeftOut("answered by something else than the call")
        if is_coded(entry.request) and self._is_unnamed_refusal(answer):
            return LeftOut("refused, maybe since its body was compressed")
        credentials = self._credentials(entry, answer)
        if isinstance(credentials, LeftOut):
            return credentials
        return Exchange(number, self._request(entry, EntryFields(number=number, credentials=credentials)), answer)

    def turns_away(self, exchange: Exchange) -> bool:
        """The answer only warns, and nobody was enrolled. One without the confirming ids has enrolled the customer."""
        reply = self._replies.read(exchange.answer)
        names = {self._replies.warnings.get(text) for text in reply.warnings if isinstance(text, str)}
        return reply.decision == "warned" and "no_response" not in names

    def _credentials(self, entry: Entry, answer: Answer) -> Credentials | LeftOut:
        """Return the kind of credentials that another program sent.

        Credentials that were turned away count as wrong ones. If the entry does not show any, they may have been left
        out of the archive. Then the request counts as valid, unless it was refused in a way that may be about them.
        """
        if shows_login(entry.request.headers):
            return "wrong" if answer.status in UNAUTHENTICATED else "valid"
        is_refusal = self._is_unnamed_refusal(answer) and self._target.login.is_given
        if answer.status in UNAUTHENTICATED or is_refusal:
            return LeftOut("refused, maybe for a login that the archive does not show")
        return "valid"

    def _is_unnamed_refusal(self, answer: Answer) -> bool:
        """The answer refuses the request, and says nothing of what the page names."""
        reply = self._replies.read(answer)
        is_named = any(error.says or (error.names and not error.plain) for error in reply.errors)
        return reply.decision == "refusal" and answer.status < 500 and not is_named

    def _answer(self, entry: Entry) -> Answer:
        content = self._restored(entry.answer.body or b"")
        listed = entry.answer.headers if entry.ours else entry.answer.typed_headers
        message = Message(listed, content)
        return Answer(
            entry.status,
            {name.lower(): message.header(name.lower()) for name, _ in listed},
            content,
            seconds=entry.seconds,
            json=decode_answer(content),
        )

    def _request(self, entry: Entry, fields: EntryFields) -> Request:
        payload = self._restored(entry.request.body or b"")
        body = decode(payload) if payload and not fields.raw else NOTHING
        listed = entry.request.headers if entry.ours else entry.request.typed_headers
        path = entry.url.path
        request = Request(
            body=renamed(body, self._names, PROMOTION_NAMES),
            raw=payload if body is NOTHING and (payload or fields.raw) else None,
            credentials=fields.credentials,
            headers=tuple((name, value) for name, value in listed if name.lower() not in _IGNORED_HEADERS),
            method=None if entry.method == self._document.method.upper() else entry.method,
            path=None if path.endswith(self._document.path) else path,
        )
        # A body that was not sent as application/json counts as bytes, even if it is JSON.
        return request if request.is_plain_call or body is NOTHING else replace(request, body=NOTHING, raw=payload)

    def _restored(self, content: bytes) -> bytes:
        """Return a body with the personal data of the target in place of the placeholders of a mask."""
        try:
            text = content.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return content
        plain = decode(content)
        if plain is NOTHING or plain == unmask(plain, self._target):
            restored = str(unmask(text, self._target))
        else:
            restored = json.dumps(unmask(plain, self._target), ensure_ascii=False)
        return restored.encode("utf-8", "surrogatepass")
