"""Which sockets are reserved for a name, on machines of several kinds."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockserver import addresses
from mockserver.addresses import Addresses
from mockserver.errors import MockError

Reserve = Callable[[str], Addresses]


def table(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let every name have these addresses."""
    families = {host: socket.AF_INET6 if ":" in host else socket.AF_INET for host in found}
    answers = [(family, socket.SOCK_STREAM, 6, "", (host, 0)) for host, family in families.items()]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)


@pytest.fixture
def no_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old(socket.socket):
        def __init__(self, family: int = -1, *rest: Any) -> None:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, *rest)

    monkeypatch.setattr(socket, "socket", Old)


@pytest.fixture
def reserve() -> Iterator[Reserve]:
    """Return a function that reserves a free port for a name, until the test ends."""
    reserved: list[Addresses] = []

    def keep(host: str) -> Addresses:
        reserved.append(Addresses.reserve(host, 0))
        return reserved[-1]

    yield keep
    for one in reserved:
        one.release()


def test_name_has_all_its_addresses_at_one_port(monkeypatch: pytest.MonkeyPatch, reserve: Reserve) -> None:
    table(monkeypatch, "::1", "127.0.0.2", "127.0.0.3")
    found = reserve("app")
    assert found.hosts == ("127.0.0.2", "127.0.0.3", "::1")
    assert found.urls()[-1] == f"http://[::1]:{found.port}"
    for host in found.hosts:
        with pytest.raises(MockError, match="Address already in use"):
            Addresses.reserve(host, found.port)


def test_address_of_another_machine_is_left_out(monkeypatch: pytest.MonkeyPatch, reserve: Reserve) -> None:
    table(monkeypatch, "192.0.2.1", "127.0.0.2")
    assert reserve("app").hosts == ("127.0.0.2",)


def test_name_of_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch, reserve: Reserve) -> None:
    table(monkeypatch, "192.0.2.1")
    with pytest.raises(MockError, match="cannot listen on app port 0: Cannot assign requested address"):
        reserve("app")


@pytest.mark.usefixtures("no_ipv6")
def test_localhost_needs_no_ipv6(reserve: Reserve) -> None:
    assert reserve("localhost").hosts == ("127.0.0.1",)
    with pytest.raises(MockError, match="Address family not supported"):
        reserve("::1")


def test_free_port_is_free_at_every_address(monkeypatch: pytest.MonkeyPatch, reserve: Reserve) -> None:
    """The first free port is taken at the second address, so another one is tried."""
    table(monkeypatch, "127.0.0.2", "127.0.0.3")
    held: list[socket.socket] = []
    original = addresses._reserve

    def once_taken(family: socket.AddressFamily, host: str, port: int, *, reuse: bool) -> socket.socket:
        if host == "127.0.0.3" and not held:
            held.append(socket.create_server((host, port)))
        return original(family, host, port, reuse=reuse)

    monkeypatch.setattr(addresses, "_reserve", once_taken)
    found = reserve("app")
    assert found.port != held[0].getsockname()[1]
    assert found.hosts == ("127.0.0.2", "127.0.0.3")
    held[0].close()
