"""One connection of a client, and the one behind it to the mock."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable

from mockserver.exchange.manner import Breakage
from mockserver.faults.effects import SILENT
from mockserver.faults.front.breakages import Message, broken
from mockserver.faults.sending import MARK

_CHUNK = 64 * 1024  # bytes
_TLS = b"\x16\x03"  # how a client begins that speaks TLS: a handshake, and a version (RFC 8446, section 5.1)
_MARKED = MARK + b": 1\r\n"
_RESET_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST in place of FIN
_LAST_ANSWER = 1.0  # seconds in which a client that sends no more gets its answer
_PAUSE = 0.05  # seconds in which a client can read what came before a reset


class FrontConnection:
    """Passes the bytes of both sides on.

    `peer` is the address and port of the client. `multiplexes`: it speaks HTTP/2, so that its answers cannot be told
    apart.
    """

    def __init__(
        self,
        client: tuple[StreamReader, StreamWriter],
        mock: tuple[StreamReader, StreamWriter],
        *,
        tell: Callable[[str], None],
    ) -> None:
        self._from_client, self._to_client = client
        self._from_mock, self._to_mock = mock
        self._breakage: Breakage = ""
        self._has_body = True
        self._tell_broken: Callable[[str], None] = lambda _: None
        self._broken = asyncio.Event()
        self._tell = tell
        self.multiplexes = False
        peer = self._to_client.get_extra_info("peername")
        self.peer = (str(peer[0]), int(peer[1]))

    def break_answer(self, breakage: Breakage, *, has_body: bool, broken: Callable[[str], None]) -> None:
        """Break the answer that has the header MARK. `has_body` is false for the answer to HEAD.

        Where a client speaks HTTP/2, the whole connection is reset or closed instead. `broken` is called with the name
        of what the client gets, once that has been sent.
        """
        if breakage in SILENT or self.multiplexes:
            resets = breakage.startswith("reset")
            if not self._to_client.is_closing():
                broken("reset-before" if resets else "close")
            _end(self._to_client, reset=resets)
            self._broken.set()
        self._breakage, self._has_body, self._tell_broken = breakage, has_body, broken

    async def relay(self) -> None:
        """Pass bytes on until one side has gone, or the connection is broken."""
        tasks = [asyncio.create_task(one) for one in (self._requests(), self._answers(), self._broken.wait())]
        _requests, answers, broken_off = tasks
        try:
            # A client that has sent its last byte may still read an answer.
            await asyncio.wait([answers, broken_off], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            _end(self._to_mock, reset=False)
            _end(self._to_client, reset=False)

    async def _requests(self) -> None:
        with contextlib.suppress(OSError):
            is_first = True
            while data := await self._from_client.read(_CHUNK):
                if is_first and data.startswith(_TLS):
                    self._tell(
                        f"a client at {self.peer[0]} port {self.peer[1]} sent HTTPS to a port that takes plain HTTP; "
                        "use http:// in its URL, or start the mock with --tls"
                    )
                is_first = False
                self._to_mock.write(data)
                await self._to_mock.drain()
        # The server below would drop the request of a client that sends no more, and its answer with it
        # (docs/upstream.md).
        await asyncio.sleep(_LAST_ANSWER)
        with contextlib.suppress(OSError):
            self._to_mock.write_eof()

    async def _answers(self) -> None:
        with contextlib.suppress(OSError):
            while data := await self._from_mock.read(_CHUNK):
                if self._breakage:
                    await self._break(data)
                else:
                    await self._pass_on(data)

    async def _pass_on(self, data: bytes) -> None:
        self._to_client.write(data)
        await self._to_client.drain()

    async def _break(self, begun: bytes) -> None:
        """Pass on what was sent before the answer to break, and break that. Raises OSError when the client has gone."""
        while _MARKED not in begun:
            begun += await self._more()
        # The mark is the first header, so the status line is what stands before it.
        start = begun.rindex(b"HTTP/", 0, begun.index(_MARKED))
        await self._pass_on(begun[:start])
        message = await self._whole(begun[start:].replace(_MARKED, b"", 1))
        sent = broken(self._breakage, message)
        await self._pass_on(sent.data)
        self._tell_broken(self._breakage)
        while sent.again:
            await asyncio.sleep(_PAUSE)
            await self._pass_on(sent.again)
        self._breakage = ""
        if sent.ending:
            if sent.ending == "reset":
                await asyncio.sleep(_PAUSE)
            _end(self._to_client, reset=sent.ending == "reset")
            self._broken.set()
            raise BrokenPipeError

    async def _whole(self, begun: bytes) -> Message:
        """Read an answer to its end."""
        while b"\r\n\r\n" not in begun:
            begun += await self._more()
        head, _, body = begun.partition(b"\r\n\r\n")
        message = Message(head, body, has_body=self._has_body)
        while len(message.body) < message.length:
            message = Message(head, message.body + await self._more(), has_body=self._has_body)
        return message

    async def _more(self) -> bytes:
        data = await self._from_mock.read(_CHUNK)
        if not data:
            raise BrokenPipeError
        return data


def _end(writer: StreamWriter, *, reset: bool) -> None:
    """End a connection. A reset drops what has not been sent, as of a host that has crashed."""
    if not reset:
        writer.close()
        return
    connection: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
    writer.transport.abort()
