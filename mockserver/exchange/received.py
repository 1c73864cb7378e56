"""A request as it was sent: no step before has decoded, joined or tidied any part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from werkzeug.datastructures import Headers

# What came of a body. Of one that is "late" or "crowded", the mock itself has not waited for the rest.
Extent = Literal["whole", "cut short", "too large", "late", "crowded"]


@dataclass(frozen=True)
class Received:
    """One request.

    `method` is as it was sent: methods are case-sensitive (RFC 9110, section 9.1). So are `path` and `query`, with
    their percent signs. `headers` has one entry for each header line, in their order. `version` is that of HTTP, such
    as 1.1. `body` holds the first bytes, up to the body limit, of a body of `size` bytes; `extent` says whether the
    body has come whole. `outside` is the base path of the mock, if the request's path does not begin with it. `peer` is the
    IP address of the client; None for a client in this process or of a Unix socket.
    """

    method: str
    path: str
    query: str
    headers: Headers
    version: str
    body: bytes = b""
    size: int = 0
    extent: Extent = "whole"
    outside: str = ""
    peer: str | None = None

    def header(self, name: str) -> str | None:
        """Return the value of a header; that of several lines is a list with commas (RFC 9110, section 5.3)."""
        return self.lines.get(name.lower())

    @cached_property
    def lines(self) -> Mapping[str, str]:
        """The values of the headers, as `header` returns them, by their names in lower case."""
        lines: dict[str, str] = {}
        for name, value in self.headers:
            key = name.lower()
            lines[key] = f"{lines[key]}, {value}" if key in lines else value
        return lines


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
