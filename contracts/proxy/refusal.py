"""The answer of the proxy itself: 502, where the host cannot be reached. It says who speaks."""

from __future__ import annotations

import os
import socket
import ssl
from typing import Final

from contracts.errors import Misuse
from contracts.host import reasons
from contracts.proxy.upstream import Upstream

# Every answer of the proxy itself has it, and none of the host's.
SERVER: Final = "enrol-contract-proxy"


def reason(error: Exception) -> str:
    """Return in words why a host could not be reached."""
    if isinstance(error, Misuse):
        return str(error)
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, OSError) and error.errno and not isinstance(error, ssl.SSLError | socket.gaierror):
        return os.strerror(error.errno)  # asyncio has an address in the place of these words
    return reasons.reason(error, heard=False)


def bad_gateway(upstream: Upstream, why: str, request: bytes) -> bytes:
    """Return the answer to a request that cannot be passed on. `request`: the beginning of it."""
    said = f"This is enrol-contract proxy. It cannot reach {upstream.url}: {why}. The host itself has said nothing.\n"
    content = said.encode("utf-8", "replace")
    head = (
        "HTTP/1.1 502 Bad Gateway\r\n"
        f"Server: {SERVER}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(content)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + (b"" if request.startswith(b"HEAD ") else content)
