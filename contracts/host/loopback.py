"""This machine: which addresses and names lead back to it."""

from __future__ import annotations

import contextlib
import ipaddress
from typing import Final

from contracts.host.names import addresses

# How long to look for what a name below localhost leads to.
_SECONDS: Final = 5.0


def is_loopback(address: str) -> bool:
    """An IP address is one of this machine. Also IPv4 within IPv6, as in ::ffff:127.0.0.1. Raises ValueError."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback


def names_this_machine(host: str) -> bool:
    """A host in a URL is this machine: a loopback address, or a name below localhost that leads to nothing else.

    A name that leads nowhere counts too: nothing can be sent to it.
    """
    with contextlib.suppress(ValueError):
        return is_loopback(host)
    if host != "localhost" and not host.endswith(".localhost"):
        return False
    with contextlib.suppress(OSError, UnicodeError):
        return all(is_loopback(address) for address in addresses(host, None, _SECONDS))
    return True
