"""The announcement: what the mock prints once it answers."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from mockserver.catalogue import curl
from mockserver.receiving import auth
from mockserver.serving import unix_socket
from openapi.document import Document
from openapi.places import MEDIA_TYPE
from openapi.world import World


def shown(url: str, base: str) -> str:
    """Return the base URL for clients. A Unix socket has no place for a base path in its address."""
    return url if url.startswith(unix_socket.PREFIX) else url + base


def address(url: str, base: str, authority: Path | None) -> curl.Address:
    """Return how curl reaches the mock. `authority`: the file with the certificate that it must trust."""
    if url.startswith(unix_socket.PREFIX):
        return curl.Address(f"http://localhost{base}", ("--unix-socket", url.removeprefix(unix_socket.PREFIX)))
    return curl.Address(url + base, ("--cacert", str(authority)) if authority else ())


def lines(url: str, document: Document, login: World | None, *, base: str, authority: Path | None) -> list[str]:
    """Return the lines: the URL, the page's first example request as a curl command, and the file of the authority.

    `login` is the world whose credentials the command uses, None for none. `authority`: the file with the certificate
    that clients must trust.
    """
    headers = {"Content-Type": MEDIA_TYPE}
    if login:
        name, value = auth.sample(login.credentials, now=time.time())
        headers[name] = value
    body = msgspec.json.encode(next(iter(document.request_examples().values())))
    mock = address(url, base, authority)
    command = curl.command(mock.url + document.path, headers=headers, body=body, options=mock.options)
    found = [f"listening on {shown(url, base)}", command]
    return [*found, f"clients must trust the certificate in {authority}"] if authority else found
