"""The header Host, which each request of HTTP/1.1 must have once (RFC 9112, section 3.2)."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received

_NAME = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+(?::[0-9]*)?")
_LITERAL = re.compile(r"\[([^\]]*)\](?::[0-9]*)?")


def host_problem(request: Received) -> str:
    """Return what is wrong with the header Host of a request, or ''."""
    if request.version != "1.1" and "host" not in request.lines:
        return ""
    return request.headers.known(_problem)


def _problem(headers: HeaderLines) -> str:
    hosts = headers.getlist("Host")
    if len(hosts) > 1:
        return f"The request has {len(hosts)} Host headers; it needs one."
    if not hosts:
        return "The request has no Host header, or an empty one."
    return "" if _is_host(hosts[0]) else f"The Host header {hosts[0][:80]!r} is no host with a port."


def _is_host(value: str) -> bool:
    literal = _LITERAL.fullmatch(value)
    if literal is None:
        return _NAME.fullmatch(value) is not None
    try:
        IPv6Address(literal[1])
    except AddressValueError:
        return False
    return True
