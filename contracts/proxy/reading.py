"""Reading: make of what has passed an exchange that can be judged, as `check` does of an archive."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from contracts.exchange import PROMOTION_NAMES, UNAUTHENTICATED, Exchange, decode
from contracts.host.framing import decoded
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.host.target import Target
from contracts.oracle.reply import ReplyReader
from contracts.proxy.follower import LONGEST_BODY, Half, Passing
from contracts.reports.har_entry import Entry
from contracts.reports.har_exchange import EntryReader, LeftOut
from contracts.reports.har_message import Message
from contracts.session.connect import OTHER_NAMES
from openapi.document import Document

# How a request was sent: the page does not speak of it, and some hosts take no such body.
_FRAMING: Final = ("transfer-encoding", "expect")
_BROKEN_OFF: Final = LeftOut("without a whole request and a whole answer")
_LONG: Final = LeftOut(f"with a body of more than {LONGEST_BODY // 2**20} MiB")
_OTHERWISE: Final = LeftOut("refused, maybe for the names of the promotion's ids")
_LOGIN_MAY_BE_WRONG: Final = LeftOut("refused, maybe for a login that nothing has shown to be right")
# What may carry a login. So many that were right are remembered.
_LOGIN: Final = CREDENTIAL_HEADERS | {"cookie"}
_MOST_LOGINS: Final = 10_000
_MALFORMED: Final = LeftOut("that no tool can read")


class Reader:
    """Reads the exchanges of the enrol call with one host. `names`: its names for the ids of a promotion.

    A host shows what it calls them, and which logins it takes, by the requests that it accepts.
    """

    def __init__(self, target: Target, document: Document) -> None:
        self.names = PROMOTION_NAMES
        self._base = urlsplit(target.url)
        self._path = self._base.path + document.path
        self._entries = {names: EntryReader(target, document, names) for names in (PROMOTION_NAMES, OTHER_NAMES)}
        self._replies = ReplyReader(document)
        self._good_logins: set[int] = set()

    def is_of_the_call(self, passing: Passing) -> bool:
        """The path is that of the call; a query may follow."""
        return _path(passing.target) == self._path

    def exchange(self, passing: Passing) -> Exchange | LeftOut:
        """Return an exchange without a number, or why it is not judged."""
        if passing.request.is_long or passing.answer.is_long:
            return _LONG
        if not (passing.request.is_whole and passing.answer.is_whole):
            return _BROKEN_OFF
        names = OTHER_NAMES if _has_other_names(bytes(passing.request.body)) else self.names
        try:
            read = self._entries[names].exchange(self._entry(passing), 0)
        except (ValueError, TypeError, OverflowError):
            return _MALFORMED
        if isinstance(read, LeftOut):
            return read
        why = self._why_doubtful(passing, read, names)
        if why:
            return why
        framing = tuple((name, value) for name, value in passing.request.headers if name.lower() in _FRAMING)
        return replace(
            read,
            request=replace(read.request, headers=(*read.request.headers, *framing)),
            answer=replace(read.answer, start=passing.start, version=passing.version),
        )

    def _why_doubtful(self, passing: Passing, read: Exchange, names: tuple[str, str]) -> LeftOut | None:
        """Return why a refusal may be about something that no other answer has shown; learn from what is none."""
        reply = self._replies.read(read.answer)
        login = hash(tuple(value for name, value in passing.request.headers if name.lower() in _LOGIN))
        if reply.decision != "refusal":
            self.names = names
            if len(self._good_logins) < _MOST_LOGINS:
                self._good_logins.add(login)
        elif names != self.names:
            return _OTHERWISE
        elif reply.status < 500 and reply.status not in UNAUTHENTICATED and login not in self._good_logins:
            is_named = any(error.says or (error.names and not error.plain) for error in reply.errors)
            return None if is_named else _LOGIN_MAY_BE_WRONG
        return None

    def _entry(self, passing: Passing) -> Entry:
        return Entry(
            url=self._base._replace(path=_path(passing.target)),
            method=passing.method.upper(),
            request=Message(passing.request.headers, bytes(passing.request.body)),
            status=passing.status,
            answer=Message(passing.answer.headers, _plain(passing.answer)),
            failed=False,
            stand_in=False,
            seconds=passing.end - passing.start,
            started=passing.start,
            ours=None,
        )


def _has_other_names(body: bytes) -> bool:
    """The promotion is named by the ids of "API Quick Reference", and not by those of the table."""
    if OTHER_NAMES[0].encode() not in body and OTHER_NAMES[1].encode() not in body:
        return False
    sent = decode(body)
    promotion = sent.get("promotion") if isinstance(sent, dict) else None
    return isinstance(promotion, dict) and not promotion.keys() & {*PROMOTION_NAMES}


def _plain(answer: Half) -> bytes:
    """Return the body of an answer without its coding; as it came if that cannot be undone."""
    body = bytes(answer.body)
    plain, flaw = decoded(body, {name.lower(): value for name, value in answer.headers}, LONGEST_BODY)
    return body if flaw else plain


def _path(target: str) -> str:
    """Return the path of a request target, which may be a whole URL; "" if it is neither."""
    try:
        return target.partition("?")[0] if target.startswith("/") else urlsplit(target).path
    except ValueError:
        return ""
