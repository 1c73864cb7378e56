"""The sockets of this process, as the kernel sees them: since when nothing has moved on a connection."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FILES = Path("/proc/self/fd")
# Of the kernel's struct tcp_info: the state, milliseconds since data went out and came in, and bytes that wait to go out.
_INFO = struct.Struct("=B43xI4xI88xI")
_ESTABLISHED = (1, 8)  # the state, also where the client has ended its half


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of a client. `quiet` is for how many seconds no data has moved. `blocked`: the client does not read."""

    peer: tuple[str, str]
    quiet: float
    blocked: bool


def can_look() -> bool:
    """Whether this system shows the sockets of a process. Linux does."""
    return hasattr(socket, "TCP_INFO") and _FILES.is_dir()


@contextlib.contextmanager
def connections(port: int) -> Iterator[dict[socket.socket, Connection]]:
    """Give the connections that have come to a port, each with a socket of its own to end it."""
    with contextlib.ExitStack() as opened:
        found = {}
        for one in _sockets():
            opened.enter_context(one)
            with contextlib.suppress(OSError):  # it is not connected, or no more
                if connection := _connection(one, port):
                    found[one] = connection
        yield found


def _sockets() -> Iterator[socket.socket]:
    """Return a second socket for each of this process, so that none is taken for another one that comes after it."""
    for file in _FILES.iterdir():
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
