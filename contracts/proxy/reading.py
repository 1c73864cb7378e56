"""Reading: make of what has passed an exchange that can be judged, as `check` does of an archive."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from contracts.exchange import PROMOTION_NAMES, UNAUTHENTICATED, Exchange, decode
from contracts.host.framing import decoded
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.host.target import Target
from contracts.oracle.reply import Reply, ReplyReader
from contracts.proxy.follower import LONGEST_BODY, Half, Passing
from contracts.reports.har_entry import Entry
from contracts.reports.har_exchange import EntryReader, LeftOut
from contracts.reports.har_message import Message
from contracts.session.connect import OTHER_NAMES
from openapi.document import Document

Names = tuple[str, str]

# How a request was sent: the page does not speak of it, and some hosts take no such body.
_FRAMING: Final = ("transfer-encoding", "expect")
_BROKEN_OFF: Final = LeftOut("without a whole request and a whole answer")
_LONG: Final = LeftOut(f"with a body of more than {LONGEST_BODY // 2**20} MiB")
_OTHERWISE: Final = LeftOut("refused, maybe for the names of the promotion's ids")
_LOGIN_MAY_BE_WRONG: Final = LeftOut("refused, maybe for a login that nothing has shown to be right")
_OF_PROMOTIONS: Final = frozenset({"promotion_required", "promotion_not_found"})
# What may carry a login. So many that were right are remembered.
_LOGIN: Final = CREDENTIAL_HEADERS | {"cookie"}
_MOST_LOGINS: Final = 10_000
_MALFORMED: Final = LeftOut("that no tool can read")


class Reader:
    """Reads the exchanges of the enrol call with one host.

    A host shows which names it has for the ids of a promotion, and which logins it takes, by the requests that it accepts.
    """

    def __init__(self, target: Target, document: Document) -> None:
        self._base = urlsplit(target.url)
        self._path = self._base.path + document.path
        self._entries = {names: EntryReader(target, document, names) for names in (PROMOTION_NAMES, OTHER_NAMES)}
        self._replies = ReplyReader(document)
        self._good_logins: set[int] = set()
        self._shown_names: set[Names] = set()

    @property
    def names(self) -> Names:
        """The names of the host for the ids of a promotion; those of the table unless it has shown only others."""
        return OTHER_NAMES if self._shown_names == {OTHER_NAMES} else PROMOTION_NAMES

    def is_of_the_call(self, passing: Passing) -> bool:
        """The path is that of the call; a query may follow."""
        return _path(passing.target) == self._path

    def exchange(self, passing: Passing) -> Exchange | LeftOut:
        """Return an exchange without a number, or why it is not judged."""
        if passing.request.is_long or passing.answer.is_long:
            return _LONG
        if not (passing.request.is_whole and passing.answer.is_whole):
            return _BROKEN_OFF
        used = _names_used(bytes(passing.request.body))
        try:
            read = self._entries[used or PROMOTION_NAMES].exchange(self._entry(passing), 0)
        except (ValueError, TypeError, OverflowError):
            return _MALFORMED
        if isinstance(read, LeftOut):
            return read
        why = self._why_doubtful(passing, read, used)
        if why:
            return why
        framing = tuple((name, value) for name, value in passing.request.headers if name.lower() in _FRAMING)
        return replace(
            read,
            request=replace(read.request, headers=(*read.request.headers, *framing)),
            answer=replace(read.answer, start=passing.start, version=passing.version),
        )

    def _why_doubtful(self, passing: Passing, read: Exchange, used: Names | None) -> LeftOut | None:
        """Return why a refusal may be about something that no other answer has shown; learn from what is none."""
        reply = self._replies.read(read.answer)
        login = hash(tuple(value for name, value in passing.request.headers if name.lower() in _LOGIN))
        if reply.decision != "refusal":
            self._shown_names |= {used} if used else set()
            if len(self._good_logins) < _MOST_LOGINS:
                self._good_logins.add(login)
        elif used and used not in self._shown_names and (self._shown_names or _may_be_about_names(used, reply)):
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


def _names_used(body: bytes) -> Names | None:
    """Return by which names a request calls the ids of its promotion: those of the table, or of "API Quick Reference"."""
    sent = decode(body)
    promotion = sent.get("promotion") if isinstance(sent, dict) else None
    keys = promotion.keys() if isinstance(promotion, dict) else ()
    return next((names for names in (PROMOTION_NAMES, OTHER_NAMES) if not {*names}.isdisjoint(keys)), None)


def _may_be_about_names(used: Names, reply: Reply) -> bool:
    """A host that has other names for the ids of a promotion finds none, and so no promotion either."""
    return used == OTHER_NAMES or any({error.says, *error.names} & _OF_PROMOTIONS for error in reply.errors)


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
