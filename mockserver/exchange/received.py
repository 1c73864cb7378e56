"""A request as it was sent: no step before has decoded, joined or tidied any part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mockserver.exchange.header_lines import HeaderLines

# What came of a body. Of one that is "late" or "crowded", the mock itself has not waited for the rest.
Extent = Literal["whole", "cut short", "too large", "late", "crowded"]


class Received(Struct, frozen=True, gc=False):
    """One request.

    `method` is as it was sent: methods are case-sensitive (RFC 9110, section 9.1). So are `path` and `query`, with
    their percent signs. `headers` has one entry for each header line, in their order. `version` is that of HTTP, such
    as 1.1. `body` holds the first bytes, up to the body limit, of a body of `size` bytes; `extent` says whether the
    body has come whole. `outside` is the base path of the mock, if the request's path does not begin with it. `peer` is
    the IP address of the client; None for a client in this process or of a Unix socket.
    """

    method: str
    path: str
    query: str
    headers: HeaderLines
    version: str
    body: bytes = b""
    size: int = 0
    extent: Extent = "whole"
    outside: str = ""
    peer: str | None = None

    def header(self, name: str) -> str | None:
        """Return the value of a header; that of several lines is a list with commas (RFC 9110, section 5.3)."""
        return self.headers.get(name)

    @property
    def lines(self) -> Mapping[str, str]:
        """The values of the headers, as `header` returns them, by their names in lower case."""
        return self.headers.by_name


def split_target(target: str) -> tuple[str, str]:
    """Return the path and the query of a request target.

    A server must take a whole URL for a target as well (RFC 9112, section 3.2.2). Its path is what follows the host.
    """
    path, _, query = target.partition("?")
    scheme, mark, rest = path.partition("://")
    if mark and scheme.isalpha():
        _, slash, inside = rest.partition("/")
        path = slash + inside or "/"
    return path, query
