"""Where the proxy leads to: the address of the host, its TLS settings, and the name by which clients must ask for it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from contracts.errors import Misuse
from contracts.host.base_url import PORTS
from contracts.host.target import Target
from contracts.host.tls import check_bundle, trust


@dataclass(frozen=True, slots=True)
class Upstream:
    """A host to which connections are carried.

    `url`: as in Target. `authority`: the value of the header Host that names it. `trusted`: the TLS settings; None for
    plain HTTP. `must_be_local`: it may only be an address of this machine.
    """

    url: str
    name: str
    port: int
    authority: bytes
    trusted: ssl.SSLContext | None
    must_be_local: bool


def upstream_of(target: Target, ca_bundle: Path | None) -> Upstream:
    """Return where to carry the traffic for a target. Raises Misuse."""
    parts = urlsplit(target.url)
    name = parts.hostname or ""
    own_name = next((value for header, value in target.login.headers if header.lower() == "host"), parts.netloc)
    is_plain = parts.scheme == "http"
    trusted = None
    if not is_plain:
        trusted = trust(target.certificate, ca_bundle and check_bundle(ca_bundle))
        # What passes is read as HTTP/1.1, so the host must not choose another version.
        trusted.set_alpn_protocols(["http/1.1"])
    return Upstream(
        target.url,
        name,
        parts.port or PORTS[parts.scheme],
        _ascii(own_name),
        trusted,
        must_be_local=is_plain and not target.test_host,
    )


def _ascii(name: str) -> bytes:
    """Return a name in the form in which HTTP sends it. Raises Misuse."""
    try:
        return name.encode("ascii") if name.isascii() else name.encode("idna")
    except UnicodeError as error:
        raise Misuse(f"{name!r} cannot be written as the name of a host: {error}") from error
