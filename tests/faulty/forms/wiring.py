"""Wiring: how the bytes of an answer are sent, and how long a connection lasts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedIOBase

from tests.faulty.turn import Reply

_WHOLE = 1 << 30


@dataclass(frozen=True, slots=True)
class Wiring:
    """How the bytes are sent.

    `version`: that of the status line. `phrase`: the reason phrase; None for the usual one. `framing`: how the end of
    the body is told: by "length", in "chunks", or by the "close" of the connection. `trailers`: fields behind the
    chunks. `piece`: the bytes of a chunk, or of a write. `pause`: seconds between pieces. `delay`: seconds before the
    answer. `interim`: answers that are sent before it. `name`: writes the name of a header. `gap`: stands behind its
    colon. `more`: more headers. `closes`: whether a connection is closed behind an answer, given that,
    its number on the connection, and the age of that in seconds. `told`: the answer says so.
    `alone`: another connection waits until the one before is closed.
    """

    version: str = "HTTP/1.1"
    phrase: str | None = None
    framing: str = "length"
    trailers: tuple[str, ...] = ()
    piece: int = _WHOLE
    pause: float = 0.0
    delay: float = 0.0
    interim: tuple[str, ...] = ()
    name: Callable[[str], str] = str
    gap: str = " "
    more: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    closes: Callable[[Reply, int, float], bool] = lambda reply, number, age: False
    told: bool = True
    alone: bool = False


def send(
    out: BufferedIOBase, reply: Reply, wiring: Wiring, phrase: str, date: str, *, headless: bool, last: bool
) -> None:
    """Send an answer. `headless`: to HEAD, so without its body. `last`: the connection is closed behind it."""
    time.sleep(wiring.delay)
    lines = [f"{wiring.version} {reply.status} {phrase if wiring.phrase is None else wiring.phrase}"]
    headers = [("Date", date), *reply.headers.items(), *wiring.more]
    # A fault may say what it likes of the length.
    is_framed = bool({"Content-Length", "Transfer-Encoding"} & reply.headers.keys())
    if wiring.framing == "chunks":
        headers.append(("Transfer-Encoding", "chunked"))
        headers += [("Trailer", line.partition(":")[0]) for line in wiring.trailers]
    elif wiring.framing == "length" and not is_framed:
        headers.append(("Content-Length", str(len(reply.body))))
    if last and wiring.told and "Connection" not in reply.headers:
        headers.append(("Connection", "close"))
    lines += [f"{wiring.name(name)}:{wiring.gap}{value}" for name, value in headers if name not in wiring.without]
    head = "".join(f"{one}\r\n\r\n" for one in wiring.interim) + "\r\n".join((*lines, "", ""))
    parts = [] if headless else [reply.body[at : at + wiring.piece] for at in range(0, len(reply.body), wiring.piece)]
    if wiring.framing == "chunks" and not headless:
        end = "".join(f"{line}\r\n" for line in wiring.trailers)
        parts = [*(b"%x\r\n%s\r\n" % (len(part), part) for part in parts), b"0\r\n" + end.encode() + b"\r\n"]
    if not wiring.pause:
        out.write(head.encode("latin-1") + b"".join(parts))
        return
    for part in (head.encode("latin-1"), *parts):
        out.write(part)
        out.flush()
        time.sleep(wiring.pause)


class Turnstile:
    """Lets one connection in at a time, if `alone`."""

    def __init__(self, alone: bool) -> None:
        self._lock = threading.Lock() if alone else None

    def enter(self) -> None:
        if self._lock:
            self._lock.acquire()

    def leave(self) -> None:
        if self._lock:
            self._lock.release()
