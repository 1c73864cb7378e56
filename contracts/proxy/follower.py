"""The follower: make requests and answers of the bytes of one connection. h11 reads them; nothing here is on their way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import h11

from contracts.proxy.host_line import BLANK, LONGEST_HEAD, reader_of_requests
from contracts.proxy.tap import Piece

# Bytes of a body of the call that are kept. A longer one is followed to its end, and not judged.
LONGEST_BODY: Final = 2**20
# Requests of one connection that may wait for their answers. What has more is followed no more.
_MOST_OPEN: Final = 100

Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Half:
    """A request or an answer as it passes. `body`: the beginning of it. `is_whole`: its end has come."""

    headers: Headers = ()
    body: bytearray = field(default_factory=bytearray)
    is_whole: bool = False
    is_long: bool = False

    def add(self, data: bytes, room: int) -> None:
        """Add bytes to the body, of which so many are kept."""
        self.is_long = self.is_long or len(self.body) + len(data) > room
        self.body += data[: max(room - len(self.body), 0)]


@dataclass(slots=True)
class Passing:
    """An exchange that passes. `start`, `end`: when its first and its last byte did, in seconds of the machine's clock.

    `status`: 0 if no answer came. `version`: that of the answer, such as "HTTP/1.1". `room`: bytes of each body to
    keep.
    """

    method: str
    target: str
    start: float
    request: Half
    answer: Half = field(default_factory=Half)
    status: int = 0
    version: str = "HTTP/1.1"
    end: float = 0.0
    room: int = LONGEST_BODY


class Follower:
    """Follows one connection. `began`, `ended`: called with each exchange when its head has come, and at its end.

    What h11 cannot follow is left, to the end of the connection: that is no HTTP/1.1, or not any more. `lost`: called
    for each request of it, as far as can be told.
    """

    def __init__(
        self, began: Callable[[Passing], None], ended: Callable[[Passing], None], lost: Callable[[], None]
    ) -> None:
        self._lost = lost
        self._last_way = ""
        self._began = began
        self._ended = ended
        self._open: deque[Passing] = deque()
        self._sending: Passing | None = None
        self._start = 0.0
        self._forget()

    def take(self, piece: Piece) -> None:
        """Take the next piece of the connection."""
        is_turn = piece.way == "sent" and self._last_way != "sent"
        self._last_way = piece.way
        if piece.fresh:
            self._forget()
        if not self._follows:
            if is_turn:
                self._lost()
            return
        try:
            if piece.way == "sent":
                self._follow_request(piece)
            elif piece.way == "came":
                self._follow_answer(piece.data, piece.at)
            elif piece.way == "came-end":
                self._follow_answer(b"", piece.at)
                self._break_off(piece.at)
        except (h11.RemoteProtocolError, h11.LocalProtocolError):
            if piece.way == "sent" and self._sending is None:
                self._lost()
            self._break_off(piece.at)

    def _forget(self) -> None:
        self._break_off(0.0)
        self._follows = True
        self._requests: h11.Connection | None = None
        self._answers: h11.Connection | None = None

    def _break_off(self, at: float) -> None:
        """Nothing more can be followed. What is under way ends without the rest of it."""
        self._follows = False
        self._sending = None
        while self._open:
            self._end(self._open.popleft(), at)

    def _end(self, passing: Passing, at: float) -> None:
        passing.end = at
        self._ended(passing)

    def _follow_request(self, piece: Piece) -> None:
        data = piece.data
        while data:
            if self._requests is None:
                data = data.lstrip(BLANK)
                if not data:
                    return
                self._requests, self._start = reader_of_requests(), piece.at
            reader, data = self._requests, self._read_request(self._requests, data)
            if reader is self._requests:
                return

    def _read_request(self, reader: h11.Connection, data: bytes) -> bytes:
        """Read up to the end of a request, and return what follows it."""
        reader.receive_data(data)
        while True:
            event = reader.next_event()
            if isinstance(event, h11.Request):
                self._sending = Passing(
                    event.method.decode("latin-1"),
                    event.target.decode("latin-1"),
                    self._start,
                    Half(_headers(event.headers.raw_items())),
                )
                self._open.append(self._sending)
                self._began(self._sending)
                if len(self._open) > _MOST_OPEN:
                    raise h11.RemoteProtocolError("too many requests wait for their answers")
            elif isinstance(event, h11.Data) and self._sending:
                self._sending.request.add(bytes(event.data), self._sending.room)
            elif isinstance(event, h11.EndOfMessage) and self._sending:
                self._sending.request.is_whole, self._sending = True, None
                self._requests = None
                return bytes(reader.trailing_data[0])
            else:
                return b""

    def _follow_answer(self, data: bytes, at: float) -> None:
        """Read answers to the open requests in their order. Empty `data`: nothing more will come."""
        is_end = not data
        while self._open and (data or is_end):
            passing = self._open[0]
            if self._answers is None:
                if is_end:
                    return
                self._answers = _reader_of_answer(passing.method)
            reader = self._answers
            reader.receive_data(data)
            data = self._read_answer(reader, passing, at)
            if self._answers is reader:
                return

    def _read_answer(self, reader: h11.Connection, passing: Passing, at: float) -> bytes:
        """Read up to the end of an answer, and return what follows it."""
        while True:
            event = reader.next_event()
            if isinstance(event, h11.Response):
                passing.status = event.status_code
                passing.version = f"HTTP/{event.http_version.decode()}"
                passing.answer.headers = _headers(event.headers.raw_items())
            elif isinstance(event, h11.Data):
                passing.answer.add(bytes(event.data), passing.room)
            elif isinstance(event, h11.EndOfMessage):
                passing.answer.is_whole, self._answers = True, None
                self._end(self._open.popleft(), at)
                return bytes(reader.trailing_data[0])
            elif event is h11.PAUSED:
                self._break_off(at)  # another protocol takes over
                return b""
            elif not isinstance(event, h11.InformationalResponse):
                return b""


def _reader_of_answer(method: str) -> h11.Connection:
    """Return a reader for the answer to a request: whether that has a body depends on the method."""
    reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
    reader.send(h11.Request(method=method, target="/", headers=[("Host", "host")]))
    reader.send(h11.EndOfMessage())
    return reader


def _headers(listed: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in listed)
