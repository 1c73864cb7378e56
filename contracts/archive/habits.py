"""What a host has shown by the requests of others that it accepted: which names and which logins it takes."""

from __future__ import annotations

from typing import Final

from contracts.archive.entry import Entry
from contracts.archive.exchange import LeftOut
from contracts.exchange import PROMOTION_NAMES, UNAUTHENTICATED, Exchange, decode
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.oracle.reply import Reply, ReplyReader
from contracts.promotion_names import QUICK_REFERENCE_NAMES, Names
from openapi.document import Document

_OTHERWISE: Final = LeftOut("refused, maybe for the names of the promotion's ids")
_LOGIN_MAY_BE_WRONG: Final = LeftOut("refused, maybe for a login that nothing has shown to be right")
_OF_PROMOTIONS: Final = frozenset({"promotion_required", "promotion_not_found"})
# What may carry a login. So many that were right are remembered.
_LOGIN: Final = CREDENTIAL_HEADERS | {"cookie"}
_MOST_LOGINS: Final = 10_000


class HostHabits:
    """The names and logins that a host has shown to take. What may be about others is not held against it."""

    def __init__(self, document: Document) -> None:
        self._replies = ReplyReader(document)
        self._good_logins: set[int] = set()
        self._names: set[Names] = set()

    @property
    def names(self) -> Names:
        """The names of the host for the ids of a promotion; those of the table unless it has shown only others."""
        return QUICK_REFERENCE_NAMES if self._names == {QUICK_REFERENCE_NAMES} else PROMOTION_NAMES

    def learn(self, entry: Entry, exchange: Exchange) -> None:
        """Learn from an exchange if the host has accepted its request."""
        if self._replies.read(exchange.answer).decision == "refusal":
            return
        used = names_used(entry)
        self._names |= {used} if used else set()
        if len(self._good_logins) < _MOST_LOGINS:
            self._good_logins.add(_login(entry))

    def doubt(self, entry: Entry, exchange: Exchange, *, sees_login: bool) -> LeftOut | None:
        """Return why a refusal may be about something that no other answer has shown; None if it is not, or is none.

        `sees_login`: the login that was sent can be seen in the entry.
        """
        reply, used = self._replies.read(exchange.answer), names_used(entry)
        if reply.decision != "refusal":
            return None
        if used and used not in self._names and (self._names or _may_be_about_names(used, reply)):
            return _OTHERWISE
        if (
            sees_login
            and reply.status < 500
            and reply.status not in UNAUTHENTICATED
            and _login(entry) not in self._good_logins
        ):
            is_named = any(error.says or (error.names and not error.plain) for error in reply.errors)
            return None if is_named else _LOGIN_MAY_BE_WRONG
        return None


def names_used(entry: Entry) -> Names | None:
    """Return by which names a request calls the ids of its promotion: those of the table, or of "API Quick Reference"."""
    sent = decode(entry.request.body or b"")
    promotion = sent.get("promotion") if isinstance(sent, dict) else None
    keys = promotion.keys() if isinstance(promotion, dict) else ()
    return next((names for names in (PROMOTION_NAMES, QUICK_REFERENCE_NAMES) if not {*names}.isdisjoint(keys)), None)


def _login(entry: Entry) -> int:
    return hash(tuple(value for name, value in entry.request.headers if name.lower() in _LOGIN))


def _may_be_about_names(used: Names, reply: Reply) -> bool:
    """A host that has other names for the ids of a promotion finds none, and so no promotion either."""
    return used == QUICK_REFERENCE_NAMES or any({error.says, *error.names} & _OF_PROMOTIONS for error in reply.errors)
