"""What a broken answer looks like on the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from mockserver.exchange.manner import Breakage

_LENGTH: Final = re.compile(rb"(\r\ncontent-length: *)(\d+)", re.IGNORECASE)
_WRONG_BY: Final = 16  # bytes between the announced length and the true one


@dataclass(frozen=True, slots=True)
class Message:
    """An answer as the server below has written it: its head without the empty line at the end, and its body."""

    head: bytes
    body: bytes
    has_body: bool

    @property
    def length(self) -> int:
        """The length of the body in bytes, as announced."""
        found = _LENGTH.search(self.head)
        return int(found[2]) if found and self.has_body else 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent: first `data`, then `again` repeatedly until the client goes, then the end of the connection."""

    data: bytes
    again: bytes = b""
    ending: Literal["", "close", "reset"] = ""


def broken(breakage: Breakage, message: Message) -> Sent:
    """Return what is sent in place of an answer."""
    head, body = message.head, message.body
    whole = head + b"\r\n\r\n" + body
    half = whole[: len(whole) - (len(body) + 1) // 2]
    match breakage:
        case "reset-in":
            return Sent(half, ending="reset")
        case "reset-after":
            return Sent(whole, ending="reset")
        case "truncated":
            return Sent(half, ending="close")
        case "length-too-long":
            return Sent(_announcing(len(body) + _WRONG_BY, message), ending="close")
        case "length-too-short":
            return Sent(_announcing(max(0, len(body) - _WRONG_BY), message))
        case "endless":
            chunked = _LENGTH.sub(b"\r\ntransfer-encoding: chunked", head, count=1)
            first = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            return Sent(chunked + b"\r\n\r\n" + first, again=b"1\r\n \r\n")
        case _:
            return Sent(b"", ending="reset")


def _announcing(length: int, message: Message) -> bytes:
    """Return an answer that announces another length than it has."""
    head = _LENGTH.sub(rb"\g<1>%d" % length, message.head, count=1)
    return head + b"\r\n\r\n" + message.body
