"""The addresses and the one port at which the mock listens, reserved for it alone."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import Self

from mockserver.errors import MockError

_TRIES = 20  # ports that are free at the first address and taken at another one
# What a machine says of an address that it does not have, such as ::1 without IPv6.
_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})
_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where an address that means all interfaces is reached

_Found = tuple[socket.AddressFamily, str]  # an address with its family


@dataclass(frozen=True, slots=True)
class Addresses:
    """Numeric addresses, IPv4 first, and their port.

    Granian binds with SO_REUSEPORT, which would let two mocks share a port and answer in turns. So each
    address is bound without that option first, which fails if another process has it. The option is set
    afterwards, so that Granian's own socket can bind beside the one that reserves.
    """

    hosts: tuple[str, ...]
    port: int
    _reserved: tuple[socket.socket, ...]

    @classmethod
    def reserve(cls, host: str, port: int) -> Self:
        """Reserve a port at each address that a name has on this machine; port 0 means one that is free at all of them.

        Raises MockError if the name has no address here, or the port is taken at one of them.
        """
        for _ in range(1 if port else _TRIES):
            try:
                sockets = _bind(_found(host), port)
            except OSError as error:
                taken = error
                if error.errno != errno.EADDRINUSE:
                    break
            else:
                names = [one.getsockname() for one in sockets]
                return cls(tuple(name[0] for name in names), names[0][1], tuple(sockets))
        hint = "; give another --port, or 0 for one that is free" if taken.errno == errno.EADDRINUSE else ""
        raise MockError(f"cannot listen on {host} port {port}: {taken.strerror}{hint}") from taken

    def urls(self, scheme: str = "http") -> tuple[str, ...]:
        """Return the URL of each address. One that means all interfaces is reached at the local address."""
        reachable = (_LOCAL.get(host, host) for host in self.hosts)
        return tuple(f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}" for host in reachable)

    def release(self) -> None:
        """Give the port back."""
        for one in self._reserved:
            one.close()


def _found(host: str) -> list[_Found]:
    """Return the addresses of a name, each once, IPv4 first.

    `localhost` has both loopback addresses, whatever this machine's tables say: browsers and curl do not ask them
    (RFC 6761, section 6.3).
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise MockError(f"{host} is no name that a host can have") from error
    pairs = dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found)
    if host.lower() == "localhost":
        pairs |= dict.fromkeys([(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
    return sorted(pairs, key=lambda pair: pair[0] != socket.AF_INET)


def _bind(found: list[_Found], port: int) -> list[socket.socket]:
    """Return a socket for each address that this machine has, all bound to one port. Raises OSError."""
    bound: list[socket.socket] = []
    absent: OSError | None = None
    try:
        for family, host in found:
            try:
                bound.append(_reserve(family, host, bound[0].getsockname()[1] if bound else port, reuse=bool(port)))
            except OSError as error:
                if error.errno not in _ABSENT:
                    raise
                absent = error
        if absent and not bound:
            raise absent
    except OSError:
        for one in bound:
            one.close()
        raise
    for one in bound:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return bound


def _reserve(family: socket.AddressFamily, host: str, port: int, *, reuse: bool) -> socket.socket:
    """Return a socket bound to an address. `reuse`: also if connections of an earlier server are still closing."""
    reserved = socket.socket(family, socket.SOCK_STREAM)
    try:
        if reuse:
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind((host, port))
    except OSError:
        reserved.close()
        raise
    return reserved
