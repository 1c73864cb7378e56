"""The answers to a request for the rest of which the mock does not wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mockserver.exchange.answers import Undocumented
from mockserver.exchange.received import Extent

UNFINISHED: Final[Mapping[Extent, Undocumented]] = {
    "late": Undocumented(
        408,
        b"408 Request Timeout\n",
        "text/plain",
        why="The body did not come to its end within 30 seconds.",
        headers=(("Connection", "close"),),
    ),
    "crowded": Undocumented(
        503,
        b"503 Service Unavailable\n",
        "text/plain",
        why="The bodies that are coming from all clients at once are 64 MiB, which is all the mock holds.",
        headers=(("Connection", "close"), ("Retry-After", "1")),
    ),
}
