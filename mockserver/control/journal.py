"""The journal: the latest exchanges, each with the reason for its answer, and without credentials."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from mockserver.control.masking import masked_body, masked_headers, masked_query
from mockserver.control.shelf import Shelf
from mockserver.exchange.answers import Answer, Example, Refusal, Result, Token, TokenRefusal
from mockserver.exchange.handling import Grounds, Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.manner import AT_ONCE
from mockserver.exchange.received import Extent
from openapi.questions import Readings

_KEPT = 1000  # exchanges of one session
_ALL_KEPT = 64 * 2**20  # bytes of the exchanges of all sessions together
_OBJECTS = 2500  # bytes that an entry takes beside its texts, about
_NAME_KEPT = 200  # characters of the identifier of a customer
_BODY_KEPT = 4096  # bytes of each body
_SECRET = (Token, TokenRefusal)


class Entry(Struct, frozen=True, gc=False):
    """One exchange. `at` is Unix time in seconds, `duration` is in milliseconds.

    Method, path, query and headers are as sent: `request_headers` has one pair for each header line. Only harmless
    headers are shown with their values, of others the scheme. Values that are named as secrets are left out of query
    and body. That is done when they are asked for, since most entries are never read: what was sent stays in memory as
    it was, and in no text of the entry itself. Bodies are cut at 4 KiB, and only those sent to the path of the enrol
    call are kept at all; `request_bytes` and
    `request_kept` say how many bytes came and how many of them were kept, the same two of the response likewise.
    `customers` are the identifier that was sent and the id of the customer who was found. `near_miss` says what the
    request only just misses, or is ''. `duration` has the delay that a fault or a preference asks for. `extent`,
    `grounds` and `readings`, those that were followed, are what it takes to judge the request again.
    """

    id: str
    at: float
    duration: float
    method: str
    path: str
    status: int
    outcomes: tuple[str, ...]
    why: str
    near_miss: str
    customers: tuple[str, ...]
    request_bytes: int
    request_kept: int
    response_bytes: int
    response_kept: int
    extent: Extent
    grounds: Grounds
    readings: Readings
    _query: str
    _headers: HeaderLines
    _request: bytes
    _response: bytes

    def __repr__(self) -> str:
        return f"Entry({self.id!r}, {self.method} {self.path} {self.status})"  # what was sent may be secret

    @property
    def query(self) -> str:
        """The query, without secrets."""
        return masked_query(self._query)

    @property
    def request_headers(self) -> tuple[tuple[str, str], ...]:
        """The header lines, without secrets."""
        return masked_headers(self._headers)

    @property
    def request_body(self) -> str:
        """The beginning of the body, without secrets."""
        return masked_body(self._request).decode(errors="replace")

    @property
    def response_body(self) -> str:
        """The beginning of the answer's body."""
        return self._response.decode(errors="replace")

    @property
    def size(self) -> int:
        """About how many bytes the entry takes in memory."""
        texts = len(self.path) + len(self._query) + len(self.why) + self.request_kept + self.response_kept
        return _OBJECTS + self._headers.size + texts


class Journal:
    """Keeps the latest thousand exchanges."""

    def __init__(self, shelf: Shelf[Entry] | None = None) -> None:
        """`shelf`: bounds what this journal and others keep together."""
        self._entries: deque[Entry] = deque()
        self._seen = 0
        self._shelf = shelf or Shelf(_ALL_KEPT)

    def fork(self) -> Journal:
        """Return an empty journal. Both are bounded together."""
        return Journal(self._shelf)

    def record(self, handling: Handling, *, keep_body: bool, failure: str = "") -> Entry:
        """Record an exchange that has ended, and return what is kept of it.

        `failure` is the traceback of a bug, if there was one. It is recorded in place of the answer's reason.
        """
        request, response, answer, manner = handling.request, handling.response, handling.answer, handling.manner
        sent = response.body if response else b""
        body = request.body if keep_body else b""
        shown = b"" if isinstance(answer, _SECRET) else sent
        if len(body) > _BODY_KEPT:
            body = _beginning(body)
        if len(shown) > _BODY_KEPT:
            shown = _beginning(shown)
        entry = Entry(  # by position: with the names of its fields it would take 2 µs
            handling.id,
            handling.at,
            (handling.ended - handling.at + (0.0 if manner is AT_ONCE else manner.seconds)) * 1000,
            request.method,
            handling.sent_path,
            response.status if response else 0,
            outcomes_of(answer),
            failure or (answer.why if answer else "No answer was given."),
            handling.near_miss,
            _customers(handling),
            request.size,
            len(body),
            len(sent),
            len(shown),
            request.extent,
            handling.grounds,
            handling.readings,
            request.query,
            request.headers,
            body,
            shown,
        )
        with self._shelf.lock:
            self._seen += 1
            if len(self._entries) >= _KEPT:
                self._shelf.drop(self._entries)
            self._shelf.put(entry, entry.size, self._entries)
        return entry

    def entries(self) -> tuple[tuple[Entry, ...], int]:
        """Return what is kept, oldest first, and how many exchanges there were in all."""
        with self._shelf.lock:
            return tuple(self._entries), self._seen

    def seen(self) -> int:
        """Return how many exchanges there were in all."""
        return self._seen

    def find(self, name: str) -> Entry | None:
        """Return the exchange with an id, None if it is not kept."""
        with self._shelf.lock:
            return next((one for one in reversed(self._entries) if one.id == name), None)

    def recorded(self, name: str) -> Entry | None:
        """Return an exchange that was just recorded."""
        return self.find(name)

    def clear(self) -> None:
        """Forget every exchange."""
        with self._shelf.lock:
            while self._entries:
                self._shelf.drop(self._entries)
            self._seen = 0


def outcomes_of(answer: Answer | None) -> tuple[str, ...]:
    """Return the names of the outcomes that an answer consists of."""
    match answer:
        case Result(warnings=outcomes) | Refusal(outcomes=outcomes) | Example(outcomes=outcomes):
            return tuple([outcome.name for outcome in outcomes]) if outcomes else ()
        case TokenRefusal(outcome=outcome):
            return (outcome.name,)
        case _:
            return ()


def _customers(handling: Handling) -> tuple[str, ...]:
    sent, found = handling.case.fields.identifier_value, handling.case.customer
    named = () if sent is None else (sent[:_NAME_KEPT],)
    own = str(found.id) if found else None
    return named if own is None or own in named else (*named, own)


def _beginning(body: bytes) -> bytes:
    """Return the first bytes of a long body, without a part of a character at their end."""
    end = _BODY_KEPT
    while end > _BODY_KEPT - 3 and body[end : end + 1] and body[end] & 0xC0 == 0x80:  # inside a character of UTF-8
        end -= 1
    return body[:end]
