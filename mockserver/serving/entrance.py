"""The entrance: where clients reach the mock, with which certificate, and the front that may stand before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from mockserver.addresses import Addresses
from mockserver.errors import MockError
from mockserver.faults.armed import Faults
from mockserver.faults.front.server import Front
from mockserver.serving.certificate import Certificate
from mockserver.serving.unix_socket import UnixSocket


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where the mock listens, its certificate, and the word by which it knows its own first request.

    `front` stands there in its place, if faults break connections or there is a log. The mock then listens `behind` it,
    without TLS.
    """

    listener: Addresses | UnixSocket
    certificate: Certificate | None
    probe: str
    behind: Addresses | None = None
    front: Front | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """The URL of each address, the one to show first."""
        if isinstance(self.listener, UnixSocket):
            return (self.listener.url,)
        return tuple(self.listener.urls("https" if self.certificate else "http"))

    @property
    def port(self) -> int | None:
        """The port that clients come to, None for a Unix socket."""
        return None if isinstance(self.listener, UnixSocket) else self.listener.port

    @property
    def asked(self) -> tuple[str, ...]:
        """The URLs at which the mock asks itself whether it answers: behind the front, where no fault strikes."""
        return tuple(self.behind.urls("http")) if self.behind else self.urls

    def behind_a_front(self, faults: Faults, *, tell: Callable[[str], None], struck: Callable[[str], None]) -> Entrance:
        """Return the entrance with a front that breaks connections, and tells of clients that speak TLS where there is none.

        `struck` gets the name of a fault that struck a handshake.

        Raises MockError.
        """
        if isinstance(self.listener, UnixSocket):
            raise MockError(
                f"--host unix:{self.listener.path}: faults break connections at a port only; leave one of the two out"
            )
        behind = Addresses.reserve("127.0.0.1", 0)
        tls = self.certificate.context() if self.certificate else None
        return replace(self, behind=behind, front=Front(faults, behind, tls=tls, tell=tell, struck=struck))

    async def listen(self, *, backlog: int, room: int) -> asyncio.Server | None:
        """Let the front listen, if there is one, with room for so many connections."""
        if self.front is None or isinstance(self.listener, UnixSocket):
            return None
        return await self.front.listen(self.listener.hosts, self.listener.port, backlog=backlog, room=room)
