"""The line Host: a client that was pointed to the proxy names the proxy in it. Put the host in its place.

A host tells by this line for whom a request is (RFC 9110 §7.2), and many refuse a name that is not theirs. It is all
that the proxy changes. Only the line itself is held until it is whole; everything else passes as it comes.
"""

from __future__ import annotations

import re
from typing import Final

import h11

# A head that is longer is passed on, and so is all that follows it.
LONGEST_HEAD: Final = 2**20
# Clients may send empty lines before a request (RFC 9112 §2.2).
BLANK: Final = b"\r\n"
_NAME: Final = b"host:"
_HEAD: Final = re.compile(rb".*?(?:\n\r?\n|\Z)", re.DOTALL)
_LINES: Final = re.compile(rb"[^\n]*\n|[^\n]+")
_LINE: Final = re.compile(rb"(host:[ \t]*)([^\r\n]*?)([ \t]*\r?\n)", re.IGNORECASE)
# A request to a proxy of the other kind: `POST http://name/path`. It says for whom it is, and so does its Host.
_WHOLE_URL: Final = re.compile(rb"[^ ]+ +[a-z][a-z0-9+.-]*://|CONNECT ", re.IGNORECASE)
_START: Final = 256


class HostLine:
    """Changes the line Host in the requests of one connection, where it names the port of the proxy.

    `port`: that of the proxy. `authority`: what names the host in place of it. h11 tells where each request ends. What
    it cannot follow is passed on as it is, to the end of the connection.
    """

    def __init__(self, port: int, authority: bytes) -> None:
        self._port = port
        self._authority = authority
        self._follows = True
        self._reader: h11.Connection | None = None
        self._in_head = True
        self._tail = b""
        self._begin()

    def feed(self, data: bytes) -> bytes:
        """Return what to pass on, now that these bytes have come."""
        passed = bytearray()
        while data and self._follows:
            if self._reader is None:
                begun = data.lstrip(BLANK)
                passed += data[: len(data) - len(begun)]
                if not begun:
                    return bytes(passed)
                self._reader, data = reader_of_requests(), begun
            part, data = self._read(self._reader, data)
            passed += part
        return bytes(passed) + data

    def _read(self, reader: h11.Connection, data: bytes) -> tuple[bytes, bytes]:
        """Read up to the end of a request. Return what to pass on of it, and what follows it."""
        passed = bytearray()
        reader.receive_data(data)
        while True:
            try:
                event = reader.next_event()
            except h11.RemoteProtocolError:
                end = 0
                if self._in_head and (head := _HEAD.match(self._tail + data)):
                    end = head.end() - len(self._tail)
                    passed += self._lines(data[:end], whole=True)
                return bytes(passed) + self._give_up(), data[end:]
            done = len(data) - len(reader.trailing_data[0])
            if isinstance(event, h11.Request):
                passed += self._lines(data[:done], whole=True)
                data, self._in_head = data[done:], False
                if event.method == b"CONNECT":
                    return bytes(passed) + self._give_up(), data
            elif isinstance(event, h11.EndOfMessage):
                self._begin()
                return bytes(passed) + data[:done], data[done:]
            elif not isinstance(event, h11.Data):
                self._tail = (self._tail + data)[-2:]
                return bytes(passed) + (self._lines(data, whole=False) if self._in_head else data), b""

    def flush(self) -> bytes:
        """Return what is still held: nothing more will come."""
        return self._give_up()

    def _begin(self) -> None:
        self._reader = None
        self._in_head = True
        self._is_due = True
        self._start = b""
        self._tail = b""  # of the head that has passed, since its last line may come in two pieces
        self._held = b""
        self._within_line = False

    def _give_up(self) -> bytes:
        self._follows = False
        held, self._held = self._held, b""
        return held

    def _lines(self, part: bytes, *, whole: bool) -> bytes:
        """Return the next part of a head, with the first line Host changed. `whole`: it is the last part."""
        passed = bytearray()
        lines, self._held = _LINES.findall(self._held + part), b""
        for line in lines:
            is_new, self._within_line = not self._within_line, not line.endswith(b"\n")
            if len(self._start) < _START and (b"\n" not in self._start):
                self._start += line[:_START]
            elif is_new and self._is_due and line[: len(_NAME)].lower() == _NAME[: len(line)]:
                if self._within_line and not whole:
                    self._held, self._within_line = line, False
                    break
                if not self._within_line and line[: len(_NAME)].lower() == _NAME:
                    self._is_due = False
                    line = self._changed(line)
            passed += line
        return bytes(passed)

    def _changed(self, line: bytes) -> bytes:
        found = _LINE.fullmatch(line)
        if found is None or not found[2] or _WHOLE_URL.match(self._start):
            return line
        port = found[2].rpartition(b":")[2] if b":" in found[2] else b"80"
        return found[1] + self._authority + found[3] if port == b"%d" % self._port else line


def reader_of_requests() -> h11.Connection:
    """Return what reads one request, with a head of at most LONGEST_HEAD bytes."""
    return h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
