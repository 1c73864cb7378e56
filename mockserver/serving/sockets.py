"""The sockets of this process, as the kernel sees them: since when nothing has moved on a connection."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

_FILES = Path("/proc/self/fd")
# Of the kernel's struct tcp_info: the state, milliseconds since data went out and came in, and bytes that wait to go
# out.
_INFO = struct.Struct("=B43xI4xI88xI")
_ESTABLISHED = (1, 8)  # the state, also where the client has ended its half

Peer = tuple[str, ...]  # an address and a port


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of a client. `quiet` is for how many seconds no data has moved. `blocked`: the client does not read."""

    peer: Peer
    quiet: float
    blocked: bool


def can_look() -> bool:
    """Whether this system shows the sockets of a process. Linux does."""
    return hasattr(socket, "TCP_INFO") and _FILES.is_dir()


def connections(port: int) -> list[Connection]:
    """Return the connections that have come to a port."""
    return [connection for _, connection in _connections(port)]


def end(port: int, peers: Collection[Peer], *, quiet: float) -> None:
    """End the connections of clients at a port if nothing has moved on them for so many seconds, as far as they are still there."""
    for one, connection in _connections(port):
        if connection.peer in peers and connection.quiet >= quiet:
            with contextlib.suppress(OSError):  # the client was faster
                one.shutdown(socket.SHUT_RDWR)


def _connections(port: int) -> Iterator[tuple[socket.socket, Connection]]:
    for one in _sockets():
        with contextlib.suppress(OSError), one:  # it may be not connected, or no more
            if connection := _connection(one, port):
                yield one, connection


def _sockets() -> Iterator[socket.socket]:
    """Return a second socket for each of this process, so that none is taken for another one that comes after it.

    There is only one at a time, since the process may open so many files only.
    """
    files: list[Path] = []
    with contextlib.suppress(OSError):  # too many files are open to look
        files += _FILES.iterdir()
    for file in files:
        with contextlib.suppress(OSError):  # another thread may have closed it
            if file.is_socket():
                yield socket.socket(fileno=os.dup(int(file.name)))


def _connection(one: socket.socket, port: int) -> Connection | None:
    if one.family not in (socket.AF_INET, socket.AF_INET6) or one.getsockname()[1] != port:
        return None
    state, sent, received, waiting = _INFO.unpack(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size))
    if state not in _ESTABLISHED:
        return None
    host, number, *_ = one.getpeername()
    return Connection((host, str(number)), min(sent, received) / 1000, blocked=waiting > 0)
