"""Reading: make of what has passed an exchange that can be judged, as `check` does of an archive."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from contracts.archive.entry import Entry
from contracts.archive.exchange import EntryReader, LeftOut
from contracts.archive.habits import HostHabits, names_used
from contracts.archive.message import Message
from contracts.exchange import FRAMING, PROMOTION_NAMES, Exchange
from contracts.host.framing import decoded
from contracts.host.target import Target
from contracts.promotion_names import QUICK_REFERENCE_NAMES, Names
from contracts.proxy.follower import LONGEST_BODY, Half, Passing
from openapi.document import Document

_BROKEN_OFF: Final = LeftOut("without a whole request and a whole answer")
_LONG: Final = LeftOut(f"with a body of more than {LONGEST_BODY // 2**20} MiB")
_MALFORMED: Final = LeftOut("that no tool can read")


class Reader:
    """Reads the exchanges of the enrol call with one host.

    A host shows which names it has for the ids of a promotion, and which logins it takes, by the requests that it
    accepts.
    """

    def __init__(self, target: Target, document: Document) -> None:
        self._base = urlsplit(target.url)
        self._path = self._base.path + document.path
        self._entries = {
            names: EntryReader(target, document, names) for names in (PROMOTION_NAMES, QUICK_REFERENCE_NAMES)
        }
        self._shown = HostHabits(document)

    @property
    def names(self) -> Names:
        """The names of the host for the ids of a promotion; those of the table unless it has shown only others."""
        return self._shown.names

    def is_of_the_call(self, passing: Passing) -> bool:
        """The path is that of the call; a query may follow."""
        return _path(passing.target) == self._path

    def exchange(self, passing: Passing) -> Exchange | LeftOut:
        """Return an exchange without a number, or why it is not judged."""
        if passing.request.is_long or passing.answer.is_long:
            return _LONG
        if not (passing.request.is_whole and passing.answer.is_whole):
            return _BROKEN_OFF
        entry = self._entry(passing)
        try:
            read = self._entries[names_used(entry) or PROMOTION_NAMES].exchange(entry, 0)
        except (ValueError, TypeError, OverflowError):
            return _MALFORMED
        if isinstance(read, LeftOut):
            return read
        self._shown.learn(entry, read)
        if why := self._shown.doubt(entry, read, sees_login=True):
            return why
        framing = tuple((name, value) for name, value in passing.request.headers if name.lower() in FRAMING)
        return replace(
            read,
            request=replace(read.request, headers=(*read.request.headers, *framing)),
            answer=replace(read.answer, start=passing.start, version=passing.version),
        )

    def _entry(self, passing: Passing) -> Entry:
        return Entry(
            url=self._base._replace(path=_path(passing.target)),
            method=passing.method.upper(),
            request=Message(passing.request.headers, bytes(passing.request.body)),
            status=passing.status,
            answer=Message(passing.answer.headers, _plain(passing.answer)),
            failed=False,
            stand_in=False,
            through_worker=False,
            is_passed=True,
            seconds=passing.end - passing.start,
            started=passing.start,
            ours=None,
        )


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
